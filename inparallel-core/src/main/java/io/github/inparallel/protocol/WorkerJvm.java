package io.github.inparallel.protocol;

/** What both sides know of a worker's JVM beside the frames: its main class, the heap that it begins with, how it ends. */
public final class WorkerJvm {

    /** The main class of a worker. */
    public static final String MAIN_CLASS = "io.github.inparallel.worker.WorkerMain";

    /**
     * The heap that a worker begins with, in bytes: enough to start in, little to give back. One that has not grown has
     * nothing to give.
     */
    public static final long INITIAL_HEAP = 32L << 20;

    /** Exit code of a worker whose parent is gone. */
    public static final int PARENT_GONE = 75;

    /** Exit code of a worker of which a thread has failed that it cannot do without. */
    public static final int FAILED = 76;

    private WorkerJvm() {}
}
