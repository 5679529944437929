package io.github.inparallel.cluster;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.cluster.Message.News;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.ReceivedTask;
import org.jspecify.annotations.Nullable;

/** A call of a peer, from its arrival until its caller has its end. Thread-safe. */
final class ReceivedCall implements LentSlots.Listener {

    final TaskKey key;
    final LocalPool pool;
    private final ReceivedCalls calls;

    // All guarded by this.
    private @Nullable IncomingTransfer call; // while it crosses: it has a slot reserved
    private @Nullable OutgoingTransfer end; // while it crosses
    private @Nullable ReceivedTask task; // once it runs
    private @Nullable String cancelled; // why
    private boolean over;
    private @Nullable EncodedOutcome owed; // its end, for which there was no memory
    private boolean hasNews;
    private int newsNumber;
    private @Nullable String worker;
    private long pid;
    private @Nullable TaskProgress progress;

    ReceivedCall(TaskKey key, LocalPool pool, ReceivedCalls calls) {
        this.key = key;
        this.pool = pool;
        this.calls = calls;
    }

    /** A long call is to arrive, unless it was cancelled. */
    synchronized boolean expect(IncomingTransfer transfer) {
        if (cancelled != null) {
            return false;
        }
        call = transfer;
        return true;
    }

    synchronized @Nullable IncomingTransfer call() {
        return call;
    }

    /** Ends the transfer of the call; true once, for whoever then releases the slot that was reserved. */
    synchronized boolean endTransfer() {
        boolean crossed = call != null;
        call = null;
        return crossed;
    }

    /** Runs the task, once. */
    void runs(ReceivedTask received) {
        String why;
        synchronized (this) {
            task = received;
            why = cancelled;
        }
        if (why != null) {
            received.cancel(why);
        }
    }

    /** Whether its task runs, or has ended. */
    synchronized boolean hasBegun() {
        return task != null || over;
    }

    /** Stops the task, now or as soon as it runs. */
    void cancel(String why) {
        ReceivedTask running;
        synchronized (this) {
            if (over || cancelled != null) {
                return;
            }
            cancelled = why;
            running = task;
        }
        if (running != null) {
            running.cancel(why);
        }
    }

    synchronized void offer(OutgoingTransfer transfer) {
        end = transfer;
    }

    synchronized @Nullable OutgoingTransfer end() {
        return end;
    }

    @Override
    public void started(String name, long processId) {
        synchronized (this) {
            worker = name;
            pid = processId;
        }
        hasNews();
    }

    @Override
    public void progressed(TaskProgress newest) {
        synchronized (this) {
            progress = newest;
        }
        hasNews();
    }

    private void hasNews() {
        synchronized (this) {
            if (over || hasNews) {
                return;
            }
            hasNews = true;
        }
        calls.hasNews(this);
    }

    void tellNews() {
        News news;
        synchronized (this) {
            news = over ? News.NONE : takeNews();
        }
        if (news.number() > 0) {
            calls.tell(key, news);
        }
    }

    /** Returns all that there is to tell, also what was told before: that may be lost, or overtaken by this. */
    private synchronized News takeNews() {
        hasNews = false;
        return worker == null && progress == null ? News.NONE : new News(++newsNumber, worker, pid, progress);
    }

    @Override
    public void ended(EncodedOutcome outcome) {
        News last = News.NONE;
        synchronized (this) {
            over = true;
            try {
                last = takeNews();
            } catch (OutOfMemoryError e) {
                // its end is what counts
            }
        }
        calls.ended(this, last, outcome);
    }

    /** Its caller could not be told of its end, and still is to be. */
    synchronized void owes(EncodedOutcome outcome) {
        owed = outcome;
    }

    synchronized @Nullable EncodedOutcome owed() {
        return owed;
    }

    /** Bytes that are still to cross. */
    synchronized long left() {
        return (call == null ? 0 : call.left()) + (end == null ? 0 : end.left());
    }
}
