package io.github.inparallel.pool.runtime;

/**
 * Finds the innermost cause of an exception, whatever that exception does: its causes may go in circles, or on for ever, and its
 * methods may throw. Those who judge workers must come to an end all the same.
 */
public final class RootCause {

    private static final int MOST = 100;

    private RootCause() {}

    /** Returns the innermost cause, or the last that could be reached; the exception itself where it has none. */
    public static Throwable of(Throwable failure) {
        Throwable root = failure;
        try {
            for (int i = 0; i < MOST; i++) {
                Throwable cause = root.getCause();
                if (cause == null || cause == failure) {
                    break;
                }
                root = cause;
            }
        } catch (Throwable e) {
            // one that does not say it: it is the last that is known
        }
        return root;
    }

    /** Returns what an exception says of itself; the name of its class if it cannot say it. */
    public static String text(Throwable failure) {
        try {
            return String.valueOf(failure.toString());
        } catch (Throwable e) {
            return failure.getClass().getName();
        }
    }
}
