package io.github.inparallel.pool.member;

/** A task that this pool runs for another member. Thread-safe. */
public interface ReceivedTask {

    /**
     * Stops it, as {@code cancel(true)} does: it is interrupted, and its worker is killed if it has not stopped after {@code
     * kill-grace}. Does nothing if it has ended.
     */
    void cancel(String why);
}
