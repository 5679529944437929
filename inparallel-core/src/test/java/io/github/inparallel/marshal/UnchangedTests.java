package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.MarshallingException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Vector;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a value does afterwards is what it would have done where it was sent from. */
@SuppressWarnings({"serial", "unchecked", "IdentityHashMapUsage", "JdkObsolete"}) // old classes cross too
class UnchangedTests {

    private static <T> T cross(T sent) {
        Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, 1 << 22, Marshaller.UNCHANGED);
        Class<T> type = (Class<T>) sent.getClass();
        return Objects.requireNonNull(
                type.cast(marshaller.read(type, marshaller.write(type, sent), UnchangedTests.class.getClassLoader())));
    }

    // ---- what is found by what it holds

    static final class Node {}

    record Edge(Node from, Node to) {}

    static final class Graph {
        final List<Node> nodes = new ArrayList<>();
        final Map<Edge, Integer> weights = new HashMap<>();
        final Set<List<Node>> paths = new HashSet<>();
    }

    @Test
    void keysAndElementsThatHoldObjectsWithoutEqualsAreFound() {
        Graph sent = new Graph();
        sent.nodes.addAll(List.of(new Node(), new Node()));
        sent.weights.put(new Edge(sent.nodes.get(0), sent.nodes.get(1)), 7);
        sent.paths.add(List.copyOf(sent.nodes));

        Graph came = cross(sent);
        assertThat(came.weights).containsEntry(new Edge(came.nodes.get(0), came.nodes.get(1)), 7);
        assertThat(came.paths).contains(came.nodes);
    }

    record Name(String text) {}

    static final class Ordered extends HashMap<Name, String> {
        final List<Name> order = new ArrayList<>();

        @Override
        public @Nullable String put(Name key, String value) {
            order.add(key);
            return super.put(key, value);
        }
    }

    static final class Key {
        final String text;

        Key(String text) {
            this.text = text;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && text.equals(key.text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    static final class Keyed extends LinkedHashMap<Key, String> {
        final List<Key> order = new ArrayList<>();
    }

    @Test
    void anOrderOfItsKeysHoldsThese() {
        Keyed sent = new Keyed();
        Key key = new Key("a");
        sent.put(key, "b");
        sent.order.add(key);

        Keyed came = cross(sent);
        assertThat(came.order.get(0)).isSameAs(came.keySet().iterator().next());

        Ordered records = new Ordered();
        records.put(new Name("a"), "b");
        assertThat(cross(records).order).isEqualTo(records.order);
    }

    static final class Pairs {
        final List<Map.Entry<String, Pairs>> all = new ArrayList<>();

        Map.@Nullable Entry<String, Pairs> last;
    }

    @Test
    void anEntryThatCanBeChangedIsOneInACycle() {
        Pairs sent = new Pairs();
        sent.last = new SimpleEntry<>("a", sent);
        sent.all.add(sent.last);

        Pairs came = cross(sent);
        assertThat(came.all.get(0)).isSameAs(came.last).isInstanceOf(SimpleEntry.class);
        assertThat(came.all.get(0).getValue()).isSameAs(came);
    }

    static final class Visited {
        Set<Object> set = Collections.newSetFromMap(new IdentityHashMap<>());
        Map<Object, String> map = Collections.synchronizedMap(new IdentityHashMap<>());
    }

    @Test
    void whatComparesByIdentityIsRefusedThoughItIsEmpty() {
        Visited sent = new Visited();
        assertThatThrownBy(() -> cross(sent))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContainingAll("Visited.set", "compares by identity");
        sent.set = new HashSet<>();
        assertThatThrownBy(() -> cross(sent))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContainingAll("Visited.map", "compares by identity");
        sent.map = new HashMap<>();
        assertThat(cross(sent).map).isEmpty();
    }

    // ---- what the JDK's methods call that may be overridden

    static final class Backwards extends LinkedList<String> {
        @Override
        public ListIterator<String> listIterator(int index) {
            List<String> reversed = new ArrayList<>();
            descendingIterator().forEachRemaining(reversed::add);
            return reversed.listIterator(index);
        }
    }

    static final class Halved extends ArrayDeque<String> {
        @Override
        public int size() {
            return super.size() / 2;
        }
    }

    static final class Sorting extends PriorityBlockingQueue<Integer> {
        @Override
        public Object[] toArray() {
            Object[] all = super.toArray();
            java.util.Arrays.sort(all);
            return all;
        }
    }

    static final class Polled extends ConcurrentLinkedDeque<String> {
        final AtomicInteger polls = new AtomicInteger();
        final @Nullable Polled itself;

        Polled() {
            this(false);
        }

        Polled(boolean isCycle) {
            this.itself = isCycle ? this : null;
        }

        @Override
        public @Nullable String pollFirst() {
            polls.incrementAndGet();
            return super.pollFirst();
        }
    }

    static final class Emptied extends Vector<String> {
        final List<String> log = new ArrayList<>();

        @Override
        public synchronized void removeAllElements() {
            log.add("emptied");
            super.removeAllElements();
        }
    }

    @Test
    void elementsAreThoseThatAreThereWhateverIsOverridden() {
        Backwards backwards = new Backwards();
        backwards.addAll(List.of("a", "b", "c"));
        Backwards cameBackwards = cross(backwards);
        assertThat(cameBackwards.getFirst()).isEqualTo("a");
        assertThat(cameBackwards.getLast()).isEqualTo("c");

        Halved halved = new Halved();
        halved.addAll(List.of("a", "b", "c"));
        assertThat(cross(halved).peekLast()).isEqualTo("c");

        Sorting sorting = new Sorting();
        sorting.addAll(List.of(1, 5, 2, 6, 7, 3));
        assertThat(cross(sorting).toString()).isEqualTo(sorting.toString());
    }

    @Test
    void whatIsFilledIsNotEmptiedByWhatItOverrides() {
        for (boolean isCycle : List.of(false, true)) {
            Polled polled = new Polled(isCycle);
            polled.add("a");
            Polled came = cross(polled);
            assertThat(came).hasSize(1);
            assertThat(came.polls).hasValue(0);
        }

        Emptied emptied = new Emptied();
        emptied.add("a");
        Emptied came = cross(emptied);
        assertThat(came).containsExactly("a");
        assertThat(came.log).isEmpty();
    }

    static final class Filled extends ArrayDeque<String> {
        Filled() {
            add("by the constructor");
        }
    }

    @Test
    void whatTheConstructorAddsIsNotThereTwice() {
        Filled sent = new Filled();
        sent.add("a");
        assertThat(cross(sent)).containsExactly("by the constructor", "a");
    }

    @Test
    void aListThatCopiesWhenItIsWrittenIsFilledAtOnce() {
        CopyOnWriteArrayList<Integer> sent = new CopyOnWriteArrayList<>(Collections.nCopies(200_000, 1));
        assertThat(cross(new Copies(sent)).all).isEqualTo(sent);
    }

    record Copies(CopyOnWriteArrayList<Integer> all) {}

    // ---- single values

    @ParameterizedTest
    @CsvSource({"a(?i)b, 0", "a(?-i)b, 2", "a|(?i)b, 0", "(?i)ab, 0", ".(?s)., 0", "(a)(?x) b, 64", "(?:a)b, 2"})
    void aPatternMatchesWhatItMatched(String text, int flags) {
        Pattern sent = Pattern.compile(text, flags);
        Pattern came = cross(sent);
        assertThat(came.flags()).isEqualTo(sent.flags());
        for (String each : List.of("ab", "Ab", "aB", "AB", "a", "A", "b", "B", "\na", "a\n", "\n\n")) {
            assertThat(came.matcher(each).matches())
                    .as(each)
                    .isEqualTo(sent.matcher(each).matches());
        }
    }

    @Test
    void aUriThatReadsOtherwiseIsRefused() {
        URI relative = URI.create("/a/b").relativize(URI.create("/a/b/x:y"));
        assertThat(relative.getPath()).isEqualTo("x:y");
        assertThatThrownBy(() -> cross(relative))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("the URI 'x:y' is read as another one. Pass its parts");
        assertThat(cross(URI.create("/a/b/x:y"))).isEqualTo(URI.create("/a/b/x:y"));
    }

    @Test
    void aHostNameWithASlashIsKept() throws UnknownHostException {
        assertThat(cross(InetAddress.getByAddress("a/b", new byte[4])).getHostName())
                .isEqualTo("a/b");
    }
}
