package io.github.inparallel.pool.history;

import io.github.inparallel.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * A task that failed, timed out or lost its worker.
 *
 * @param nanos when it ended
 * @param lane the slot that had it; null if none had
 */
record Failure(
        long nanos,
        long task,
        String method,
        TaskState outcome,
        @Nullable Lane lane,
        long elapsed,
        String type,
        String message) {}
