package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which a task can lose its worker, or be made to end: one outcome, and the next call works. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultTests {

    @TempDir
    private Path folder;

    private WorkerPool pool;
    private Probe probe;

    @BeforeEach
    void start() {
        pool = ProcessPool.create(options ->
                options.killGrace(Duration.ofMillis(200)).crashDir(folder).poisonLimit(0));
        probe = pool.proxy(Probe.class, ProbeWorker.class);
    }

    @AfterEach
    void stop() {
        pool.close();
    }

    @Test
    void haltIsAWorkerLostWithPidExitCodeAndLastOutput() throws Exception { // B23
        CompletableFuture<Void> future = probe.halt(3);

        WorkerLostException lost = lost(future);
        assertThat(lost.exit()).isEqualTo(new WorkerExit(3, Optional.empty(), WorkerExit.Cause.EXITED));
        assertThat(lost.pid())
                .isEqualTo(TaskFuture.of(future).orElseThrow().workerPid().orElseThrow());
        assertThat(lost.lastStderr()).contains("about to halt");
        assertThat(TaskFuture.of(future).orElseThrow().taskState()).isEqualTo(TaskState.WORKER_LOST);
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void exitWithCodeZeroIsAWorkerLostToo() { // B24, B4
        WorkerLostException lost = lost(probe.exit(0));

        assertThat(lost.exit().exitCode()).isZero();
        assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.EXITED);
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void killFromOutsideNamesTheSignal() { // B22, B30
        WorkerLostException lost = lost(probe.killSelf("KILL"));

        assertThat(lost.exit().signal()).hasValue("SIGKILL");
        assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.KILLED);
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void fatalErrorOfTheJvmIsACrash() {
        WorkerLostException lost;
        try (LoggedLines printed = new LoggedLines("inparallel.worker.test")) {
            lost = lost(probe.killSelf("SEGV"));
            assertThat(printed.all()).noneMatch(line -> line.contains("#"));
        }

        assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.CRASHED);
        assertThat(lost.exit().signal()).hasValue("SIGSEGV");
        Path file = lost.errorFile().orElseThrow();
        assertThat(file).isRegularFile().hasParent(folder.toAbsolutePath());
        assertThat(lost).hasMessageContaining(file.toString()).hasMessageContaining("crashed in");
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void outOfMemoryNamesTheHeapToRaise() {
        WorkerLostException lost = lost(probe.outOfMemory());

        assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.OUT_OF_MEMORY);
        assertThat(lost).hasMessageContaining("heap: 64MB");
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void deathOfAnIdleWorkerHarmsNoTask() throws Exception { // B26, B29
        long pid = probe.pid().get();

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        assertThat(probe.pid().get()).isNotEqualTo(pid);
    }

    @Test
    void timeoutInterruptsAndTheWorkerLives() throws Exception { // B38, B40, B106
        waitPatiently();
        long pid = probe.pid().get();

        TaskTimeoutException timeout = (TaskTimeoutException)
                cause(probe.cleanUp(folder.resolve("cleaned").toString(), TaskOptions.timeout(Duration.ofMillis(300))));

        assertThat(timeout.limit()).isEqualTo(Duration.ofMillis(300));
        assertThat(timeout.kind()).isEqualTo(TaskTimeoutException.Limit.RUN);
        assertThat(timeout.started()).isTrue();
        assertThat(probe.pid().get()).isEqualTo(pid);
    }

    @Test
    void timeoutShowsWhereTheTaskWasStuck() throws Exception {
        pool.close();
        pool = ProcessPool.create(options -> options.timeout(Duration.ofSeconds(2)));
        probe = ProcessPool.probe(pool);
        probe.pid().get();

        TaskTimeoutException timeout = (TaskTimeoutException) cause(probe.sleep());

        // A worker that is slow to answer is not waited for: then there is no cause.
        if (timeout.getCause() != null) {
            assertThat(Arrays.stream(timeout.getCause().getStackTrace()).map(StackTraceElement::getMethodName))
                    .contains("sleep");
        }
    }

    @Test
    void timeoutKillsWhatIgnoresTheInterrupt() throws Exception { // B35, B36
        long pid = probe.pid().get();
        CompletableFuture<Long> future = probe.spin(TaskOptions.timeout(Duration.ofMillis(300)));

        assertThat(cause(future)).isInstanceOf(TaskTimeoutException.class);
        await().until(() -> ProcessHandle.of(pid).isEmpty());
        assertThat(probe.pid().get()).isNotEqualTo(pid);
    }

    @Test
    void cancelOfARunningTaskEndsItAtOnceAndKillsWhatIgnoresIt() throws Exception { // B45, B46
        long pid = probe.pid().get();
        CompletableFuture<Long> future = probe.spin(TaskOptions.timeout(Duration.ofMinutes(1)));
        await().until(() -> TaskFuture.of(future).orElseThrow().taskState() == TaskState.RUNNING);

        assertThat(future.cancel(true)).isTrue();

        assertThat(future.isCancelled()).isTrue();
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
        assertThat(probe.pid().get()).isNotEqualTo(pid);
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void cancelledQueuedTaskNeverStarts() throws Exception { // B44
        Path mine = folder.resolve("mine");
        CompletableFuture<String> running = probe.rendezvous(
                folder.resolve("first").toString(), folder.resolve("go").toString());
        CompletableFuture<String> queued =
                probe.rendezvous(mine.toString(), folder.resolve("go").toString());

        assertThat(queued.cancel(false)).isTrue();
        Files.createFile(folder.resolve("go"));

        assertThat(running.get()).isEqualTo("met");
        assertThat(probe.echo("next")).isEqualTo("next");
        assertThat(mine).doesNotExist();
    }

    @Test
    void killTakesTheDescendantsToo() throws Exception {
        Path file = folder.resolve("child");
        CompletableFuture<Void> future = probe.spawn(file.toString());
        await().until(() -> Files.exists(file));
        long child = Long.parseLong(Files.readString(file));
        assertThat(ProcessHandle.of(child)).isPresent();

        future.cancel(true);

        await().until(() ->
                ProcessHandle.of(child).map(handle -> !handle.isAlive()).orElse(true));
    }

    @Test
    void bodyWhoseFutureNeverCompletesTimesOut() {
        CompletableFuture<String> future = probe.neverCompletes();
        await().until(() -> TaskFuture.of(future).orElseThrow().taskState() == TaskState.RUNNING);

        future.cancel(true);

        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void exitGivesHooksTheirGraceAndThenHaltsWithTheSameCode() {
        WorkerLostException lost = lost(probe.exitWithAHookThatHangs(7));

        assertThat(lost.exit()).isEqualTo(new WorkerExit(7, Optional.empty(), WorkerExit.Cause.EXITED));
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void exitAfterTheTaskHitsNoTask() throws Exception { // B116
        long pid = probe.pid().get();
        probe.exitLater(3).get();

        await().until(() ->
                ProcessHandle.of(pid).map(worker -> !worker.isAlive()).orElse(true));

        assertThat(probe.pid().get()).isNotEqualTo(pid);
    }

    @Test
    void stackOverflowIsTheTasksOwnException() throws Exception { // B15
        long pid = probe.pid().get();

        assertThat(cause(probe.recurse())).isInstanceOf(StackOverflowError.class);

        assertThat(probe.pid().get()).isEqualTo(pid);
    }

    @Test
    void taskMayCleanUpWhenItIsInterrupted() throws Exception { // B39
        waitPatiently();
        long pid = probe.pid().get();
        Path file = folder.resolve("cleaned");

        assertThat(cause(probe.cleanUp(file.toString(), TaskOptions.timeout(Duration.ofMillis(100)))))
                .isInstanceOf(TaskTimeoutException.class);

        assertThat(probe.pid().get()).isEqualTo(pid);
        assertThat(file).exists();
    }

    @Test
    void taskThatIsFasterThanItsLimitIsNeverHit() throws Exception { // B37
        CompletableFuture<Long> blocking = probe.spin(TaskOptions.timeout(Duration.ofMillis(600)));
        CompletableFuture<String> waiting =
                probe.cleanUp(folder.resolve("never").toString(), TaskOptions.timeout(Duration.ofMillis(300)));
        TaskFuture<?> task = TaskFuture.of(waiting).orElseThrow();

        assertThat(cause(blocking)).isInstanceOf(TaskTimeoutException.class);

        // It has waited longer than its limit, and only now begins.
        assertThat(task.taskState()).isIn(TaskState.QUEUED, TaskState.RUNNING);
        assertThat(cause(waiting)).isInstanceOf(TaskTimeoutException.class);
    }

    @Test
    void taskThatStopsPolitelyLeavesNoProcessesButThoseOfEarlierTasks() throws Exception {
        waitPatiently();
        long helper = probe.helper().get();
        // Within its tick of 10 ms the operating system cannot tell it from what the next task starts.
        await().until(() ->
                startOf(probe.helper().get()).isAfter(startOf(helper).plusMillis(20)));
        Path file = folder.resolve("child");
        CompletableFuture<String> future = probe.spawnAndStop(file.toString());
        await().until(() -> Files.exists(file));
        long child = Long.parseLong(Files.readString(file));

        future.cancel(true);

        probe.echo("the slot is free");
        assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        assertThat(ProcessHandle.of(helper))
                .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());
        pool.close();
        assertThat(ProcessHandle.of(helper).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    private static Instant startOf(long pid) {
        return ProcessHandle.of(pid).orElseThrow().info().startInstant().orElseThrow();
    }

    @Test
    void hardMemoryLimitKillsInTheMiddleOfATask() { // B72
        pool.close();
        pool = ProcessPool.create(
                options -> options.maxMemory(250L << 20).jvmArgs(List.of("-XX:MaxDirectMemorySize=1g")));
        probe = pool.proxy(Probe.class, ProbeWorker.class);

        WorkerLostException lost = lost(probe.hoard(300));

        assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.MEMORY_LIMIT);
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void leakingTasksGetAFreshWorkerBeforeItIsTooLate() throws Exception { // B71, B73
        pool.close();
        pool = ProcessPool.create(
                options -> options.maxMemory(250L << 20).jvmArgs(List.of("-XX:MaxDirectMemorySize=1g")));
        probe = pool.proxy(Probe.class, ProbeWorker.class);
        long first = probe.pid().get();

        // A little at a time: a task that is still there when the worker is found above the limit twice would end with
        // it.
        await().pollInterval(Duration.ofMillis(5)).until(() -> probe.leak(1).get() != first);
    }

    @Test
    void callbackMaySubmitATaskThatCrashes() { // B19
        CompletableFuture<Void> crash = probe.echoLater("first").thenCompose(text -> probe.halt(3));

        assertThat(lost(crash).exit().exitCode()).isEqualTo(3);
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void sixteenTasksOfWhichEveryFourthCrashes() throws Exception { // B25, B32, B110
        pool.resize(2, 2);
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            futures.add(i % 4 == 3 ? probe.halt(i % 8 == 3 ? 0 : 9) : probe.echoLater("task " + i));
        }

        for (int i = 0; i < 16; i++) {
            if (i % 4 == 3) {
                assertThat(cause(futures.get(i))).isInstanceOf(WorkerLostException.class);
            } else {
                assertThat(futures.get(i).get()).isEqualTo("task " + i);
            }
        }
    }

    // ---- values that do not cross

    @Test
    void argumentThatCannotBeWrittenFailsItsTaskAlone() throws Exception { // B1, B2, B105
        long pid = probe.pid().get();
        List<CompletableFuture<?>> bad = new ArrayList<>();
        List<CompletableFuture<String>> good = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            bad.add(probe.unwritable(new ProbeWorker.Bound()));
        }
        for (int i = 0; i < 100; i++) {
            good.add(probe.echoLater("good " + i));
        }

        for (int i = 0; i < 100; i++) {
            assertThat(cause(bad.get(i))).isInstanceOf(MarshallingException.class);
            assertThat(good.get(i).get()).isEqualTo("good " + i);
        }
        assertThat(probe.pid().get()).isEqualTo(pid);
    }

    @Test
    @SuppressWarnings("NullAway") // null is a value like others
    void resultThatCannotBeWrittenFailsItsTaskAlone() throws Exception { // B6
        long pid = probe.pid().get();

        assertThat(cause(probe.unwritable(null))).isInstanceOf(MarshallingException.class);

        assertThat(probe.pid().get()).isEqualTo(pid);
    }

    @Test
    void argumentThatCannotBeRebuiltSaysWhy() throws Exception { // B3
        long pid = probe.pid().get();

        assertThat(cause(probe.awkward(new ProbeWorker.Awkward("throw"))))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("cannot be built");

        assertThat(probe.pid().get()).isEqualTo(pid);
    }

    @Test
    void argumentThatEndsTheWorkerIsALostWorker() { // B4, B5
        assertThat(lost(probe.awkward(new ProbeWorker.Awkward("halt"))).exit().exitCode())
                .isZero();
        assertThat(lost(probe.awkward(new ProbeWorker.Awkward("kill"))).exit().signal())
                .hasValue("SIGKILL");
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void resultThatEndsTheWorkerIsALostWorker() { // B7
        assertThat(lost(probe.deadlyResult(0)).exit().cause()).isEqualTo(WorkerExit.Cause.EXITED);
        assertThat(lost(probe.deadlyResult(5)).exit().exitCode()).isEqualTo(5);
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void workerThatDiesWhileALargeRequestIsWrittenIsKnownAtOnce() throws Exception { // B28
        long pid = probe.pid().get();
        Signals.stop(pid);
        CompletableFuture<byte[]> future = probe.bytes(new byte[8 << 20]);
        await().until(() -> TaskFuture.of(future).orElseThrow().taskState() == TaskState.RUNNING);

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        // It had not been read, so it goes to the next worker.
        assertThat(future.get()).hasSize(8 << 20);
    }

    /** For tasks that stop by themselves, however slow the machine is at the moment. */
    private void waitPatiently() {
        pool.close();
        pool = ProcessPool.create(options -> options.killGrace(Duration.ofSeconds(20)));
        probe = ProcessPool.probe(pool);
    }

    private static WorkerLostException lost(CompletableFuture<?> future) {
        return (WorkerLostException) cause(future);
    }

    private static Throwable cause(CompletableFuture<?> future) {
        return Objects.requireNonNull(catchThrowable(future::get).getCause());
    }
}
