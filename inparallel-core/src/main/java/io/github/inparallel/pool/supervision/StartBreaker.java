package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerStartException;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.runtime.Deadline;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed starts in a row, and paces the next ones. After so many failures within a window the pool is down; starts
 * go on, with exponential back-off, until one succeeds. Confined to the supervisor's thread but for {@link #isDown()} and {@link #outage()};
 * time is given to it.
 */
@ConfinedToSupervisor
final class StartBreaker {

    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 30_000_000_000L;

    private final int limit;
    private final long windowNanos;
    // How long it was quiet before each failure: without the time that starting took, which may be longer than the
    // window.
    private final Deque<Long> failures = new ArrayDeque<>();
    private long lastFailure;
    private int inARow;
    private boolean paced;
    private long notBefore;
    private volatile PoolStats.@Nullable Outage down;

    StartBreaker(int limit, long windowNanos) {
        this.limit = limit;
        this.windowNanos = windowNanos;
    }

    /**
     * Counts a failed start.
     *
     * @param launched when the worker was launched
     * @param others whether there are workers that can run tasks: then the pool is not down
     * @return whether the pool is down by this one
     */
    boolean failed(long launched, long now, boolean others, WorkerStartException failure) {
        failures.addLast(failures.isEmpty() ? 0 : Math.max(0, launched - lastFailure));
        lastFailure = now;
        while (failures.stream().skip(1).mapToLong(Long::longValue).sum() > windowNanos) {
            failures.removeFirst();
        }
        paced = true;
        notBefore = now + Math.min(FIRST_PAUSE_NANOS << Math.min(inARow, 20), LONGEST_PAUSE_NANOS);
        inARow++;
        PoolStats.Outage outage = down;
        boolean before = outage != null;
        if (before || failures.size() >= limit && !others) {
            down = new PoolStats.Outage(
                    String.valueOf(failure.getMessage()), outage == null ? Instant.now() : outage.since());
        }
        return !before && down != null;
    }

    /** Notes that a worker became ready. Returns whether the pool was down before. */
    boolean ready() {
        boolean before = down != null;
        down = null;
        return before;
    }

    /** Notes that a worker has answered a task: the pool works. */
    void answered() {
        failures.clear();
    }

    /** Notes that a worker has answered its first task: starting works, and needs no pauses. */
    void started() {
        failures.clear();
        inARow = 0;
        paced = false;
    }

    @AnyThread
    boolean isDown() {
        return down != null;
    }

    /** Returns why the pool is down, which is its last failed start, and since when; null if it is not. */
    @AnyThread
    PoolStats.@Nullable Outage outage() {
        return down;
    }

    /** Tells whether a worker may be launched now. After a failure one at a time is tried. */
    boolean mayStart(long now, int starting) {
        return !paced || now - notBefore >= 0 && starting == 0;
    }

    /** Returns when a start may be tried again; {@link Deadline#NEVER} if it may at once. */
    long nextTry() {
        return paced ? notBefore : Deadline.NEVER;
    }
}
