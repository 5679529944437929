package io.github.inparallel.worker;

import io.github.inparallel.protocol.WorkerJvm;
import org.jspecify.annotations.Nullable;

/** How a worker ends: a process halts; in the application's own process its threads let go. */
public interface Halt {

    /** Ends the worker now, with this exit code. May return, where there is no process to end. Never throws. */
    void now(int exitCode);

    /**
     * The same, with last words where the parent finds them.
     *
     * @param words why
     * @param cause of it; null if there is none
     */
    void now(int exitCode, String words, @Nullable Throwable cause);

    /** A thread that the worker cannot do without has failed: to be silent would be worse than to end. */
    default void failed(String what, Throwable why) {
        now(WorkerJvm.FAILED, what, why);
    }

    /**
     * Whether the process is about to end, and its descendants before it: what a task gets from its programs from now on may be
     * half of what they had to say, so it answers no more.
     */
    default boolean isUnderWay() {
        return false;
    }

    /** Whether the whole process is the worker's. */
    boolean endsProcess();

    /** Calls back when somebody has called exit; shutdown hooks then have so much time. */
    void onExit(Runnable callback, long graceMillis);
}
