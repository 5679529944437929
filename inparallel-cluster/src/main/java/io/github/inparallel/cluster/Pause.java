package io.github.inparallel.cluster;

import io.github.inparallel.pool.runtime.Log;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Does something soon after it is asked, and at most once in a time, however often it is asked. Thread-safe. */
final class Pause {

    private static final Log LOG = Log.of(Pause.class);

    private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    private final Timing timing;
    private final long nanos;
    private final boolean atOnce;
    private final String what;
    private final Runnable action;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile long last; // when it was done; written by the timer
    private @Nullable Long warned; // when somebody was told of a failure; the timer's alone

    /**
     * @param atOnce whether it is done at once if it has not been done for so long, or always after that time
     * @param what is done to members, for the log
     */
    Pause(Timing timing, long nanos, boolean atOnce, String what, Runnable action) {
        this.timing = timing;
        this.nanos = nanos;
        this.atOnce = atOnce;
        this.what = what;
        this.action = action;
        last = timing.nanoTime() - nanos;
    }

    /** Calls nobody but the timer. */
    void ask() {
        if (!asked.get() && asked.compareAndSet(false, true)) {
            try {
                timing.after(atOnce ? Math.max(0, last + nanos - timing.nanoTime()) : nanos, this::run);
            } catch (Throwable e) { // there is no memory: who asks next has it done
                asked.set(false);
                throw e;
            }
        }
    }

    private void run() {
        while (!succeeds()) {
            LockSupport.parkNanos(nanos); // there is no memory to be called later: nobody else may ask again
        }
    }

    /** Returns whether it is done, or will be tried again. */
    private boolean succeeds() {
        last = timing.nanoTime();
        asked.set(false); // before it looks: what changes from now on is looked at again
        try {
            action.run();
        } catch (Throwable e) { // what it had to tell is still to be told
            if (warned == null || last - warned > BETWEEN_WARNINGS) {
                warned = last;
                LOG.warn("Members could not be {}; that is tried again", what, e);
            }
            return isAsked();
        }
        return true;
    }

    private boolean isAsked() {
        try {
            ask();
            return true;
        } catch (Throwable e) {
            return false;
        }
    }
}
