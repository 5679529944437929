package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Short tasks that a busy slot is assigned before it asks for them, which saves it the wait between two. They still wait:
 * where the slot does not answer, its worker is asked for those that it has not begun, and they go back to the queue.
 * Confined to the dispatcher's lock.
 */
final class EarlyTasks {

    /** A slot that has not answered for so long may have begun something that takes longer than it used to. */
    static final long LONGEST_NANOS = 1_000_000;

    /** Most tasks that a slot has at a time: the one that runs, and those that it was assigned early. */
    static final int MOST = 32;

    /** Most bytes of the request of a task that is assigned early, and of the one before it. */
    private static final int MOST_BYTES = 2 * 1024;

    /** Most bytes of all that a slot has: they go in one write, and wait where the worker reads them. */
    private static final int MOST_BYTES_TOGETHER = 16 * 1024;

    private final TaskQueue queue;
    private int size; // of all slots together
    private int lent; // of them, tasks of others

    EarlyTasks(TaskQueue queue) {
        this.queue = queue;
    }

    int lent() {
        return lent;
    }

    int size() {
        return size;
    }

    /**
     * Assigns tasks that wait to the slot, if what it runs and what waits first is short.
     *
     * @param share how many of those that wait are this slot's share
     * @param toSend gets them
     */
    void assign(Slot slot, DispatchedTask current, int share, List<DispatchedTask> toSend) {
        if (slot.early.size() > MOST / 2 || slot.revoking != 0 || !isShort(current)) {
            return;
        }
        int bytes = current.requestSize();
        for (DispatchedTask before : slot.early) {
            bytes += before.requestSize();
        }
        for (int left = share; left > 0 && slot.early.size() < MOST - 1; left--) {
            DispatchedTask task = queue.firstLive();
            if (task == null || !isShort(task) || bytes + task.requestSize() > MOST_BYTES_TOGETHER) {
                return;
            }
            bytes += task.requestSize();
            queue.remove(task);
            if (!task.claimed(slot.worker().pid())) {
                continue;
            }
            task.ordinal = slot.nextOrdinal();
            slot.early.addLast(task);
            task.earlySlot = slot;
            size++;
            lent += task.isLent() ? 1 : 0;
            toSend.add(task);
        }
    }

    /** Whether other members may have the task ahead of a slot. */
    static boolean isShortElsewhere(DispatchedTask task) {
        return task.known().isShortElsewhere() && task.requestSize() <= MOST_BYTES;
    }

    /** Whether the task is over so soon, and so small, that it may be given to a slot before its turn. */
    static boolean isShort(DispatchedTask task) {
        return task.known().isShort() && task.requestSize() <= MOST_BYTES;
    }

    /** The one whose turn it is; null if there is none. */
    @Nullable
    DispatchedTask takeFirst(Slot slot) {
        return taken(slot.early.pollFirst());
    }

    private @Nullable DispatchedTask taken(@Nullable DispatchedTask task) {
        if (task != null) {
            task.earlySlot = null;
            size--;
            lent -= task.isLent() ? 1 : 0;
        }
        return task;
    }

    /**
     * Whether the slot's tasks are to be taken back, since it has not answered for long or one of them was cancelled. Then
     * the slot's worker is to be asked.
     *
     * @return the last of them; 0 if there is nothing to do
     */
    long toRevoke(Slot slot, long now, boolean atOnce) {
        if (slot.task == null || slot.early.isEmpty() || slot.revoking != 0) {
            return 0;
        }
        if (!atOnce && now - slot.task.assignedNanos() < LONGEST_NANOS) {
            return 0;
        }
        slot.revoking = slot.lastOrdinal;
        return slot.revoking;
    }

    /** When {@link #toRevoke} has something to do, if nothing is answered until then. */
    long revokeAt(Slot slot) {
        return slot.task == null || slot.early.isEmpty() || slot.revoking != 0
                ? Deadline.NEVER
                : slot.task.assignedNanos() + LONGEST_NANOS;
    }

    /**
     * The worker will not begin what comes after the given one.
     *
     * @return the last that it was asked for; what was assigned later is not meant
     * @throws ProtocolException if it was not asked
     */
    long revoked(Slot slot, long begun) throws ProtocolException {
        long last = slot.revoking;
        if (last == 0) {
            throw new ProtocolException("took back tasks unasked");
        }
        slot.revoking = 0;
        while (!slot.early.isEmpty() && slot.early.getLast().ordinal > begun) {
            returnLast(slot);
        }
        return last;
    }

    /** All of them wait in the queue again. */
    void returnAll(Slot slot) {
        while (!slot.early.isEmpty()) {
            returnLast(slot);
        }
    }

    /** To the head of the queue: so from the last to the first. */
    private void returnLast(Slot slot) {
        DispatchedTask task = taken(slot.early.pollLast());
        if (task != null) {
            queue.putBack(task);
        }
    }
}
