package io.github.inparallel.pool.member;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended that another member ran: what crosses back to its caller. Immutable, if nobody writes to its arrays. A
 * worker's process id is below zero where there is none.
 */
public sealed interface EncodedOutcome {

    /** Bytes that are large in it. */
    default long size() {
        return 0;
    }

    /**
     * The body returned.
     *
     * @param answer the payload of the worker's answer, whole
     * @param attachment a large {@code byte[]} in the result
     */
    record Succeeded(byte[] answer, byte @Nullable [] attachment) implements EncodedOutcome {
        @Override
        public long size() {
            return (long) answer.length + (attachment == null ? 0 : attachment.length);
        }
    }

    /**
     * The body threw, or its arguments or result could not cross.
     *
     * @param throwable as the worker encoded it
     * @param note what else there is to say of it; null if nothing
     */
    record Failed(byte[] throwable, @Nullable String note) implements EncodedOutcome {
        @Override
        public long size() {
            return throwable.length;
        }
    }

    /**
     * It ran longer than it may.
     *
     * @param limit what was exceeded
     * @param stuckAt where it was; empty if that is not known
     */
    record TimedOut(
            Duration limit,
            TaskTimeoutException.Limit kind,
            String message,
            String worker,
            long pid,
            List<StackTraceElement> stuckAt)
            implements EncodedOutcome {}

    /** It was stopped. */
    record Cancelled(String why) implements EncodedOutcome {}

    /**
     * Its worker ended while it ran.
     *
     * @param errorFile path of the JVM's fatal error file, on the member's machine
     */
    record WorkerLost(
            String message,
            String worker,
            long pid,
            WorkerExit exit,
            List<String> lastStderr,
            Optional<String> errorFile,
            Optional<String> culprit)
            implements EncodedOutcome {}

    /** The member's pool did not take it, or gave it back. It has not run. */
    record Refused(TaskRefusedException.Reason reason, String message) implements EncodedOutcome {}

    /** There was no slot for it. It has not run, and may go elsewhere with no retry used. */
    record NoSlot() implements EncodedOutcome {}
}
