package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.pool.StubWorkers.Stub;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator does to a pool: draining it, resuming it, killing its workers. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test starts its pool
class PoolActionsTests {

    @InParallel
    public interface Work {
        CompletableFuture<Void> one(TaskOptions options);
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<Void> one(TaskOptions options) {
            throw new IllegalStateException("not here");
        }
    }

    private final StubWorkers workers = new StubWorkers();
    private WorkerPool pool;
    private Work work;

    private void start(UnaryOperator<PoolOptionsBuilder> settings) {
        start(settings, workers);
    }

    private void start(UnaryOperator<PoolOptionsBuilder> settings, WorkerLauncher launcher) {
        pool = WorkerPool.create(
                settings.apply(PoolOptions.builder()
                                .name("stub")
                                .maxWorkers(1)
                                .killGrace(Duration.ofMillis(20))
                                .heartbeatTimeout(Duration.ofMinutes(10))
                                .shutdownTimeout(Duration.ZERO))
                        .build(),
                launcher);
        work = pool.proxy(Work.class, Body.class);
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        workers.exit();
        pool.close();
    }

    private CompletableFuture<Void> call() {
        return work.one(TaskOptions.declared());
    }

    private static Throwable cause(CompletableFuture<?> future) {
        return Objects.requireNonNull(catchThrowable(future::get).getCause());
    }

    private static Reason refusal(CompletableFuture<?> future) {
        return ((TaskRefusedException) cause(future)).reason();
    }

    private static void answer(Stub worker) throws IOException {
        worker.answer(0, worker.request(0).taskId());
    }

    /** A pool with one worker, and a task that has begun there. */
    private CompletableFuture<Void> running(Stub worker) throws IOException {
        CompletableFuture<Void> running = call();
        worker.request(0);
        return running;
    }

    // ---- drain and resume

    @Test
    void drainedPoolRefusesNewTasksAndRunsThoseThatWereAccepted() throws Exception {
        start(options -> options);
        CompletableFuture<Void> running = call();
        Stub worker = workers.next();
        long first = worker.request(0).taskId();
        CompletableFuture<Void> queued = call();

        pool.drain();

        TaskRefusedException refusal = (TaskRefusedException) cause(call());
        assertThat(refusal.reason()).isEqualTo(Reason.DRAINED);
        assertThat(refusal)
                .hasMessage("Pool 'stub' is drained: it accepts no tasks until it is resumed, by WorkerPool.resume() or"
                        + " the endpoint's action \"resume\"");
        worker.answer(0, first);
        answer(worker);
        assertThat(running.get()).isNull();
        assertThat(queued.get()).isNull();
        assertThat(pool.stats().workers()).hasSize(1);

        pool.resume();

        CompletableFuture<Void> later = call();
        answer(worker);
        assertThat(later.get()).isNull();
    }

    @Test
    void drainIsSeenUntilItIsResumedAndSoIsWhenItBegan() {
        start(options -> options);
        assertThat(pool.isDraining()).isFalse();
        assertThat(pool.stats().draining()).isFalse();
        pool.resume(); // of what was not drained: nothing

        pool.drain();
        Instant since = pool.stats().drainingSince().orElseThrow();
        pool.drain();

        assertThat(pool.isDraining()).isTrue();
        assertThat(pool.stats().drainingSince()).contains(since);
        assertThat(pool.stats().down()).isFalse();

        pool.resume(); // once is enough
        assertThat(pool.isDraining()).isFalse();
        assertThat(pool.stats().draining()).isFalse();
    }

    @Test
    void callersThatWaitForRoomAreRefusedWhenThePoolIsDrained() throws Exception {
        start(options -> options.queueCapacity(1).whenFull(PoolOptions.WhenFull.BLOCK));
        CompletableFuture<Void> running = call();
        Stub worker = workers.next();
        long first = worker.request(0).taskId();
        CompletableFuture<Void> queued = call();
        Thread[] blocked = new Thread[1];
        CompletableFuture<CompletableFuture<Void>> waiting = CompletableFuture.supplyAsync(() -> {
            blocked[0] = Thread.currentThread();
            return call();
        });
        await().until(() -> blocked[0] != null && blocked[0].getState() == Thread.State.TIMED_WAITING);

        pool.drain();

        assertThat(refusal(waiting.get())).isEqualTo(Reason.DRAINED);
        assertThat(refusal(call())).isEqualTo(Reason.DRAINED); // does not wait either
        worker.answer(0, first);
        answer(worker);
        assertThat(running.get()).isNull();
        assertThat(queued.get()).isNull();
    }

    @Test
    void taskThatIsTriedAgainIsNotNew() throws Exception {
        start(options -> options.retries(1));
        CompletableFuture<Void> task = call();
        Stub first = workers.next();
        first.request(0);

        pool.drain();
        first.exit(137);

        answer(workers.next());
        assertThat(task.get()).isNull();
    }

    @Test
    void poolThatIsDownSaysSoAlthoughItIsDrainedAndStaysDrainedWhenItIsUpAgain() throws Exception {
        AtomicBoolean mended = new AtomicBoolean();
        start(options -> options.restartLimit(1).minWorkers(0), (description, directory) -> {
            if (!mended.get()) {
                throw new IOException("planned");
            }
            return workers.launch(description, directory);
        });
        assertThat(cause(call())).isInstanceOf(WorkerStartException.class);
        await().until(() -> pool.stats().down());

        pool.drain();

        assertThat(refusal(call())).isEqualTo(Reason.POOL_DOWN);
        mended.set(true);
        Stub worker = workers.next();
        await().until(() -> !pool.stats().down());
        assertThat(refusal(call())).isEqualTo(Reason.DRAINED);

        pool.resume();
        CompletableFuture<Void> task = call();
        answer(worker);
        assertThat(task.get()).isNull();
    }

    @Test
    void poolThatGoesDownWhileItIsDrainedIsNotOpenedByThat() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        start(options -> options.restartLimit(1).minWorkers(1), (description, directory) -> {
            if (broken.getAndSet(true)) {
                throw new IOException("planned");
            }
            return workers.launch(description, directory);
        });
        Stub worker = workers.next();
        await().until(() -> pool.stats().workers(WorkerState.IDLE) == 1);
        pool.drain();

        worker.exit(1);
        await().until(() -> pool.stats().down());
        pool.resume();

        assertThat(refusal(call())).isEqualTo(Reason.POOL_DOWN);
    }

    @Test
    void shutdownHoldsInADrainedPoolAndResumingOpensNothing() throws Exception {
        start(options -> options);
        Stub worker;
        CompletableFuture<Void> running = call();
        worker = workers.next();
        long task = worker.request(0).taskId();
        pool.drain();

        pool.shutdown();
        assertThat(refusal(call())).isEqualTo(Reason.SHUT_DOWN);
        pool.resume();
        assertThat(refusal(call())).isEqualTo(Reason.SHUT_DOWN);
        pool.drain();
        assertThat(refusal(call())).isEqualTo(Reason.SHUT_DOWN);

        worker.answer(0, task);
        assertThat(running.get()).isNull();
        worker.retired(); // the last of its tasks has ended
    }

    @Test
    void workersOfADrainedPoolAreReplacedAsEver() throws Exception {
        start(options -> options.minWorkers(1));
        Stub first = workers.next();
        await().until(() -> pool.stats().workers(WorkerState.IDLE) == 1);
        pool.drain();

        pool.recycle();

        workers.next();
        first.retired();
    }

    // ---- kill

    @Test
    void tasksOfAKilledWorkerAreLostWithAWordAboutWhoKilledIt() throws Exception {
        start(options -> options.minWorkers(1));
        Stub worker = workers.next();
        CompletableFuture<Void> running = running(worker);
        CompletableFuture<Void> queued = call();

        assertThat(pool.kill(worker.pid())).isTrue();

        WorkerLostException lost = (WorkerLostException) cause(running);
        assertThat(lost.exit().cause()).isEqualTo(Cause.KILLED);
        assertThat(lost.pid()).isEqualTo(worker.pid());
        assertThat(lost).hasMessageContaining("An operator killed it").hasMessageContaining("Work.one");
        assertThat(worker.killed).isTrue();
        answer(workers.next()); // the one in its place
        assertThat(queued.get()).isNull();
        PoolStats.ExitStats exit = pool.stats().exits().get(0);
        assertThat(exit.exit().cause()).isEqualTo(Cause.KILLED);
        assertThat(exit.explanation()).contains("An operator killed it");
    }

    @Test
    void taskOfAKilledWorkerIsTriedAgainWhereRetriesSaySo() throws Exception {
        start(options -> options.retries(1));
        CompletableFuture<Void> task = call();
        Stub worker = workers.next();
        worker.request(0);

        pool.kill(worker.pid());

        answer(workers.next());
        assertThat(task.get()).isNull();
    }

    @Test
    void whatIsNoWorkerIsNotKilled() throws Exception {
        start(options -> options.minWorkers(1));
        Stub worker = workers.next();
        await().until(() -> pool.stats().workers(WorkerState.IDLE) == 1);

        assertThat(pool.kill(-1)).isFalse();
        assertThat(pool.kill(0)).isFalse();
        assertThat(pool.kill(ProcessHandle.current().pid())).isFalse();
        assertThat(pool.kill(Long.MAX_VALUE)).isFalse();
        assertThat(worker.killed).isFalse();

        worker.exit(0);
        await().until(() -> pool.stats().workers().stream().noneMatch(each -> each.pid() == worker.pid()));
        assertThat(pool.kill(worker.pid())).isFalse();
    }

    @Test
    void workerThatDoesNotEndMayBeKilledTwice() throws Exception {
        start(options -> options.minWorkers(1));
        Stub worker = workers.next();
        CompletableFuture<Void> running = running(worker);
        worker.immortal();

        assertThat(pool.kill(worker.pid())).isTrue();
        await().until(() -> worker.killed);
        assertThat(pool.kill(worker.pid())).isTrue();
        worker.exit(137);

        assertThat(cause(running)).isInstanceOf(WorkerLostException.class);
        assertThat(pool.stats().exits()).hasSize(1);
    }

    @Test
    void workerThatIsKilledWhileItStartsIsNoFailedStart() throws Exception {
        workers.silent();
        start(options -> options.restartLimit(1).minWorkers(1));
        for (int i = 0; i < 3; i++) {
            Stub worker = workers.next();
            await().until(() -> pool.kill(worker.pid()));
        }
        Stub last = workers.next();

        await().until(() -> pool.stats().exits().size() == 3);
        assertThat(pool.stats().down()).isFalse();
        assertThat(pool.stats().exits()).extracting(exit -> exit.exit().cause()).containsOnly(Cause.KILLED);
        CompletableFuture<Void> task = call();
        last.becomeReady();
        answer(last);
        assertThat(task.get()).isNull();
    }

    @Test
    void killsAreNoFaultOfTheMethod() throws Exception {
        start(options -> options.poisonLimit(1));
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> task = call();
            Stub worker = workers.next();
            worker.request(0);
            pool.kill(worker.pid());
            assertThat(cause(task)).isInstanceOf(WorkerLostException.class);
        }

        assertThat(pool.stats().refusedMethods()).isEmpty();
    }

    @Test
    void tasksThatSharedAKilledWorkerAreNotBlamed() throws Exception {
        start(options -> options.concurrency(2));
        CompletableFuture<Void> one = call();
        Stub worker = workers.next();
        CompletableFuture<Void> other = call();
        worker.request(0);
        worker.request(1);

        pool.kill(worker.pid());

        for (CompletableFuture<Void> each : List.of(one, other)) {
            assertThat(cause(each)).hasMessageContaining("operator").hasMessageNotContaining("which may be why");
        }
    }

    @Test
    void workerOfADrainedPoolCanBeKilled() throws Exception {
        start(options -> options.retries(1));
        CompletableFuture<Void> task = call();
        Stub worker = workers.next();
        worker.request(0);
        pool.drain();

        pool.kill(worker.pid());

        answer(workers.next());
        assertThat(task.get()).isNull();
        assertThat(pool.isDraining()).isTrue();
    }

    @Test
    void nobodyIsKilledInAPoolThatIsClosed() throws Exception {
        start(options -> options.minWorkers(1));
        Stub worker = workers.next();
        pool.shutdownNow();
        worker.exit(0);
        pool.close();

        assertThat(pool.kill(worker.pid())).isFalse();
        pool.drain();
        pool.resume();
        assertThat(pool.isDraining()).isFalse();
    }
}
