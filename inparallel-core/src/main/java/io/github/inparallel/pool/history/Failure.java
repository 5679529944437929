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
        String message) {

    private static final int OWN_BYTES = 80;
    private static final int TYPE_BYTES = 100;
    private static final int MESSAGE_BYTES = 200;

    static Failure of(RecordedTask task, String method, TaskState outcome, @Nullable Throwable failure, long end) {
        return new Failure(
                end,
                task.id(),
                method,
                outcome,
                task.lane(),
                end - task.submittedNanos(),
                Texts.cut(Texts.type(failure), TYPE_BYTES),
                Texts.cut(message(failure), MESSAGE_BYTES));
    }

    /** Returns how much memory it needs. */
    int bytes() {
        return OWN_BYTES + Texts.bytes(method) + Texts.bytes(type) + Texts.bytes(message);
    }

    private static String message(@Nullable Throwable failure) {
        try {
            return Texts.firstLine(failure == null ? null : failure.getMessage());
        } catch (Throwable e) { // an exception's methods are code of users
            return "";
        }
    }
}
