package io.github.inparallel.pool.history;

import org.jspecify.annotations.Nullable;

/** Tasks that have ended, as the history sees them. */
record RecordedTasks(
        long id, String displayName, @Nullable Lane lane, long submittedNanos, long assignedNanos, long endedNanos)
        implements RecordedTask {

    /** One that worker 1 ran for so long, until now. */
    static RecordedTasks ran(long id, String method, long nanos, long now) {
        return new RecordedTasks(id, method, new Lane(1, 0), now - nanos, now - nanos, now);
    }

    @Override
    public boolean hasBegun() {
        return lane != null;
    }

    /** One that no worker had. */
    static RecordedTasks waited(long id, String method, long nanos, long now) {
        return new RecordedTasks(id, method, null, now - nanos, 0, now);
    }
}
