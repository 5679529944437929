package io.github.inparallel.pool;

import io.github.inparallel.units.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Points in time of {@code System.nanoTime()}, safe with limits of any size: one too far away to be counted is never.
 * All deadlines of supervision are made and compared here.
 */
final class Deadline {

    /** What never comes. */
    static final long NEVER = Long.MAX_VALUE;

    /** Farther than this is never: half of what can be told from the past. */
    private static final long FARTHEST = Long.MAX_VALUE / 2;

    private Deadline() {}

    /** So long after a point in time. */
    static long after(long time, long nanos) {
        if (time == NEVER || nanos >= FARTHEST) {
            return NEVER;
        }
        long at = time + nanos;
        return at == NEVER ? at - 1 : at; // the clock may pass that value, which means something else here
    }

    /** So long after a point in time; never without a limit. */
    static long after(long time, @Nullable Duration limit) {
        return limit == null ? NEVER : after(time, Durations.nanos(limit));
    }

    /** The one that comes first. */
    static long earlier(long one, long other) {
        return one == NEVER || other != NEVER && other - one < 0 ? other : one;
    }

    /** Whether it has come. */
    static boolean isDue(long at, long now) {
        return at != NEVER && at - now <= 0;
    }
}
