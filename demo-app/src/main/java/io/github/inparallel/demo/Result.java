package io.github.inparallel.demo;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the caller got for one host. */
sealed interface Result {

    /** The server's name. */
    String host();

    /** Process id of the worker that ran the task; empty if none did. */
    OptionalLong workerPid();

    /** What there is to say of it: the output of the command, or type and message of the failure. */
    String text();

    /** The same for a row of a table. */
    default String brief() {
        return text().lines().findFirst().orElse("");
    }

    /** Reads a future that is complete. */
    static Result of(String host, CompletableFuture<Answer> done) {
        OptionalLong workerPid = TaskFuture.of(done).map(TaskFuture::workerPid).orElseGet(OptionalLong::empty);
        try {
            return new Answered(host, workerPid, done.join());
        } catch (CompletionException e) {
            return new Failed(host, workerPid, Objects.requireNonNullElse(e.getCause(), e));
        } catch (CancellationException e) {
            return new Failed(host, workerPid, e);
        }
    }

    /** The server's answer. */
    record Answered(String host, OptionalLong workerPid, Answer answer) implements Result {

        @Override
        public String text() {
            return answer.output();
        }
    }

    /** The exception that came instead. */
    record Failed(String host, OptionalLong workerPid, Throwable failure) implements Result {

        @Override
        public String text() {
            return type() + ": " + failure.getMessage();
        }

        /** Of a lost worker only which process it was and how it ended; of a lost member, whose worker may be unknown, which it was. */
        @Override
        public String brief() {
            return failure instanceof WorkerLostException lost
                    ? "%s (%s, %s)".formatted(type(), who(lost), lost.exit())
                    : Result.super.brief();
        }

        private static String who(WorkerLostException lost) {
            return lost.exit().cause() == WorkerExit.Cause.MEMBER_LOST
                    ? "member " + lost.member().orElseThrow()
                    : "pid " + lost.pid();
        }

        private String type() {
            return failure.getClass().getSimpleName();
        }
    }
}
