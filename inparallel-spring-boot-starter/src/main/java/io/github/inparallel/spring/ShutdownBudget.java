package io.github.inparallel.spring;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Time that an application's shutdown has for all that comes before tasks are cancelled: that of one shutdown phase,
 * counted from the moment when the context begins to close. Time that the web server takes for its requests is not
 * there again for tasks, so the whole stays within what a platform allows. Thread-safe.
 */
final class ShutdownBudget {

    /** Time kept back for ending workers after their grace, and for the rest of the context. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final Duration phase;
    private final LongSupplier nanoTime;
    private volatile long begun; // of nanoTime; by whoever closes the context
    private volatile boolean closing;

    ShutdownBudget(Duration phase, LongSupplier nanoTime) {
        this.phase = phase;
        this.nanoTime = nanoTime;
    }

    /** Starts the count: the context begins to close. */
    void begin() {
        begun = nanoTime.getAsLong();
        closing = true;
    }

    /**
     * Returns how long tasks may still run.
     *
     * @param killGrace of their pool, which comes after that
     */
    Duration left(Duration killGrace) {
        Duration spent = closing ? Duration.ofNanos(nanoTime.getAsLong() - begun) : Duration.ZERO;
        Duration left = phase.minus(killGrace).minus(REST).minus(spent);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
