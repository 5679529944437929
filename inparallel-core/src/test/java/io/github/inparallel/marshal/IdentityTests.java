package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.MarshallingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is one object arrives as one, wherever it matters: in cycles, in sets and as keys, however deep and often. */
@SuppressWarnings({"IdentityHashMapUsage", "JavaUtilDate", "ReferenceEquality", "UnusedVariable"})
class IdentityTests {

    private static final int ROUNDS = Integer.getInteger("identity.rounds", 400);
    private static final long FIRST_SEED = Long.getLong("identity.seed", 1);

    /** Equal only to itself. */
    static class Knot {
        int id;
        final List<Knot> list = new ArrayList<>();
        Set<Knot> set = new HashSet<>();
        final Map<Knot, @Nullable Object> map = new HashMap<>();
        Knot[] array = {};

        @Nullable
        Knot next;

        @Nullable
        Pair pair;

        @Nullable
        Crew crew;

        @Nullable
        Bag bag;

        int @Nullable [] numbers;

        @Nullable
        StringBuilder text;

        @Nullable
        Object any;
    }

    /** Equal to those with the same number and set. */
    static final class Numbered extends Knot implements Comparable<Numbered> {
        Set<Knot> peers = new LinkedHashSet<>();

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Numbered knot && id == knot.id && peers.size() == knot.peers.size();
        }

        @Override
        public int hashCode() {
            return 31 * id + peers.size();
        }

        @Override
        public int compareTo(Numbered other) {
            return Integer.compare(id, other.id);
        }
    }

    /** It keeps what it is given. */
    record Pair(Knot one, List<Knot> others) {}

    /** It copies what it is given. */
    record Crew(Set<Knot> members, List<Knot> order) {
        Crew {
            members = Set.copyOf(members);
            order = List.copyOf(order);
        }
    }

    /** A set of its own, which counts. */
    static final class Bag extends HashSet<Knot> {
        private static final long serialVersionUID = 1;

        transient int added;

        @Override
        public boolean add(Knot knot) {
            added++;
            return super.add(knot);
        }
    }

    // ---- generated

    private static Knot graph(Random random) {
        List<Knot> knots = new ArrayList<>();
        int size = 2 + random.nextInt(random.nextInt(20) == 0 ? 400 : 8);
        for (int i = 0; i < size; i++) {
            Knot knot = random.nextBoolean() ? new Numbered() : new Knot();
            knot.id = i;
            knots.add(knot);
        }
        for (int i = 1; i < size; i++) { // what hash codes depend on comes before sets
            if (knots.get(i) instanceof Numbered numbered && random.nextInt(3) == 0) {
                numbered.peers.addAll(some(random, knots.subList(0, i), 3));
            }
        }
        for (Knot knot : knots) {
            fill(random, knot, knots);
        }
        knots.get(0).next = knots.get(random.nextInt(size));
        knots.get(size - 1).next = knots.get(0);
        knots.get(0).list.addAll(knots);
        return knots.get(0);
    }

    private static void fill(Random random, Knot knot, List<Knot> knots) {
        Knot other = knots.get(random.nextInt(knots.size()));
        switch (random.nextInt(10)) {
            case 0 -> knot.list.addAll(some(random, knots, 4));
            case 1 -> knot.set = new LinkedHashSet<>(some(random, knots, 4));
            case 2 -> some(random, knots, 3).forEach(key -> knot.map.put(key, random.nextInt()));
            case 3 -> knot.array = some(random, knots, 4).toArray(new Knot[0]);
            case 4 -> knot.pair = new Pair(other, random.nextBoolean() ? other.list : some(random, knots, 3));
            case 5 -> knot.crew = new Crew(new HashSet<>(some(random, knots, 2)), some(random, knots, 2));
            case 6 -> {
                knot.bag = new Bag();
                knot.bag.addAll(some(random, knots, 3));
            }
            case 7 -> knot.numbers = other.numbers == null ? new int[] {random.nextInt()} : other.numbers;
            case 8 -> knot.text = other.text == null ? new StringBuilder("t") : other.text;
            default -> knot.any = random.nextBoolean() ? new Date(random.nextInt()) : new AtomicInteger(3);
        }
        knot.next = knots.get(random.nextInt(knots.size()));
    }

    private static List<Knot> some(Random random, List<Knot> knots, int most) {
        List<Knot> some = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            some.add(knots.get(random.nextInt(knots.size())));
        }
        return some;
    }

    /** Which came of which; walks without recursion. */
    private static final class Walk {
        private final Map<Object, Object> came = new IdentityHashMap<>();
        private final Map<Object, Object> sent = new IdentityHashMap<>();
        private final Deque<Knot> open = new ArrayDeque<>();

        void run(Knot first, Knot other) {
            pair(first, other);
            for (Knot next = open.poll(); next != null; next = open.poll()) {
                compare(next, (Knot) Objects.requireNonNull(came.get(next)));
            }
        }

        private void pair(@Nullable Object one, @Nullable Object other) {
            if (one == null || other == null) {
                assertThat(other).isSameAs(one);
                return;
            }
            assertThat(other).hasSameClassAs(one);
            Object known = came.putIfAbsent(one, other);
            assertThat(known == null || known == other).isTrue();
            Object back = sent.putIfAbsent(other, one);
            assertThat(back == null || back == one).isTrue();
            if (known == null && one instanceof Knot knot) {
                open.add(knot);
            }
        }

        private void all(Iterable<?> some, Iterable<?> others) {
            Iterator<?> rest = others.iterator();
            for (Object each : some) {
                pair(each, rest.next());
            }
            assertThat(rest.hasNext()).isFalse();
        }

        private void compare(Knot one, Knot other) {
            assertThat(other.id).isEqualTo(one.id);
            pair(one.list, other.list);
            all(one.list, other.list);
            all(List.of(one.array), List.of(other.array));
            pair(one.next, other.next);
            pair(one.numbers, other.numbers);
            pair(one.text, other.text);
            pair(one.any, other.any);
            if (one.pair != null && other.pair != null) {
                pair(one.pair.one, other.pair.one);
                pair(one.pair.others, other.pair.others);
                all(one.pair.others, other.pair.others);
            }
            if (one.crew != null && other.crew != null) {
                all(one.crew.order, other.crew.order);
            }
        }

        /** When all is known that belongs together. */
        void found() {
            new ArrayList<>(came.keySet()).forEach(each -> {
                if (each instanceof Knot knot) {
                    found(knot, (Knot) Objects.requireNonNull(came.get(knot)));
                }
            });
        }

        private void found(Knot one, Knot other) {
            found(one.set, other.set);
            found(one.map.keySet(), other.map.keySet());
            one.map.forEach((key, value) -> assertThat(other.map.get(Objects.requireNonNull((Knot) came.get(key))))
                    .isEqualTo(value));
            if (one instanceof Numbered numbered) {
                found(numbered.peers, ((Numbered) other).peers);
            }
            if (one.crew != null) {
                found(one.crew.members, Objects.requireNonNull(other.crew).members);
            }
            if (one.bag != null) {
                found(one.bag, Objects.requireNonNull(other.bag));
                assertThat(other.bag.added).isEqualTo(one.bag.added);
            }
        }

        private void found(Set<Knot> some, Set<Knot> others) {
            assertThat(others).hasSameSizeAs(some);
            for (Knot each : some) {
                assertThat(others.contains((Knot) came.get(each)))
                        .as("%s", each.id)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void graphsArriveAsTheyWere(Marshaller.Format format) {
        Marshaller marshaller = marshaller(format);
        int refused = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            Knot graph = graph(new Random(seed));
            Knot came;
            try {
                came = cross(marshaller, Knot.class, graph);
            } catch (MarshallingException e) {
                assertThat(e).as("seed %s", seed).hasMessageContaining("its constructor copies what a cycle");
                refused++;
                continue;
            }
            try {
                Walk walk = new Walk();
                walk.run(graph, came);
                walk.found();
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(refused).isLessThan(ROUNDS * 2 / 3);
    }

    private static Marshaller marshaller(Marshaller.Format format) {
        return new Marshaller(format, 1 << 22, Marshaller.UNCHANGED);
    }

    private static <T> T cross(Marshaller marshaller, Class<T> type, T value) {
        byte[] bytes = marshaller.write(type, value);
        return type.cast(Objects.requireNonNull(marshaller.read(type, bytes, IdentityTests.class.getClassLoader())));
    }

    private static <T> T cross(Class<T> type, T value) {
        return cross(marshaller(Marshaller.Format.CBOR), type, value);
    }

    // ---- one by one

    /** Where an object is to be found again. */
    record Plan(Knot root, Map<Knot, Integer> depths, Set<Knot> all) {}

    @Test
    void whatIsFoundByIdentityIsFoundAgain() {
        Knot root = new Knot();
        Plan came = cross(Plan.class, new Plan(root, new HashMap<>(Map.of(root, 3)), Set.of(root)));

        assertThat(came.depths()).containsEntry(came.root(), 3);
        assertThat(came.all()).containsExactly(came.root());
    }

    @Test
    void aRecordThatCopiesASetGetsItWholeNearACycle() {
        Knot cyclic = new Knot();
        cyclic.next = cyclic;
        Numbered member = new Numbered();
        cyclic.crew = new Crew(new HashSet<>(Set.of(member)), List.of(member));

        Knot came = cross(Knot.class, cyclic);

        assertThat(Objects.requireNonNull(came.crew).members())
                .containsExactly(came.crew.order().get(0));
    }

    @Test
    void aRecordThatCopiesWhatACycleLeadsBackIntoIsRefused() {
        Knot cyclic = new Knot();
        cyclic.crew = new Crew(Set.of(cyclic), List.of());

        assertThatThrownBy(() -> cross(Knot.class, cyclic))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("members: its constructor copies what a cycle leads back into");
    }

    /** A node of a tree whose parent is declared as another type than it is. */
    static final class Tree<T> {
        @Nullable
        T value;

        @Nullable
        Tree<?> parent;

        final List<Tree<T>> children = new ArrayList<>();

        @Nullable
        Iterable<Tree<T>> unused;
    }

    /** As it is sent. */
    static final class Forest {
        Tree<String> tree = new Tree<>();
        List<Tree<String>> all = new ArrayList<>();
        java.util.Collection<Tree<String>> same = all;
    }

    @Test
    void oneObjectThatIsDeclaredInTwoWaysIsOne() {
        Forest forest = new Forest();
        Tree<String> child = new Tree<>();
        child.parent = forest.tree;
        forest.tree.children.add(child);
        forest.all.add(forest.tree);

        Forest came = cross(Forest.class, forest);

        assertThat(came.tree.children.get(0).parent).isSameAs(came.tree);
        assertThat(came.all.get(0)).isSameAs(came.tree);
        assertThat(came.same).isSameAs(came.all);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLinkedOneToTheNextCrossesInAnyLength(Marshaller.Format format) {
        Knot first = new Knot();
        Knot last = first;
        for (int i = 1; i < 20_000; i++) {
            last.next = new Knot();
            last = last.next;
            last.id = i;
        }
        last.list.add(first);

        Knot came = cross(marshaller(format), Knot.class, first);

        int count = 1;
        Knot end = came;
        for (; end.next != null; end = end.next) {
            count += end.next.id == count ? 1 : 0;
        }
        assertThat(count).isEqualTo(20_000);
        assertThat(end.list.get(0)).isSameAs(came);
    }

    @Test
    void whatIsHeldManyTimesIsWrittenOnce() {
        Samples.Node top = new Samples.Node();
        for (int i = 0; i < 60; i++) { // 2^60 of them without identities
            Samples.Node next = new Samples.Node();
            next.left = top;
            next.right = top;
            top = next;
        }
        Samples.Node came = cross(marshaller(Marshaller.Format.JSON), Samples.Node.class, top);

        assertThat(came.left).isNotNull().isSameAs(came.right);
    }

    /** Equal ones that a number orders. */
    static final class Ranks {
        @Nullable
        Ranks self;

        final TreeSet<Numbered> sorted = new TreeSet<>();
    }

    @Test
    void whatIsSortedIsSortedWhenItIsWhole() {
        Ranks ranks = new Ranks();
        ranks.self = ranks;
        for (int id : List.of(3, 1, 2)) {
            Numbered each = new Numbered();
            each.id = id;
            each.next = ranks.sorted.isEmpty() ? each : ranks.sorted.first();
            ranks.sorted.add(each);
        }
        assertThat(cross(Ranks.class, ranks).sorted).extracting(each -> each.id).containsExactly(1, 2, 3);
    }
}
