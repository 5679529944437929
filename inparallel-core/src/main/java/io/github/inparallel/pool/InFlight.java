package io.github.inparallel.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How many tasks of a pool have not ended. Thread-safe. */
final class InFlight {

    private final AtomicInteger count = new AtomicInteger();
    private final Object none = new Object(); // notified when there is none; the count itself needs no lock

    void begins() {
        count.incrementAndGet();
    }

    void ends() {
        if (count.decrementAndGet() == 0) {
            synchronized (none) {
                none.notifyAll();
            }
        }
    }

    int count() {
        return count.get();
    }

    /**
     * Waits until there is none, for so long at most, or until this thread is interrupted, which stays so.
     *
     * @param nanos {@code Long.MAX_VALUE} is for ever
     * @return whether there is none
     */
    boolean awaitNone(long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        synchronized (none) {
            while (count.get() > 0 && !interrupted) {
                long left = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(none, Math.min(left, TimeUnit.DAYS.toNanos(1)));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return count.get() == 0;
    }
}
