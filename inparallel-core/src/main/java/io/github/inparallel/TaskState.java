package io.github.inparallel;

/** Where a task is: waiting, running, or ended in exactly one way. */
public enum TaskState {
    /** Accepted, waiting for a slot. */
    QUEUED("queued"),
    /** Given to a worker, which has begun it or may at any moment; {@code QUEUED} again if it gives it back untouched. */
    RUNNING("running"),
    /** The method returned. */
    SUCCEEDED("success"),
    /** The method threw, or its arguments or result could not cross. */
    FAILED("error"),
    /** A limit was exceeded. */
    TIMED_OUT("timeout"),
    /** Cancelled, or completed from outside. */
    CANCELLED("cancelled"),
    /** The worker ended while it ran the task. */
    WORKER_LOST("worker-lost"),
    /** Never accepted, or given up before it could start. */
    REFUSED("refused");

    private final String label;

    TaskState(String label) {
        this.label = label;
    }

    /** The state as metric tags and messages spell it: {@code worker-lost}. */
    public String label() {
        return label;
    }

    /** Whether the task has ended. */
    public boolean isEnd() {
        return this != QUEUED && this != RUNNING;
    }
}
