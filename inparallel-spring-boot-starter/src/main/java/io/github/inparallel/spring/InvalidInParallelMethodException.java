package io.github.inparallel.spring;

import org.jspecify.annotations.Nullable;

/** Says that an {@link io.github.inparallel.InParallel} method cannot run in a worker. */
public final class InvalidInParallelMethodException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final String action;

    InvalidInParallelMethodException(String message, String action, @Nullable Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** Advice what to do about it. */
    public String action() {
        return action;
    }
}
