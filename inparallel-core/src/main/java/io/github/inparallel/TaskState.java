package io.github.inparallel;

/** Where a task is: waiting, running, or ended in exactly one way. */
public enum TaskState {
    /** Accepted, waiting for a slot. */
    QUEUED,
    /** Given to a worker, which has begun it or may at any moment; {@code QUEUED} again if it gives it back untouched. */
    RUNNING,
    /** The method returned. */
    SUCCEEDED,
    /** The method threw, or its arguments or result could not cross. */
    FAILED,
    /** A limit was exceeded. */
    TIMED_OUT,
    /** Cancelled, or completed from outside. */
    CANCELLED,
    /** The worker ended while it ran the task. */
    WORKER_LOST,
    /** Never accepted, or given up before it could start. */
    REFUSED;

    /** Whether the task has ended. */
    public boolean isEnd() {
        return this != QUEUED && this != RUNNING;
    }
}
