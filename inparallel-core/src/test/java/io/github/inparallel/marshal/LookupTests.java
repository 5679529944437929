package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.MarshallingException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What arrives finds what was found before, in the same order; or it is refused, also where a wrapper hides how it finds. */
@SuppressWarnings({"IdentityHashMapUsage", "StringOperationCanBeSimplified", "UnusedVariable"})
class LookupTests {

    /** What is declared. */
    static final class Declared {
        @Nullable
        Map<String, Integer> map;

        @Nullable
        Collection<String> collection;

        @Nullable
        Queue queue;

        @Nullable
        Counting counting;
    }

    private static final List<Supplier<Map<String, Integer>>> MAPS = List.of(
            HashMap::new,
            LinkedHashMap::new,
            TreeMap::new,
            () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
            () -> new TreeMap<>(Comparator.reverseOrder()),
            () -> new ConcurrentSkipListMap<>(String.CASE_INSENSITIVE_ORDER),
            ConcurrentHashMap::new,
            WeakHashMap::new,
            IdentityHashMap::new,
            IgnoringCase::new);

    private static final List<Function<Map<String, Integer>, Map<String, Integer>>> WRAPPERS = List.of(
            Function.identity(),
            Collections::unmodifiableMap,
            Collections::synchronizedMap,
            map -> Collections.checkedMap(map, String.class, Integer.class),
            map -> map instanceof SortedMap<String, Integer> sorted ? Collections.unmodifiableSortedMap(sorted) : map,
            map -> map instanceof SortedMap<String, Integer> sorted ? sorted.tailMap("A") : map);

    /** That of {@code unmodifiableCollection} is none of them: whether it is by identity cannot be seen. */
    private static final List<Function<Map<String, Integer>, Collection<String>>> VIEWS = List.of(
            Map::keySet,
            map -> Collections.unmodifiableSet(map.keySet()),
            map -> Collections.synchronizedSet(map.keySet()),
            map -> Collections.checkedSet(map.keySet(), String.class),
            LookupTests::setOf);

    /** A map as libraries have it. */
    static final class IgnoringCase extends java.util.AbstractMap<String, Integer> {
        private final LinkedHashMap<String, Integer> own = new LinkedHashMap<>();

        @Override
        public @Nullable Integer put(String key, Integer value) {
            return own.put(key, value);
        }

        @Override
        public boolean containsKey(Object key) {
            return own.keySet().stream().anyMatch(each -> each.equalsIgnoreCase((String) key));
        }

        @Override
        public @Nullable Integer get(Object key) {
            return own.entrySet().stream()
                    .filter(each -> each.getKey().equalsIgnoreCase((String) key))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public Set<Entry<String, Integer>> entrySet() {
            return own.entrySet();
        }
    }

    private static Set<String> setOf(Map<String, Integer> map) {
        List<String> keys = new ArrayList<>(map.keySet());
        Map<String, Boolean> empty = map instanceof IdentityHashMap ? new IdentityHashMap<>() : new HashMap<>();
        Set<String> set = Collections.newSetFromMap(empty);
        set.addAll(keys);
        return set;
    }

    @Test
    void mapsFindTheSameOrAreRefused() throws Exception {
        Type declared = Declared.class.getDeclaredField("map").getGenericType();
        int crossed = 0;
        for (Supplier<Map<String, Integer>> empty : MAPS) {
            for (Function<Map<String, Integer>, Map<String, Integer>> wrapper : WRAPPERS) {
                Map<String, Integer> map = empty.get();
                List.of("Two", "one", "Three").forEach(each -> map.put(each, each.length()));
                Map<String, Integer> sent = wrapper.apply(map);
                Object came = cross(declared, sent);
                if (came != null) {
                    assertThat(found(((Map<?, ?>) came).keySet(), came, sent instanceof SortedMap))
                            .as("%s in %s", map.getClass(), sent.getClass())
                            .isEqualTo(found(sent.keySet(), sent, sent instanceof SortedMap));
                    crossed++;
                }
            }
        }
        assertThat(crossed).isGreaterThan(20);
    }

    @Test
    void setsFindTheSameOrAreRefused() throws Exception {
        Type declared = Declared.class.getDeclaredField("collection").getGenericType();
        int crossed = 0;
        for (Supplier<Map<String, Integer>> empty : MAPS) {
            for (Function<Map<String, Integer>, Collection<String>> view : VIEWS) {
                Map<String, Integer> map = empty.get();
                List.of("Two", "one", "Three").forEach(each -> map.put(each, each.length()));
                Collection<String> sent = view.apply(map);
                Object came = cross(declared, sent);
                if (came != null) {
                    assertThat(found((Collection<?>) came, came, map instanceof SortedMap))
                            .as("%s of %s", sent.getClass(), map.getClass())
                            .isEqualTo(found(sent, sent, map instanceof SortedMap));
                    crossed++;
                }
            }
        }
        assertThat(crossed).isGreaterThan(20);
    }

    /** What it says to keys like those that it has. */
    private static List<Object> found(Collection<?> keys, Object of, boolean isSorted) {
        List<Object> found = new ArrayList<>();
        for (String each : List.of("Two", "two", "one", "ONE", new String("Three"), "absent")) {
            found.add(of instanceof Map<?, ?> map ? map.containsKey(each) : ((Collection<?>) of).contains(each));
        }
        found.add(isSorted ? new ArrayList<>(keys) : Set.copyOf(keys));
        return found;
    }

    private static @Nullable Object cross(Type declared, Object value) {
        Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, 1 << 20, Marshaller.UNCHANGED);
        byte[] bytes;
        try {
            bytes = marshaller.write(declared, value);
        } catch (MarshallingException e) {
            ValuePropertyTests.assertOurs(value.getClass().toString(), e);
            return null;
        }
        return marshaller.read(declared, bytes, LookupTests.class.getClassLoader());
    }

    // ---- collections of the application

    /** Its order is what the caller wants, or its own. */
    static final class Queue extends PriorityQueue<String> {
        private static final long serialVersionUID = 1;

        Queue() {
            super(Comparator.reverseOrder());
        }

        Queue(@Nullable Comparator<String> order) {
            super(order);
        }
    }

    @Test
    void aQueueOfTheApplicationKeepsItsOrderOrIsRefused() {
        Queue own = new Queue();
        own.addAll(List.of("a", "c", "b"));
        assertThat(cross(Queue.class, own))
                .isInstanceOfSatisfying(
                        Queue.class, came -> assertThat(came.poll()).isEqualTo("c"));

        Queue given = new Queue(String.CASE_INSENSITIVE_ORDER);
        assertThatThrownBy(() ->
                        new Marshaller(Marshaller.Format.CBOR, 1000, Marshaller.UNCHANGED).write(Queue.class, given))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("its comparator would be lost");
    }

    /** It keeps one object for all that are equal, in lower case. */
    static final class Interning extends HashMap<String, String> {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable String put(String key, String each) {
            return super.put(key.toLowerCase(Locale.ROOT).intern(), each.intern());
        }
    }

    @Test
    void collectionThatMakesTheSameOfWhatItHasArrives() {
        Interning given = new Interning();
        given.put("KEY", "a");

        assertThat(cross(Interning.class, given)).isEqualTo(Map.of("key", "a")).isInstanceOf(Interning.class);
    }

    /** It counts what is added, and takes no more than it may. */
    static final class Counting extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        private int most = 1;
        private int added;

        @Override
        public boolean add(String each) {
            if (size() >= most) {
                throw new IllegalStateException("full");
            }
            added++;
            return super.add(each);
        }

        @Override
        public void clear() {
            super.clear();
            added = 0;
        }
    }

    @Test
    void fieldsOfACollectionAreWhatTheyWereWhenItsElementsAreThere() {
        Counting counting = new Counting();
        counting.most = 3;
        counting.addAll(List.of("not", "counted"));
        counting.add("counted");

        assertThat(cross(Counting.class, counting)).isInstanceOfSatisfying(Counting.class, came -> {
            assertThat(came).containsExactly("not", "counted", "counted");
            assertThat(came.added).isEqualTo(1);
            assertThat(came.most).isEqualTo(3);
        });
    }
}
