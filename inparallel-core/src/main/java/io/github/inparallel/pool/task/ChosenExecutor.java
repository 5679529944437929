package io.github.inparallel.pool.task;

import io.github.inparallel.pool.runtime.Log;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs callbacks on the executor that the user has chosen. It is asked by a callback thread of the pool, never by one
 * that reads or supervises, because it may block, run what it is given at once, or throw. Where it takes nothing, the
 * pool's own thread runs the callback.
 */
public final class ChosenExecutor implements Executor {

    private static final Log log = Log.of(ChosenExecutor.class);

    private static final long BETWEEN_WARNINGS = 60_000_000_000L;

    private final String pool;
    private final Executor chosen;
    private final Executor own;
    private volatile long warned = System.nanoTime() - BETWEEN_WARNINGS; // a lost update costs a line

    /** @param own the pool's callback threads */
    public ChosenExecutor(String pool, Executor chosen, Executor own) {
        this.pool = pool;
        this.chosen = chosen;
        this.own = own;
    }

    @Override
    public void execute(Runnable callback) {
        own.execute(() -> pass(callback));
    }

    private void pass(Runnable callback) {
        Once once = new Once(callback);
        try {
            chosen.execute(once);
        } catch (Throwable e) {
            if (once.isTaken()) {
                throw e; // the callback's own failure: it has run
            }
            long now = System.nanoTime();
            if (now - warned >= BETWEEN_WARNINGS) {
                warned = now;
                log.warn(
                        "The callback executor of pool '{}' takes nothing; the pool's own threads do its work",
                        pool,
                        e);
            }
            once.run();
        }
    }

    /** An executor may run what it is given and throw all the same. */
    private static final class Once implements Runnable {
        private final Runnable callback;
        private final AtomicBoolean taken = new AtomicBoolean();

        Once(Runnable callback) {
            this.callback = callback;
        }

        boolean isTaken() {
            return taken.get();
        }

        @Override
        public void run() {
            if (taken.compareAndSet(false, true)) {
                callback.run();
            }
        }
    }
}
