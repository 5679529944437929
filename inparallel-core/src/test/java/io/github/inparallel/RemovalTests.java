package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One future is found and taken out of a collection of any kind, by identity. */
@SuppressWarnings({"CollectionUndefinedEquality", "JdkObsolete"}) // as callers may have it
class RemovalTests {

    /** All are equal, so only identity tells them apart. */
    private static final class Same extends CompletableFuture<Integer> implements Comparable<Same> {
        private static int made;
        private final int number = made++;

        @Override
        public boolean equals(Object other) {
            return other instanceof Same;
        }

        @Override
        public int hashCode() {
            return 1;
        }

        @Override
        public int compareTo(Same other) {
            return Integer.compare(number, other.number);
        }
    }

    private record Kind(String name, Supplier<Collection<CompletableFuture<Integer>>> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("ArrayList", ArrayList::new),
                new Kind("LinkedList", LinkedList::new),
                new Kind("ArrayDeque", ArrayDeque::new),
                new Kind("LinkedHashSet", LinkedHashSet::new),
                new Kind("ConcurrentLinkedQueue", ConcurrentLinkedQueue::new),
                new Kind("CopyOnWriteArrayList", CopyOnWriteArrayList::new),
                new Kind("CopyOnWriteArraySet", CopyOnWriteArraySet::new));
    }

    private final List<CompletableFuture<Integer>> futures = new ArrayList<>();

    private Collection<CompletableFuture<Integer>> filled(Collection<CompletableFuture<Integer>> inFlight, int size) {
        for (int i = 0; i < size; i++) {
            futures.add(new CompletableFuture<>());
        }
        inFlight.addAll(futures);
        return inFlight;
    }

    private List<CompletableFuture<Integer>> without(int... places) {
        List<CompletableFuture<Integer>> left = new ArrayList<>(futures);
        for (int each : places) {
            left.remove(futures.get(each));
        }
        return left;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void futureIsTakenOutWhereverItIs(Kind kind) {
        Collection<CompletableFuture<Integer>> inFlight = filled(kind.make().get(), 10);
        Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);

        for (int place : new int[] {5, 9, 0, 2}) {
            assertThat(removal.remove(futures.get(place), place)).isTrue();
        }

        assertThat(inFlight).containsExactlyElementsOf(without(5, 9, 0, 2));
        assertThat(removal.remove(futures.get(5), 5)).isFalse();
        assertThat(inFlight).hasSize(6);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void futureIsFoundWhileItIsThere(Kind kind) {
        Collection<CompletableFuture<Integer>> inFlight = filled(kind.make().get(), 10);
        Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);

        for (int place : new int[] {3, 3, 7, 1}) {
            assertThat(removal.finds(futures.get(place), place)).isTrue();
        }
        assertThat(removal.finds(new CompletableFuture<>(), 3)).isFalse();
        assertThat(removal.remove(futures.get(1), 1)).isTrue();
        assertThat(removal.finds(futures.get(1), 1)).isFalse();
        assertThat(inFlight).containsExactlyElementsOf(without(1));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void callerMayChangeTheCollectionBetweenFindingAndRemoving(Kind kind) {
        Collection<CompletableFuture<Integer>> inFlight = filled(kind.make().get(), 10);
        Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);
        assertThat(removal.finds(futures.get(4), 4)).isTrue();

        inFlight.remove(futures.get(0));
        CompletableFuture<Integer> added = new CompletableFuture<>();
        inFlight.add(added);

        assertThat(removal.remove(futures.get(4), 4)).isTrue();
        assertThat(inFlight).hasSize(9).contains(added).doesNotContain(futures.get(4));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void futureThatTheCallerTookOutAfterItWasFoundIsNotRemoved(Kind kind) {
        Collection<CompletableFuture<Integer>> inFlight = filled(kind.make().get(), 10);
        Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);
        removal.finds(futures.get(4), 4);

        inFlight.remove(futures.get(4));

        assertThat(removal.remove(futures.get(4), 4)).isFalse();
        assertThat(inFlight).containsExactlyElementsOf(without(4));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void equalFutureOfWhichItIsNotTheOneStays(Kind kind) {
        Collection<CompletableFuture<Integer>> inFlight = kind.make().get();
        Same there = new Same();
        inFlight.add(there);
        Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);

        assertThat(removal.finds(new Same(), 0)).isFalse();
        assertThat(removal.remove(new Same(), 0)).isFalse();
        assertThat(inFlight).hasSize(1);
        assertThat(removal.remove(there, 0)).isTrue();
        assertThat(inFlight).isEmpty();
    }

    @Test
    void oneOccurrenceOfSeveralIsTakenOut() {
        CompletableFuture<Integer> twice = new CompletableFuture<>();
        List<Collection<CompletableFuture<Integer>>> kinds =
                List.of(new ArrayList<>(List.of(twice, twice)), new ArrayDeque<>(List.of(twice, twice)));
        for (Collection<CompletableFuture<Integer>> inFlight : kinds) {
            Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);

            assertThat(removal.remove(twice, 1)).isTrue();

            assertThat(inFlight).containsExactly(twice);
        }
    }

    /** Equal to itself alone, but who looks at its class cannot know. */
    private static final class Own extends CompletableFuture<Integer> {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void setWhoseIteratorCannotRemoveLosesOnlyTheOne() {
        Own first = new Own();
        Own second = new Own();
        Own third = new Own();
        Collection<CompletableFuture<Integer>> inFlight = new CopyOnWriteArraySet<>(List.of(first, second, third));
        Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);

        assertThat(removal.remove(second, 1)).isTrue();
        assertThat(inFlight).containsExactly(first, third);
        assertThat(removal.remove(second, 1)).isFalse();
    }

    // ---- how far it is looked for

    @Test
    void futureOfAListIsTakenOutWhereverItHasMovedTo() {
        Collection<CompletableFuture<Integer>> inFlight = filled(new ArrayList<>(), 100);
        Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);

        assertThat(removal.remove(futures.get(50), 40)).isTrue();
        assertThat(removal.remove(futures.get(20), 30)).isTrue();

        assertThat(inFlight).containsExactlyElementsOf(without(50, 20));
    }

    @Test
    void listIsSearchedOnBothSidesOfThePlaceAndNotFarFromIt() {
        Collection<CompletableFuture<Integer>> inFlight = filled(new ArrayList<>(), 5_000);
        Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);

        assertThat(removal.finds(futures.get(2_500), 2_500)).isTrue();
        assertThat(removal.finds(futures.get(2_500), 4_499)).isTrue();
        assertThat(removal.finds(futures.get(2_500), 4_500)).isFalse();
        assertThat(removal.finds(futures.get(2_500), 500)).isTrue();
        assertThat(removal.finds(futures.get(2_500), 499)).isFalse();
        assertThat(removal.finds(futures.get(4_999), 9_000)).isTrue(); // many have gone since
        assertThat(removal.finds(futures.get(0), 0)).isTrue();
    }

    @Test
    void emptyCollectionHasNothing() {
        List<Collection<CompletableFuture<Integer>>> kinds =
                List.of(new ArrayList<>(), new ArrayDeque<>(), new HashSet<>());
        for (Collection<CompletableFuture<Integer>> inFlight : kinds) {
            Removal<CompletableFuture<Integer>> removal = new Removal<>(inFlight);

            assertThat(removal.finds(new CompletableFuture<>(), 0)).isFalse();
            assertThat(removal.remove(new CompletableFuture<>(), 0)).isFalse();
        }
    }

    // ---- what it costs

    @Test
    void hashSetCostsNothingListsMovesAndOthersSteps() {
        Removal<?> list = new Removal<>(new ArrayList<CompletableFuture<Integer>>());
        Removal<?> queue = new Removal<>(new ArrayDeque<CompletableFuture<Integer>>());
        Removal<?> sorted = new Removal<>(new TreeSet<Same>());
        Removal<?> set = new Removal<>(new HashSet<CompletableFuture<Integer>>());

        assertThat(list.isCostly(20_000, 20_000)).isFalse();
        assertThat(list.isCostly(20_000, 20_001)).isTrue();
        assertThat(list.isCostly(1 << 20, 1 << 20)).isTrue(); // more than an int can tell
        assertThat(queue.isCostly(2_000, 2_000)).isFalse();
        assertThat(queue.isCostly(2_000, 2_001)).isTrue();
        assertThat(sorted.isCostly(2_000, 2_001)).isTrue();
        assertThat(set.isCostly(1 << 20, 1 << 20)).isFalse();
    }

    @Test
    void listsAreTakenFromAtTheEnd() {
        assertThat(new Removal<>(new ArrayList<CompletableFuture<Integer>>()).isCheapestAtTheEnd())
                .isTrue();
        assertThat(new Removal<>(new LinkedList<CompletableFuture<Integer>>()).isCheapestAtTheEnd())
                .isFalse();
        assertThat(new Removal<>(new HashSet<CompletableFuture<Integer>>()).isCheapestAtTheEnd())
                .isFalse();
    }

    // ---- what cannot be changed

    static Stream<Collection<CompletableFuture<Integer>>> unchangeable() {
        CompletableFuture<Integer> one = new CompletableFuture<>();
        return Stream.of(
                List.of(one), Arrays.asList(one), Collections.unmodifiableCollection(new ArrayList<>(List.of(one))));
    }

    @ParameterizedTest
    @MethodSource("unchangeable")
    void collectionThatCanBeSeenNotToAllowRemovalIsRefused(Collection<CompletableFuture<Integer>> inFlight) {
        assertThatThrownBy(() -> new Removal<>(inFlight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("inFlight cannot be changed (" + inFlight.getClass().getName()
                        + "); pass a collection that futures can be removed from, such as an ArrayList")
                .hasCauseInstanceOf(UnsupportedOperationException.class);
    }
}
