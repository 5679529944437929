package io.github.inparallel.worker;

/** How a worker ends: a process halts; in the application's own process its threads let go. */
public interface Halt {

    /** Ends the worker now, with this exit code. May return, where there is no process to end. */
    void now(int exitCode);

    /** Whether the whole process is the worker's. */
    boolean endsProcess();

    /** Calls back when somebody has called exit; shutdown hooks then have so much time. */
    void onExit(Runnable callback, long graceMillis);
}
