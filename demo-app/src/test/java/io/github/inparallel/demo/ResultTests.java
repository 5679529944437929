package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultTests {

    @Test
    void answerIsItsOutput() {
        Answer answer = new Answer(7, Instant.EPOCH, Instant.EPOCH, "Linux alpha");

        Result result = Result.of("alpha", CompletableFuture.completedFuture(answer));

        assertThat(result).isInstanceOf(Result.Answered.class);
        assertThat(result.host()).isEqualTo("alpha");
        assertThat(result.text()).isEqualTo("Linux alpha");
        assertThat(result.workerPid()).isEmpty();
    }

    @Test
    void failureIsItsTypeAndMessage() {
        assertThat(failed(new IOException("refused")).text()).isEqualTo("IOException: refused");
    }

    @Test
    void lostWorkerIsNamedWithPidAndExitCode() {
        WorkerExit exit = new WorkerExit(3, Optional.empty(), WorkerExit.Cause.EXITED);
        WorkerLostException lost = new WorkerLostException("the worker is gone", 4242, exit, List.of(), null, null);

        assertThat(failed(lost).text()).isEqualTo("WorkerLostException: the worker is gone");
        assertThat(failed(lost).brief()).startsWith("WorkerLostException (pid 4242, exit code 3");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 4242})
    void lostMemberIsNamedWhetherItsWorkerIsKnownOrNot(long pid) {
        WorkerExit exit = new WorkerExit(-1, Optional.empty(), WorkerExit.Cause.MEMBER_LOST);
        WorkerLostException lost =
                new WorkerLostException("it is gone", pid, exit, List.of(), null, null, "10.0.0.7:7800");

        assertThat(failed(lost).brief()).isEqualTo("WorkerLostException (member 10.0.0.7:7800, member-lost)");
    }

    @Test
    void cancelledFutureIsAFailure() {
        CompletableFuture<Answer> future = new CompletableFuture<>();
        future.cancel(true);

        assertThat(Result.of("alpha", future).text()).startsWith("CancellationException");
    }

    private static Result failed(Throwable failure) {
        return Result.of("alpha", CompletableFuture.failedFuture(failure));
    }
}
