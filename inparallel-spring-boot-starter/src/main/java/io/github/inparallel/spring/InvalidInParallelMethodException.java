package io.github.inparallel.spring;

import org.jspecify.annotations.Nullable;

/** An {@link io.github.inparallel.InParallel} method that cannot run in a worker. */
public final class InvalidInParallelMethodException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final String action;

    InvalidInParallelMethodException(String message, String action, @Nullable Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** What to do. */
    public String action() {
        return action;
    }
}
