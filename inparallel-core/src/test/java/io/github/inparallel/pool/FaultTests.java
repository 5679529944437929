package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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
        pool = ProcessPool.create(options -> options.killGrace(Duration.ofMillis(200)));
        probe = pool.proxy(Probe.class, ProbeWorker.class);
    }

    @AfterEach
    void stop() {
        pool.close();
    }

    @Test
    void haltIsAWorkerLostWithPidExitCodeAndLastOutput() throws Exception { // B1
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
    void exitWithCodeZeroIsAWorkerLostToo() { // B2
        WorkerLostException lost = lost(probe.exit(0));

        assertThat(lost.exit().exitCode()).isZero();
        assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.EXITED);
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void killFromOutsideNamesTheSignal() {
        WorkerLostException lost = lost(probe.killSelf("KILL"));

        assertThat(lost.exit().signal()).hasValue("SIGKILL");
        assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.KILLED);
        assertThat(probe.echo("next")).isEqualTo("next");
    }

    @Test
    void fatalErrorOfTheJvmIsACrash() {
        WorkerLostException lost = lost(probe.killSelf("SEGV"));

        assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.CRASHED);
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
    void deathOfAnIdleWorkerHarmsNoTask() throws Exception {
        long pid = probe.pid().get();

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        assertThat(probe.pid().get()).isNotEqualTo(pid);
    }

    @Test
    void timeoutInterruptsAndTheWorkerLives() throws Exception {
        long pid = probe.pid().get();
        pool.close();
        pool = ProcessPool.create(options -> options.timeout(Duration.ofMillis(300)));
        probe = pool.proxy(Probe.class, ProbeWorker.class);
        long another = probe.pid().get();

        TaskTimeoutException timeout = (TaskTimeoutException) cause(probe.sleep());

        assertThat(timeout.limit()).isEqualTo(Duration.ofMillis(300));
        assertThat(timeout.kind()).isEqualTo(TaskTimeoutException.Limit.RUN);
        assertThat(timeout.started()).isTrue();
        assertThat(Arrays.stream(Objects.requireNonNull(timeout.getCause()).getStackTrace())
                        .map(StackTraceElement::getMethodName))
                .contains("sleep");
        assertThat(probe.pid().get()).isEqualTo(another).isNotEqualTo(pid);
    }

    @Test
    void timeoutKillsWhatIgnoresTheInterrupt() throws Exception {
        long pid = probe.pid().get();
        CompletableFuture<Long> future = probe.spin(TaskOptions.timeout(Duration.ofMillis(300)));

        assertThat(cause(future)).isInstanceOf(TaskTimeoutException.class);
        await().until(() -> ProcessHandle.of(pid).isEmpty());
        assertThat(probe.pid().get()).isNotEqualTo(pid);
    }

    @Test
    void cancelOfARunningTaskEndsItAtOnceAndKillsWhatIgnoresIt() throws Exception {
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
    void cancelledQueuedTaskNeverStarts() throws Exception {
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

    private static WorkerLostException lost(CompletableFuture<?> future) {
        return (WorkerLostException) cause(future);
    }

    private static Throwable cause(CompletableFuture<?> future) {
        return Objects.requireNonNull(catchThrowable(future::get).getCause());
    }
}
