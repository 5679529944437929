package io.github.inparallel.pool.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.pool.task.CallbackThreads;
import io.github.inparallel.pool.task.PoisonGuard;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.units.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Who is free, and who waits: a task goes to an idle slot, else to a member of the cluster that has one, else it waits for
 * whichever is free first. Its parts see to the rest, under the same lock. Thread-safe.
 */
public final class Dispatcher {

    private final PoolOptions options;
    private final Machine machine;
    final DispatchState state;
    private final Admission admission;
    private final WaitingTasks waiting;
    private final WorkerEntries entries;
    private final RemoteDispatch remote;
    private final Lending lending;

    public Dispatcher(PoolOptions options, Machine machine) {
        this.options = options;
        this.machine = machine;
        this.state = new DispatchState(options, machine);
        this.admission = new Admission(state, machine);
        this.waiting = new WaitingTasks(state);
        this.entries = new WorkerEntries(state, machine);
        this.remote = new RemoteDispatch(state);
        this.lending = new Lending(state, options, machine);
    }

    /** @param wakeUp has somebody match tasks that wait; called under the lock */
    public void watchedBy(Runnable wakeUp) {
        state.lock.lock();
        try {
            state.tasksWait = wakeUp;
        } finally {
            state.lock.unlock();
        }
    }

    /** The classes of this package, and of the tasks that it deals with, in the order in which a pool needs them. */
    public static List<Class<?>> neededFirst() {
        return List.of(
                DispatchedTask.class,
                Dispatcher.class,
                DispatchState.class,
                RunState.class,
                MemberSlots.class,
                BlockedCallers.class,
                TaskChain.class,
                TaskAges.class,
                TaskQueue.class,
                EarlyTasks.class,
                LocalSlots.class,
                Admission.class,
                WaitingTasks.class,
                WorkerEntries.class,
                RemoteDispatch.class,
                Lending.class,
                LostTasks.class,
                RemoteTasks.class,
                PoisonGuard.class,
                CallbackThreads.class,
                WorkerEntry.class,
                SlotConnection.class,
                ResultBudget.class,
                FrameChannel.class);
    }

    // ---- its parts

    /** Opens the pool to tasks, and closes it. */
    public Admission admission() {
        return admission;
    }

    /** The tasks that wait. */
    public WaitingTasks waiting() {
        return waiting;
    }

    /** Which workers may have tasks, and how many they have. */
    public WorkerEntries entries() {
        return entries;
    }

    /** Tasks of this pool at other members. */
    public RemoteDispatch remote() {
        return remote;
    }

    /** Tasks of other members here. */
    public Lending lending() {
        return lending;
    }

    // ---- submitting

    /**
     * Finds a place for the task, or queues it.
     *
     * @return the place, which the caller sends it to; null if the task waits
     * @throws TaskRefusedException if it is not accepted
     * @throws TaskTimeoutException if there was no room within queue-timeout
     * @throws InterruptedException if this thread was interrupted while it waited for room
     */
    @Nullable
    public Place submit(DispatchedTask task) throws InterruptedException {
        state.lock.lock();
        try {
            return submitOrWait(task);
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    @GuardedBy("state.lock")
    private @Nullable Place submitOrWait(DispatchedTask task) throws InterruptedException {
        Condition place = null;
        try {
            Duration limit = options.queueTimeout();
            long left = limit == null ? Long.MAX_VALUE : limit.toNanos();
            while (true) {
                state.run.refuseUnlessAccepting();
                if (state.blocked.isTurn(place)) {
                    Place free = free(task);
                    if (free != null) {
                        return free;
                    }
                    if (state.queue.hasRoom(task)) {
                        state.queue.addLast(task);
                        return null;
                    }
                }
                if (options.whenFull() == PoolOptions.WhenFull.REFUSE) {
                    throw state.queue.full(task);
                }
                if (left <= 0 && limit != null) {
                    throw task.waitedTooLong(
                            limit,
                            "room in the queue of pool '" + options.name() + "', where "
                                    + Counts.text(state.queue.size(), "task waits", "tasks wait"));
                }
                if (place == null) {
                    place = state.blocked.join();
                }
                left = place.awaitNanos(left); // then there may be an idle slot, and nobody else who needs it
            }
        } finally {
            if (place != null) {
                state.blocked.leave(place);
            }
        }
    }

    @GuardedBy("state.lock")
    private @Nullable Place free(DispatchedTask task) {
        Slot slot = state.queue.isEmpty() ? state.leaseIdle(task) : null;
        if (slot != null) {
            return slot;
        }
        // Tasks of others that wait here go to no member: they keep no own one from it.
        return !state.queue.hasOwn() && state.canSend(task) ? state.send(task) : null;
    }

    // ---- slots

    /**
     * The slot has room: for the first time, or because its task has been answered. Its next task, now leased, is the
     * first of those that it was assigned early, or else the one that has waited longest.
     *
     * @param toSend gets the tasks that are to be sent to the slot, in order: the leased one, if the slot does not have it
     *     yet, and short ones that it gets early
     * @return the leased task; null if the slot is idle
     */
    @Nullable
    DispatchedTask next(Slot slot, List<DispatchedTask> toSend) {
        state.lock.lock();
        try {
            release(slot);
            return leaseNext(slot, toSend);
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    @GuardedBy("state.lock")
    private @Nullable DispatchedTask leaseNext(Slot slot, List<DispatchedTask> toSend) {
        WorkerEntry worker = slot.worker();
        DispatchedTask task = state.early.takeFirst(slot);
        boolean wasSent = task != null;
        if (task == null) {
            if (!worker.accepting || slot.closed) {
                return null;
            }
            task = state.slots.mayRun(worker) ? takeFirst(worker) : null;
            if (task == null) {
                state.slots.rests(slot);
                worker.idleSinceNanos = machine.nanoTime();
                state.blocked.roomForOne();
                return null;
            }
            task.ordinal = slot.nextOrdinal();
        }
        state.lease(slot, task);
        if (!wasSent) {
            toSend.add(task); // once it is the slot's: for want of memory it would be nobody's
        }
        if (!state.queue.isEmpty()
                && worker.accepting
                && options.maxTasksPerWorker() == null
                && !state.slots.hasRoom()) {
            int leases = state.slots.leases();
            state.early.assign(slot, task, (state.queue.size() + leases - 1) / leases, toSend);
            state.blocked.roomForOne();
        }
        return task;
    }

    // ---- tasks that were assigned early

    /** As {@link EarlyTasks#toRevoke}. */
    public long toRevoke(Slot slot, long now, boolean atOnce) {
        state.lock.lock();
        try {
            return state.early.toRevoke(slot, now, atOnce);
        } finally {
            state.lock.unlock();
        }
    }

    /** As {@link EarlyTasks#revokeAt}. */
    public long revokeAt(Slot slot) {
        state.lock.lock();
        try {
            return state.early.revokeAt(slot);
        } finally {
            state.lock.unlock();
        }
    }

    /**
     * The slot's worker will not begin what comes after the given one: such tasks wait for a slot again.
     *
     * @param toSend as for {@link #next}
     * @return the slot's task; null if it is idle
     * @throws ProtocolException if the worker was not asked
     */
    @Nullable
    DispatchedTask revoked(Slot slot, long begun, List<DispatchedTask> toSend) throws ProtocolException {
        state.lock.lock();
        try {
            return leaseAfterRevoked(slot, begun, toSend);
        } finally {
            state.lock.unlock();
            state.endHomeless();
            state.tellFree();
        }
    }

    @GuardedBy("state.lock")
    private @Nullable DispatchedTask leaseAfterRevoked(Slot slot, long begun, List<DispatchedTask> toSend)
            throws ProtocolException {
        long last = state.early.revoked(slot, begun);
        DispatchedTask task = slot.task;
        if (task == null || task.ordinal <= begun || task.ordinal > last) {
            return task;
        }
        // The answer to the one before it was quicker than this word.
        release(slot);
        state.queue.putBack(task);
        return leaseNext(slot, toSend);
    }

    /** The slot has begun none of the tasks that it was assigned early, and will not: they wait again. */
    void returnAllEarly(Slot slot) {
        state.lock.lock();
        try {
            state.early.returnAll(slot);
        } finally {
            state.lock.unlock();
            state.endHomeless();
            state.tellFree();
        }
    }

    /** All tasks that the slot has: the leased one, and those that it was assigned early. */
    public List<DispatchedTask> tasks(Slot slot) {
        state.lock.lock();
        try {
            List<DispatchedTask> all = new ArrayList<>(slot.early);
            if (slot.task != null) {
                all.add(0, slot.task);
            }
            return all;
        } finally {
            state.lock.unlock();
        }
    }

    /** The slot that the task was assigned to before its turn; null if it was not. */
    @Nullable
    public Slot earlySlot(DispatchedTask task) {
        state.lock.lock();
        try {
            return task.earlySlot;
        } finally {
            state.lock.unlock();
        }
    }

    @GuardedBy("state.lock")
    private @Nullable DispatchedTask takeFirst(WorkerEntry worker) {
        DispatchedTask task = state.queue.takeFirst(worker.pid());
        state.blocked.roomForOne();
        return task;
    }

    /** The worker has read the whole request of the slot's task: it holds the arguments now. */
    void requestRead(Slot slot) {
        state.lock.lock();
        try {
            DispatchedTask task = slot.task;
            if (task != null) {
                state.letGo(task);
                if (!task.hasRetries()) {
                    task.dropArguments();
                }
            }
        } finally {
            state.lock.unlock();
        }
    }

    @GuardedBy("state.lock")
    private void release(Slot slot) {
        if (slot.task != null) {
            state.letGo(slot.task);
            state.slots.release(slot);
        }
    }

    /** Takes the task off the slot, then those that it was assigned early; returns null if the slot has none. */
    @Nullable
    public DispatchedTask takeBack(Slot slot) {
        state.lock.lock();
        try {
            DispatchedTask task = slot.task;
            release(slot);
            return task == null ? state.early.takeFirst(slot) : task;
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** The slot gets no more tasks. Returns whether it has none either. */
    boolean close(Slot slot) {
        state.lock.lock();
        try {
            state.slots.close(slot);
            return slot.task == null;
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    @Nullable
    public DispatchedTask leased(Slot slot) {
        state.lock.lock();
        try {
            return slot.task;
        } finally {
            state.lock.unlock();
        }
    }

    /** Idle slots that could take a waiting task now: a spare's worker may have become free to run. */
    public List<Slot> matchWaiting() {
        List<Slot> matched;
        state.lock.lock();
        try {
            matched = new ArrayList<>(state.slots.idle()); // so that it never grows while it has a slot
            while (!state.queue.isEmpty()) {
                Slot slot = state.slots.borrow();
                DispatchedTask task = slot == null ? null : takeFirst(slot.worker());
                if (slot == null) {
                    break;
                }
                if (task == null) {
                    state.slots.rests(slot);
                    break;
                }
                task.ordinal = slot.nextOrdinal();
                state.lease(slot, task);
                matched.add(slot);
            }
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
        return matched;
    }

    /** Whether a task waits that an idle slot, or another member, could take: somebody has to see to it, and soon. */
    boolean canMatch() {
        state.lock.lock();
        try {
            return state.canLease() || state.canSend(state.queue.firstOwn());
        } finally {
            state.lock.unlock();
        }
    }
}
