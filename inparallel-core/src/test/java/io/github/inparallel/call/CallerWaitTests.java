package io.github.inparallel.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.InParallelException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What callers get, and when. */
class CallerWaitTests {

    interface Work {
        CompletableFuture<String> later();

        String now();

        String patiently() throws InterruptedException;
    }

    private static CallerWait wait(String name) {
        return Arrays.stream(Work.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .map(method -> TaskMethod.of(
                        "work",
                        method,
                        Limits.OF_THE_POOL,
                        new Marshaller(Marshaller.Format.CBOR, 1024, Marshaller.UNCHANGED)))
                .map(CallerWait::new)
                .findFirst()
                .orElseThrow();
    }

    private static TaskFuture<Object> unfinished() {
        return new TaskFuture<>("work-1", Runnable::run) {};
    }

    @Test
    void callerOfAFutureGetsItAtOnce() throws Throwable {
        TaskFuture<Object> future = unfinished();

        assertThat(wait("later").blocks()).isFalse();
        assertThat(wait("later").returned(future)).isSameAs(future);
    }

    @Test
    void callerOfAValueGetsIt() throws Throwable {
        assertThat(wait("now").blocks()).isTrue();
        assertThat(wait("now").returned(TaskFuture.completed("a"))).isEqualTo("a");
    }

    @Test
    void callerOfAValueGetsTheFailureItself() {
        IOException failure = new IOException("no");

        assertThatThrownBy(() -> wait("now").returned(TaskFuture.ofFailure(failure)))
                .isSameAs(failure);
    }

    @Test
    void callerOfAValueGetsACompletionExceptionThatTheTaskThrewAsItIs() {
        CompletionException failure = new CompletionException("of a join in the body", new IOException("no"));

        assertThatThrownBy(() -> wait("now").returned(TaskFuture.ofFailure(failure)))
                .isSameAs(failure);
    }

    @Test
    void interruptedCallerCancelsTheTaskAndStaysInterrupted() {
        TaskFuture<Object> future = unfinished();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> wait("now").returned(future))
                .isInstanceOf(InParallelException.class)
                .hasMessage("Interrupted while waiting for Work.now, task work-1; the task was cancelled")
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(future.isCancelled()).isTrue();
    }

    @Test
    void interruptedCallerGetsTheExceptionThatTheMethodDeclares() {
        TaskFuture<Object> future = unfinished();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> wait("patiently").returned(future)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(future.isCancelled()).isTrue();
    }
}
