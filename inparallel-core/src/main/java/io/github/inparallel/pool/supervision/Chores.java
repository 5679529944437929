package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.runtime.Log;
import java.util.concurrent.Executor;

/** Runs what may take long, so that the supervisor waits for nothing. What it throws ends no thread. Thread-safe. */
final class Chores {

    private static final Log log = Log.of(Chores.class);

    private final String pool;
    private final Executor threads;

    Chores(String pool, Executor threads) {
        this.pool = pool;
        this.threads = threads;
    }

    /** Runs it on another thread; on this one if there is none to be had. */
    void run(Runnable chore) {
        Runnable guarded = () -> {
            try {
                chore.run();
            } catch (Throwable e) {
                log.warn("A step of pool '{}' failed", pool, e);
            }
        };
        try {
            threads.execute(guarded);
        } catch (Throwable e) {
            log.warn(
                    "Pool '{}' got no thread for a step that may take long, and its supervision does it itself",
                    pool,
                    e);
            guarded.run();
        }
    }
}
