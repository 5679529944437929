package io.github.inparallel;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A worker did not become ready. The cause, where there is one, is the worker's own root cause. */
public final class WorkerStartException extends InParallelException {

    private final @Nullable Integer exitCode;
    private final String output;

    public WorkerStartException(String message, @Nullable Integer exitCode, String output, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.output = output;
    }

    /** Exit code of the process; empty where it never ran or had to be killed. */
    public OptionalInt exitCode() {
        return exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
    }

    /** The last lines that the worker printed; may be empty. */
    public String output() {
        return output;
    }
}
