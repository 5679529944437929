package io.github.inparallel;

import org.jspecify.annotations.Nullable;

/** Root of the library's own failures. The exception that a task threw arrives as itself, not below this type. */
public class InParallelException extends RuntimeException {

    public InParallelException(String message) {
        super(message);
    }

    public InParallelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
