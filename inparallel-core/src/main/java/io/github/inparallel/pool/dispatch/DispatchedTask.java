package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskState;
import io.github.inparallel.call.Call;
import io.github.inparallel.pool.task.KnownMethod;
import io.github.inparallel.pool.task.PoolTask;
import org.jspecify.annotations.Nullable;

/**
 * A task with what the dispatcher notes of it: whether it waits, and where. These notes are read and written by
 * {@link Dispatcher}, {@link TaskQueue} and {@link EarlyTasks} alone, under the dispatcher's lock.
 */
public final class DispatchedTask extends PoolTask {

    /** What the pool does when a task ends. */
    public interface Owner {
        /** Counts the outcome, before anybody sees it. */
        void ended(DispatchedTask task, TaskState state, @Nullable Throwable failure);

        /** The caller gave up: the task is to leave the queue, or to stop. */
        void abandoned(DispatchedTask task, boolean interrupt);
    }

    private final Owner owner;

    boolean waits; // it is in the queue
    boolean held; // it is not, but its arguments still count as waiting

    @Nullable
    Slot earlySlot; // the slot that it was assigned to before its turn

    long ordinal; // its place among the tasks that its slot was assigned

    public DispatchedTask(long id, Call call, KnownMethod known, Surroundings pool, Owner owner) {
        super(id, call, known, pool);
        this.owner = owner;
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
