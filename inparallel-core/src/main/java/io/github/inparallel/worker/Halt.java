package io.github.inparallel.worker;

/** How a worker ends: a process halts; in the application's own process its threads let go. */
public interface Halt {

    /** Ends the worker now, with this exit code. May return, where there is no process to end. */
    void now(int exitCode);

    /** Calls back when somebody has called exit, until when nothing else was lost. */
    void onExit(Runnable callback);
}
