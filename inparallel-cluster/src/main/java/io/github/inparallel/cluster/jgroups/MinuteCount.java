package io.github.inparallel.cluster.jgroups;

import java.util.concurrent.TimeUnit;

/** Counts what is logged once a minute, however often it happens. Thread-safe. */
final class MinuteCount {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private long number; // guarded by this
    private long logged; // of nanoTime, guarded by this
    private boolean any; // guarded by this

    /** Counts one; returns how many there are to be logged, 0 if it is too early for that. */
    synchronized long number(long now) {
        number++;
        if (any && now - logged < MINUTE) {
            return 0;
        }
        any = true;
        logged = now;
        long all = number;
        number = 0;
        return all;
    }
}
