package io.github.inparallel.cluster;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.cluster.Message.News;
import io.github.inparallel.pool.member.SentTask;
import org.jspecify.annotations.Nullable;

/** A task of ours that a peer runs, until its answer. Thread-safe. */
final class SentCall {

    final TaskKey key;
    final SentTask task;
    final PeerPool pool;

    // All guarded by this.
    private boolean sent;
    private boolean cancelled;
    private @Nullable OutgoingTransfer call; // while it crosses
    private @Nullable IncomingTransfer end; // while it crosses
    private int news; // number of the newest
    private @Nullable String worker; // that was told last
    private long pid;
    private @Nullable TaskProgress progress; // that was told last
    private boolean limited; // whether there is a deadline
    private long deadline;

    SentCall(TaskKey key, SentTask task, PeerPool pool) {
        this.key = key;
        this.task = task;
        this.pool = pool;
    }

    /**
     * Returns whether it is to be sent: not if it was cancelled.
     *
     * @param transfer of a long call
     */
    synchronized boolean send(@Nullable OutgoingTransfer transfer) {
        if (cancelled) {
            return false;
        }
        sent = true;
        call = transfer;
        return true;
    }

    /** Whether the peer may know of it. */
    synchronized boolean isSent() {
        return sent;
    }

    /** Returns whether the peer is to be told. */
    synchronized boolean cancel() {
        boolean first = !cancelled;
        cancelled = true;
        call = null;
        return first && sent;
    }

    /** The peer has all of a long call: its bytes need not be kept. */
    synchronized void crossed() {
        call = null;
    }

    synchronized @Nullable OutgoingTransfer call() {
        return call;
    }

    /** Agrees to a long end, unless the task was cancelled. */
    synchronized boolean expect(IncomingTransfer transfer) {
        if (cancelled || end != null) {
            return false;
        }
        end = transfer;
        return true;
    }

    synchronized @Nullable IncomingTransfer end() {
        return end;
    }

    /**
     * The peer is gone: returns whether the task may have run there. If not, it is not sent any more.
     */
    synchronized boolean mayHaveRun() {
        cancelled = true;
        return sent && (call == null || call.isSent());
    }

    /**
     * Tells the task what happened, if that is new.
     *
     * @return whether there is a deadline from now on
     */
    boolean tell(News told, long now) {
        @Nullable String begun = told.worker();
        @Nullable TaskProgress reported = told.progress();
        boolean limits;
        synchronized (this) {
            if (told.number() <= news) {
                return false;
            }
            news = told.number();
            if (begun != null && begun.equals(worker) && told.pid() == pid) {
                begun = null; // all is told again with each news
            }
            if (reported != null && reported.equals(progress)) {
                reported = null;
            }
            worker = begun == null ? worker : begun;
            pid = begun == null ? pid : told.pid();
            progress = reported == null ? progress : reported;
            limits = begun != null && task.timeoutNanos() > 0;
            if (limits) {
                limited = true;
                deadline = now + task.timeoutNanos() + pool.pool.graceNanos();
            }
        }
        if (begun != null) {
            task.started(begun, told.pid());
        }
        if (reported != null) {
            task.progressed(reported);
        }
        return limits;
    }

    synchronized boolean isLimited() {
        return limited;
    }

    /** Whether its time is over; true once. */
    synchronized boolean isOverdue(long now) {
        if (limited && now - deadline >= 0) {
            limited = false;
            return true;
        }
        return false;
    }

    /** Bytes that are still to cross. */
    synchronized long left() {
        return (call == null ? 0 : call.left()) + (end == null ? 0 : end.left());
    }
}
