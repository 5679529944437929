package io.github.inparallel.pool.runtime;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One budget of bytes for all large results that are being read or not decoded yet, so that many at once do not fill the
 * application's memory: those that come later wait in their workers. One is always let in, however large. Thread-safe.
 */
public final class ResultBudget {

    /** The longest time that a result waits: better too much memory than no progress, where callbacks wait for each other. */
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(5);

    private static final long LOOK = 50;

    private final long all;

    @GuardedBy("this")
    private long taken;

    public ResultBudget(long bytes) {
        this.all = bytes;
    }

    /** Takes so many bytes, when they are free. Returns early, with the bytes taken, if nobody wants them any more. */
    public synchronized void take(int bytes, BooleanSupplier wanted) {
        long deadline = System.nanoTime() + LONGEST_WAIT;
        boolean interrupted = false;
        while (taken > 0 && taken + bytes > all && wanted.getAsBoolean() && deadline - System.nanoTime() > 0) {
            try {
                wait(LOOK);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        taken += bytes;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets others have so many bytes that were taken. */
    public synchronized void giveBack(int bytes) {
        taken -= bytes;
        notifyAll();
    }

    /** Returns the bytes of results that are being read, or not decoded yet. */
    public synchronized long taken() {
        return taken;
    }
}
