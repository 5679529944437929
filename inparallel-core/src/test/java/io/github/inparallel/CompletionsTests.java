package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a caller's futures, while the caller does with its collection what it likes. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("CollectionUndefinedEquality") // futures are compared by identity
class CompletionsTests {

    private static final int MANY = 600; // more than are gone through at each turn

    private final List<CompletableFuture<Integer>> inFlight = new ArrayList<>();
    private final Completions<CompletableFuture<Integer>> completions = new Completions<>(inFlight);

    private CompletableFuture<Integer> added() {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        inFlight.add(future);
        return future;
    }

    private CompletableFuture<Integer> addedComplete() {
        CompletableFuture<Integer> future = added();
        future.complete(1);
        return future;
    }

    private void addMany() {
        for (int i = 0; i < MANY; i++) {
            added();
        }
    }

    @Test
    void nothingIsReadyWhereNothingIsComplete() {
        added();

        assertThat(completions.isReady()).isFalse();
        assertThat(completions.await(0)).isFalse();
    }

    @Test
    void nothingIsReadyOfAnEmptyCollection() {
        assertThat(completions.isReady()).isFalse();
        assertThat(completions.await(Long.MAX_VALUE)).isFalse();
        assertThat(completions.total()).isZero();
    }

    @Test
    void completedFutureIsTakenOutOfTheCollection() {
        CompletableFuture<Integer> first = added();
        CompletableFuture<Integer> second = addedComplete();

        assertThat(completions.isReady()).isTrue();
        assertThat(completions.take()).isSameAs(second);

        assertThat(inFlight).containsExactly(first);
        assertThat(completions.isReady()).isFalse();
        first.complete(1);
        assertThat(completions.await(Long.MAX_VALUE)).isTrue();
        assertThat(completions.take()).isSameAs(first);
        assertThat(completions.total()).isEqualTo(2);
    }

    @Test
    void futuresAreTakenInTheOrderInWhichTheyComplete() {
        List<CompletableFuture<Integer>> all = List.of(added(), added(), added());
        assertThat(completions.isReady()).isFalse();

        all.get(2).complete(1);
        all.get(0).complete(1);
        all.get(1).complete(1);

        assertThat(List.of(taken(), taken(), taken())).containsExactly(all.get(2), all.get(0), all.get(1));
    }

    private CompletableFuture<Integer> taken() {
        assertThat(completions.await(Long.MAX_VALUE)).isTrue();
        CompletableFuture<Integer> taken = completions.take();
        return taken == null ? new CompletableFuture<>() : taken;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, MANY})
    void completeFutureThatTheCallerHasTakenOutIsNotReady(int others) {
        for (int i = 0; i < others; i++) {
            added();
        }
        CompletableFuture<Integer> complete = addedComplete();
        assertThat(completions.isReady()).isTrue();

        inFlight.remove(complete);
        completions.callersTurn();

        assertThat(completions.isReady()).isFalse();
        assertThat(completions.await(0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, MANY})
    void callerThatTakesItOutBeforeItIsTakenGetsNothing(int others) {
        for (int i = 0; i < others; i++) {
            added();
        }
        CompletableFuture<Integer> complete = addedComplete();
        assertThat(completions.await(Long.MAX_VALUE)).isTrue();

        inFlight.remove(complete);

        assertThat(completions.take()).isNull();
        assertThat(inFlight).hasSize(others);
    }

    @Test
    void futureThatTheCallerAddsIsFound() {
        addMany();
        assertThat(completions.isReady()).isFalse();
        completions.callersTurn();

        CompletableFuture<Integer> late = addedComplete();

        assertThat(completions.isReady()).isTrue();
        assertThat(completions.take()).isSameAs(late);
        assertThat(completions.total()).isEqualTo(MANY + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000_000, Long.MAX_VALUE})
    void futureThatTheCallerAddsToManyEndsAWait(long nanos) {
        addMany();
        assertThat(completions.isReady()).isFalse();
        completions.callersTurn();

        CompletableFuture<Integer> late = addedComplete();

        assertThat(completions.await(nanos)).isTrue();
        assertThat(completions.take()).isSameAs(late);
    }

    @Test
    void futureThatTheCallerTakesOutAndAddsAgainIsTaken() {
        CompletableFuture<Integer> again = added();
        added();
        assertThat(completions.isReady()).isFalse();
        inFlight.remove(again);
        completions.callersTurn();
        assertThat(completions.isReady()).isFalse();

        inFlight.add(again);
        again.complete(1);
        completions.callersTurn();

        assertThat(taken()).isSameAs(again);
    }

    @Test
    void futureThatStaysIsCountedOnce() {
        CompletableFuture<Integer> first = added();
        added();
        added();
        assertThat(completions.isReady()).isFalse();
        inFlight.remove(first);
        assertThat(completions.isReady()).isFalse();

        inFlight.add(0, new CompletableFuture<>());

        assertThat(completions.isReady()).isFalse();
        assertThat(completions.total()).isEqualTo(4);
    }

    @Test
    void futureThatIsSaidToBeAddedNeedNotBeLookedFor() {
        CompletableFuture<Integer> complete = addedComplete();

        completions.added(complete);

        assertThat(completions.total()).isEqualTo(1);
        assertThat(completions.isReady()).isTrue();
        assertThat(completions.take()).isSameAs(complete);
        completions.added(added());
        assertThat(completions.isReady()).isFalse();
    }

    @Test
    void futureThatIsThereTwiceIsTakenOnce() {
        CompletableFuture<Integer> twice = addedComplete();
        CompletableFuture<Integer> other = added();
        inFlight.add(twice);

        assertThat(taken()).isSameAs(twice);

        assertThat(inFlight).containsExactly(other);
        assertThat(completions.isReady()).isFalse();
        assertThat(completions.total()).isEqualTo(2);
    }

    @Test
    void futureThatIsManyTimesInALargeQueueTakesNoOtherWithIt() {
        Collection<CompletableFuture<Integer>> queue = new ArrayDeque<>();
        CompletableFuture<Integer> first = CompletableFuture.completedFuture(1);
        CompletableFuture<Integer> twice = CompletableFuture.completedFuture(2);
        List<CompletableFuture<Integer>> others = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            others.add(new CompletableFuture<>());
        }
        queue.add(first);
        queue.add(twice);
        queue.addAll(others);
        queue.add(twice);
        Completions<CompletableFuture<Integer>> ofQueue = new Completions<>(queue);

        assertThat(ofQueue.await(0)).isTrue();
        assertThat(ofQueue.take()).isSameAs(first);
        assertThat(ofQueue.await(0)).isTrue();
        assertThat(ofQueue.take()).isSameAs(twice);

        assertThat(queue).containsExactlyElementsOf(others);
    }

    @Test
    void futureThatIsAddedAgainAfterItWasTakenIsTakenAgain() {
        CompletableFuture<Integer> again = addedComplete();
        assertThat(taken()).isSameAs(again);

        inFlight.add(again);

        assertThat(taken()).isSameAs(again);
        assertThat(inFlight).isEmpty();
    }

    @Test
    void waitEndsWithTheFirstCompletion() throws Exception {
        CompletableFuture<Integer> first = added();
        assertThat(completions.isReady()).isFalse();
        Thread self = Thread.currentThread();
        Thread other = new Thread(() -> {
            while (self.getState() != Thread.State.WAITING) {
                Thread.yield();
            }
            first.complete(1);
        });
        other.start();

        assertThat(completions.await(Long.MAX_VALUE)).isTrue();

        other.join();
        assertThat(completions.take()).isSameAs(first);
    }

    @Test
    void waitLastsUntilACompletionInTime() {
        CompletableFuture<Integer> first = added();
        CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(() -> first.complete(1));

        assertThat(completions.await(TimeUnit.SECONDS.toNanos(20))).isTrue();
    }

    @Test
    void waitEndsWithItsTime() {
        added();

        assertThat(completions.await(1)).isFalse();
        assertThat(completions.await(100_000)).isFalse();
        assertThat(inFlight).hasSize(1);
    }

    @Test
    void waitThatIsInterruptedLosesNothing() {
        CompletableFuture<Integer> first = added();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> completions.await(Long.MAX_VALUE))
                .isInstanceOf(InParallelException.class)
                .hasMessage("Interrupted while it waited for 1 future, which stays in the collection")
                .hasCauseInstanceOf(InterruptedException.class);

        assertThat(Thread.interrupted()).isTrue();
        first.complete(1);
        assertThat(taken()).isSameAs(first);
        assertThat(completions.total()).isEqualTo(1);
    }

    @Test
    void closedCompletionsBeginAnew() {
        CompletableFuture<Integer> first = added();
        assertThat(completions.isReady()).isFalse();
        assertThat(completions.total()).isEqualTo(1);

        completions.close();
        assertThat(completions.total()).isZero();
        first.complete(1);

        assertThat(taken()).isSameAs(first);
        assertThat(completions.total()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void whatIsNoFutureIsRefused() {
        ((Collection) inFlight).add("no future");

        assertThatThrownBy(completions::isReady)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("inFlight contains no future (expected: only futures)");
    }

    @Test
    void collectionThatDoesNotLetGoIsRefused() {
        List<CompletableFuture<Integer>> stubborn = new ArrayList<>(List.of(CompletableFuture.completedFuture(1))) {
            @Override
            public CompletableFuture<Integer> remove(int index) {
                return new CompletableFuture<>();
            }
        };
        Completions<CompletableFuture<Integer>> ofStubborn = new Completions<>(stubborn);
        assertThat(ofStubborn.isReady()).isTrue();

        assertThatThrownBy(ofStubborn::take)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be changed")
                .cause()
                .hasMessageStartingWith("It does not let go of ");
    }

    @Test
    void foreignFutureIsWaitedForAndTaken() throws Exception {
        Collection<Future<Integer>> foreign = new ArrayDeque<>();
        FutureTask<Integer> task = new FutureTask<>(() -> 1);
        foreign.add(task);
        Completions<Future<Integer>> ofForeign = new Completions<>(foreign);
        assertThat(ofForeign.isReady()).isFalse();
        Thread runner = new Thread(task);
        runner.start();

        assertThat(ofForeign.await(Long.MAX_VALUE)).isTrue();

        assertThat(ofForeign.take()).isSameAs(task);
        assertThat(foreign).isEmpty();
        runner.join();
        ofForeign.close();
    }

    @Test
    void futureThatThrowsWhenItIsAskedToTellIsWaitedFor() {
        CompletableFuture<Integer> mute = new CompletableFuture<>() {
            @Override
            public CompletableFuture<Integer> whenComplete(BiConsumer<? super Integer, ? super Throwable> action) {
                throw new UnsupportedOperationException();
            }
        };
        inFlight.add(mute);
        assertThat(completions.isReady()).isFalse();

        mute.complete(1);

        assertThat(taken()).isSameAs(mute);
        completions.close();
    }

    @Test
    void ofVeryManyInAListTheLastComesFirst() {
        for (int i = 0; i < 21_000; i++) {
            addedComplete();
        }
        CompletableFuture<Integer> last = inFlight.get(inFlight.size() - 1);

        assertThat(taken()).isSameAs(last);
    }

    // ---- how often the collection is gone through

    /** Counts that. */
    private static final class Walked extends ArrayList<CompletableFuture<Integer>> {
        private int walks;

        Walked(int complete) {
            for (int i = 0; i < complete; i++) {
                add(CompletableFuture.completedFuture(i));
            }
        }

        @Override
        public Iterator<CompletableFuture<Integer>> iterator() {
            walks++;
            return super.iterator();
        }
    }

    @Test
    void fewAreGoneThroughWheneverTheCallerHasHadItsTurn() {
        Walked few = new Walked(257);
        Completions<CompletableFuture<Integer>> ofFew = new Completions<>(few);

        for (int turn = 1; turn <= 5; turn++) {
            assertThat(ofFew.await(0)).isTrue();
            assertThat(few.walks).isEqualTo(turn);
            assertThat(ofFew.await(0)).isTrue();
            assertThat(few.walks).as("it has had none since").isEqualTo(turn);
            assertThat(ofFew.take()).isNotNull();
        }
    }

    @Test
    void fewAreGoneThroughWheneverItIsAskedWhatIsReady() {
        Walked few = new Walked(257);
        Completions<CompletableFuture<Integer>> ofFew = new Completions<>(few);
        assertThat(ofFew.isReady()).isTrue();
        assertThat(ofFew.take()).isNotNull();

        assertThat(ofFew.isReady()).isTrue();
        assertThat(few.walks).isEqualTo(2);
        assertThat(ofFew.isReady()).isTrue();
        assertThat(few.walks).isEqualTo(3);
    }

    @Test
    void manyAreGoneThroughWhenAQuarterHasBeenTaken() {
        Walked many = new Walked(400);
        Completions<CompletableFuture<Integer>> ofMany = new Completions<>(many);

        for (int taken = 0; taken < 80; taken++) {
            assertThat(ofMany.await(0)).isTrue();
            assertThat(ofMany.isReady()).isTrue();
            assertThat(many.walks).as("after %d", taken).isEqualTo(1);
            assertThat(ofMany.take()).isNotNull();
        }
        assertThat(ofMany.isReady()).isTrue();
        assertThat(many.walks).isEqualTo(1);
        assertThat(ofMany.await(0)).isTrue();
        assertThat(many.walks).isEqualTo(2);
    }

    @Test
    void justMoreThanAFewAreMany() {
        Walked many = new Walked(258);
        Completions<CompletableFuture<Integer>> ofMany = new Completions<>(many);
        assertThat(ofMany.await(0)).isTrue();
        assertThat(ofMany.take()).isNotNull();

        assertThat(ofMany.isReady()).isTrue();
        assertThat(ofMany.await(0)).isTrue();

        assertThat(many.walks).isEqualTo(1);
    }

    // ---- in which order many are taken

    private static List<CompletableFuture<Integer>> open(int count) {
        return Stream.generate(CompletableFuture<Integer>::new).limit(count).toList();
    }

    @ParameterizedTest
    @CsvSource({"1900, false", "2100, true"})
    void veryManyInAQueueAreTakenInItsOrder(int count, boolean inOrder) {
        List<CompletableFuture<Integer>> futures = open(count);
        Completions<CompletableFuture<Integer>> ofQueue = new Completions<>(new ArrayDeque<>(futures));
        assertThat(ofQueue.isReady()).isFalse();

        for (int i = count - 1; i >= 0; i--) {
            futures.get(i).complete(i);
        }

        assertThat(ofQueue.await(0)).isTrue();
        assertThat(ofQueue.take()).isSameAs(futures.get(inOrder ? 0 : count - 1));
        assertThat(ofQueue.await(0)).isTrue();
        assertThat(ofQueue.take()).isSameAs(futures.get(inOrder ? 1 : count - 2));
    }

    // ---- what is there more than once

    @Test
    void ofFewOnlyTheOneThatIsTakenIsLeftNowhere() {
        CompletableFuture<Integer> first = CompletableFuture.completedFuture(1);
        CompletableFuture<Integer> second = CompletableFuture.completedFuture(2);
        inFlight.addAll(List.of(first, second, first, second));

        assertThat(taken()).isSameAs(first);
        assertThat(inFlight).containsExactly(second, second);
        assertThat(taken()).isSameAs(second);
        assertThat(inFlight).isEmpty();
    }

    @Test
    void ofManyAllThatAreCompleteAreLeftOnce() {
        addMany();
        CompletableFuture<Integer> open = inFlight.get(0);
        CompletableFuture<Integer> first = CompletableFuture.completedFuture(1);
        CompletableFuture<Integer> second = CompletableFuture.completedFuture(2);
        inFlight.addAll(List.of(first, second, first, second, open));

        assertThat(taken()).isSameAs(first);

        assertThat(inFlight).hasSize(MANY + 2).doesNotContain(first);
        assertThat(inFlight.stream().filter(each -> each == second)).hasSize(1);
        assertThat(inFlight.stream().filter(each -> each == open)).hasSize(2);
        assertThat(taken()).isSameAs(second);
    }

    // ---- what is kept of it

    @Test
    void futureThatOutlivesTheLoopKeepsNoOtherAlive() {
        CompletableFuture<Integer> survivor = added();
        WeakReference<CompletableFuture<Integer>> known = new WeakReference<>(added());
        WeakReference<CompletableFuture<Integer>> unread = new WeakReference<>(added());
        assertThat(completions.isReady()).isFalse();
        Objects.requireNonNull(known.get()).complete(1);
        assertThat(completions.isReady()).isTrue();
        Objects.requireNonNull(unread.get()).complete(1);

        inFlight.clear();
        completions.close();

        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            System.gc();
            return known.get() == null && unread.get() == null;
        });
        assertThat(survivor).isNotDone();
        assertThat(completions.total()).isZero();
    }

    @Test
    void futureThatWasTakenIsNotKept() {
        addMany();
        WeakReference<CompletableFuture<Integer>> first = new WeakReference<>(addedComplete());
        CompletableFuture<Integer> second = addedComplete();
        assertThat(taken()).isNotNull();
        assertThat(completions.isReady()).isTrue();

        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            System.gc();
            return first.get() == null;
        });

        assertThat(taken()).isSameAs(second);
    }
}
