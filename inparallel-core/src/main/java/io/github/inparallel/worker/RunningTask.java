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
    private @Nullable ProgressReport newest;
    private boolean newestIsSent;

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
        ProgressReport report;
        synchronized (this) {
            long millis = System.currentTimeMillis();
            // Each is later than the one before: the parent tells by it which is newer.
            report = new ProgressReport(
                    fraction, message, newest == null ? millis : Math.max(millis, newest.epochMillis() + 1));
            newest = report;
            long now = System.nanoTime();
            newestIsSent = now - reportedNanos >= BETWEEN_REPORTS_NANOS;
            if (!newestIsSent) {
                return;
            }
            reportedNanos = now;
        }
        send(report);
    }

    /** Sends a report that was held back because another had just gone. */
    void flushProgress() {
        ProgressReport held;
        synchronized (this) {
            held = newestIsSent ? null : newest;
            newestIsSent = true;
        }
        if (held != null) {
            send(held);
        }
    }

    /** The last report; null if there was none. It goes before the answer, whatever else is under way. */
    synchronized @Nullable ProgressReport newestReport() {
        return newest;
    }

    private void send(ProgressReport report) {
        try {
            control.send(report.toFrame(id));
        } catch (IOException e) {
            // The parent is gone, and the control thread is about to end this process.
        }
    }
}
