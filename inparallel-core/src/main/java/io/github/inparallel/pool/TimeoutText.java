package io.github.inparallel.pool;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as annotations spell them: {@code 30s}, {@code PT30S}, {@code none}. */
final class TimeoutText {

    private static final Pattern SIMPLE = Pattern.compile("(\\d+)\\s*(ns|us|ms|s|m|h|d)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L,
            "d",
            86_400_000_000_000L);

    private TimeoutText() {}

    /** @return null for the empty text, zero for none */
    static @Nullable Duration parse(String text) {
        String trimmed = text.trim();
        if (trimmed.isEmpty()) {
            return null;
        }
        if (trimmed.equals("none")) {
            return Duration.ZERO;
        }
        Matcher simple = SIMPLE.matcher(trimmed);
        Duration duration = null;
        if (simple.matches()) {
            duration = Duration.ofNanos(
                    Math.multiplyExact(Long.parseLong(simple.group(1)), NANOS.getOrDefault(simple.group(2), 1L)));
        } else {
            try {
                duration = Duration.parse(trimmed);
            } catch (DateTimeParseException e) {
                // said below
            }
        }
        if (duration == null || duration.isZero() || duration.isNegative()) {
            throw new InvalidOptionException("timeout", text, "a duration > 0 such as 30s or PT30S, or none");
        }
        return duration;
    }
}
