package io.github.inparallel.pool;

import io.github.inparallel.units.Durations;
import io.github.inparallel.units.Sizes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses a wrong option by name, with its value and what is allowed. */
final class OptionsCheck {

    private OptionsCheck() {}

    static void check(boolean condition, String option, @Nullable Object value, String expected) {
        if (!condition) {
            throw new InvalidOptionException(
                    option,
                    value instanceof Duration duration ? Durations.text(duration) : String.valueOf(value),
                    expected);
        }
    }

    static void atLeast(String option, @Nullable Number value, long least) {
        check(value == null || value.longValue() >= least, option, value, ">= " + least);
    }

    /** Of bytes. */
    static void sizeAtLeast(String option, @Nullable Number bytes, long least) {
        check(
                bytes == null || bytes.longValue() >= least,
                option,
                bytes == null ? null : Sizes.text(bytes.longValue()),
                ">= " + Sizes.text(least));
    }

    static void positive(String option, @Nullable Duration value) {
        check(value == null || !value.isZero() && !value.isNegative(), option, value, "> 0");
    }

    static void notNegative(String option, Duration value) {
        check(!value.isNegative(), option, value, ">= 0");
    }
}
