package io.github.inparallel.marshal;

import io.github.inparallel.units.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a method declares about its tasks.
 *
 * @param timeout longest running time; null is the pool's, zero is none
 * @param retries times a task whose worker was lost is given to another worker; -1 is the pool's
 */
public record Limits(@Nullable Duration timeout, int retries) {

    /** Everything as the pool has it. */
    public static final Limits OF_THE_POOL = new Limits(null, -1);

    public Limits {
        if (timeout != null && timeout.isNegative()) {
            throw new IllegalArgumentException("timeout: " + Durations.text(timeout) + " (expected: >= 0)");
        }
        if (retries < -1) {
            throw new IllegalArgumentException("retries: " + retries + " (expected: >= 0, or -1 for the pool's)");
        }
    }
}
