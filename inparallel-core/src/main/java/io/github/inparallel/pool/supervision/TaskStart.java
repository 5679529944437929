package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.runtime.Deadline;

/**
 * Since when a task runs, as far as its worker is to be believed. A task may begin later than it was assigned, and once: one
 * that has begun does not begin again later. That it has not begun is believed for some time only, since a worker that is
 * half dead, or lies, would say so for ever. Confined to the supervisor's thread.
 */
@ConfinedToSupervisor
final class TaskStart {

    /** Time after which a worker that has not begun its task will not begin it. */
    static final long LONGEST_UNBEGUN = 30 * 1_000_000_000L;

    private final long assigned;
    private long at;
    private boolean known;

    TaskStart(long assigned) {
        this.assigned = assigned;
        this.at = assigned;
    }

    /** Returns since when it runs. */
    long at() {
        return at;
    }

    /**
     * Hears what the worker says when it is asked.
     *
     * @param runningNanos how long the task runs; negative if it does not
     * @return false if the worker is not to be believed any more
     */
    boolean told(long runningNanos, long now) {
        if (runningNanos < 0) {
            if (known || now - assigned >= LONGEST_UNBEGUN) {
                return false;
            }
            at = now;
            return true;
        }
        long begun = now - Math.min(runningNanos, now - assigned);
        at = known ? Deadline.earlier(at, begun) : begun;
        known = true;
        return true;
    }
}
