package io.github.inparallel.pool.config;

import io.github.inparallel.pool.InvalidOptionException;
import io.github.inparallel.units.Durations;
import io.github.inparallel.units.Sizes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses a wrong option by name, with its value and what is allowed. */
public final class OptionsCheck {

    private OptionsCheck() {}

    /** Refuses an option for which the condition does not hold. */
    public static void check(boolean condition, String option, @Nullable Object value, String expected) {
        if (!condition) {
            throw new InvalidOptionException(
                    option,
                    value instanceof Duration duration ? Durations.text(duration) : String.valueOf(value),
                    expected);
        }
    }

    /**
     * Refuses a pool without workers, unless those of others may run its tasks.
     *
     * @param spread whether they may
     */
    public static void maxWorkers(int maxWorkers, boolean spread) {
        check(
                maxWorkers >= (spread ? 0 : 1),
                "max-workers",
                maxWorkers,
                spread ? ">= 0" : maxWorkers == 0 ? ">= 1; 0 needs spread: cluster" : ">= 1");
    }

    /** Refuses a number that is below another; null is none. */
    public static void atLeast(String option, @Nullable Number value, long least) {
        check(value == null || value.longValue() >= least, option, value, ">= " + least);
    }

    /** Refuses a size that is below another. */
    public static void sizeAtLeast(String option, @Nullable Number bytes, long least) {
        check(
                bytes == null || bytes.longValue() >= least,
                option,
                bytes == null ? null : Sizes.text(bytes.longValue()),
                ">= " + Sizes.text(least));
    }

    /** Refuses a duration that is not above zero; null is none. */
    public static void positive(String option, @Nullable Duration value) {
        check(value == null || !value.isZero() && !value.isNegative(), option, value, "> 0");
    }

    /** Refuses a duration below zero. */
    public static void notNegative(String option, Duration value) {
        check(!value.isNegative(), option, value, ">= 0");
    }
}
