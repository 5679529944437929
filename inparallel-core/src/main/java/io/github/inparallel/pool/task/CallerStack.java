package io.github.inparallel.pool.task;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who made a call, shown in whatever exception the task ends with. The stack of a caller that goes on is captured when it
 * submits (about a microsecond; elements are resolved only when somebody looks). One that waits still stands there when
 * the task fails, so nothing is captured before.
 */
class CallerStack extends Throwable {

    private static final String ENGINE = "io.github.inparallel.";

    private final transient @Nullable Thread waiting;

    CallerStack(@Nullable Thread waiting) {
        super("submitted here", null, false, waiting == null);
        this.waiting = waiting;
    }

    /** @param waits whether this thread waits until the task ends */
    static CallerStack ofThisThread(boolean waits) {
        return new CallerStack(waits ? Thread.currentThread() : null);
    }

    /** The failure with the caller's frames after its own; as it is, if it will not have them. */
    <E extends Throwable> E appendTo(E failure) {
        try {
            StackTraceElement[] remote = failure.getStackTrace();
            StackTraceElement[] local = frames();
            StackTraceElement[] both = Arrays.copyOf(remote, remote.length + local.length);
            System.arraycopy(local, 0, both, remote.length, local.length);
            failure.setStackTrace(both);
        } catch (Throwable e) {
            // its own methods throw, or there is no memory: it still is what happened
        }
        return failure;
    }

    /** The failure with the caller's frames instead of its own, which are the engine's and tell nothing. */
    <E extends Throwable> E replaceIn(E failure) {
        failure.setStackTrace(frames());
        return failure;
    }

    /** Without the engine's own frames at the top, and those of the JDK that it waits in. */
    private StackTraceElement[] frames() {
        StackTraceElement[] frames = waiting == null ? getStackTrace() : waiting.getStackTrace();
        int first = 0;
        while (waiting != null && first < frames.length && isJdk(frames[first].getClassName())) {
            first++;
        }
        while (first < frames.length && isEngine(frames[first].getClassName())) {
            first++;
        }
        return Arrays.copyOfRange(frames, first, frames.length);
    }

    private static boolean isJdk(String type) {
        return type.startsWith("java.") || type.startsWith("jdk.");
    }

    private static boolean isEngine(String type) {
        return type.startsWith(ENGINE + "pool.")
                || type.startsWith(ENGINE + "marshal.")
                || type.equals(ENGINE + "TaskFuture")
                || type.equals(ENGINE + "WaitingThreads");
    }
}
