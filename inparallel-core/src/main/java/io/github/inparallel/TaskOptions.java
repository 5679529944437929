package io.github.inparallel;

import io.github.inparallel.units.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits of one call. A parameter of this type is not passed on to the method's body: it overrides what the method and
 * the pool declare.
 *
 * @param timeout longest running time, positive; null is as declared
 * @param retries times a task whose worker was lost is given to another worker, at least 0; null is as declared
 */
public record TaskOptions(
        @Nullable Duration timeout, @Nullable Integer retries) {

    private static final TaskOptions DECLARED = new TaskOptions(null, null);

    public TaskOptions {
        if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
            throw new IllegalArgumentException("timeout: " + Durations.text(timeout) + " (expected: > 0)");
        }
        if (retries != null && retries < 0) {
            throw new IllegalArgumentException("retries: " + retries + " (expected: >= 0)");
        }
    }

    /** Everything as declared. */
    public static TaskOptions declared() {
        return DECLARED;
    }

    /** Only the running time limit differs from what is declared. */
    public static TaskOptions timeout(Duration timeout) {
        return new TaskOptions(timeout, null);
    }

    /** Only the number of retries differs from what is declared. */
    public static TaskOptions retries(int retries) {
        return new TaskOptions(null, retries);
    }
}
