package io.github.inparallel.pool.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.protocol.TaskRequest;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Dispatcher} and its parts share: one lock, and all that it guards, the notes in slots, workers and tasks too.
 * What several of them do under it is done here, and so is what each of them has to do when it has let go of it.
 */
final class DispatchState {

    private static final Log log = Log.of(DispatchState.class);

    /** Nothing under it blocks. */
    final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    final RunState run = new RunState();

    @GuardedBy("lock")
    final BlockedCallers blocked;

    @GuardedBy("lock")
    final TaskQueue queue;

    @GuardedBy("lock")
    final EarlyTasks early;

    @GuardedBy("lock")
    final LocalSlots slots;

    @GuardedBy("lock")
    final MemberSlots members;

    @GuardedBy("lock")
    Runnable tasksWait = () -> {}; // set once; has somebody look who matches what waits

    volatile @Nullable Runnable freeListener; // set by whoever lends slots to other members

    DispatchState(PoolOptions options, Machine machine) {
        this.blocked = new BlockedCallers(() -> machine.condition(lock));
        this.queue = new TaskQueue(options);
        this.early = new EarlyTasks(queue);
        this.slots = new LocalSlots(options);
        this.members = new MemberSlots(machine);
    }

    // ---- under the lock

    /** How many tasks wait, those with them that were assigned early. */
    @GuardedBy("lock")
    int waiting() {
        return queue.size() + early.size();
    }

    /** Whether an idle slot could take a task that waits. */
    @GuardedBy("lock")
    boolean canLease() {
        return !queue.isEmpty() && slots.hasRoom();
    }

    /** Whether other members have a slot for the first task, if there is one, and no idle slot takes it. */
    @GuardedBy("lock")
    boolean canSend(@Nullable DispatchedTask first) {
        return first != null && members.hasRoom(slots.isFull(), first) && !slots.hasRoom();
    }

    /** Leases an idle slot to the task, which is to be sent to it; null if there is none that may have it. */
    @GuardedBy("lock")
    @Nullable
    Slot leaseIdle(DispatchedTask task) {
        Slot slot = slots.borrow();
        if (slot != null) {
            task.ordinal = slot.nextOrdinal();
            lease(slot, task);
        }
        return slot;
    }

    @GuardedBy("lock")
    void lease(Slot slot, DispatchedTask task) {
        slots.lease(slot, task);
        holdIfLarge(task);
        if (slots.isFull()) {
            seeToWaiting(); // no worker will be started for them: those of others may be
        }
    }

    /** Tasks that wait may have to go elsewhere now. */
    @GuardedBy("lock")
    void seeToWaiting() {
        if (queue.hasPromised() || canSend(queue.firstOwn())) {
            tasksWait.run();
        }
    }

    /** Finds the task a place at another member, where it {@link #canSend}; null if it has ended. */
    @GuardedBy("lock")
    @Nullable
    SentAttempt send(DispatchedTask task) {
        SentAttempt attempt = members.send(task, slots.isFull());
        if (attempt != null) {
            holdIfLarge(task);
        }
        return attempt;
    }

    /** The arguments of a large task count as waiting until they have been read. */
    @GuardedBy("lock")
    private void holdIfLarge(DispatchedTask task) {
        if (task.size() > TaskRequest.LARGE) {
            queue.hold(task);
        }
    }

    /** The arguments of the task have been read, or it has no place any more. */
    @GuardedBy("lock")
    void letGo(DispatchedTask task) {
        if (task.held) {
            queue.letGo(task);
            blocked.roomForOne();
        }
    }

    // ---- without the lock: it runs code of others

    /** Ends what came back after the end. */
    void endHomeless() {
        while (endNextHomeless()) {
            // until there is none
        }
    }

    private boolean endNextHomeless() {
        Consumer<DispatchedTask> ending;
        DispatchedTask homeless;
        lock.lock();
        try {
            ending = run.ending();
            homeless = ending == null ? null : queue.nextHomeless();
        } finally {
            lock.unlock();
        }
        if (ending == null || homeless == null) {
            return false;
        }
        homeless.endBy(ending);
        return true;
    }

    /** Tells that there may be another number of slots for tasks of other members. Never throws: whoever tells has a task to see to. */
    void tellFree() {
        Runnable listener = freeListener;
        if (listener == null) {
            return;
        }
        try {
            listener.run();
        } catch (Throwable e) { // it has no memory, perhaps, and is told again
            log.warn("Other members could not be told how many slots are free", e);
        }
    }
}
