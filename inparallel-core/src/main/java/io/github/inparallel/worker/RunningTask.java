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
    private final Moment started = Moment.now();
    private volatile @Nullable Instant deadline;
    private volatile @Nullable String givenId; // by which another process knows it
    private volatile boolean cancelled;
    private boolean begun; // the slot thread's
    private boolean returnedLate; // the slot thread's
    private @Nullable Future<?> body; // guarded by the slot's lock
    private @Nullable TaskStop stop; // guarded by the slot's lock

    // Guarded by this: reports come from any thread of the task, and are thinned out.
    private long reportedNanos = started.nanos() - BETWEEN_REPORTS_NANOS;
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

    /** When it began. */
    Moment started() {
        return started;
    }

    long runningNanos() {
        return System.nanoTime() - started.nanos();
    }

    void limit(long timeoutMillis) {
        deadline = timeoutMillis == 0 ? null : Instant.now().plusMillis(timeoutMillis);
    }

    /** @param id by which another process knows it; null if it is the pool's own */
    void knownAs(@Nullable String id) {
        givenId = id;
    }

    /** Code of its own runs from now on. */
    void begin() {
        begun = true;
    }

    /** Whether any code of its own has run. */
    boolean begun() {
        return begun;
    }

    /** It has been told to stop before it began. */
    void cancelEarly() {
        cancelled = true;
    }

    /**
     * Under the slot's lock, only while this is its current task.
     *
     * @return what is to be started; null if that was done before
     */
    @Nullable
    TaskStop cancel(Thread thread) {
        cancelled = true;
        if (stop != null) {
            return null;
        }
        stop = new TaskStop(thread, body);
        return stop;
    }

    /** Remembers the future that the slot waits for; false if the task was cancelled before. Under the slot's lock. */
    boolean awaits(Future<?> future) {
        body = future;
        return !cancelled;
    }

    /** Its body returned a future after it had been told to stop: whether cancelling completed it. */
    void returnedLate(boolean completedBody) {
        returnedLate = completedBody;
    }

    boolean returnedLate() {
        return returnedLate;
    }

    /** How it is being stopped; null if it is not. Under the slot's lock. */
    @Nullable
    TaskStop stop() {
        return stop;
    }

    @Override
    public String taskId() {
        String given = givenId;
        return given == null ? pool + "-" + id : given;
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

    /**
     * Keeps the report, and has the control thread send it if none has gone for a moment. The thread that reports is the
     * task's: it may be out of stack or memory, and never writes to the connection that the worker lives by.
     */
    @Override
    public void progress(double fraction, String message) {
        synchronized (this) {
            long millis = System.currentTimeMillis();
            // Each is later than the one before: the parent tells by it which is newer.
            newest = new ProgressReport(
                    fraction, message, newest == null ? millis : Math.max(millis, newest.epochMillis() + 1));
            newestIsSent = false;
            long now = System.nanoTime();
            if (now - reportedNanos < BETWEEN_REPORTS_NANOS) {
                return;
            }
            reportedNanos = now;
        }
        control.wake();
    }

    /** The control thread: sends the newest report, if it has not gone. */
    void flushProgress() throws IOException {
        ProgressReport held;
        synchronized (this) {
            held = newestIsSent ? null : newest;
            newestIsSent = true;
        }
        if (held != null) {
            control.send(held.toFrame(id));
        }
    }

    /** The last report; null if there was none. It goes before the answer, whatever else is under way. */
    synchronized @Nullable ProgressReport newestReport() {
        return newest;
    }
}
