package io.github.inparallel;

import java.util.Locale;
import java.util.Optional;

/**
 * How and why a worker ended. Exception texts, log lines, metric tags and the endpoint use the same words.
 *
 * @param exitCode what the operating system reported; above 128 usually 128 plus the signal's number; -1 if it reported
 *     nothing
 * @param signal name of the signal that ended the process, such as {@code SIGKILL}
 * @param cause why it ended
 */
public record WorkerExit(int exitCode, Optional<String> signal, Cause cause) {

    /** Why a worker ended: exactly one for every exit. */
    public enum Cause {
        /** A signal it did not expect, or a fatal error of the JVM itself. */
        CRASHED,
        /** The JVM ran out of memory. */
        OUT_OF_MEMORY,
        /** The task or a library called exit. */
        EXITED,
        /** Somebody outside killed it: a person, or the kernel when memory ran short. */
        KILLED,
        /** Killed because a task did not stop after its time limit. */
        TIMEOUT,
        /** Killed because a task did not stop after it was cancelled. */
        CANCELLED,
        /** Killed because it used more memory than it may. */
        MEMORY_LIMIT,
        /** Killed because it did not answer heartbeats. */
        UNRESPONSIVE,
        /** Killed because it broke the protocol. */
        BROKEN,
        /** It did not become ready. */
        START_FAILED,
        /** Surplus: it had been idle for long. */
        IDLE,
        /** It had done its share of tasks, time or memory. */
        RECYCLED,
        /** Its pool was shut down. */
        SHUTDOWN,
        /** The member of the cluster whose worker it was is gone: what became of the worker is not known. */
        MEMBER_LOST;

        /** The cause as messages and metric tags spell it: {@code out-of-memory}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** One clause for messages: {@code exit code 137 (SIGKILL), killed}. */
    @Override
    public String toString() {
        if (cause == Cause.MEMBER_LOST) {
            return cause.label(); // nobody has seen an exit code
        }
        return "exit code " + exitCode + signal.map(name -> " (" + name + ")").orElse("") + ", " + cause.label();
    }
}
