package io.github.inparallel.units;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Time limits of whatever length. A limit longer than {@link #LONGEST} is that long: it never comes to pass, and sums of
 * such limits and of times of {@code System.nanoTime()} do not overflow.
 */
public final class Durations {

    /** Longer than any process lives, and short enough that twenty of them fit a long of nanoseconds. */
    public static final Duration LONGEST = Duration.ofDays(3650);

    private static final long[] NANOS = {
        86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
    };
    private static final String[] UNITS = {"d", "h", "m", "s", "ms", "us", "ns"};

    private Durations() {}

    /** The duration, or the longest that there is. */
    public static Duration capped(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }

    /** The duration, or the longest that there is; null, which is none, stays none. */
    public static @Nullable Duration cappedOrNull(@Nullable Duration duration) {
        return duration == null ? null : capped(duration);
    }

    /** Nanoseconds; 0 for what is negative, and no more than the longest. */
    public static long nanos(Duration duration) {
        return duration.isNegative() ? 0 : capped(duration).toNanos();
    }

    /** Whole milliseconds, rounded up: a limit that is shorter than one is not none. */
    public static long millis(Duration duration) {
        return millis(nanos(duration));
    }

    /** Whole milliseconds of nanoseconds, rounded up. */
    public static long millis(long nanos) {
        return nanos / 1_000_000 + (nanos % 1_000_000 > 0 ? 1 : 0);
    }

    /** So many of a unit, or the longest that there is. */
    public static Duration of(long amount, TimeUnit unit) {
        return capped(Duration.of(Math.min(amount, unit.convert(LONGEST)), unit.toChronoUnit()));
    }

    /** As people write it, and as it may be set: one number and one unit, as in {@code 90s} or {@code 1500ms}. */
    public static String text(Duration duration) {
        if (duration.isNegative()) {
            return "-" + text(duration.equals(Duration.ofSeconds(Long.MIN_VALUE)) ? LONGEST : duration.negated());
        }
        long nanos = nanos(duration);
        if (nanos == 0) {
            return "0s";
        }
        int unit = 0;
        while (nanos % NANOS[unit] != 0) {
            unit++;
        }
        return nanos / NANOS[unit] + UNITS[unit];
    }
}
