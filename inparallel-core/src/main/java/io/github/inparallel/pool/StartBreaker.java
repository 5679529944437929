package io.github.inparallel.pool;

import io.github.inparallel.WorkerStartException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed starts in a row. After so many within a window the pool is down; starts go on, with exponential
 * back-off, until one succeeds. Confined to the supervisor's thread but for {@link #isDown()}; time is given to it.
 */
final class StartBreaker {

    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 30_000_000_000L;

    private final int limit;
    private final long windowNanos;
    private final Deque<Long> failures = new ArrayDeque<>();
    private int inARow;
    private long notBefore = Long.MIN_VALUE;
    private volatile @Nullable WorkerStartException down;

    StartBreaker(int limit, long windowNanos) {
        this.limit = limit;
        this.windowNanos = windowNanos;
    }

    /** A start has failed. Returns whether the pool is down by this one. */
    boolean failed(long now, WorkerStartException failure) {
        failures.addLast(now);
        while (now - failures.getFirst() > windowNanos) {
            failures.removeFirst();
        }
        long pause = FIRST_PAUSE_NANOS << Math.min(inARow, 20);
        notBefore = now + Math.min(pause, LONGEST_PAUSE_NANOS);
        inARow++;
        boolean before = down != null;
        if (before || failures.size() >= limit) {
            down = failure;
        }
        return !before && down != null;
    }

    /** A worker became ready. Returns whether the pool was down before. */
    boolean ready() {
        boolean before = down != null;
        down = null;
        return before;
    }

    /** A worker has answered a task: it works. */
    void worked() {
        failures.clear();
        inARow = 0;
        notBefore = Long.MIN_VALUE;
    }

    boolean isDown() {
        return down != null;
    }

    @Nullable
    WorkerStartException reason() {
        return down;
    }

    /** Whether a worker may be launched now. After a failure one at a time is tried. */
    boolean mayStart(long now, int starting) {
        return notBefore == Long.MIN_VALUE || now - notBefore >= 0 && (inARow == 0 || starting == 0);
    }

    /** When it may be tried again; {@code Long.MAX_VALUE} if it may at once. */
    long nextTry() {
        return notBefore == Long.MIN_VALUE ? Long.MAX_VALUE : notBefore;
    }
}
