package io.github.inparallel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The worker ended while it ran the task, whatever its exit code, 0 too. Nothing is known of how far the task came. It
 * is the caller's to decide whether the call may be made again, or {@code retries} decides it for the method.
 */
public final class WorkerLostException extends InParallelException {

    private final long pid;
    private final transient WorkerExit exit;
    private final transient List<String> lastStderr;
    private final transient @Nullable Path errorFile;
    private final @Nullable String culprit;
    private final @Nullable String member;

    public WorkerLostException(
            String message,
            long pid,
            WorkerExit exit,
            List<String> lastStderr,
            @Nullable Path errorFile,
            @Nullable String culprit) {
        this(message, pid, exit, lastStderr, errorFile, culprit, null);
    }

    /** @param member the other member of a cluster whose worker it was, or that was lost itself; null if it was the own one */
    public WorkerLostException(
            String message,
            long pid,
            WorkerExit exit,
            List<String> lastStderr,
            @Nullable Path errorFile,
            @Nullable String culprit,
            @Nullable String member) {
        super(message);
        this.pid = pid;
        this.exit = exit;
        this.lastStderr = List.copyOf(lastStderr);
        this.errorFile = errorFile;
        this.culprit = culprit;
        this.member = member;
    }

    /** Address of the other member of a cluster whose worker it was, or that was lost itself; empty if it was the own one. */
    public Optional<String> member() {
        return Optional.ofNullable(member);
    }

    /** Process id that the worker had; -1 if that is not known, since its member was lost. */
    public long pid() {
        return pid;
    }

    /** How and why it ended. */
    public WorkerExit exit() {
        return exit;
    }

    /** The last lines that the worker wrote to its standard error, oldest first. */
    public List<String> lastStderr() {
        return lastStderr;
    }

    /** The JVM's fatal error file, where it left one: on the machine of {@link #member()}. */
    public Optional<Path> errorFile() {
        return Optional.ofNullable(errorFile);
    }

    /**
     * Id of the other task for whose sake the worker ended, where tasks share a worker: it did not stop in time, called
     * exit, crashed the JVM, or broke the connection. Empty where that is not known: for {@code halt}, a full heap, too much
     * memory, a kill from outside. Then the message names the others that ran.
     */
    public Optional<String> culprit() {
        return Optional.ofNullable(culprit);
    }
}
