package io.github.inparallel.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses a wrong option by name, with its value and what is allowed. */
final class OptionsCheck {

    private OptionsCheck() {}

    static void check(boolean condition, String option, @Nullable Object value, String expected) {
        if (!condition) {
            throw new InvalidOptionException(option, String.valueOf(value), expected);
        }
    }

    static void atLeast(String option, @Nullable Number value, long least) {
        check(value == null || value.longValue() >= least, option, value, ">= " + least);
    }

    static void positive(String option, @Nullable Duration value) {
        check(value == null || !value.isZero() && !value.isNegative(), option, value, "> 0");
    }

    static void notNegative(String option, Duration value) {
        check(!value.isNegative(), option, value, ">= 0");
    }
}
