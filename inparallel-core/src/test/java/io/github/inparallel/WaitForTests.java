package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sentence of what {@link WaitFor} promises. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("CollectionUndefinedEquality") // futures are compared by identity
class WaitForTests {

    private final WaitFor waitFor = new WaitFor();

    private static <T> List<CompletableFuture<T>> futures(int count) {
        return Stream.generate(CompletableFuture<T>::new).limit(count).collect(Collectors.toCollection(ArrayList::new));
    }

    private static <T> List<T> all(Iterable<T> iterable) {
        List<T> all = new ArrayList<>();
        iterable.forEach(all::add);
        return all;
    }

    // ---- drain

    @Test
    void drainYieldsInOrderOfCompletion() { // B86
        List<CompletableFuture<Integer>> futures = futures(3);
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>(futures);
        List<CompletableFuture<Integer>> seen = new ArrayList<>();
        futures.get(2).complete(2);

        for (CompletableFuture<Integer> done : waitFor.drain(inFlight)) {
            seen.add(done);
            futures.get(seen.size() == 1 ? 0 : 1).complete(0);
        }

        assertThat(seen).containsExactly(futures.get(2), futures.get(0), futures.get(1));
        assertThat(inFlight).isEmpty();
    }

    @Test
    void drainYieldsCompleteOnesFirstAndEachOnce() { // B83
        CompletableFuture<Integer> open = new CompletableFuture<>();
        CompletableFuture<Integer> done = CompletableFuture.completedFuture(1);
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>(List.of(open, done, done, open));
        Iterator<CompletableFuture<Integer>> drain = waitFor.drain(inFlight).iterator();

        assertThat(drain.next()).isSameAs(done);
        assertThat(inFlight).containsExactly(open, open);
        open.complete(2);
        assertThat(drain.next()).isSameAs(open);
        assertThat(drain.hasNext()).isFalse();
        assertThat(inFlight).isEmpty();
    }

    @Test
    void drainYieldsFailedAndCancelledOnesToo() { // B88, B90
        CompletableFuture<Integer> failed = CompletableFuture.failedFuture(new IOException("no"));
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        Collection<Future<?>> inFlight = new HashSet<>(List.of(failed, cancelled));

        assertThat(all(waitFor.drain(inFlight))).containsExactlyInAnyOrder(failed, cancelled);
        assertThat(inFlight).isEmpty();
    }

    @Test
    void drainAcceptsFuturesThatTheBodyAdds() { // B85
        Collection<CompletableFuture<Integer>> inFlight = new ArrayDeque<>();
        inFlight.add(CompletableFuture.completedFuture(0));
        List<Integer> seen = new ArrayList<>();

        for (CompletableFuture<Integer> done : waitFor.drain(inFlight)) {
            seen.add(done.join());
            if (seen.size() < 5) {
                CompletableFuture<Integer> next = new CompletableFuture<>();
                inFlight.add(next);
                next.completeAsync(() -> done.join() + 1);
            }
        }

        assertThat(seen).containsExactly(0, 1, 2, 3, 4);
        inFlight.add(CompletableFuture.completedFuture(7));
        assertThat(all(waitFor.drain(inFlight))).hasSize(1);
    }

    @Test
    void drainForgetsFuturesThatTheBodyTakesOut() {
        List<CompletableFuture<Integer>> futures = futures(3);
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>(futures);
        Iterator<CompletableFuture<Integer>> drain = waitFor.drain(inFlight).iterator();
        futures.get(0).complete(1);

        assertThat(drain.next()).isSameAs(futures.get(0));
        inFlight.remove(futures.get(1));
        futures.get(1).complete(1);
        futures.get(2).complete(1);
        assertThat(drain.next()).isSameAs(futures.get(2));
        assertThat(drain.hasNext()).isFalse();
    }

    @Test
    void drainOfNothingEndsAtOnce() {
        Iterator<Future<?>> drain = waitFor.drain(new ArrayList<Future<?>>()).iterator();

        assertThat(drain.hasNext()).isFalse();
        assertThatThrownBy(drain::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void hasNextMayBeAskedTwiceAndTakesNothing() {
        List<CompletableFuture<Integer>> inFlight =
                new ArrayList<>(List.of(CompletableFuture.completedFuture(1), CompletableFuture.completedFuture(2)));
        Iterator<CompletableFuture<Integer>> drain = waitFor.drain(inFlight).iterator();

        assertThat(drain.hasNext()).isTrue();
        assertThat(drain.hasNext()).isTrue();
        assertThat(inFlight).hasSize(2);
        drain.next();
        assertThat(inFlight).hasSize(1);
    }

    /** Counts how often it is looked at. */
    private static final class Counted extends CompletableFuture<Integer> {
        private final AtomicInteger looks = new AtomicInteger();

        @Override
        public boolean isDone() {
            looks.incrementAndGet();
            return super.isDone();
        }
    }

    @Test
    void drainWaitsForACompletableFutureWithoutPollingOrThread() throws Exception {
        Counted future = new Counted();
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        Thread loop = new Thread(() -> answered.complete(waitFor.drain(new ArrayList<>(List.of(future)))
                .iterator()
                .next()
                .isDone()));
        loop.start();

        await().until(() -> loop.getState() == Thread.State.WAITING); // for good, not for a time
        int looks = future.looks.get();
        await().until(WaitForTests::noWaiterIsLeft); // of another test's
        assertThat(looks).isLessThan(5);
        future.complete(1);

        assertThat(answered.get()).isTrue();
        assertThat(future.looks.get() - looks).isLessThan(5);
        loop.join();
    }

    @Test
    void drainWaitsForAForeignFuture() {
        FutureTask<Integer> foreign = new FutureTask<>(() -> 1);
        CompletableFuture<Integer> other = new CompletableFuture<>();
        List<Future<Integer>> inFlight = new ArrayList<>(List.of(foreign, other));
        Iterator<Future<Integer>> drain = waitFor.drain(inFlight).iterator();
        new Thread(foreign).start();

        assertThat(drain.next()).isSameAs(foreign);
        other.complete(1);
        assertThat(drain.next()).isSameAs(other);
        assertThat(drain.hasNext()).isFalse();
    }

    @Test
    void waiterForAForeignFutureLeavesWithTheLoop() {
        List<Future<?>> inFlight = new ArrayList<>(List.of(new FutureTask<>(() -> 1)));

        assertThatThrownBy(() -> all(waitFor.drain(inFlight, Duration.ofMillis(1))))
                .isInstanceOf(DrainTimeoutException.class);

        await().until(WaitForTests::noWaiterIsLeft);
    }

    @Test
    void waiterForAFutureThatTheBodyTakesOutLeavesWithTheLoop() {
        List<Future<Integer>> inFlight =
                new ArrayList<>(List.of(new FutureTask<>(() -> 1), CompletableFuture.completedFuture(1)));
        List<Future<Integer>> asking =
                new ArrayList<>(List.of(new FutureTask<>(() -> 1), CompletableFuture.completedFuture(1)));
        Iterator<Future<Integer>> drain = waitFor.drain(inFlight).iterator();
        Iterator<Optional<Future<Integer>>> drainAsking =
                waitFor.drain(asking, 1).iterator();
        drain.next();
        drainAsking.next();
        inFlight.clear();
        asking.clear();

        assertThat(drain.hasNext()).isFalse();
        assertThat(drainAsking.next()).isEmpty();
        assertThat(drainAsking.hasNext()).isFalse();

        await().until(WaitForTests::noWaiterIsLeft);
        assertThat(drain.hasNext()).isFalse();
        assertThatThrownBy(drainAsking::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("nothing is in flight");
    }

    private static boolean noWaiterIsLeft() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("inparallel-wait-for"));
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void drainRefusesWhatIsNotAFuture() { // B87
        Collection inFlight = new ArrayList<>(List.of("text"));
        assertThatThrownBy(() -> waitFor.drain(inFlight).iterator().hasNext())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("text");
        Collection<Future<?>> withNull = new ArrayList<>(Arrays.asList((Future<?>) null));
        assertThatThrownBy(() -> waitFor.drain(withNull).iterator().hasNext())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("null");
    }

    @Test
    void drainRefusesACollectionThatCannotBeChanged() {
        Iterable<CompletableFuture<Integer>> drain = waitFor.drain(List.of(CompletableFuture.completedFuture(1)));

        assertThatThrownBy(drain::iterator)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be changed");
    }

    @Test
    void interruptEndsTheWaitAndLosesNothing() {
        List<CompletableFuture<Integer>> inFlight = futures(1);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> waitFor.drain(inFlight).iterator().hasNext())
                .isInstanceOf(InParallelException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(inFlight).hasSize(1);
    }

    // ---- with a timeout

    @Test
    void timeoutSaysHowManyOfHowManyAreLeft() { // B84
        List<CompletableFuture<Integer>> futures = futures(3);
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>(futures);
        futures.get(1).complete(1);
        Iterator<CompletableFuture<Integer>> drain =
                waitFor.drain(inFlight, Duration.ofMillis(20)).iterator();

        assertThat(drain.next()).isSameAs(futures.get(1));
        assertThatThrownBy(drain::next)
                .isInstanceOfSatisfying(DrainTimeoutException.class, timeout -> {
                    assertThat(timeout.remaining()).isEqualTo(2);
                    assertThat(timeout.total()).isEqualTo(3);
                })
                .hasMessage("2 of 3 futures are not complete after 20ms");
        assertThat(inFlight).containsExactly(futures.get(0), futures.get(2));
    }

    @Test
    void timeoutOfZeroYieldsWhatIsDone() { // B84
        List<CompletableFuture<Integer>> inFlight = futures(2);
        CompletableFuture<Integer> done = CompletableFuture.completedFuture(1);
        inFlight.add(done);
        Iterator<CompletableFuture<Integer>> drain =
                waitFor.drain(inFlight, Duration.ZERO).iterator();

        assertThat(drain.next()).isSameAs(done);
        assertThatThrownBy(drain::hasNext).isInstanceOf(DrainTimeoutException.class);
    }

    @Test
    void whatCompletesInTimeIsYielded() {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>(List.of(future));
        CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(() -> future.complete(1));

        assertThat(all(waitFor.drain(inFlight, Duration.ofSeconds(20)))).containsExactly(future);
    }

    @Test
    void timeoutMayBeVeryLongButNotNegative() {
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>(List.of(CompletableFuture.completedFuture(1)));

        assertThat(all(waitFor.drain(inFlight, Duration.ofSeconds(Long.MAX_VALUE))))
                .hasSize(1);
        assertThatThrownBy(() -> waitFor.drain(inFlight, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<Duration> endless() {
        return Stream.of(
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofNanos(Long.MAX_VALUE / 2),
                Duration.ofSeconds(Long.MAX_VALUE),
                ChronoUnit.FOREVER.getDuration());
    }

    @ParameterizedTest
    @MethodSource("endless")
    void whatIsNotCompleteIsWaitedForHoweverLongTheTimeout(Duration endless) {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>(List.of(future));
        CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(() -> future.complete(1));

        assertThat(all(waitFor.drain(inFlight, endless))).containsExactly(future);
    }

    // ---- with a number in flight

    @Test
    void concurrencyBelowOneIsRefused() { // B89
        assertThatThrownBy(() -> waitFor.drain(new ArrayList<>(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> waitFor.map(List.of(1), 0, CompletableFuture::completedFuture))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void asksUntilEnoughAreInFlight() {
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>();
        Iterator<Optional<CompletableFuture<Integer>>> drain =
                waitFor.drain(inFlight, 2).iterator();

        assertThat(drain.next()).isEmpty();
        inFlight.add(new CompletableFuture<>());
        assertThat(drain.next()).isEmpty();
        CompletableFuture<Integer> second = new CompletableFuture<>();
        inFlight.add(second);
        second.complete(1);
        assertThat(drain.next()).hasValue(second);
        assertThat(drain.next()).isEmpty();
    }

    @Test
    void asksAgainOnlyAfterACompletionWhenNoneWasAdded() {
        List<CompletableFuture<Integer>> futures = futures(2);
        List<CompletableFuture<Integer>> inFlight = new ArrayList<>(futures);
        Iterator<Optional<CompletableFuture<Integer>>> drain =
                waitFor.drain(inFlight, 5).iterator();

        assertThat(drain.next()).isEmpty(); // declined
        futures.get(0).complete(1);
        assertThat(drain.next()).hasValue(futures.get(0));
        assertThat(drain.next()).isEmpty(); // declined
        futures.get(1).complete(1);
        assertThat(drain.next()).hasValue(futures.get(1));
        assertThat(drain.next()).isEmpty(); // the last time
        assertThat(drain.hasNext()).isFalse();
    }

    @Test
    void asksOnceWhenNothingIsInFlightAndEndsIfNothingIsAdded() {
        assertThat(all(waitFor.drain(new ArrayList<CompletableFuture<Integer>>(), 3)))
                .containsExactly(Optional.empty());
    }

    @Test
    void completedFuturesComeBeforeItAsks() {
        List<CompletableFuture<Integer>> inFlight =
                new ArrayList<>(List.of(CompletableFuture.completedFuture(1), CompletableFuture.completedFuture(2)));
        Iterator<Optional<CompletableFuture<Integer>>> drain =
                waitFor.drain(inFlight, 5).iterator();

        assertThat(drain.next()).isPresent();
        assertThat(drain.next()).isPresent();
        assertThat(drain.next()).isEmpty();
    }

    @Test
    void keepsSoManyInFlight() {
        Collection<CompletableFuture<Integer>> inFlight = new ArrayList<>();
        Iterator<Integer> tasks = IntStream.range(0, 100).iterator();
        ArrayDeque<Runnable> completions = new ArrayDeque<>();
        int most = 0;
        List<Integer> results = new ArrayList<>();

        for (Optional<CompletableFuture<Integer>> done : waitFor.drain(inFlight, 3)) {
            if (done.isPresent()) {
                results.add(done.get().join());
            } else if (tasks.hasNext()) {
                int task = tasks.next();
                CompletableFuture<Integer> future = new CompletableFuture<>();
                inFlight.add(future);
                completions.add(() -> future.complete(task));
            }
            most = Math.max(most, inFlight.size());
            // It asks for no more: one completes, while the loop waits or before.
            if ((inFlight.size() == 3 || !tasks.hasNext()) && !completions.isEmpty()) {
                CompletableFuture.runAsync(completions.remove());
            }
        }

        assertThat(most).isEqualTo(3);
        assertThat(results)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 100).boxed().toList());
    }

    // ---- map

    @Test
    void mapYieldsInOrderOfCompletionAndPullsAsPlacesFreeUp() { // B86, B92
        List<CompletableFuture<Integer>> futures = futures(4);
        List<Integer> pulled = new ArrayList<>();
        Iterable<Integer> inputs = () -> Stream.of(0, 1, 2, 3).peek(pulled::add).iterator();
        Stream<Integer> stream = waitFor.map(inputs, 2, futures::get);
        assertThat(pulled).isEmpty();
        Iterator<Integer> results = stream.iterator();
        futures.get(1).complete(1);

        assertThat(results.next()).isEqualTo(1);
        assertThat(pulled).containsExactly(0, 1, 2);
        futures.get(2).complete(2);
        assertThat(results.next()).isEqualTo(2);
        futures.get(3).complete(3);
        assertThat(results.next()).isEqualTo(3);
        futures.get(0).complete(0);
        assertThat(results.next()).isEqualTo(0);
        assertThat(results.hasNext()).isFalse();
    }

    @Test
    void mapOfNothingIsEmptyAndNullIsAResult() { // B89
        assertThat(waitFor.map(List.<Integer>of(), 3, CompletableFuture::completedFuture))
                .isEmpty();
        assertThat(waitFor.map(List.of(1), 3, input -> CompletableFuture.<String>completedFuture(null)))
                .containsExactly((String) null);
    }

    @Test
    void mapFailsWithTheFirstFailuresOwnExceptionAndCancelsTheRest() { // B94
        List<CompletableFuture<Integer>> futures = futures(3);
        futures.get(1).completeExceptionally(new IllegalStateException("mine"));

        assertThatThrownBy(() -> waitFor.map(List.of(0, 1, 2), 3, futures::get).toList())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("mine");
        assertThat(futures.get(0)).isCancelled();
        assertThat(futures.get(2)).isCancelled();
    }

    @Test
    void mapWrapsACheckedException() {
        assertThatThrownBy(() -> waitFor.map(
                                List.of(1), 1, input -> CompletableFuture.failedFuture(new IOException("checked")))
                        .toList())
                .isExactlyInstanceOf(CompletionException.class)
                .cause()
                .isExactlyInstanceOf(IOException.class);
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        assertThatThrownBy(() -> waitFor.map(List.of(1), 1, input -> cancelled).toList())
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void closingTheStreamCancels() { // B93
        List<CompletableFuture<Integer>> futures = futures(3);
        futures.get(0).complete(0);
        try (Stream<Integer> stream = waitFor.map(List.of(0, 1, 2), 2, futures::get)) {
            assertThat(stream.findFirst()).hasValue(0);
        }
        assertThat(futures.get(1)).isCancelled();
    }

    @Test
    void inputsThatThrowEndTheStreamAfterWhatWasDone() { // B91
        AtomicInteger given = new AtomicInteger();
        CompletableFuture<Integer> open = new CompletableFuture<>();
        Iterable<Integer> inputs = () -> Stream.generate(() -> {
                    if (given.get() == 2) {
                        throw new IllegalStateException("no third");
                    }
                    return given.getAndIncrement();
                })
                .iterator();
        List<Integer> results = new ArrayList<>();

        assertThatThrownBy(
                        () -> waitFor.map(inputs, 2, input -> input == 0 ? CompletableFuture.completedFuture(0) : open)
                                .forEach(results::add))
                .hasMessage("no third");
        assertThat(results).containsExactly(0);
        assertThat(open).isCancelled();
    }

    @Test
    void taskThatReturnsNullIsRefused() {
        assertThatThrownBy(
                        () -> waitFor.map(List.of("x"), 1, input -> nothing()).toList())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("x");
    }

    @SuppressWarnings("NullAway") // what is tested
    private static Future<String> nothing() {
        return null;
    }

    @Test
    void completionsFromManyThreadsAreAllSeen() throws Exception {
        List<CompletableFuture<Integer>> futures = futures(2_000);
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(part -> new Thread(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    for (int i = part; i < futures.size(); i += 4) {
                        futures.get(i).complete(i);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        start.countDown();

        List<CompletableFuture<Integer>> seen = all(waitFor.drain(new ArrayList<>(futures)));

        assertThat(seen).hasSize(2_000).doesNotHaveDuplicates();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void taskFuturesDrain() throws ExecutionException, InterruptedException {
        List<TaskFuture<String>> inFlight = new ArrayList<>(List.of(TaskFuture.completed("a")));

        assertThat(all(waitFor.drain(inFlight)).get(0).get()).isEqualTo("a");
    }
}
