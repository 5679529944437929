package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.units.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of the supervisor's own failures. A failure that passes is logged. If each turn fails for long the pool is down,
 * until a turn succeeds. A supervisor that has ended, or does not come on, is seen from outside. Told by the supervisor's
 * thread, asked by anybody; nothing here throws.
 */
final class SupervisionHealth {

    private static final Log log = Log.of(SupervisionHealth.class);

    /** Turns in a row that have to fail at least before the pool is down. */
    private static final int ENOUGH = 10;

    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long STUCK = TimeUnit.SECONDS.toNanos(30);

    private final String pool;
    private final long patience;
    private final PoolStats.Outage unnamed = // made before it is needed
            new PoolStats.Outage("its supervision fails, and there is no memory to say why", Instant.now());

    // Written by the supervisor, read by anybody.
    private volatile @Nullable Thread thread; // null before it begins, and when it has ended in order
    private volatile String step = "starting";
    private volatile long awakeSince; // 0 while it waits
    private volatile @Nullable Throwable lastFailure;
    private volatile PoolStats.@Nullable Outage outage;

    // The supervisor's alone.
    private boolean inThisTurn;
    private int turns; // in a row that have failed
    private long firstFailed; // the first of them

    SupervisionHealth(String pool, Duration patience) {
        this.pool = pool;
        this.patience = Durations.nanos(patience);
    }

    // ---- told by the supervisor

    void begins(Thread supervisor) {
        thread = supervisor;
    }

    void turnBegins(long now) {
        inThisTurn = false;
        goesOn(now);
    }

    void doing(String what) {
        step = what;
    }

    /** Notes that the supervisor waits, which may take any time. */
    void rests() {
        awakeSince = 0;
    }

    void goesOn(long now) {
        awakeSince = now == 0 ? 1 : now;
    }

    /** Notes that a step has failed. */
    void failed(Throwable failure, long now) {
        if (turns == 0 && !inThisTurn) {
            firstFailed = now;
            log.error("Supervision of pool '{}' failed in one step, {}; it is tried again", pool, step, failure);
        }
        inThisTurn = true;
        lastFailure = failure;
    }

    boolean isInThisTurn() {
        return inThisTurn;
    }

    /** Returns how long to wait before the next turn, so that what goes on failing takes no processor for itself. */
    long turnEnds(long now) {
        if (!inThisTurn) {
            turns = 0;
            if (outage != null) {
                outage = null;
                log.info("Pool '{}' is up again: its supervision works", pool);
            }
            return 0;
        }
        turns++;
        if (turns >= ENOUGH && now - firstFailed >= patience) {
            isDown("its supervision fails again and again in one step, ");
        }
        return Math.min(TimeUnit.MILLISECONDS.toNanos(1) << Math.min(turns - 1, 10), LONGEST_PAUSE);
    }

    /** Notes that the supervisor ends, and should not. */
    void gaveUp() {
        isDown("its supervision has ended in one step, ");
    }

    /** Notes that the supervisor ends in order. */
    void ends() {
        thread = null;
        awakeSince = 0;
    }

    private void isDown(String what) {
        if (outage != null) {
            return;
        }
        try {
            outage = new PoolStats.Outage(what + step + ": " + lastFailure, Instant.now());
            log.error("Pool '{}' is down: {}{}", pool, what, step, lastFailure);
        } catch (Throwable e) {
            lastFailure = e; // there is no memory to say it, or the failure cannot be printed
            outage = unnamed;
        }
    }

    // ---- asked

    /** Tells whether no task is to wait for supervision to work again. */
    boolean isDown() {
        return outage != null;
    }

    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /** Returns why and since when nobody sees to the pool; null if somebody does. */
    PoolStats.@Nullable Outage outage(long now) {
        PoolStats.Outage known = outage;
        if (known != null) {
            return known;
        }
        Thread supervisor = thread;
        if (supervisor != null && !supervisor.isAlive()) {
            return new PoolStats.Outage("its supervisor has ended in one step, " + step, Instant.now());
        }
        long since = awakeSince;
        if (since != 0 && now - since >= STUCK) {
            Duration busy = Duration.ofNanos(now - since);
            return new PoolStats.Outage(
                    "its supervisor has been busy for " + busy.toSeconds() + " s in one step, " + step,
                    Instant.now().minus(busy));
        }
        return null;
    }
}
