package io.github.inparallel;

/**
 * Stands in for an exception that the method threw and that cannot be rebuilt in this process: its type is unknown
 * here, or its message would differ. The message begins with that type; a suppressed exception says why. The stack trace
 * is the worker's, followed by the caller's.
 */
public final class TaskFailedException extends InParallelException {

    private final String originalType;

    public TaskFailedException(String originalType, String message) {
        super(message);
        this.originalType = originalType;
    }

    /** Class name of the exception in the worker. */
    public String originalType() {
        return originalType;
    }
}
