package io.github.inparallel.pool;

/** Where a worker is in its life. */
public enum WorkerState {
    /** Launched, not ready yet. */
    STARTING,
    /** Ready, runs nothing. */
    IDLE,
    /** Runs at least one task. */
    BUSY,
    /** Takes no more tasks: it finishes, leaves, or is being killed. */
    RETIRING,
    /** Gone. */
    EXITED
}
