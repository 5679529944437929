package io.github.inparallel.pool;

import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Deadline;
import org.jspecify.annotations.Nullable;

/** How the supervisor watches over the task in one slot. Confined to the supervisor's thread. */
final class TaskWatch {

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
    final Beginning beginning;
    /** Which limit has passed. */
    Limit limit = Limit.RUN;
    /** What its worker will have died of. */
    @Nullable
    Cause cause;

    TaskWatch(PoolTask task) {
        this.task = task;
        this.beginning = new Beginning(task.givenNanos());
    }
}
