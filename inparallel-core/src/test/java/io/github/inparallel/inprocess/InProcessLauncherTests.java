package io.github.inparallel.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole engine without processes: milliseconds each. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InProcessLauncherTests {

    private static final Semaphore RELEASED = new Semaphore(0);

    @InParallel
    public interface Work {
        CompletableFuture<Integer> twice(int value);

        CompletableFuture<Boolean> inWorker();

        CompletableFuture<String> waitForRelease(TaskOptions options);

        CompletableFuture<String> waitForInterrupt(TaskOptions options);

        CompletableFuture<Void> ignoreInterrupt(TaskOptions options);

        CompletableFuture<Void> reportTwice(TaskOptions options);

        void fail(String message);
    }

    public static final class Worker implements Work {
        @Override
        public CompletableFuture<Integer> twice(int value) {
            return TaskFuture.completed(2 * value);
        }

        @Override
        public CompletableFuture<Boolean> inWorker() {
            return TaskFuture.completed(TaskContext.inWorker());
        }

        @Override
        public CompletableFuture<String> waitForRelease(TaskOptions options) {
            RELEASED.acquireUninterruptibly();
            return TaskFuture.completed("released");
        }

        @Override
        public CompletableFuture<String> waitForInterrupt(TaskOptions options) {
            try {
                new CountDownLatch(1).await();
                return TaskFuture.completed("never");
            } catch (InterruptedException e) {
                return TaskFuture.completed("interrupted");
            }
        }

        @Override
        public CompletableFuture<Void> ignoreInterrupt(TaskOptions options) {
            RELEASED.acquireUninterruptibly();
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> reportTwice(TaskOptions options) {
            TaskContext task = TaskContext.current().orElseThrow();
            task.progress(0.1, "first");
            task.progress(0.2, "second");
            RELEASED.acquireUninterruptibly();
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void fail(String message) {
            throw new IllegalArgumentException(message);
        }
    }

    private final WorkerPool pool = WorkerPool.create(
            PoolOptions.builder()
                    .name("threads")
                    .maxWorkers(2)
                    .killGrace(Duration.ofMillis(20))
                    .heartbeatInterval(Duration.ofMillis(20))
                    .shutdownTimeout(Duration.ofSeconds(5))
                    .build(),
            new InProcessLauncher(PlainBootstrap::new));
    private final Work work = pool.proxy(Work.class, Worker.class);

    @AfterEach
    void close() {
        RELEASED.release(100);
        pool.close();
        RELEASED.drainPermits();
    }

    @Test
    void taskRunsHereOnAnotherThread() throws Exception {
        CompletableFuture<Boolean> future = work.inWorker();

        assertThat(future.get()).isTrue();
        assertThat(TaskContext.inWorker()).isFalse();
        assertThat(TaskFuture.of(future).orElseThrow().workerPid())
                .hasValue(ProcessHandle.current().pid());
    }

    @Test
    void manyTasksGetTheirOwnAnswers() {
        List<CompletableFuture<Integer>> futures =
                IntStream.range(0, 2_000).mapToObj(work::twice).toList();

        for (int i = 0; i < futures.size(); i++) {
            assertThat(futures.get(i).join()).isEqualTo(2 * i);
        }
        await().until(() -> pool.stats().inFlight() == 0);
    }

    @Test
    void failureHasBothStacks() {
        assertThatThrownBy(() -> work.fail("no"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no")
                .hasStackTraceContaining("InProcessLauncherTests$Worker.fail")
                .hasStackTraceContaining("InProcessLauncherTests.lambda");
    }

    @Test
    void timeoutEndsTheTask() {
        CompletableFuture<String> future = work.waitForInterrupt(TaskOptions.timeout(Duration.ofMillis(30)));

        assertThatThrownBy(future::get).cause().isInstanceOf(TaskTimeoutException.class);
        assertThat(TaskFuture.of(future).orElseThrow().taskState()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(work.twice(4).join()).isEqualTo(8);
    }

    @Test
    void newestReportArrivesWhileTheTaskRuns() {
        CompletableFuture<Void> future = work.reportTwice(TaskOptions.declared());

        await().until(() -> TaskFuture.of(future)
                .orElseThrow()
                .progress()
                .filter(report -> "second".equals(report.message()))
                .isPresent());
        assertThat(future).isNotDone();
    }

    @Test
    void poolGoesOnWithoutAThreadThatIgnoresItsInterrupt() {
        CompletableFuture<Void> stubborn = work.ignoreInterrupt(TaskOptions.declared());
        CompletableFuture<Void> another = work.ignoreInterrupt(TaskOptions.declared());
        await().until(() -> TaskFuture.of(another).orElseThrow().taskState() == TaskState.RUNNING);

        stubborn.cancel(true);
        another.cancel(true);

        assertThat(work.twice(5).join()).isEqualTo(10);
    }

    // ---- what users do to the future

    @Test
    void cancelTrueEndsItAtOnce() {
        CompletableFuture<String> future = work.waitForInterrupt(TaskOptions.declared());

        assertThat(future.cancel(true)).isTrue();

        assertThat(future).isCancelled().isCompletedExceptionally();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.cancel(true)).isTrue();
        assertThat(TaskFuture.of(future).orElseThrow().taskState()).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void cancelFalseLetsARunningTaskGoOn() {
        CompletableFuture<String> future = work.waitForRelease(TaskOptions.declared());
        await().until(() -> TaskFuture.of(future).orElseThrow().taskState() == TaskState.RUNNING);

        assertThat(future.cancel(false)).isTrue();
        assertThat(future).isCancelled();
        RELEASED.release();

        await().until(() -> pool.stats().workers().stream()
                .allMatch(worker -> worker.tasks().isEmpty()));
    }

    @Test
    void completingFromOutsideKeepsTheValueAndStopsTheTask() throws Exception { // B21
        CompletableFuture<String> completed = work.waitForInterrupt(TaskOptions.declared());
        assertThat(completed.complete("mine")).isTrue();
        assertThat(completed.get()).isEqualTo("mine");
        assertThat(completed.complete("again")).isFalse();

        CompletableFuture<String> failed = work.waitForInterrupt(TaskOptions.declared());
        failed.completeExceptionally(new IllegalStateException("mine"));
        assertThatThrownBy(failed::get).cause().hasMessage("mine");

        assertThat(work.twice(1).get()).isEqualTo(2);
    }

    @Test
    void timeoutsOfTheFutureItselfWork() throws Exception { // B48
        CompletableFuture<String> timed =
                work.waitForInterrupt(TaskOptions.declared()).orTimeout(10, TimeUnit.MILLISECONDS);
        assertThatThrownBy(timed::get).cause().isInstanceOf(TimeoutException.class);

        CompletableFuture<String> given =
                work.waitForInterrupt(TaskOptions.declared()).completeOnTimeout("late", 10, TimeUnit.MILLISECONDS);
        assertThat(given.get()).isEqualTo("late");
    }

    @Test
    void callerThatWaitsTooLittleDoesNotHarmTheTask() throws Exception { // B43
        CompletableFuture<String> future = work.waitForRelease(TaskOptions.declared());
        assertThatThrownBy(() -> future.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        RELEASED.release();

        assertThat(future.get()).isEqualTo("released");
    }

    @Test
    void limitIsEachTasksOwn() { // B42
        CompletableFuture<String> limited = work.waitForInterrupt(TaskOptions.timeout(Duration.ofMillis(20)));
        List<CompletableFuture<Integer>> others =
                IntStream.range(0, 10).mapToObj(work::twice).toList();

        assertThatThrownBy(limited::get).cause().isInstanceOf(TaskTimeoutException.class);
        for (int i = 0; i < 10; i++) {
            assertThat(others.get(i).join()).isEqualTo(2 * i);
        }
    }

    @Test
    void obtrudingIsNotSupported() {
        CompletableFuture<Integer> future = work.twice(1);
        assertThatThrownBy(() -> future.obtrudeValue(2)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> future.obtrudeException(new IllegalStateException()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void continuationsRunAfterTheOutcomeIsCounted() {
        CompletableFuture<Integer> inFlight =
                work.twice(3).thenApply(value -> pool.stats().inFlight());
        assertThat(inFlight.join()).isZero();
    }

    @Test
    void continuationThatBlocksDelaysNoOtherTask() {
        CountDownLatch blocked = new CountDownLatch(1);
        CompletableFuture<String> first = work.waitForRelease(TaskOptions.declared());
        CompletableFuture<Void> continuation = first.thenAccept(value -> {
            try {
                blocked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        RELEASED.release(); // not before: what is added to a complete future runs on the thread that adds it
        for (int i = 0; i < 20; i++) {
            assertThat(work.twice(i).join()).isEqualTo(2 * i);
        }
        assertThat(continuation).isNotDone();
        blocked.countDown();
        continuation.join();
    }

    @Test
    void completedFutureIsATaskThatHasSucceeded() {
        TaskFuture<String> future = TaskFuture.completed("x");
        assertThat(future).isCompletedWithValue("x");
        assertThat(future.taskState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(future.workerPid()).isEmpty();
        assertThat(TaskFuture.of(future)).containsSame(future);
        assertThat(TaskFuture.of(new CompletableFuture<>())).isEmpty();
    }
}
