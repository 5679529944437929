package io.github.inparallel.spring;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time that an application's shutdown has for all that comes before tasks are cancelled: one shutdown phase's, counted from
 * the moment when the context begins to close. What the web server takes for its requests is not there for tasks again, so
 * that the whole stays within what a platform allows. Thread-safe.
 */
final class ShutdownBudget {

    /** For workers to be ended once their grace is over, and for what is left of the context. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final Duration phase;
    private final LongSupplier nanoTime;
    private volatile long begun; // of nanoTime; by whoever closes the context
    private volatile boolean closing;

    ShutdownBudget(Duration phase, LongSupplier nanoTime) {
        this.phase = phase;
        this.nanoTime = nanoTime;
    }

    /** The context begins to close. */
    void begin() {
        begun = nanoTime.getAsLong();
        closing = true;
    }

    /**
     * How long tasks may still finish.
     *
     * @param killGrace of their pool, which comes after that
     */
    Duration left(Duration killGrace) {
        Duration spent = closing ? Duration.ofNanos(nanoTime.getAsLong() - begun) : Duration.ZERO;
        Duration left = phase.minus(killGrace).minus(REST).minus(spent);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
