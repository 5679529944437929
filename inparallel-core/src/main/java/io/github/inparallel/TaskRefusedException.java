package io.github.inparallel;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The pool did not take the task. It has not run and never will; the call can safely be made again later. */
public final class TaskRefusedException extends RejectedExecutionException {

    /** Why the pool refused. */
    public enum Reason {
        /** {@code queue-capacity} tasks wait already. */
        QUEUE_FULL,
        /** The arguments of waiting tasks fill {@code queue-memory}. */
        QUEUE_MEMORY,
        /** The pool is closed or closing. */
        SHUT_DOWN,
        /** Workers repeatedly failed to start; the cause says how. */
        POOL_DOWN,
        /** The method has lately cost too many workers their lives. */
        POISON,
        /** Somebody has drained the pool; it accepts tasks again when somebody resumes it. */
        DRAINED
    }

    private final Reason reason;

    public TaskRefusedException(String message, Reason reason, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
