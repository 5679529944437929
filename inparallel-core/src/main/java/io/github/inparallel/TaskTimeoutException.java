package io.github.inparallel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A limit of the task was exceeded. The cause, where there is one, shows where the task was stuck: it carries the
 * worker's stack of the task's thread at that moment.
 */
public final class TaskTimeoutException extends InParallelException {

    /** Which limit it was. */
    public enum Limit {
        /** Waited in the queue longer than {@code queue-timeout}. */
        QUEUE,
        /** Ran longer than {@code timeout}. */
        RUN,
        /** Ran without a progress report for longer than {@code stall-timeout}. */
        STALL
    }

    private final Duration limit;
    private final Limit kind;
    private final String taskId;
    private final boolean started;

    public TaskTimeoutException(
            String message, Duration limit, Limit kind, String taskId, boolean started, @Nullable Throwable stuckAt) {
        super(message, stuckAt);
        this.limit = limit;
        this.kind = kind;
        this.taskId = taskId;
        this.started = started;
    }

    /** The limit that was exceeded. */
    public Duration limit() {
        return limit;
    }

    public Limit kind() {
        return kind;
    }

    public String taskId() {
        return taskId;
    }

    /** Whether a worker had begun to run the task. */
    public boolean started() {
        return started;
    }
}
