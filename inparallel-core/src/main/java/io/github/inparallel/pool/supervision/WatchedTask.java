package io.github.inparallel.pool.supervision;

import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.task.PoolTask;
import org.jspecify.annotations.Nullable;

/** The task in one slot, on its way from running to killed. Confined to the supervisor's thread. */
final class WatchedTask {

    /** Steps on the way from running to killed. */
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
    /** End of the phase, by {@code System.nanoTime}; {@link Deadline#NEVER} if it has none. */
    long at = Deadline.NEVER;
    /** Time since when it runs, as far as is known. */
    final TaskStart start;
    /** The limit that has passed. */
    Limit limit = Limit.RUN;
    /** The cause that its worker will have ended of. */
    @Nullable
    Cause cause;

    WatchedTask(PoolTask task) {
        this.task = task;
        this.start = new TaskStart(task.assignedNanos());
    }
}
