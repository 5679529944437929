package io.github.inparallel.pool;

import io.github.inparallel.InParallelException;
import io.github.inparallel.TaskProgress;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.WorkerEntry;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.ReceivedTask;
import io.github.inparallel.pool.task.Recipient;
import io.github.inparallel.protocol.Frame;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Another member, as who called a task of this pool: it gets the outcome as the worker has encoded it, and is told what
 * happens to the task. One object for each task. Thread-safe.
 */
final class LentTask implements ReceivedTask, Recipient, DispatchedTask.Owner {

    /** Made while there is memory for it. */
    private static final EncodedOutcome UNKNOWN = new EncodedOutcome.Failed(
            ThrowableCodec.encode(new InParallelException("It has ended, but how could not be told")), null);

    private final LentTasks.Pool pool;
    private final String from;
    private final LentSlots.Listener listener;
    private @Nullable DispatchedTask task; // set once, before it is anybody's

    // Guarded by this.
    private String worker = ""; // that has it, or had it in the end
    private @Nullable EncodedOutcome answer; // of the worker
    private boolean over; // the listener has heard its end

    /** @param from the member, as messages name it */
    LentTask(LentTasks.Pool pool, String from, LentSlots.Listener listener) {
        this.pool = pool;
        this.from = from;
        this.listener = listener;
    }

    void is(DispatchedTask made) {
        task = made;
    }

    @Override
    public void cancel(String why) {
        DispatchedTask mine = task;
        if (mine != null && mine.cancelled(why)) {
            pool.abandoned(mine, true);
        }
    }

    // ---- what happens to it

    @Override
    public synchronized void started(DispatchedTask started, WorkerEntry by, PoolObserver observer) {
        worker = by.name();
        if (!over) {
            listener.started(worker, by.pid());
        }
    }

    synchronized void progressed(TaskProgress report) {
        if (!over) {
            listener.progressed(report);
        }
    }

    @Override
    public void abandoned(DispatchedTask given, boolean interrupt) {
        pool.abandoned(given, interrupt);
    }

    /** What no worker has had goes elsewhere; nobody here knows how far the others have come. */
    @Override
    public void endsWithPool(DispatchedTask ending, String why) {
        ending.refused(new TaskRefusedException(why, TaskRefusedException.Reason.SHUT_DOWN, null));
    }

    @Override
    public void ended(DispatchedTask ended, TaskState state, @Nullable Throwable failure) {
        try {
            synchronized (this) {
                over = true;
                listener.ended(told(ended, state, failure));
            }
        } finally {
            pool.ended(ended, state, failure);
        }
    }

    // ---- its outcome

    @Override
    public synchronized @Nullable Object result(Frame result) {
        answer = new EncodedOutcome.Succeeded(result.payload(), result.attachment());
        return null;
    }

    @Override
    public synchronized Throwable failure(byte[] encoded, ClassLoader loader, @Nullable String note) {
        answer = new EncodedOutcome.Failed(encoded, note);
        return new InParallelException("It failed; how, knows member " + from + ", which has called it");
    }

    @Override
    public <E extends Throwable> E shown(E failure) {
        return failure;
    }

    /** Whatever goes wrong, its caller waits for an outcome. */
    private EncodedOutcome told(DispatchedTask ended, TaskState state, @Nullable Throwable failure) {
        try {
            return outcome(ended, state, failure);
        } catch (Throwable e) { // out of memory, perhaps
            return UNKNOWN;
        }
    }

    private EncodedOutcome outcome(DispatchedTask ended, TaskState state, @Nullable Throwable failure) {
        EncodedOutcome known = answer;
        if (known != null) {
            return known;
        }
        if (failure instanceof TaskTimeoutException timeout) {
            return timedOut(ended, timeout);
        }
        if (failure instanceof WorkerLostException lost) {
            return workerLost(lost);
        }
        if (state == TaskState.REFUSED) {
            return refused(ended, failure);
        }
        if (state == TaskState.CANCELLED) {
            return new EncodedOutcome.Cancelled("somebody cancelled it where it ran");
        }
        Throwable why = failure == null ? new InParallelException("It has no outcome") : failure;
        return new EncodedOutcome.Failed(ThrowableCodec.encode(why), null);
    }

    private EncodedOutcome timedOut(DispatchedTask ended, TaskTimeoutException timeout) {
        if (timeout.kind() == TaskTimeoutException.Limit.QUEUE) {
            return new EncodedOutcome.NoSlot(); // how long it waits is for its caller's pool to say
        }
        Throwable stuck = timeout.getCause();
        return new EncodedOutcome.TimedOut(
                timeout.limit(),
                timeout.kind(),
                message(timeout),
                worker,
                ended.workerPid().orElse(-1),
                stuck == null ? List.of() : List.of(stuck.getStackTrace()));
    }

    private EncodedOutcome workerLost(WorkerLostException lost) {
        return new EncodedOutcome.WorkerLost(
                message(lost),
                worker,
                lost.pid(),
                lost.exit(),
                lost.lastStderr(),
                lost.errorFile().map(Path::toString),
                lost.culprit());
    }

    private EncodedOutcome refused(DispatchedTask ended, @Nullable Throwable failure) {
        long pid = ended.workerPid().orElse(-1);
        if (pid < 0) {
            return failure instanceof TaskRefusedException refused
                    ? new EncodedOutcome.Refused(refused.reason(), message(refused))
                    : new EncodedOutcome.Refused(TaskRefusedException.Reason.POOL_DOWN, message(failure));
        }
        return new EncodedOutcome.WorkerLost(
                "Worker " + worker + ", pid " + pid + ", has to end while it runs " + ended.displayName() + ": "
                        + message(failure),
                worker,
                pid,
                new WorkerExit(-1, Optional.empty(), WorkerExit.Cause.SHUTDOWN),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static String message(@Nullable Throwable failure) {
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }
}
