package io.github.inparallel.worker;

import io.github.inparallel.TaskContext;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.ProgressReport;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The task that a slot runs now. */
final class RunningTask implements TaskContext.Source {

    private static final long BETWEEN_REPORTS_NANOS = 50_000_000;

    private final long id;
    private final String pool;
    private final FrameChannel control;
    private final long startedNanos = System.nanoTime();
    private volatile @Nullable Instant deadline;
    private volatile boolean cancelled;
    private volatile boolean cancelledBody;
    private @Nullable Future<?> body; // guarded by the slot's lock

    // Guarded by this: reports come from any thread of the task, and are thinned out.
    private long reportedNanos = startedNanos - BETWEEN_REPORTS_NANOS;
    private @Nullable ProgressReport unsent;

    RunningTask(long id, String pool, FrameChannel control) {
        this.id = id;
        this.pool = pool;
        this.control = control;
    }

    long id() {
        return id;
    }

    long runningNanos() {
        return System.nanoTime() - startedNanos;
    }

    void limit(long timeoutMillis) {
        deadline = timeoutMillis == 0 ? null : Instant.now().plusMillis(timeoutMillis);
    }

    /** Under the slot's lock, only while this is its current task. */
    void cancel(Thread thread) {
        cancelled = true;
        if (body != null && body.cancel(true)) {
            cancelledBody = true;
        }
        thread.interrupt();
    }

    /**
     * Whether cancelling completed the future that the body had returned. Whoever works for that future need not have
     * noticed: such work cannot be known to have stopped.
     */
    boolean cancelledBody() {
        return cancelledBody;
    }

    /** Remembers the future that the slot waits for; false if the task was cancelled before. */
    boolean awaits(Future<?> future, Object lock) {
        synchronized (lock) {
            body = future;
            return !cancelled;
        }
    }

    @Override
    public String taskId() {
        return pool + "-" + id;
    }

    @Override
    public String pool() {
        return pool;
    }

    @Override
    public @Nullable Instant deadline() {
        return deadline;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public void progress(double fraction, String message) {
        ProgressReport report = new ProgressReport(fraction, message, System.currentTimeMillis());
        synchronized (this) {
            long now = System.nanoTime();
            if (now - reportedNanos < BETWEEN_REPORTS_NANOS) {
                unsent = report;
                return;
            }
            reportedNanos = now;
            unsent = null;
        }
        send(report);
    }

    /** The last report must not be lost to the thinning out. */
    void flushProgress() {
        ProgressReport last;
        synchronized (this) {
            last = unsent;
            unsent = null;
        }
        if (last != null) {
            send(last);
        }
    }

    private void send(ProgressReport report) {
        try {
            control.send(report.toFrame(id));
        } catch (IOException e) {
            // The parent is gone, and the control thread is about to end this process.
        }
    }
}
