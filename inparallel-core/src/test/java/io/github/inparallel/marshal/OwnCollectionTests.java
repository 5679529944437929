package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.MarshallingException;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.type.TypeFactory;

/** Collections and maps of the application arrive with their elements and fields as they were, whatever they do with what is added. */
@SuppressWarnings({"serial", "unchecked"}) // what a class is, its object is
class OwnCollectionTests {

    // ---- they count what is added, in what a second count would change

    static final class CountingList extends ArrayList<String> {
        final AtomicInteger added = new AtomicInteger();

        @Override
        public boolean add(String each) {
            added.incrementAndGet();
            return super.add(each);
        }
    }

    static final class CountingCopies extends CopyOnWriteArrayList<String> {
        final List<String> added = new ArrayList<>();

        @Override
        public boolean add(String each) {
            added.add(each);
            return super.add(each);
        }
    }

    static final class Multiset extends HashSet<String> {
        final Map<String, Integer> counts = new TreeMap<>();

        @Override
        public boolean add(String each) {
            counts.merge(each, 1, Integer::sum);
            return super.add(each);
        }
    }

    static final class CountingDeque extends ArrayDeque<String> {
        final AtomicInteger added = new AtomicInteger();

        @Override
        public void addLast(String each) {
            added.incrementAndGet();
            super.addLast(each);
        }
    }

    static final class CountingLinks extends ConcurrentLinkedDeque<String> {
        final AtomicInteger added = new AtomicInteger();

        @Override
        public boolean offerLast(String each) {
            added.incrementAndGet();
            return super.offerLast(each);
        }
    }

    static final class CountingQueue extends LinkedBlockingQueue<String> {
        final AtomicInteger added = new AtomicInteger();

        @Override
        public boolean offer(String each) {
            added.incrementAndGet();
            return super.offer(each);
        }
    }

    static final class CountingOrder extends PriorityQueue<String> {
        final AtomicInteger added = new AtomicInteger();

        @Override
        public boolean offer(String each) {
            added.incrementAndGet();
            return super.offer(each);
        }
    }

    static class Logged extends HashMap<String, String> {
        final StringBuilder log = new StringBuilder();

        @Override
        public @Nullable String put(String key, String value) {
            log.append(key);
            return super.put(key, value);
        }
    }

    static final class LoggedTwice extends Logged {
        final List<String> more = new ArrayList<>();

        @Override
        public @Nullable String put(String key, String value) {
            more.add(key);
            return super.put(key, value);
        }
    }

    static final class LoggedLevels extends EnumMap<Samples.Level, String> {
        final List<String> log = new ArrayList<>();

        LoggedLevels() {
            super(Samples.Level.class);
        }

        @Override
        public @Nullable String put(Samples.Level key, String value) {
            log.add(value);
            return super.put(key, value);
        }
    }

    static final class LoggedShared extends ConcurrentHashMap<String, String> {
        final AtomicInteger added = new AtomicInteger();

        @Override
        public @Nullable String put(String key, String value) {
            added.incrementAndGet();
            return super.put(key, value);
        }
    }

    // ---- they make something else of it

    static final class Quoting extends ArrayList<String> {
        @Override
        public boolean add(String each) {
            return super.add("'" + each + "'");
        }
    }

    static final class QuotingMap extends HashMap<String, String> {
        @Override
        public @Nullable String put(String key, String each) {
            return super.put(key, "'" + each + "'");
        }
    }

    static final class Latest extends ArrayDeque<String> {
        @Override
        public boolean add(String each) {
            addFirst(each);
            return true;
        }
    }

    static final class Bounded extends ArrayList<String> {
        int most = 2;

        @Override
        public boolean add(String each) {
            return size() < most && super.add(each);
        }
    }

    static final class Frozen extends HashMap<String, String> {
        boolean isFrozen;

        @Override
        public @Nullable String put(String key, String value) {
            if (isFrozen) {
                throw new IllegalStateException("frozen");
            }
            return super.put(key, value);
        }
    }

    // ---- they clear more than themselves, hide what they have, are not empty when they are made

    static final class Tagged extends ArrayList<String> {
        final Set<String> tags = new TreeSet<>();

        @Override
        public void clear() {
            super.clear();
            tags.clear();
        }
    }

    static final class Hiding extends ArrayList<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("what it shows").iterator();
        }

        @Override
        public int size() {
            return 1;
        }
    }

    static final class HidingMap extends HashMap<String, String> {
        @Override
        public Set<Map.Entry<String, String>> entrySet() {
            return Set.of();
        }
    }

    static final class Prefilled extends ArrayList<String> {
        Prefilled() {
            super.add("first");
        }

        @Override
        public void clear() {
            throw new UnsupportedOperationException();
        }
    }

    private static Collection<String> filled(Collection<String> collection) {
        collection.addAll(List.of("b", "a"));
        collection.add("c");
        return collection;
    }

    private static Map<String, String> filled(Map<String, String> map) {
        map.putAll(Map.of("B", "b"));
        map.put("A", "a");
        map.put("A", "b");
        return map;
    }

    static List<Object> collections() {
        LoggedLevels levels = new LoggedLevels();
        levels.put(Samples.Level.HIGH, "high");
        Multiset twice = new Multiset();
        twice.addAll(List.of("a", "b"));
        twice.add("a");
        Frozen frozen = new Frozen();
        filled(frozen);
        frozen.isFrozen = true;
        Tagged tagged = new Tagged();
        filled(tagged);
        tagged.tags.add("tag");
        return List.of(
                filled(new CountingList()),
                filled(new CountingCopies()),
                twice,
                filled(new CountingDeque()),
                filled(new CountingLinks()),
                filled(new CountingQueue()),
                filled(new CountingOrder()),
                filled(new Logged()),
                filled(new LoggedTwice()),
                levels,
                filled(new LoggedShared()),
                filled(new Quoting()),
                filled(new QuotingMap()),
                filled(new Latest()),
                filled(new Bounded()),
                frozen,
                tagged,
                filled(new Hiding()),
                filled(new HidingMap()),
                filled(new Prefilled()));
    }

    /** Sent with identities, where elements are there later. */
    static final class Ring<T> {
        @Nullable
        Ring<T> self;

        @Nullable
        T held;
    }

    @ParameterizedTest
    @MethodSource("collections")
    void aCollectionArrivesWithItsElementsAndFields(Object sent) {
        for (Marshaller.Format format : Marshaller.Format.values()) {
            Object came = cross(format, sent.getClass(), sent);
            assertThat(Sameness.difference(sent, came)).isNull();
            assertThat(shown(came)).isEqualTo(shown(sent));

            Ring<Object> ring = new Ring<>();
            ring.self = ring;
            ring.held = sent;
            Type type = TypeFactory.createDefaultInstance().constructParametricType(Ring.class, sent.getClass());
            Ring<?> ringCame = (Ring<?>) cross(format, type, ring);
            assertThat(ringCame.self).isSameAs(ringCame);
            assertThat(Sameness.difference(sent, ringCame.held)).isNull();
            assertThat(shown(Objects.requireNonNull(ringCame.held))).isEqualTo(shown(sent));
        }
    }

    /** What it has, whatever its iterator shows. */
    private static String shown(Object value) {
        List<Object> all = new ArrayList<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> all.add(key + "=" + each));
        } else {
            ((Collection<?>) value).forEach(all::add);
        }
        return all.toString();
    }

    private static Object cross(Marshaller.Format format, Type type, Object sent) {
        Marshaller marshaller = new Marshaller(format, 1 << 20, Marshaller.UNCHANGED);
        return Objects.requireNonNull(
                marshaller.read(type, marshaller.write(type, sent), OwnCollectionTests.class.getClassLoader()));
    }

    private static <T> T cross(T sent) {
        Class<T> type = (Class<T>) sent.getClass();
        return type.cast(cross(Marshaller.Format.CBOR, type, sent));
    }

    // ---- what is neither an element nor a field

    static final class Ordered extends TreeSet<String> {
        Ordered() {
            super(Comparator.reverseOrder());
        }

        Ordered(@Nullable Comparator<String> order) {
            super(order);
        }
    }

    static final class OrderedMap extends TreeMap<String, String> {
        OrderedMap() {
            super(String.CASE_INSENSITIVE_ORDER);
        }

        OrderedMap(@Nullable Comparator<String> order) {
            super(order);
        }
    }

    static final class Limited extends LinkedBlockingQueue<String> {
        Limited() {
            super(2);
        }

        Limited(int capacity) {
            super(capacity);
        }
    }

    static final class Unlimited extends PriorityBlockingQueue<String> {}

    static final class Settings extends Properties {
        private static final Properties DEFAULTS = new Properties();

        static {
            DEFAULTS.setProperty("a", "default");
        }

        Settings() {
            super(DEFAULTS);
        }

        Settings(@Nullable Properties defaults) {
            super(defaults);
        }
    }

    @Test
    void whatTheConstructorSetsIsAsItWasOrRefused() {
        assertThat(cross(filled(new Ordered()))).containsExactly("c", "b", "a");
        assertThat(cross(new Limited()).remainingCapacity()).isEqualTo(2);
        assertThat(cross(filled(new Unlimited()))).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> cross(new Ordered(null))).hasMessageContaining("its comparator would be lost");
        assertThatThrownBy(() -> cross(new OrderedMap(null))).hasMessageContaining("its comparator would be lost");
        assertThatThrownBy(() -> cross(new Limited(3))).hasMessageContaining("another capacity");
        assertThatThrownBy(() -> cross(new Limited(Integer.MAX_VALUE))).hasMessageContaining("another capacity");
        assertThatThrownBy(() -> cross(new Settings())).hasMessageContaining("the defaults of Properties");
        assertThatThrownBy(() -> cross(new Settings(null))).hasMessageContaining("the defaults of Properties");
    }

    /** It removes the eldest. */
    static final class Recent extends LinkedHashMap<String, String> {
        int most = 2;
        int removed;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            removed += size() > most ? 1 : 0;
            return size() > most;
        }
    }

    @Test
    void aMapThatRemovesItsEldestGoesOnToDoSo() {
        Recent sent = new Recent();
        sent.most = 3;
        List.of("a", "b", "c", "d").forEach(each -> sent.put(each, each));
        sent.get("b");

        Recent came = cross(sent);
        assertThat(came.keySet()).containsExactly("c", "d", "b");
        assertThat(came.removed).isEqualTo(1);
        came.get("c");
        came.put("e", "e");
        assertThat(came.keySet()).containsExactly("b", "c", "e");

        sent.most = 1;
        assertThatThrownBy(() -> cross(sent))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContainingAll("fewer entries", "remove its eldest entries?");
    }

    static final class Only extends ArrayList<String> {
        static final Only ONE = new Only();

        private Object readResolve() {
            return ONE;
        }
    }

    @Test
    void theOnlyObjectOfACollectionClassIsItThereToo() {
        assertThat(cross(Only.ONE)).isSameAs(Only.ONE);
    }

    // ---- what is in it more than once, or is what it is in

    static final class Item {
        String name = "";
    }

    /** It finds its elements by their names. */
    static final class Index extends ArrayList<Item> {
        final Map<String, Item> byName = new HashMap<>();

        @Override
        public boolean add(Item item) {
            byName.put(item.name, item);
            return super.add(item);
        }
    }

    @Test
    void anIndexOfItsElementsHoldsThese() {
        Index sent = new Index();
        sent.add(new Item());

        Index came = cross(sent);
        assertThat(came.byName.get("")).isSameAs(came.get(0));
    }

    static final class Branches extends ArrayList<Branches> {}

    static final class Menu<T> extends LinkedHashMap<String, Menu<T>> {
        @Nullable
        T action;
    }

    static final class Site {
        final Menu<Item> menu = new Menu<>();
    }

    @Test
    void aCollectionOfItsOwnClassArrives() {
        Branches tree = new Branches();
        tree.add(new Branches());
        tree.get(0).add(new Branches());
        tree.get(0).get(0).add(new Branches());
        assertThat(cross(tree)).isEqualTo(tree);
        assertThat(Sameness.difference(tree, cross(tree))).isNull();

        Site site = new Site();
        Menu<Item> below = new Menu<>();
        below.put("lower", new Menu<>());
        below.action = new Item();
        site.menu.put("upper", below);
        assertThat(Sameness.difference(site, cross(site))).isNull();

        Branches itself = new Branches();
        itself.add(itself);
        Branches came = cross(itself);
        assertThat(came.get(0)).isSameAs(came);
    }
}
