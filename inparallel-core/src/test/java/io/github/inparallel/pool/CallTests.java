package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.inparallel.TaskFailedException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskState;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One real worker, called in every way. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallTests {

    private static WorkerPool pool;
    private static Probe probe;

    @BeforeAll
    static void start() {
        pool = ProcessPool.create(options -> options);
        probe = pool.proxy(Probe.class, ProbeWorker.class);
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    @Test
    void blockingMethodReturnsTheValue() {
        assertThat(probe.echo("hello")).isEqualTo("hello");
    }

    @Test
    void futureMethodReturnsATaskFuture() throws Exception {
        CompletableFuture<String> future = probe.echoLater("hello");

        assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo("hello");
        TaskFuture<?> task = TaskFuture.of(future).orElseThrow();
        assertThat(task.taskState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(task.taskId()).startsWith("test-");
    }

    @Test
    void methodRunsInAnotherProcess() throws Exception {
        CompletableFuture<Long> future = probe.pid();

        assertThat(future.get()).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(TaskFuture.of(future).orElseThrow().workerPid()).hasValue(future.get());
        assertThat(probe.inWorker().get()).isTrue();
    }

    @Test
    void nullAndVoidCross() throws Exception {
        assertThat(probe.nullResult()).isNull();
        assertThat(probe.print(1, false).get()).isNull();
    }

    @Test
    void genericTypesCross() throws Exception {
        List<Map<String, Instant>> values = List.of(Map.of("now", Instant.now()));

        assertThat(probe.generic(values).get()).isEqualTo(values);
    }

    @Test
    void largeValuesCross() throws Exception { // B97, B28
        byte[] bytes = new byte[5_000_000];
        Arrays.fill(bytes, (byte) 7);

        assertThat(probe.bytes(bytes).get()).isEqualTo(bytes);
    }

    @Test
    void exceptionArrivesWithItsTypeMessageCauseSuppressedAndBothStacks() { // B12, B103, B104
        assertThatThrownBy(() -> probe.fail("no such thing"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("no such thing")
                .cause()
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the cause");
        Throwable failure = catchThrowable(() -> probe.fail("again"));
        assertThat(failure.getSuppressed()).singleElement().isExactlyInstanceOf(IllegalArgumentException.class);
        assertThat(Arrays.stream(failure.getStackTrace()).map(StackTraceElement::getClassName))
                .startsWith(ProbeWorker.class.getName())
                .contains(CallTests.class.getName());
    }

    @Test
    void exceptionOfAFutureIsTheCauseOfAnExecutionException() {
        assertThatThrownBy(() -> probe.failLater("later").get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("later");
    }

    @Test
    void exceptionWithADemandingConstructorIsRebuilt() { // B10
        assertThatThrownBy(() -> probe.failDemanding(1, 2).get())
                .cause()
                .isExactlyInstanceOf(ProbeWorker.Demanding.class)
                .hasMessage("demanding 3");
    }

    @Test
    void exceptionThatWouldSaySomethingElseHasAStandIn() { // B8
        assertThatThrownBy(() -> probe.failUnknown().get())
                .cause()
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        failure -> assertThat(failure.originalType()).isEqualTo(ProbeWorker.Talkative.class.getName()))
                .hasMessage(ProbeWorker.Talkative.class.getName() + ": talkative more");
    }

    @Test
    void nullForAFutureIsAnErrorThatNamesTheMethod() {
        assertThatThrownBy(() -> probe.nothing().get()).cause().hasMessageContaining("Probe.nothing returned null");
    }

    @Test
    void workerStartsNoWorkersOfItsOwn() { // B15, B96
        assertThatThrownBy(() -> probe.nested().get())
                .cause()
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("worker");
    }

    @Test
    void lastProgressArrives() throws Exception {
        CompletableFuture<String> future = probe.progress();

        String answer = future.get();
        TaskFuture<?> task = TaskFuture.of(future).orElseThrow();
        assertThat(answer).isEqualTo(task.taskId() + " test");
    }

    @Test
    void masesOfOutputNeitherBlockNorCorrupt() throws Exception { // B98
        probe.print(20_000, true).get();
        assertThat(probe.echo("still here")).isEqualTo("still here");
    }
}
