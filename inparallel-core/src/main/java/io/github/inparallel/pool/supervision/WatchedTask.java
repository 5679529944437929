package io.github.inparallel.pool.supervision;

import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.task.PoolTask;
import org.jspecify.annotations.Nullable;

/** How far the task in one slot is on its way from running to killed. Confined to the supervisor's thread. */
final class WatchedTask {

    /** Where the task is on its way from running to killed. */
    enum Phase {
        /** Runs; {@link #at} is the next limit. */
        RUNNING,
        /** A limit has passed; the worker was asked where the task is. */
        ASKED,
        /** It was told to stop. */
        STOPPING,
        /** It did not stop; its neighbours have their grace. */
        NEIGHBOURS
    }

    final PoolTask task;
    Phase phase = Phase.RUNNING;
    /** When the phase ends, by {@code System.nanoTime}; {@link Deadline#NEVER} is never. */
    long at = Deadline.NEVER;
    /** Since when it runs, as far as is known. */
    final TaskStart start;
    /** Which limit has passed. */
    Limit limit = Limit.RUN;
    /** What its worker will have died of. */
    @Nullable
    Cause cause;

    WatchedTask(PoolTask task) {
        this.task = task;
        this.start = new TaskStart(task.assignedNanos());
    }
}
