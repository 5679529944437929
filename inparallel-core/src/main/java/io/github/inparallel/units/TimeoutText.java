package io.github.inparallel.units;

import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Time limits as annotations spell them: {@code 30s}, {@code PT30S}, {@code none}. */
public final class TimeoutText {

    private static final Pattern SIMPLE = Pattern.compile("\\+?(\\d+)\\s*(ns|us|ms|s|m|h|d)", Pattern.CASE_INSENSITIVE);
    private static final Duration BRIEF = Duration.ofMillis(10);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final Map<String, TimeUnit> UNITS = Map.of(
            "ns", TimeUnit.NANOSECONDS,
            "us", TimeUnit.MICROSECONDS,
            "ms", TimeUnit.MILLISECONDS,
            "s", TimeUnit.SECONDS,
            "m", TimeUnit.MINUTES,
            "h", TimeUnit.HOURS,
            "d", TimeUnit.DAYS);

    private TimeoutText() {}

    /**
     * Reads a time limit.
     *
     * @return null for a blank text, zero for none
     * @throws IllegalArgumentException if the text is no time limit; the message says what is
     */
    public static @Nullable Duration parse(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return null;
        }
        if (trimmed.equalsIgnoreCase("none")) {
            return Duration.ZERO;
        }
        Duration duration = duration(trimmed);
        if (duration == null || duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(
                    "timeout: " + text + " (expected: a duration > 0 such as 30s or PT30S, or none)");
        }
        return duration;
    }

    /** Whether the text is a number alone: to Spring these are milliseconds. */
    public static boolean isBare(String text) {
        return !text.isEmpty() && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }

    /**
     * Whether whoever wrote a limit most likely forgot its unit: it is a number alone, or shorter than 10 ms.
     *
     * @param limit what was read from the text; zero is none, and never meant otherwise
     */
    public static boolean mayLackUnit(String text, Duration limit) {
        return !limit.isZero() && (isBare(text) || limit.compareTo(BRIEF) < 0);
    }

    private static @Nullable Duration duration(String text) {
        Matcher simple = SIMPLE.matcher(text);
        TimeUnit unit = simple.matches() ? UNITS.get(simple.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit != null) {
            return Durations.of(new BigInteger(simple.group(1)).min(MOST).longValue(), unit);
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
