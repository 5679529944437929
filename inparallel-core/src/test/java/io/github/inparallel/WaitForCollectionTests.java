package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link WaitFor} over every kind of collection, whatever the loop's body does with it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings({"CollectionUndefinedEquality", "JdkObsolete"}) // futures are compared by identity; users have lists
class WaitForCollectionTests {

    private final WaitFor waitFor = new WaitFor();

    /** Equal to the others of its number, and so to none in a set. */
    private static final class Equal extends CompletableFuture<Integer> {
        private final int number;

        Equal(int number) {
            this.number = number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Equal equal && equal.number == number;
        }

        @Override
        public int hashCode() {
            return number % 7;
        }
    }

    private static final Comparator<CompletableFuture<Integer>> BY_NUMBER =
            Comparator.comparingInt(future -> ((Equal) future).number);

    private static Map<String, Supplier<Collection<CompletableFuture<Integer>>>> kinds() {
        Map<String, Supplier<Collection<CompletableFuture<Integer>>>> kinds = new TreeMap<>();
        kinds.put("ArrayList", ArrayList::new);
        kinds.put("LinkedList", LinkedList::new);
        kinds.put("Vector", Vector::new);
        kinds.put("ArrayDeque", ArrayDeque::new);
        kinds.put("HashSet", HashSet::new);
        kinds.put("LinkedHashSet", LinkedHashSet::new);
        kinds.put("TreeSet", () -> new TreeSet<>(BY_NUMBER));
        kinds.put("PriorityQueue", () -> new PriorityQueue<>(BY_NUMBER));
        kinds.put("identity set", () -> Collections.newSetFromMap(new IdentityHashMap<>()));
        kinds.put("concurrent set", ConcurrentHashMap::newKeySet);
        kinds.put("synchronized list", () -> Collections.synchronizedList(new ArrayList<>()));
        kinds.put("ConcurrentLinkedQueue", ConcurrentLinkedQueue::new);
        kinds.put("ConcurrentLinkedDeque", ConcurrentLinkedDeque::new);
        kinds.put("LinkedBlockingQueue", LinkedBlockingQueue::new);
        kinds.put("CopyOnWriteArrayList", CopyOnWriteArrayList::new);
        kinds.put("CopyOnWriteArraySet", CopyOnWriteArraySet::new);
        return kinds;
    }

    private static Collection<CompletableFuture<Integer>> collection(String kind) {
        return Objects.requireNonNull(kinds().get(kind)).get();
    }

    // ---- any script

    static Stream<Arguments> scripts() {
        return kinds().keySet().stream().flatMap(kind -> Stream.of(8, 60, 700).map(size -> Arguments.of(kind, size)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("scripts")
    void drainDoesWhatItPromisesWhateverTheBodyDoes(String kind, int size) {
        for (int round = 0; round < (size > 100 ? 3 : 40); round++) {
            long seed = System.nanoTime();
            try {
                new Script(collection(kind), size, new Random(seed)).run();
            } catch (Throwable e) {
                fail("seed " + seed + "L with " + kind + " of " + size, e);
            }
        }
    }

    /** One loop, driven by hand. What is expected is told from the collection as it was before each step. */
    private final class Script {
        private final Collection<CompletableFuture<Integer>> inFlight;
        private final int size;
        private final Random random;
        private final Set<Object> yielded = Collections.newSetFromMap(new IdentityHashMap<>());
        private int number;

        Script(Collection<CompletableFuture<Integer>> inFlight, int size, Random random) {
            this.inFlight = inFlight;
            this.size = size;
            this.random = random;
        }

        void run() {
            IntStream.range(0, random.nextInt(size + 1)).forEach(i -> add());
            if (random.nextBoolean()) {
                Iterator<CompletableFuture<Integer>> drain =
                        waitFor.drain(inFlight, Duration.ZERO).iterator();
                IntStream.range(0, 2 * size).forEach(i -> {
                    change();
                    step(drain);
                });
            } else {
                int concurrency = 1 + random.nextInt(size);
                Iterator<Optional<CompletableFuture<Integer>>> drain =
                        waitFor.drain(inFlight, concurrency).iterator();
                IntStream.range(0, 2 * size).forEach(i -> {
                    change();
                    stepOrAsk(drain, concurrency);
                });
            }
            inFlight.forEach(this::end);
            for (CompletableFuture<Integer> done : waitFor.drain(inFlight)) {
                assertThat(yielded.add(done)).isTrue();
            }
            assertThat(inFlight).isEmpty();
        }

        private void change() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> add();
                case 4, 5, 6 -> any().ifPresent(this::end);
                case 7 -> any().ifPresent(this::remove);
                case 8 -> {
                    add();
                    any().ifPresent(this::remove); // as many as before
                }
                case 9 -> {
                    if (size < 200 && !(inFlight instanceof Set)) {
                        any().ifPresent(inFlight::add); // there twice
                    }
                }
                case 10 -> {
                    if (random.nextInt(10) == 0) {
                        int before = inFlight.size();
                        inFlight.clear();
                        IntStream.range(0, random.nextBoolean() ? 0 : before).forEach(i -> add());
                    }
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        inFlight.removeIf(Future::isDone); // whoever asks then is not told that one is there
                    }
                }
            }
        }

        private void add() {
            CompletableFuture<Integer> future = new Equal(number++);
            if (inFlight.add(future) && random.nextInt(3) == 0) {
                end(future);
            }
        }

        private void end(CompletableFuture<Integer> future) {
            switch (random.nextInt(3)) {
                case 0 -> future.complete(1);
                case 1 -> future.completeExceptionally(new IllegalStateException());
                default -> future.cancel(true);
            }
        }

        private Optional<CompletableFuture<Integer>> any() {
            return inFlight.isEmpty()
                    ? Optional.empty()
                    : inFlight.stream().skip(random.nextInt(inFlight.size())).findFirst();
        }

        private void remove(CompletableFuture<Integer> future) {
            inFlight.removeIf(each -> each == future);
        }

        private void step(Iterator<CompletableFuture<Integer>> drain) {
            List<CompletableFuture<Integer>> before = new ArrayList<>(inFlight);
            if (before.isEmpty()) {
                assertThat(drain.hasNext()).isFalse();
            } else if (before.stream().noneMatch(Future::isDone)) {
                assertThatThrownBy(drain::hasNext)
                        .isInstanceOfSatisfying(
                                DrainTimeoutException.class,
                                timeout -> assertThat(timeout.remaining()).isEqualTo(before.size()));
                assertThat(inFlight).hasSameSizeAs(before);
            } else {
                if (random.nextBoolean()) {
                    assertThat(drain.hasNext()).isTrue();
                    assertThat(inFlight).hasSameSizeAs(before);
                }
                taken(drain.next(), before);
            }
        }

        private void stepOrAsk(Iterator<Optional<CompletableFuture<Integer>>> drain, int concurrency) {
            List<CompletableFuture<Integer>> before = new ArrayList<>(inFlight);
            boolean ready = before.stream().anyMatch(Future::isDone);
            if (!ready && before.size() >= concurrency) {
                before.get(random.nextInt(before.size())).complete(1); // else it waits for ever, as it should
                ready = true;
            }
            if (ready) {
                taken(drain.next().orElseThrow(), before);
            } else {
                // It asks, or has been told that there are no more: then it would wait.
                add();
                while (inFlight.size() < concurrency && random.nextInt(4) > 0) {
                    add();
                }
                inFlight.forEach(this::end);
                if (!inFlight.isEmpty()) {
                    List<CompletableFuture<Integer>> now = new ArrayList<>(inFlight);
                    taken(drain.next().orElseThrow(), now);
                }
            }
        }

        private void taken(CompletableFuture<Integer> done, List<CompletableFuture<Integer>> before) {
            assertThat(done.isDone()).isTrue();
            assertThat(before.stream().anyMatch(each -> each == done)).isTrue();
            assertThat(yielded.add(done)).isTrue();
            List<Object> expected = new ArrayList<>(before);
            expected.removeIf(each -> each == done);
            List<Object> now = new ArrayList<>(inFlight);
            if (inFlight instanceof PriorityQueue || inFlight instanceof Set) { // they have no order to keep
                Comparator<Object> order = Comparator.comparingInt(each -> ((Equal) each).number);
                expected.sort(order);
                now.sort(order);
            }
            boolean same = now.size() == expected.size();
            for (int i = 0; same && i < now.size(); i++) {
                same = now.get(i) == expected.get(i);
            }
            if (!same) {
                assertThat(now).containsExactlyElementsOf(expected);
            }
        }
    }

    // ---- many

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ArrayList",
                "LinkedList",
                "Vector",
                "ArrayDeque",
                "HashSet",
                "LinkedHashSet",
                "identity set",
                "concurrent set",
                "ConcurrentLinkedQueue",
                "ConcurrentLinkedDeque",
                "LinkedBlockingQueue",
                "synchronized list",
                "TreeSet"
            })
    void manyThatAreCompleteAreDrainedInNoTime(String kind) {
        Collection<CompletableFuture<Integer>> inFlight = collection(kind);
        for (int i = 0; i < 200_000; i++) {
            CompletableFuture<Integer> future = kind.equals("TreeSet") ? new Equal(i) : new CompletableFuture<>();
            future.complete(i);
            inFlight.add(future);
        }
        int left = 200_000;
        long sum = 0;

        for (CompletableFuture<Integer> done : waitFor.drain(inFlight)) {
            left--;
            sum += done.join();
            if (left < 100 || left % 10_000 == 0) {
                assertThat(inFlight.size()).isEqualTo(left);
            }
        }

        assertThat(left).isZero();
        assertThat(sum).isEqualTo(200_000L * 199_999 / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ArrayList", "HashSet", "ArrayDeque", "LinkedList", "ConcurrentLinkedQueue"})
    void manyThatAreThereTwiceOrAreAddedMeanwhileAreDrainedInNoTime(String kind) {
        Collection<CompletableFuture<Integer>> inFlight = collection(kind);
        for (int i = 0; i < 100_000; i++) {
            inFlight.add(CompletableFuture.completedFuture(i));
        }
        inFlight.addAll(List.copyOf(inFlight));
        int seen = 0;

        for (CompletableFuture<Integer> done : waitFor.drain(inFlight)) {
            if (seen < 50_000) {
                inFlight.add(CompletableFuture.completedFuture(-1));
            }
            seen += done.isDone() ? 1 : 0;
        }

        assertThat(seen).isEqualTo(150_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ArrayList", "HashSet", "ArrayDeque"})
    void manyThatCompleteOneAfterTheOtherAreDrainedInNoTime(String kind) {
        Collection<CompletableFuture<Integer>> inFlight = collection(kind);
        for (int i = 0; i < 20_000; i++) {
            inFlight.add(new CompletableFuture<>());
        }
        List<CompletableFuture<Integer>> order = new ArrayList<>(inFlight);
        Collections.shuffle(order, new Random(7));
        Iterator<CompletableFuture<Integer>> next = order.iterator();
        Iterator<CompletableFuture<Integer>> completing = order.iterator();
        completing.next().complete(1);

        for (CompletableFuture<Integer> done : waitFor.drain(inFlight)) {
            assertThat(done).isSameAs(next.next());
            if (completing.hasNext()) {
                completing.next().complete(1);
            }
        }

        assertThat(next.hasNext()).isFalse();
    }

    @Test
    void manyAreKeptInFlightInNoTime() {
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>();
        ArrayDeque<CompletableFuture<Integer>> open = new ArrayDeque<>();
        int added = 0;
        int seen = 0;

        for (Optional<CompletableFuture<Integer>> done : waitFor.drain(inFlight, 1_000)) {
            if (done.isPresent()) {
                seen++;
            } else if (added < 10_000) {
                added++;
                open.add(new CompletableFuture<>());
                inFlight.add(open.getLast());
            }
            if (inFlight.size() == 1_000 || added == 10_000 && !open.isEmpty()) {
                open.remove().complete(1);
            }
        }

        assertThat(seen).isEqualTo(10_000);
    }

    @Test
    void allMayBeTakenOutInOneTurn() {
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(i -> inFlight.add(CompletableFuture.completedFuture(i)));
        CompletableFuture<Integer> other = CompletableFuture.completedFuture(-1);
        int seen = 0;

        for (CompletableFuture<Integer> done : waitFor.drain(inFlight)) {
            seen++;
            if (seen == 10) {
                inFlight.clear();
                inFlight.add(other);
            }
            assertThat(done == other).isEqualTo(seen == 11);
        }

        assertThat(seen).isEqualTo(11);
    }

    @Test
    void whatIsEqualButAnotherStays() {
        Collection<CompletableFuture<Integer>> inFlight = new ArrayList<>();
        Equal open = new Equal(1);
        Equal done = new Equal(1);
        done.complete(1);
        inFlight.add(open);
        inFlight.add(done);

        assertThat(waitFor.drain(inFlight).iterator().next()).isSameAs(done);
        assertThat(inFlight.iterator().next()).isSameAs(open);
    }

    // ---- collections that do not allow it

    static Stream<Arguments> unchangeable() {
        List<CompletableFuture<Integer>> done = List.of(CompletableFuture.completedFuture(1));
        return Stream.of(
                Arguments.of("List.of", done),
                Arguments.of("Set.of", Set.of(done.get(0))),
                Arguments.of("unmodifiable", Collections.unmodifiableCollection(new ArrayDeque<>(done))),
                Arguments.of("Arrays.asList", Arrays.asList(CompletableFuture.completedFuture(1))),
                Arguments.of("singleton", Collections.singletonList(done.get(0))),
                Arguments.of("nCopies", Collections.nCopies(3, done.get(0))),
                Arguments.of("own", new AbstractList<CompletableFuture<Integer>>() {
                    @Override
                    public CompletableFuture<Integer> get(int index) {
                        return done.get(index);
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unchangeable")
    void collectionThatCannotBeChangedIsRefused(String name, Collection<CompletableFuture<Integer>> inFlight) {
        assertThatThrownBy(() -> waitFor.drain(inFlight).iterator().next())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("inFlight cannot be changed")
                .hasMessageContaining("ArrayList")
                .hasCauseInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> waitFor.drain(inFlight, 1).iterator().next())
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- after an exception

    @Test
    void iteratorGoesOnAfterItWasInterrupted() {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        List<Future<Integer>> inFlight = new ArrayList<>(List.of(future));
        Iterator<Future<Integer>> drain = waitFor.drain(inFlight).iterator();
        for (int i = 0; i < 2; i++) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(drain::hasNext).isInstanceOf(InParallelException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(() -> future.complete(1));

        assertThat(drain.next()).isSameAs(future);
        assertThat(drain.hasNext()).isFalse();
    }

    @Test
    void iteratorGoesOnAfterItsTimeout() {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        Collection<CompletableFuture<Integer>> inFlight = new ArrayList<>(List.of(future));
        Iterator<CompletableFuture<Integer>> drain =
                waitFor.drain(inFlight, Duration.ofNanos(1)).iterator();

        assertThatThrownBy(drain::next).hasMessage("1 of 1 future is not complete after 1ns");
        assertThatThrownBy(drain::next).hasMessage("1 of 1 future is not complete after 1ns");
        future.complete(1);
        assertThat(drain.next()).isSameAs(future);
    }

    // ---- futures that are no stages, and others that do not do as they should

    private static void awaitNoHelpers() {
        await().until(() -> {
            System.gc(); // a loop that was left without a word ends when it is garbage
            return Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("inparallel-wait-for"));
        });
    }

    private static FutureTask<Integer> foreign() {
        return new FutureTask<>(() -> 1);
    }

    static Stream<Arguments> ways() {
        WaitFor waitFor = new WaitFor();
        BiConsumer<List<Future<Integer>>, Duration> body = (inFlight, timeout) -> {
            for (Future<Integer> done : waitFor.drain(inFlight, timeout)) {
                throw new IllegalStateException("body at " + done);
            }
        };
        return Stream.of(
                Arguments.of("interrupt", (Callable<?>) () -> {
                    Thread.currentThread().interrupt();
                    return waitFor.drain(new ArrayList<>(List.of(foreign())))
                            .iterator()
                            .hasNext();
                }),
                Arguments.of("timeout", (Callable<?>) () -> {
                    body.accept(new ArrayList<>(List.of(foreign())), Duration.ofMillis(5));
                    return null;
                }),
                Arguments.of("exception of the body", (Callable<?>) () -> {
                    FutureTask<Integer> done = foreign();
                    done.run();
                    body.accept(new ArrayList<>(List.of(done, foreign())), Duration.ofMinutes(5));
                    return null;
                }),
                Arguments.of("failure of a map", (Callable<?>) () -> waitFor.map(
                                List.of(1, 2),
                                2,
                                input -> input == 1
                                        ? foreign()
                                        : CompletableFuture.failedFuture(new IllegalStateException()))
                        .toList()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void helpersEndWithTheLoopHoweverItEnds(String name, Callable<?> loop) {
        assertThatThrownBy(loop::call).isInstanceOf(RuntimeException.class);
        Thread.interrupted();
        awaitNoHelpers();
    }

    /** Fails at every turn. */
    private static class Rude extends FutureTask<Integer> {
        Rude() {
            super(() -> 1);
        }

        @Override
        public Integer get() throws InterruptedException {
            try {
                super.get();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // it is done
            }
            throw sneaky(new Throwable("no better word"));
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
            throw (E) e;
        }
    }

    /** Says that it tells when it is complete, but does not. */
    private static final class RudeStage extends CompletableFuture<Integer> implements RunnableFuture<Integer> {
        @Override
        public CompletableFuture<Integer> whenComplete(BiConsumer<? super Integer, ? super Throwable> action) {
            throw Rude.sneaky(new Throwable("no stage"));
        }

        @Override
        public void run() {
            complete(1);
        }
    }

    @Test
    void futuresThatThrowAtEveryTurnAreYieldedOnce() {
        for (boolean stage : new boolean[] {false, true}) {
            RunnableFuture<Integer> rude = stage ? new RudeStage() : new Rude();
            List<Future<Integer>> inFlight = new ArrayList<>(List.of(rude, new CompletableFuture<>()));
            Iterator<Future<Integer>> drain = waitFor.drain(inFlight).iterator();
            CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(rude);

            assertThat(drain.next()).isSameAs(rude);
            assertThat(inFlight).hasSize(1);
            ((CompletableFuture<?>) inFlight.get(0)).cancel(true);
            drain.next();
            assertThat(drain.hasNext()).isFalse();
        }
        awaitNoHelpers();
    }

    @Test
    void futuresThatTheBodyCancelsAreYielded() {
        List<Future<Integer>> inFlight = new ArrayList<>(
                List.of(CompletableFuture.completedFuture(1), foreign(), new CompletableFuture<>(), foreign()));
        int seen = 0;

        for (Future<Integer> done : waitFor.drain(inFlight)) {
            seen++;
            inFlight.stream().limit(1).forEach(each -> each.cancel(true));
            assertThat(done.isDone()).isTrue();
        }

        assertThat(seen).isEqualTo(4);
        awaitNoHelpers();
    }
}
