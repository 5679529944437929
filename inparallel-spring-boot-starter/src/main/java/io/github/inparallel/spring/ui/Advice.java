package io.github.inparallel.spring.ui;

import io.github.inparallel.WorkerExit.Cause;

/** What to do about a fault, in the words of the table of faults in {@code docs/operations.md}, which a test compares. */
enum Advice {
    EXITED("Keep the task from calling exit, or accept it: only its own task is lost."),
    CRASHED("Read the error file, and look at the native library that it names."),
    OUT_OF_MEMORY(
            "Raise `heap`, or find what the task keeps; for metaspace see `jvm-args` and `max-tasks-per-worker`."),
    KILLED("If nobody did it, it was the kernel: see `dmesg`. Have fewer workers, or more memory."),
    TIMEOUT("Raise `timeout`, or make the task answer interrupts."),
    MEMORY_LIMIT("Raise `max-memory`, or mend the leak."),
    UNRESPONSIVE("Look at the memory of the machine: a worker that swaps does not answer."),
    BROKEN("A task closes descriptors that are not its own, or the worker is short of memory or threads."),
    POISON("Find the input that does it; see `poison-limit`."),
    QUEUE("Raise `max-workers`, or refuse earlier with `queue-capacity`."),
    WAITING("Raise `max-workers`; `queue-timeout` says how long a task may wait."),
    NO_WORKERS("Start a member that has workers of this pool; `queue-timeout` says how long a task may wait."),
    START("Mend what the worker says; a slow start needs a higher `startup-timeout`."),
    SUPERVISION("Restart the application, and report what its log says."),
    DRAINED("Resume it when it may accept tasks again.");

    private final String text;

    Advice(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Returns what to do about workers that end like this. */
    static Advice about(Cause cause) {
        return switch (cause) {
            case EXITED, SHUTDOWN, IDLE, RECYCLED, MEMBER_LOST -> EXITED; // no worker of this process ends of the last
            case CRASHED -> CRASHED;
            case OUT_OF_MEMORY -> OUT_OF_MEMORY;
            case KILLED -> KILLED;
            case TIMEOUT, CANCELLED -> TIMEOUT;
            case MEMORY_LIMIT -> MEMORY_LIMIT;
            case UNRESPONSIVE -> UNRESPONSIVE;
            case BROKEN -> BROKEN;
            case START_FAILED -> START;
        };
    }
}
