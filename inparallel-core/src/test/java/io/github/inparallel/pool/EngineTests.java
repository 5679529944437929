package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.pool.StubWorkers.Stub;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.ProgressReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The parent's side against workers that do what the test says: milliseconds each. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test starts its pool
class EngineTests {

    @InParallel
    public interface Work {
        CompletableFuture<Void> one(TaskOptions options);

        CompletableFuture<Void> other(byte[] bytes);
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<Void> one(TaskOptions options) {
            throw new IllegalStateException("not here");
        }

        @Override
        public CompletableFuture<Void> other(byte[] bytes) {
            throw new IllegalStateException("not here");
        }
    }

    private final StubWorkers workers = new StubWorkers();
    private WorkerPool pool;
    private Work work;

    private void start(UnaryOperator<PoolOptionsBuilder> settings) {
        pool = WorkerPool.create(
                settings.apply(PoolOptions.builder()
                                .name("stub")
                                .maxWorkers(1)
                                .killGrace(Duration.ofMillis(20))
                                .heartbeatTimeout(Duration.ofMinutes(10))
                                .shutdownTimeout(Duration.ZERO))
                        .build(),
                workers);
        work = pool.proxy(Work.class, Body.class);
    }

    /** The first call does not wait for a worker. */
    private void startReady(UnaryOperator<PoolOptionsBuilder> settings) {
        start(options -> settings.apply(options.minWorkers(1).startup(PoolOptions.Startup.BLOCKING)));
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

    private static WorkerLostException lost(CompletableFuture<?> future) {
        return (WorkerLostException) cause(future);
    }

    private static Throwable cause(CompletableFuture<?> future) {
        return Objects.requireNonNull(catchThrowable(future::get).getCause());
    }

    // ---- a worker that breaks the rules

    private static byte[] frame(int length, int type, long taskId, int payload) {
        return ByteBuffer.allocate(13 + payload)
                .putInt(length)
                .put((byte) type)
                .putLong(taskId)
                .array();
    }

    static Stream<Arguments> garbage() {
        return Stream.of(
                Arguments.of("negative length", 0, frame(-5, 6, 1, 0)),
                Arguments.of("smallest length", 0, frame(Integer.MIN_VALUE, 6, 1, 0)),
                Arguments.of("length below the header's", 0, frame(3, 6, 1, 0)),
                Arguments.of("huge length", 0, frame(Integer.MAX_VALUE, 6, 1, 0)),
                Arguments.of("unknown type", 0, frame(9, 99, 1, 0)),
                Arguments.of("negative type", 0, frame(9, -1, 1, 0)),
                Arguments.of("unknown task", 0, frame(9, 6, 4711, 0)),
                Arguments.of("a request from a worker", 0, frame(9, 5, 1, 0)),
                Arguments.of("malformed progress", 0, frame(9 + 3, 11, 1, 3)),
                Arguments.of("huge length on the control connection", -1, frame(Integer.MAX_VALUE, 4, 0, 0)),
                Arguments.of("unknown type on the control connection", -1, frame(9, 77, 0, 0)),
                Arguments.of("a result on the control connection", -1, frame(9, 6, 1, 0)),
                Arguments.of("malformed inspection", -1, frame(9 + 5, 10, 1, 5)),
                Arguments.of("malformed reason", -1, frame(9 + 5, 2, 0, 5)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void workerThatSendsGarbageIsEnded(String what, int slot, byte[] bytes) throws Exception { // B119
        start(options -> options);
        CompletableFuture<Void> future = call();
        Stub bad = workers.next();
        bad.request(0);

        bad.write(slot, bytes);

        WorkerLostException lost = lost(future);
        assertThat(lost.exit().cause()).isEqualTo(Cause.BROKEN);
        assertThat(bad.killed).isTrue();
        CompletableFuture<Void> next = call();
        Stub good = workers.next();
        good.answer(0, good.request(0).taskId());
        assertThat(next.get()).isNull();
    }

    @Test
    void answerThatEndsInTheMiddleIsALostWorker() throws Exception { // B119
        start(options -> options);
        CompletableFuture<Void> future = call();
        Stub bad = workers.next();
        long task = bad.request(0).taskId();

        bad.write(0, frame(9 + 1000, 6, task, 10));
        bad.exit(1);

        assertThat(lost(future).exit().cause()).isEqualTo(Cause.EXITED);
    }

    @Test
    void answerBeforeTheDeathCounts() throws Exception {
        start(options -> options);
        CompletableFuture<Void> future = call();
        Stub worker = workers.next();

        worker.answer(0, worker.request(0).taskId());
        worker.exit(137);

        assertThat(future.get()).isNull();
    }

    // ---- started or not

    @Test
    void requestThatWasNotReadGoesToTheNextWorker() throws Exception { // B25
        start(options -> options);
        CompletableFuture<Void> future = call();
        Stub dead = workers.next();
        await().until(() -> TaskFuture.of(future).orElseThrow().taskState() == TaskState.RUNNING);

        dead.exit(137);

        Stub next = workers.next();
        next.answer(0, next.request(0).taskId());
        assertThat(future.get()).isNull();
    }

    @Test
    void requestThatWorkersDieOfBeforeTheyHaveReadItIsLostInTheEnd() throws Exception {
        start(options -> options);
        CompletableFuture<Void> future = call();
        for (int i = 0; i < 5; i++) {
            Stub dead = workers.next();
            await().until(() -> TaskFuture.of(future).orElseThrow().taskState() == TaskState.RUNNING);
            dead.exit(137);
            if (i < 4) {
                await().until(() ->
                        TaskFuture.of(future).orElseThrow().workerPid().orElse(0) != dead.pid());
            }
        }

        assertThat(lost(future).exit().cause()).isEqualTo(Cause.KILLED);
    }

    @Test
    void taskWhoseResultNobodyWantsStillHasItsTimeout() throws Exception {
        start(options -> options);
        CompletableFuture<Void> future = work.one(TaskOptions.timeout(Duration.ofMillis(20)));
        Stub stuck = workers.next();
        stuck.request(0);

        assertThat(future.cancel(false)).isTrue();

        await().until(() -> stuck.killed);
        assertThat(future).isCancelled();
        CompletableFuture<Void> next = call();
        Stub other = workers.next();
        other.answer(0, other.request(0).taskId());
        assertThat(next.get()).isNull();
    }

    // ---- retries and poison

    @Test
    void lostTaskIsTriedAgainSoManyTimesAndNamesTheLastWorker() throws Exception { // B33
        start(options -> options.retries(2));
        CompletableFuture<Void> future = call();
        Stub last = null;
        for (int i = 0; i < 3; i++) {
            last = workers.next();
            last.request(0);
            last.exit(3);
        }

        assertThat(lost(future).pid()).isEqualTo(Objects.requireNonNull(last).pid());
    }

    @Test
    void methodThatKeepsLosingWorkersIsRefusedAndOthersAreNot() throws Exception {
        start(options -> options.poisonLimit(2).restartLimit(100));
        CompletableFuture<Void> first = call();
        CompletableFuture<Void> second = call();
        for (int i = 0; i < 2; i++) {
            Stub worker = workers.next();
            worker.request(0);
            worker.exit(3);
        }

        assertThat(first).failsWithin(Duration.ofSeconds(20));
        assertThat(second).failsWithin(Duration.ofSeconds(20));
        TaskRefusedException refusal = (TaskRefusedException) cause(call());
        assertThat(refusal.reason()).isEqualTo(TaskRefusedException.Reason.POISON);
        assertThat(refusal).hasMessageContaining("Work.one").hasMessageContaining("poison-limit: 2");
        CompletableFuture<Void> other = work.other(new byte[0]);
        Stub worker = workers.next();
        worker.answer(0, worker.request(0).taskId());
        assertThat(other.get()).isNull();
    }

    // ---- heartbeat, memory, start

    @Test
    void stallSaysTheLastReport() throws Exception {
        start(options -> options.stallTimeout(Duration.ofMillis(200)));
        CompletableFuture<Void> silent = call();
        Stub worker = workers.next();
        worker.request(0);
        assertThat(cause(silent))
                .hasMessageContaining("stall-timeout: 200ms")
                .hasMessageContaining("it has reported none");

        CompletableFuture<Void> talking = call();
        worker = workers.next();
        long task = worker.request(0).taskId();
        worker.progressed(0, new ProgressReport(0.4, "page 4\nof 10", 1).toFrame(task));
        assertThat(cause(talking))
                .hasMessageContaining("its last report: 40 %, 'page 4 of 10', ")
                .hasMessageContaining("ago, at 1970-01-01T00:00:00.001Z");
    }

    @Test
    void workerThatDoesNotAnswerIsKilled() throws Exception { // B34
        start(options -> options.heartbeatInterval(Duration.ofMillis(10)).heartbeatTimeout(Duration.ofMillis(100)));
        try (LoggedLines lines = new LoggedLines("io.github.inparallel.pool")) {
            CompletableFuture<Void> future = call();
            Stub mute = workers.next();
            mute.request(0);

            assertThat(lost(future).exit().cause()).isEqualTo(Cause.UNRESPONSIVE);
            assertThat(mute.killed).isTrue();
            assertThat(lines.starting("WARN"))
                    .singleElement()
                    .asString()
                    .contains("Work.one", "heartbeat-timeout: 100ms");
        }
    }

    @Test
    void workerThatCannotEvenBeKilledHoldsNobodyUp() throws Exception {
        start(options -> options.maxMemory(1000L));
        CompletableFuture<Void> future = call();
        Stub immortal = workers.next();
        immortal.immortal();
        immortal.request(0);
        immortal.resident(2000);
        await().until(() -> immortal.killed);

        CompletableFuture<Void> next = call();
        Stub other = workers.next();
        other.answer(0, other.request(0).taskId());

        assertThat(next.get()).isNull();
        assertThat(lost(future).exit().cause()).isEqualTo(Cause.MEMORY_LIMIT);
    }

    @Test
    void workerAboveItsMemoryIsReplacedBetweenTasks() throws Exception { // B71
        start(options -> options.maxMemory(1000L));
        CompletableFuture<Void> first = call();
        Stub leaking = workers.next();
        long task = leaking.request(0).taskId();
        leaking.resident(2000);
        leaking.answer(0, task);
        assertThat(first.get()).isNull();

        CompletableFuture<Void> second = call();
        Stub fresh = workers.next();
        fresh.answer(0, fresh.request(0).taskId());

        assertThat(second.get()).isNull();
        leaking.exit(0);
    }

    @Test
    void workerAboveItsMemoryIsKilledInTheMiddleOfATask() throws Exception { // B72
        start(options -> options.maxMemory(1000L));
        CompletableFuture<Void> future = call();
        Stub hungry = workers.next();
        hungry.request(0);

        hungry.resident(2000);

        WorkerLostException lost = lost(future);
        assertThat(lost.exit().cause()).isEqualTo(Cause.MEMORY_LIMIT);
        assertThat(lost).hasMessageContaining("max-memory");
        assertThat(hungry.killed).isTrue();
    }

    @Test
    void workerThatNeverBecomesReadyIsKilled() throws Exception { // B68
        workers.silent();
        start(options -> options.startupTimeout(Duration.ofMillis(50)).restartLimit(1));

        WorkerStartException failure = (WorkerStartException) cause(call());

        assertThat(failure).hasMessageContaining("startup-timeout");
        assertThat(workers.next().killed).isTrue();
        assertThat(((TaskRefusedException) cause(call())).reason()).isEqualTo(TaskRefusedException.Reason.POOL_DOWN);
        assertThat(cause(call()).getCause()).isInstanceOf(WorkerStartException.class);
    }

    @Test
    void poolWithAWorkerThatWorksIsNotDownWhenOthersCannotStart() throws Exception {
        AtomicInteger launches = new AtomicInteger();
        pool = WorkerPool.create(
                PoolOptions.builder()
                        .name("stub")
                        .maxWorkers(2)
                        .restartLimit(2)
                        .shutdownTimeout(Duration.ZERO)
                        .build(),
                (description, directory) -> {
                    if (launches.getAndIncrement() > 0) {
                        throw new IOException("planned");
                    }
                    return workers.launch(description, directory);
                });
        work = pool.proxy(Work.class, Body.class);
        CompletableFuture<Void> first = call();
        Stub good = workers.next();
        long task = good.request(0).taskId();
        CompletableFuture<Void> second = call();
        await().until(() -> launches.get() > 4);

        good.answer(0, task);
        good.answer(0, good.request(0).taskId());

        assertThat(first.get()).isNull();
        assertThat(second.get()).isNull();
        assertThat(pool.stats().down()).isFalse();
    }

    @Test
    void poolThatIsDownComesUpAgainAlthoughItNeedsNoWorker() {
        java.util.concurrent.atomic.AtomicBoolean failed = new java.util.concurrent.atomic.AtomicBoolean();
        pool = WorkerPool.create(
                PoolOptions.builder()
                        .name("stub")
                        .minWorkers(0)
                        .maxWorkers(1)
                        .restartLimit(1)
                        .shutdownTimeout(Duration.ZERO)
                        .build(),
                (description, directory) -> {
                    if (failed.compareAndSet(false, true)) {
                        throw new IOException("planned");
                    }
                    return workers.launch(description, directory);
                });
        work = pool.proxy(Work.class, Body.class);

        assertThat(cause(call())).isInstanceOf(WorkerStartException.class);

        await().until(() -> !pool.stats().down());
    }

    // ---- the queue

    @Test
    void argumentsThatWaitAreBounded() throws Exception {
        start(options -> options.queueMemory(1000));
        CompletableFuture<Void> running = call();
        Stub worker = workers.next();
        Frame request = worker.request(0);
        CompletableFuture<Void> larger = work.other(new byte[5000]); // nothing else waits

        TaskRefusedException refusal = (TaskRefusedException) cause(work.other(new byte[1]));

        assertThat(refusal.reason()).isEqualTo(TaskRefusedException.Reason.QUEUE_MEMORY);
        assertThat(refusal).hasMessageContaining("queue-memory: 1000");
        worker.answer(0, request.taskId());
        worker.answer(0, worker.request(0).taskId());
        running.get();
        larger.get();
        CompletableFuture<Void> next = work.other(new byte[900]);
        worker.answer(0, worker.request(0).taskId());
        next.get();
    }

    @Test
    void largeArgumentsCountUntilTheirWorkerHasReadThem() throws Exception {
        start(options -> options.queueMemory(3 << 20));
        CompletableFuture<Void> large = work.other(new byte[2 << 20]);
        Stub worker = workers.next();
        CompletableFuture<Void> small = call();
        assertThat(((TaskRefusedException) cause(work.other(new byte[2 << 20]))).reason())
                .isEqualTo(TaskRefusedException.Reason.QUEUE_MEMORY);

        long task = worker.request(0).taskId();
        worker.started(0, task);

        await().until(() -> !work.other(new byte[2 << 20]).isCompletedExceptionally());
        worker.answer(0, task);
        worker.answer(0, worker.request(0).taskId());
        assertThat(large.get()).isNull();
        assertThat(small.get()).isNull();
    }

    @Test
    void taskThatWaitsTooLongTimesOut() throws Exception {
        startReady(options -> options.queueTimeout(Duration.ofMillis(30)));
        CompletableFuture<Void> running = call();
        Stub worker = workers.next();
        long task = worker.request(0).taskId();

        TaskTimeoutException timeout = (TaskTimeoutException) cause(call());

        assertThat(timeout.kind()).isEqualTo(TaskTimeoutException.Limit.QUEUE);
        assertThat(timeout.started()).isFalse();
        assertThat(timeout)
                .hasMessageContaining("Work.one waited longer than queue-timeout: 30ms")
                .hasMessageContaining("a worker of pool 'stub': one is ready, and busy");
        worker.answer(0, task);
        running.get();
    }

    @Test
    void taskThatWaitsInVainForTheFirstWorkerIsToldThatNoneIsReady() {
        workers.silent();
        start(options -> options.queueTimeout(Duration.ofMillis(30)).startupTimeout(Duration.ofMinutes(10)));

        assertThat(cause(call()))
                .isInstanceOf(TaskTimeoutException.class)
                .hasMessageContaining("a worker of pool 'stub': none is ready");
    }

    @Test
    void callerThatIsBlockedByAFullQueueHasTheSameLimit() throws Exception {
        startReady(options ->
                options.queueCapacity(1).whenFull(PoolOptions.WhenFull.BLOCK).queueTimeout(Duration.ofMillis(30)));
        call();
        workers.next().request(0);
        CompletableFuture<Void> queued = call();

        TaskTimeoutException timeout = (TaskTimeoutException) cause(call());

        assertThat(timeout.kind()).isEqualTo(TaskTimeoutException.Limit.QUEUE);
        assertThat(queued).failsWithin(Duration.ofSeconds(20));
    }

    @Test
    void callerThatIsBlockedByAFullQueueGoesOnWhenThereIsRoom() throws Exception { // B92, B115
        start(options -> options.queueCapacity(1).whenFull(PoolOptions.WhenFull.BLOCK));
        call();
        Stub worker = workers.next();
        long first = worker.request(0).taskId();
        CompletableFuture<Void> queued = call();
        Thread[] blocked = new Thread[1];
        CompletableFuture<Void> third = CompletableFuture.supplyAsync(() -> {
                    blocked[0] = Thread.currentThread();
                    return call();
                })
                .thenCompose(future -> future);
        await().until(() -> blocked[0] != null && blocked[0].getState() == Thread.State.TIMED_WAITING);

        worker.answer(0, first);
        worker.answer(0, worker.request(0).taskId());
        worker.answer(0, worker.request(0).taskId());

        assertThat(queued.get()).isNull();
        assertThat(third.get()).isNull();
    }

    @Test
    void poolThatIsFullAndHasCallersWaitingCanBeClosed() throws Exception { // B57
        start(options -> options.queueCapacity(1).whenFull(PoolOptions.WhenFull.BLOCK));
        CompletableFuture<Void> running = call();
        workers.next().request(0);
        CompletableFuture<Void> queued = call();
        Thread[] blocked = new Thread[1];
        CompletableFuture<CompletableFuture<Void>> waiting = CompletableFuture.supplyAsync(() -> {
            blocked[0] = Thread.currentThread();
            return call();
        });
        await().until(() -> blocked[0] != null && blocked[0].getState() == Thread.State.TIMED_WAITING);

        pool.shutdownNow();

        assertThat(((TaskRefusedException) cause(waiting.get())).reason())
                .isEqualTo(TaskRefusedException.Reason.SHUT_DOWN);
        assertThat(running).isCancelled();
        assertThat(queued).isCancelled();
    }

    @Test
    void cancelledTasksDoNotPileUpInTheQueue() throws Exception { // B44, B107
        start(options -> options.queueCapacity(3));
        call();
        Stub worker = workers.next();
        long first = worker.request(0).taskId();
        CompletableFuture<Void> kept = call();
        for (int i = 0; i < 1000; i++) {
            assertThat(call().cancel(true)).isTrue();
        }

        assertThat(pool.stats().queued()).isEqualTo(1);
        worker.answer(0, first);
        worker.answer(0, worker.request(0).taskId());
        assertThat(kept.get()).isNull();
    }

    // ---- shared fate

    @Test
    void neighboursOfATaskThatHasToBeKilledHaveTheirGraceAndSayWhoseFaultItWas() throws Exception {
        start(options -> options.concurrency(2).killGrace(Duration.ofMillis(100)));
        CompletableFuture<Void> stubborn = call();
        Stub worker = workers.next();
        CompletableFuture<Void> neighbour = call();
        await().until(() -> TaskFuture.of(neighbour).orElseThrow().taskState() == TaskState.RUNNING);
        worker.request(0);
        worker.request(1);

        stubborn.cancel(true);

        WorkerLostException lost = lost(neighbour);
        assertThat(lost.exit().cause()).isEqualTo(Cause.CANCELLED);
        assertThat(lost.culprit())
                .hasValue(TaskFuture.of(stubborn).orElseThrow().taskId());
    }

    // ---- callbacks

    @Test
    void executorThatRejectsLosesNoOutcome() throws Exception { // B61
        ThreadPoolExecutor dead = (ThreadPoolExecutor) Executors.newFixedThreadPool(1);
        dead.shutdown();
        start(options -> options.callbackExecutor(dead));
        CompletableFuture<String> then = call().thenApply(nothing -> "called");
        Stub worker = workers.next();

        worker.answer(0, worker.request(0).taskId());

        assertThat(then.get()).isEqualTo("called");
    }

    @Test
    void callbackThatThrowsHarmsNoOther() throws Exception { // B16, B20
        start(options -> options);
        CompletableFuture<Void> future = call();
        CompletableFuture<Void> bad = future.thenRun(() -> {
            throw new OutOfMemoryError("in a callback"); // B17
        });
        CompletableFuture<String> good = future.thenApply(nothing -> "called");
        Stub worker = workers.next();

        worker.answer(0, worker.request(0).taskId());

        assertThat(good.get()).isEqualTo("called");
        assertThatThrownBy(bad::get).hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(future.thenApply(nothing -> "late").get()).isEqualTo("late");
    }

    @Test
    void callbacksMaySubmitMore() throws Exception { // B18
        start(options -> options);
        Stub worker = workers.next();
        Thread answering = new Thread(() -> {
            try {
                while (true) {
                    worker.answer(0, worker.request(0).taskId());
                }
            } catch (java.io.IOException e) {
                // closed
            }
        });
        answering.start();
        List<CompletableFuture<Void>> chains = IntStream.range(0, 3)
                .mapToObj(chain -> {
                    CompletableFuture<Void> last = call();
                    for (int i = 0; i < 100; i++) {
                        last = last.thenCompose(nothing -> call());
                    }
                    return last;
                })
                .toList();

        for (CompletableFuture<Void> chain : chains) {
            chain.get();
        }
        worker.exit(0);
        answering.join();
    }

    @Test
    void poolMayBeClosedInACallback() throws Exception { // B58
        start(options -> options);
        CompletableFuture<Void> first = call();
        Stub worker = workers.next();
        CompletableFuture<Void> closed = first.thenRun(() -> {
            pool.shutdownNow();
            worker.exit(0);
            pool.close();
        });

        worker.answer(0, worker.request(0).taskId());

        closed.get();
        assertThat(((TaskRefusedException) cause(call())).reason()).isEqualTo(TaskRefusedException.Reason.SHUT_DOWN);
    }

    // ---- starts

    @Test
    void workersThatDieOfTheirFirstTaskAreNoFailedStarts() throws Exception {
        start(options -> options.restartLimit(2).poisonLimit(3));
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> deadly = call();
            Stub worker = workers.next();
            worker.request(0);
            worker.exit(1);
            assertThat(lost(deadly).exit().cause()).isEqualTo(Cause.EXITED);
        }

        assertThat(pool.stats().down()).isFalse();
        assertThat(((TaskRefusedException) cause(call())).reason()).isEqualTo(TaskRefusedException.Reason.POISON);
    }

    @Test
    void closeDoesNotWaitForWorkersThatAreStarting() throws Exception {
        workers.silent();
        start(options -> options.startupTimeout(Duration.ofMinutes(10)));
        CompletableFuture<Void> waiting = call();
        Stub worker = workers.next();

        pool.close();

        assertThat(waiting).isCancelled();
        assertThat(worker.killed).isTrue();
    }

    @Test
    void launchThatNeverReturnsIsAFailedStartAndWhatComesLateIsEnded() throws Exception {
        java.util.concurrent.CountDownLatch late = new java.util.concurrent.CountDownLatch(1);
        pool = WorkerPool.create(
                PoolOptions.builder()
                        .name("stub")
                        .maxWorkers(1)
                        .restartLimit(1)
                        .startupTimeout(Duration.ofMillis(50))
                        .shutdownTimeout(Duration.ZERO)
                        .build(),
                (description, directory) -> {
                    try {
                        late.await();
                    } catch (InterruptedException e) {
                        throw new java.io.IOException(e);
                    }
                    return workers.silent().launch(description, directory);
                });
        work = pool.proxy(Work.class, Body.class);

        assertThat(cause(call())).isInstanceOf(WorkerStartException.class).hasMessageContaining("startup-timeout");

        pool.close();
        late.countDown();
        Stub worker = workers.next();
        await().until(() -> worker.killed);
    }
}
