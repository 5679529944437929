package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
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
}
