package io.github.inparallel.pool.dispatch;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.RemoteSlots;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.units.Sizes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/**
 * Tasks of this pool that other members run: has them sent, and makes of what members say of them what a worker of this
 * pool would have been the cause of. Who gets which is the dispatcher's to decide. Thread-safe.
 */
public final class RemoteTasks implements RemoteSlots {

    private static final Log log = Log.of(RemoteTasks.class);

    private final PoolOptions options;
    private final RemoteDispatch dispatch;
    private final LostTasks lostTasks;
    private final PoolObserver observer;
    private final MemberFailures failures;

    // Methods that a member ran when it was lost: it is one loss for each, as a worker's is. Guarded by itself.
    private final Map<RemoteMember, Set<String>> counted = new WeakHashMap<>();

    public RemoteTasks(PoolOptions options, RemoteDispatch dispatch, LostTasks lostTasks, PoolObserver observer) {
        this.options = options;
        this.dispatch = dispatch;
        this.lostTasks = lostTasks;
        this.observer = observer;
        this.failures = new MemberFailures(options);
    }

    @Override
    public void free(RemoteMember member, FreeSlots slots) {
        if (options.spread() == PoolOptions.Spread.CLUSTER) {
            dispatch.free(member, slots, this);
            dispatch.sendWaiting();
        }
    }

    @Override
    public void gone(RemoteMember member) {
        dispatch.gone(member);
    }

    @Override
    public boolean isNeeded() {
        return dispatch.isNeeded();
    }

    void send(SentAttempt attempt) {
        try {
            observer.payload(true, attempt.task.size());
            attempt.member.run(attempt);
        } catch (Throwable e) { // it is not to throw; and nobody else would see to the task
            log.error("A task could not be sent and is given to another slot: {}", attempt, e);
            ended(attempt, new EncodedOutcome.NoSlot());
        }
    }

    /** The call of a task, which may wait at a member as long as it might here. */
    Optional<EncodedCall> encoded(DispatchedTask task) {
        return task.encodedCall(options.queueTimeout());
    }

    // ---- what callers do

    /**
     * A task's caller gave up.
     *
     * @return whether it is another member's matter: the task is there
     */
    public boolean abandoned(DispatchedTask task, boolean interrupt) {
        SentAttempt attempt = dispatch.attempt(task);
        if (attempt == null) {
            return false;
        }
        if (interrupt) {
            stop(attempt);
        } else {
            dispatch.waitsNoMore(attempt);
        }
        return true;
    }

    /** Ends all tasks that are at other members, and has them stopped there. */
    public void stopAll(String why) {
        for (SentAttempt attempt : dispatch.attempts()) {
            attempt.task.endBy(task -> task.cancelled(why));
            stop(attempt);
        }
    }

    /** Its outcome is nobody's any more. */
    private void stop(SentAttempt attempt) {
        if (dispatch.finish(attempt, false)) {
            attempt.task.dropArguments();
            cancel(attempt);
            dispatch.goOn();
        }
    }

    private static void cancel(SentAttempt attempt) {
        try {
            attempt.member.cancel(attempt);
        } catch (Throwable e) { // it is not to throw
            log.error("A task at a member could not be cancelled: {}", attempt, e);
        }
    }

    // ---- what members say

    void started(SentAttempt attempt, String worker, long pid) {
        if (!dispatch.started(attempt, pid)) {
            return;
        }
        if (attempt.startsIn(worker, pid)) {
            tellStarted(attempt.task);
        }
        dispatch.goOn(); // the next may go ahead of the slot
    }

    private void tellStarted(DispatchedTask task) {
        observer.taskStarted(task.displayName(), Duration.ofNanos(task.assignedNanos() - task.submittedNanos()));
    }

    void ended(SentAttempt attempt, EncodedOutcome outcome) {
        if (hasNotRun(outcome)) {
            if (attempt.task.hasWaitedFor(options.queueTimeout())) {
                waitedTooLong(attempt);
            } else if (dispatch.putBack(attempt)) {
                dispatch.goOn();
            }
            return;
        }
        if (dispatch.finish(attempt, true)) {
            safely(attempt, () -> end(attempt, outcome));
            dispatch.goOn(); // one may go ahead in its place
        }
    }

    /** It has come back from where it waited for a worker that starts, and would only wait again. */
    private void waitedTooLong(SentAttempt attempt) {
        if (dispatch.comesBack(attempt)) {
            safely(attempt, () -> attempt.task.timedOut(failures.waitedTooLong(attempt)));
            attempt.task.dropArguments();
            dispatch.goOn();
        }
    }

    /** Ends a task that belongs to nobody any more: whatever goes wrong, such as want of memory, it ends. */
    private static void safely(SentAttempt attempt, Runnable ending) {
        try {
            ending.run();
        } catch (Throwable e) {
            log.error("The outcome of a task at a member is lost: {}", attempt, e);
            attempt.task.failed(e);
        }
    }

    /** Whether the member did nothing with it, and another one may. */
    private static boolean hasNotRun(EncodedOutcome outcome) {
        return outcome instanceof EncodedOutcome.NoSlot
                || outcome instanceof EncodedOutcome.TimedOut timedOut && timedOut.kind() == Limit.QUEUE
                || outcome instanceof EncodedOutcome.Refused refused
                        && refused.reason() != TaskRefusedException.Reason.POISON;
    }

    private void end(SentAttempt attempt, EncodedOutcome outcome) {
        DispatchedTask task = attempt.task;
        if (!(outcome instanceof EncodedOutcome.Refused) && attempt.worker() == null && attempt.startsIn("", -1)) {
            task.hasRunElsewhere();
            tellStarted(task); // its outcome was quicker than the word that it had begun
        }
        if (outcome instanceof EncodedOutcome.Succeeded succeeded) {
            succeeded(task, succeeded);
        } else if (outcome instanceof EncodedOutcome.Failed failed) {
            observer.payload(false, failed.throwable().length);
            task.failed(failed.throwable(), options.classLoader(), failed.note());
        } else if (outcome instanceof EncodedOutcome.TimedOut timedOut) {
            task.timedOut(failures.timedOut(attempt, timedOut));
        } else if (outcome instanceof EncodedOutcome.Cancelled cancelled) {
            task.cancelled(cancelled.why());
        } else if (outcome instanceof EncodedOutcome.WorkerLost lost) {
            lost(attempt, lost);
            return;
        } else if (outcome instanceof EncodedOutcome.Refused refused) {
            task.refused(failures.refused(attempt, refused));
        }
        task.dropArguments();
    }

    private void succeeded(DispatchedTask task, EncodedOutcome.Succeeded outcome) {
        Frame result = new Frame(FrameType.RESULT, task.id(), outcome.answer(), outcome.attachment());
        try {
            task.known().ranElsewhere(Answer.nanos(result));
        } catch (ProtocolException e) {
            task.failed(new MarshallingException(task.displayName() + ": it has no result: " + e.getMessage(), null));
            return;
        }
        long bytes = outcome.size() - Answer.OFFSET;
        if (bytes > (long) options.maxPayload() + Marshaller.OVERHEAD) { // the member's own limit may be another
            task.failed(new MarshallingException(tooLarge(task, bytes), null));
            return;
        }
        observer.payload(false, (int) outcome.size());
        task.succeeded(result, () -> {});
    }

    private void lost(SentAttempt attempt, EncodedOutcome.WorkerLost lost) {
        // One for whose sake others ended, and one that somebody there has ended, says nothing of the method.
        boolean counts = lost.culprit().isEmpty() && lost.exit().cause() != WorkerExit.Cause.SHUTDOWN;
        lost(attempt, failures.workerLost(attempt, lost), counts, "worker " + lost.worker());
    }

    void outcomeLost(SentAttempt attempt, String why) {
        endUnread(
                attempt,
                () -> attempt.task.displayName() + ": it has run at member " + attempt.member.name() + ", and " + why);
    }

    void resultTooLarge(SentAttempt attempt, long bytes) {
        endUnread(attempt, () -> tooLarge(attempt.task, bytes));
    }

    /** In the words of a task that has run here. */
    private String tooLarge(DispatchedTask task, long bytes) {
        return task.displayName() + ": the result takes " + Sizes.text(bytes) + ", more than max-payload: "
                + Sizes.text(options.maxPayload()) + ". Pass a reference (a path, an id), or raise max-payload";
    }

    /** @param why put into words only when its end cannot be missed any more: there may be no memory for them */
    private void endUnread(SentAttempt attempt, Supplier<String> why) {
        if (dispatch.finish(attempt, true)) {
            safely(attempt, () -> attempt.task.failed(new MarshallingException(why.get(), null)));
            attempt.task.dropArguments();
            dispatch.goOn();
        }
    }

    void memberLost(SentAttempt attempt, String why) {
        if (dispatch.finish(attempt, false)) {
            safely(attempt, () -> lost(attempt, failures.memberLost(attempt, why), isFirstLoss(attempt), "its worker"));
            dispatch.goOn();
        }
    }

    private boolean isFirstLoss(SentAttempt attempt) {
        synchronized (counted) {
            return counted.computeIfAbsent(attempt.member, member -> new HashSet<>())
                    .add(attempt.task.method());
        }
    }

    private void lost(SentAttempt attempt, WorkerLostException failure, boolean counts, String what) {
        DispatchedTask task = attempt.task;
        boolean ended = task.hasEnded();
        if (!ended && counts) {
            lostTasks.count(task, failure.exit().toString(), RemoteTasks::endRefused);
        }
        if (!lostTasks.isTriedAgain(task, ended, what + " of member " + attempt.member.name())) {
            task.workerLost(failure);
            task.dropArguments();
        }
    }

    /** Ends one of the tasks that waited; the others are ended whatever becomes of it. */
    private static void endRefused(DispatchedTask waiting, Runnable ending) {
        try {
            ending.run();
        } catch (Throwable e) {
            waiting.failed(e);
        }
    }

    void overdue(SentAttempt attempt) {
        if (attempt.timeoutNanos() > 0 && dispatch.finish(attempt, false)) {
            safely(attempt, () -> attempt.task.timedOut(failures.overdue(attempt)));
            attempt.task.dropArguments();
            cancel(attempt);
            dispatch.goOn();
        }
    }
}
