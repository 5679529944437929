package io.github.inparallel;

/** Futures were still in flight when the time of a {@link WaitFor#drain} was over; they stay in the collection. */
public final class DrainTimeoutException extends InParallelException {

    private static final long serialVersionUID = 1;

    private final int remaining;
    private final int total;

    public DrainTimeoutException(String message, int remaining, int total) {
        super(message, null);
        this.remaining = remaining;
        this.total = total;
    }

    /** How many futures are left in the collection. */
    public int remaining() {
        return remaining;
    }

    /** How many futures there have been, yielded ones included. */
    public int total() {
        return total;
    }
}
