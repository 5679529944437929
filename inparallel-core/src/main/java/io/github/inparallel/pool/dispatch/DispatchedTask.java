package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskState;
import io.github.inparallel.call.Call;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.task.KnownMethod;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.pool.task.Recipient;
import io.github.inparallel.units.Durations;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task with what the dispatcher notes of it: whether it waits, and where. These notes are read and written under the
 * dispatcher's lock alone, by the classes that have it.
 */
public final class DispatchedTask extends PoolTask {

    private static final Log log = Log.of(DispatchedTask.class);

    /** What the pool does when something happens to a task. */
    public interface Owner {
        /** A worker has it, and it is its turn. */
        default void started(DispatchedTask task, WorkerEntry worker, PoolObserver observer) {
            observer.taskStarted(task.displayName(), Duration.ofNanos(task.assignedNanos() - task.submittedNanos()));
        }

        /** Counts the outcome, before anybody sees it. */
        void ended(DispatchedTask task, TaskState state, @Nullable Throwable failure);

        /** The caller gave up: the task is to leave the queue, or to stop. */
        void abandoned(DispatchedTask task, boolean interrupt);

        /** Ends the task, since the pool ends. */
        default void endsWithPool(DispatchedTask task, String why) {
            task.cancelled(why);
        }
    }

    private final Owner owner;
    private final boolean lent;

    boolean waits; // it is in the queue
    boolean ahead; // it is another member's, and came before there was a slot for it
    long returnAt = Deadline.NEVER; // if it still waits then, it goes back to the member whose it is
    boolean held; // it is not, but its arguments still count as waiting

    @Nullable
    DispatchedTask before; // in the chain that it is in

    @Nullable
    DispatchedTask behind;

    @Nullable
    DispatchedTask older; // of those that wait

    @Nullable
    DispatchedTask younger;

    @Nullable
    Slot earlySlot; // the slot that it was assigned to before its turn

    @Nullable
    SentAttempt attempt; // at another member, which has it

    long ordinal; // its place among the tasks that its slot was assigned

    public DispatchedTask(long id, Call call, KnownMethod known, Surroundings pool, Owner owner) {
        super(id, call, known, pool);
        this.owner = owner;
        this.lent = false;
    }

    /** A task of another member, which gets its outcome. */
    public DispatchedTask(
            long id, EncodedCall call, KnownMethod known, Surroundings pool, Recipient recipient, Owner owner) {
        super(id, call, known, pool, recipient);
        this.owner = owner;
        this.lent = true;
        if (call.queueMillis() > 0) {
            this.returnAt = Deadline.after(submittedNanos(), Durations.capped(Duration.ofMillis(call.queueMillis())));
        }
    }

    /** Whether it is another member's: it goes to no third one. */
    boolean isLent() {
        return lent;
    }

    /** A worker is to have it. Whatever those do who hear of that, it is sent: nobody else would come for its slot. */
    void started(WorkerEntry worker, PoolObserver observer) {
        try {
            owner.started(this, worker, observer);
        } catch (Throwable e) { // there is no memory, perhaps
            log.warn("Nobody was told that task {} has begun", taskId(), e);
        }
    }

    /** Ends it in this way. Whatever goes wrong with that, such as want of memory, it fails, and others have their turn. */
    void endBy(Consumer<DispatchedTask> ending) {
        try {
            ending.accept(this);
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Ends it, since the pool ends. */
    public void endWithPool(String why) {
        endBy(task -> owner.endsWithPool(task, why));
    }

    /** Returns its place, which stays as long as a slot has the task: whoever has the lease may ask without the lock. */
    long ordinal() {
        return ordinal;
    }

    @Override
    protected void resolved(Resolution<Object> end) {
        owner.ended(this, end.state(), end.failure());
    }

    @Override
    protected void endedFromOutside(boolean interrupt) {
        owner.abandoned(this, interrupt);
    }
}
