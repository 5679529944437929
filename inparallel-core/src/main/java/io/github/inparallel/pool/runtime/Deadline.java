package io.github.inparallel.pool.runtime;

import io.github.inparallel.units.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Points in time of {@code System.nanoTime()}, safe with limits of any size: one too far away to be counted is never.
 * All deadlines of supervision are made and compared here.
 */
public final class Deadline {

    /** A point in time that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A limit from which on there is none: half of what can be told from the past. */
    private static final long FARTHEST = Long.MAX_VALUE / 2;

    private Deadline() {}

    /** Returns the point that is so long after another one. */
    public static long after(long time, long nanos) {
        if (time == NEVER || nanos >= FARTHEST) {
            return NEVER;
        }
        long at = time + nanos;
        return at == NEVER ? at - 1 : at; // the clock may pass that value, which means something else here
    }

    /** Returns the point that is so long after another one; {@link #NEVER} without a limit. */
    public static long after(long time, @Nullable Duration limit) {
        return limit == null ? NEVER : after(time, Durations.nanos(limit));
    }

    /** Returns the one that comes first. */
    public static long earlier(long one, long other) {
        return one == NEVER || other != NEVER && other - one < 0 ? other : one;
    }

    /** Tells whether a point has come. */
    public static boolean isDue(long at, long now) {
        return at != NEVER && at - now <= 0;
    }
}
