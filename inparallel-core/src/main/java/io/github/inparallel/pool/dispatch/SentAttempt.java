package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.SentTask;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One attempt of a task at another member: a place there, and the words of the member on it. */
final class SentAttempt implements SentTask, Place {

    private final long id;
    final DispatchedTask task;
    final RemoteMember member;
    private final RemoteTasks tasks;
    volatile boolean over; // set once, under the dispatcher's lock
    boolean waits = true; // for a worker there, as far as is known here; under the dispatcher's lock
    boolean ahead; // it went ahead of a slot, as far as is known here; under the dispatcher's lock
    private volatile @Nullable Start start; // written by whoever hears of it

    /** The worker that has it. */
    private record Start(String worker, long pid) {}

    /** @param tasks sees to what is heard of it */
    SentAttempt(long id, DispatchedTask task, RemoteMember member, RemoteTasks tasks) {
        this.id = id;
        this.task = task;
        this.member = member;
        this.tasks = tasks;
    }

    /** Notes the worker that has it. Returns whether none was known before. */
    synchronized boolean startsIn(String worker, long pid) {
        boolean first = start == null;
        start = new Start(worker, pid); // another one, if the first gave it back
        return first;
    }

    /** The worker that has it, as messages name it; null if that is not known. */
    @Nullable
    String worker() {
        Start known = start;
        return known == null || known.pid < 0 ? null : "worker " + known.worker + ", pid " + known.pid;
    }

    @Override
    public void send(DispatchedTask sent, boolean callerWaits) {
        tasks.send(this);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Optional<EncodedCall> call() {
        return over ? Optional.empty() : tasks.encoded(task);
    }

    @Override
    public long timeoutNanos() {
        return task.timeoutNanos();
    }

    @Override
    public void started(String worker, long pid) {
        tasks.started(this, worker, pid);
    }

    @Override
    public void progressed(TaskProgress progress) {
        if (!over) {
            task.progressed(progress);
        }
    }

    @Override
    public void ended(EncodedOutcome outcome) {
        tasks.ended(this, outcome);
    }

    @Override
    public void memberLost(String why) {
        tasks.memberLost(this, why);
    }

    @Override
    public void outcomeLost(String why) {
        tasks.outcomeLost(this, why);
    }

    @Override
    public void resultTooLarge(long bytes) {
        tasks.resultTooLarge(this, bytes);
    }

    @Override
    public void overdue() {
        tasks.overdue(this);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public String toString() {
        return "attempt " + id + " of task " + task.taskId() + " (" + task.displayName() + ") at member "
                + member.name();
    }
}
