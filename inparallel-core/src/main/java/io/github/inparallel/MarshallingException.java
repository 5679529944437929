package io.github.inparallel;

import org.jspecify.annotations.Nullable;

/** An argument or a result cannot cross between the processes; the message names which, its type, and why. */
public final class MarshallingException extends InParallelException {

    public MarshallingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
