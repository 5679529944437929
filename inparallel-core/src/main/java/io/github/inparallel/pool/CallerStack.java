package io.github.inparallel.pool;

import java.util.Arrays;

/**
 * Who made a call: captured when it is submitted (about a microsecond; elements are resolved only when somebody looks),
 * and shown in whatever exception the task ends with.
 */
final class CallerStack extends Throwable {

    private static final String ENGINE = "io.github.inparallel.";

    CallerStack() {
        super("submitted here", null, false, true);
    }

    /** The failure with the caller's frames after its own. */
    <E extends Throwable> E appendTo(E failure) {
        StackTraceElement[] remote = failure.getStackTrace();
        StackTraceElement[] local = frames();
        StackTraceElement[] both = Arrays.copyOf(remote, remote.length + local.length);
        System.arraycopy(local, 0, both, remote.length, local.length);
        failure.setStackTrace(both);
        return failure;
    }

    /** The failure with the caller's frames instead of its own, which are the engine's and tell nothing. */
    <E extends Throwable> E replaceIn(E failure) {
        failure.setStackTrace(frames());
        return failure;
    }

    /** Without the engine's own frames at the top. */
    private StackTraceElement[] frames() {
        StackTraceElement[] frames = getStackTrace();
        int first = 0;
        while (first < frames.length && isEngine(frames[first].getClassName())) {
            first++;
        }
        return Arrays.copyOfRange(frames, first, frames.length);
    }

    private static boolean isEngine(String type) {
        return type.startsWith(ENGINE + "pool.") || type.startsWith(ENGINE + "marshal.");
    }
}
