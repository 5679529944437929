package io.github.inparallel.pool.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.FreeSlots;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this pool has for tasks of other members: never more of them are here than there are slots. Thread-safe. */
public final class Lending {

    private final DispatchState state;
    private final PoolOptions options;

    Lending(DispatchState state, PoolOptions options) {
        this.state = state;
        this.options = options;
    }

    /** What the pool has for tasks of others. */
    public FreeSlots free() {
        state.lock.lock();
        try {
            return freeSlots();
        } finally {
            state.lock.unlock();
        }
    }

    @GuardedBy("state.lock")
    private FreeSlots freeSlots() {
        if (!state.run.isAccepting() || !state.blocked.isTurn(null)) {
            return FreeSlots.NONE; // callers that are blocked come first
        }
        FreeSlots free = state.slots.free(state.waiting());
        return new FreeSlots(free.idle(), Math.min(free.startable(), state.queue.room()));
    }

    /** @param listener called when {@link #free} may have changed, on any thread, not under the lock */
    public void onFree(Runnable listener) {
        state.freeListener = listener;
    }

    /**
     * Takes a task of another member, if there is a slot for it; it waits only for one that starts.
     *
     * @return where it goes; null if there is no slot
     */
    public @Nullable Place lend(DispatchedTask task) {
        state.lock.lock();
        try {
            FreeSlots free = freeSlots();
            if (free.sum() == 0) {
                return null;
            }
            // Those that were assigned early count as waiting, and need no idle slot as long as they are.
            Slot slot = free.idle() > 0 || state.queue.isEmpty() ? state.leaseIdle(task) : null;
            if (slot != null) {
                return slot;
            }
            if (!state.queue.hasRoom(task)) {
                return null;
            }
            state.queue.addLast(task);
            return Place.QUEUE;
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /**
     * Gives tasks of other members back that wait although no worker will be started for them: own tasks have taken the slots
     * that were there. Their callers look for another slot.
     */
    public void returnWaiting() {
        TaskRefusedException why;
        List<DispatchedTask> returned;
        state.lock.lock();
        try {
            if (!state.queue.hasLent() || !state.slots.isFull() || state.slots.hasRoom()) {
                return;
            }
            why = new TaskRefusedException(
                    "No slot of pool '" + options.name() + "' is free any more for a task of another member",
                    Reason.QUEUE_FULL,
                    null);
            returned = state.queue.removeAll(DispatchedTask::isLent);
            state.blocked.roomForOne();
        } finally {
            state.lock.unlock();
        }
        for (DispatchedTask task : returned) {
            task.endBy(each -> each.refused(why)); // its caller is told in words of its own
        }
        state.tellFree();
    }
}
