package io.github.inparallel.pool.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this pool has for tasks of other members. There are never more of them here than slots, but for short ones: they may
 * come ahead of a slot, since a slot would wait for the next one longer than it runs. One that waits too long is given back.
 * Thread-safe.
 */
public final class Lending {

    /** How long a task that came ahead waits for a slot before it is given back, in nanoseconds. */
    static final long LONGEST_WAIT = 20_000_000;

    /** Most short tasks that may be here for each slot that runs them: they are over well within {@link #LONGEST_WAIT}. */
    private static final int MOST_AHEAD = 128;

    private final DispatchState state;
    private final PoolOptions options;
    private final Machine machine;

    Lending(DispatchState state, PoolOptions options, Machine machine) {
        this.state = state;
        this.options = options;
        this.machine = machine;
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
        return new FreeSlots(free.idle(), Math.min(free.startable(), state.queue.room()), ahead());
    }

    /** Most short tasks that may be here, for the slots that run short ones, or did last; own tasks that wait come first. */
    @GuardedBy("state.lock")
    private int ahead() {
        if (state.queue.hasOwn() || options.maxTasksPerWorker() != null) {
            return 0;
        }
        int lent = lent();
        int own = state.waiting() + state.slots.leases() - lent;
        int room = Math.max(0, options.queueCapacity() / 2 - state.queue.size());
        return Math.max(0, Math.min(MOST_AHEAD * state.slots.shortSlots() - own, lent + room));
    }

    /** Tasks of others that are here. */
    @GuardedBy("state.lock")
    private int lent() {
        return state.queue.lent() + state.early.lent() + state.slots.lentLeases();
    }

    /** Half of the queue is kept for own tasks. */
    @GuardedBy("state.lock")
    private boolean mayComeAhead(DispatchedTask task, FreeSlots free) {
        return EarlyTasks.isShort(task) && lent() < free.ahead();
    }

    /** @param listener called when {@link #free} may have changed, on any thread, not under the lock */
    public void onFree(Runnable listener) {
        state.freeListener = listener;
    }

    /**
     * Takes a task of another member, if there is a slot for it; it waits only for one that starts, or if it is short.
     *
     * @return where it goes; null if there is no slot
     */
    public @Nullable Place lend(DispatchedTask task) {
        state.lock.lock();
        try {
            FreeSlots free = freeSlots();
            if (free.sum() == 0 && !mayComeAhead(task, free)) {
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
            if (free.sum() == 0) {
                task.ahead = true;
                task.returnAt = Deadline.earlier(task.returnAt, Deadline.after(task.submittedNanos(), LONGEST_WAIT));
            }
            state.queue.addLast(task);
            return Place.QUEUE;
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /**
     * Gives tasks of other members back that wait although no worker will be started for them, since own tasks have taken the
     * slots that were there, and those that have waited as long as they may: ahead of a slot, or at all. Their callers look for
     * another slot, or say that it took too long.
     */
    public void returnWaiting() {
        TaskRefusedException why;
        List<DispatchedTask> returned;
        state.lock.lock();
        try {
            if (!state.queue.hasLent()) {
                return;
            }
            long now = machine.nanoTime();
            boolean none = state.slots.isFull() && !state.slots.hasRoom();
            why = new TaskRefusedException(
                    "No slot of pool '" + options.name() + "' is free any more for a task of another member",
                    Reason.QUEUE_FULL,
                    null);
            returned = state.queue.removeAll(
                    task -> Deadline.isDue(task.returnAt, now) || none && task.isLent() && !task.ahead);
            state.blocked.roomForOne();
        } finally {
            state.lock.unlock();
        }
        for (DispatchedTask task : returned) {
            task.endBy(each -> each.refused(why)); // its caller is told in words of its own
        }
        state.tellFree();
    }

    /** When this task goes back, if it still waits. Looks at no other, of which there may be thousands. */
    public long returnAt(DispatchedTask task) {
        state.lock.lock();
        try {
            return task.returnAt;
        } finally {
            state.lock.unlock();
        }
    }

    /** When {@link #returnWaiting} has something to do, if no slot has answered until then. */
    public long returnAt() {
        state.lock.lock();
        try {
            return state.queue.returnAt();
        } finally {
            state.lock.unlock();
        }
    }
}
