package io.github.inparallel.pool;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who is free, and who waits. Idle slots are borrowed last in, first out, so that few workers stay hot and surplus ones
 * age out. One lock guards everything here, and the slots' and workers' fields that say so; nothing under it blocks.
 */
final class Bag {

    private final PoolOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Deque<PoolTask> queue = new ArrayDeque<>(); // guarded by lock; ended tasks stay until they come up
    private final Deque<Slot> idle = new ArrayDeque<>(); // guarded by lock; first is the last that was used
    private int waiting; // guarded by lock: tasks in the queue that have not ended
    private long waitingBytes; // guarded by lock
    private int busyWorkers; // guarded by lock: workers with at least one lease
    private int leases; // guarded by lock
    private int maxWorkers; // guarded by lock
    private @Nullable TaskRefusedException closed; // guarded by lock: why nothing is accepted any more

    Bag(PoolOptions options) {
        this.options = options;
        this.maxWorkers = options.maxWorkers();
    }

    /** How many workers may run tasks. */
    void maxWorkers(int workers) {
        lock.lock();
        try {
            maxWorkers = workers;
        } finally {
            lock.unlock();
        }
    }

    // ---- submitting

    /**
     * Leases a slot for the task, or queues it.
     *
     * @return the slot; null if the task waits
     * @throws TaskRefusedException if it is not accepted
     * @throws InterruptedException if this thread was interrupted while it waited for room
     */
    @Nullable
    Slot submit(PoolTask task) throws InterruptedException {
        lock.lock();
        try {
            refuseIfClosed();
            if (waiting == 0) {
                Slot slot = borrow();
                if (slot != null) {
                    lease(slot, task);
                    return slot;
                }
            }
            while (!hasRoom(task)) {
                if (options.whenFull() == PoolOptions.WhenFull.REFUSE) {
                    throw full(task);
                }
                room.await(1, TimeUnit.DAYS);
                refuseIfClosed();
            }
            queue.addLast(task);
            waiting++;
            waitingBytes += task.size();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(PoolTask task) {
        return waiting < options.queueCapacity()
                && (waiting == 0 || waitingBytes + task.size() <= options.queueMemory());
    }

    private TaskRefusedException full(PoolTask task) {
        return waiting >= options.queueCapacity()
                ? new TaskRefusedException(
                        task.displayName() + " was refused: " + waiting + " tasks wait in pool '" + options.name()
                                + "' (queue-capacity: " + options.queueCapacity() + ")",
                        Reason.QUEUE_FULL,
                        null)
                : new TaskRefusedException(
                        task.displayName() + " was refused: " + waitingBytes + " bytes of arguments wait in pool '"
                                + options.name() + "', " + task.size() + " more do not fit (queue-memory: "
                                + options.queueMemory() + ")",
                        Reason.QUEUE_MEMORY,
                        null);
    }

    private void refuseIfClosed() {
        if (closed != null) {
            throw new TaskRefusedException(String.valueOf(closed.getMessage()), closed.reason(), closed.getCause());
        }
    }

    // ---- slots

    /** The slot has room: for the first time, or because its task has been answered. Returns its next task, leased. */
    @Nullable
    PoolTask next(Slot slot) {
        lock.lock();
        try {
            release(slot);
            Worker worker = slot.worker();
            if (!worker.accepting || slot.closed) {
                return null;
            }
            PoolTask task = mayRun(worker) ? takeFirst() : null;
            if (task == null) {
                idle.addFirst(slot);
                worker.idleSinceNanos = System.nanoTime();
                return null;
            }
            lease(slot, task);
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** Of the spare workers only so many run tasks that max-workers is kept. */
    private boolean mayRun(Worker worker) {
        return worker.leases > 0 || busyWorkers < maxWorkers;
    }

    private @Nullable Slot borrow() {
        for (Slot slot : idle) {
            if (mayRun(slot.worker())) {
                idle.remove(slot);
                return slot;
            }
        }
        return null;
    }

    private @Nullable PoolTask takeFirst() {
        while (true) {
            PoolTask task = queue.pollFirst();
            if (task == null) {
                return null;
            }
            if (!task.hasEnded()) {
                leaves(task);
                return task;
            }
        }
    }

    private void leaves(PoolTask task) {
        waiting--;
        waitingBytes -= task.size();
        room.signalAll();
    }

    private void lease(Slot slot, PoolTask task) {
        Worker worker = slot.worker();
        slot.task = task;
        leases++;
        if (worker.leases++ == 0) {
            busyWorkers++;
        }
        worker.leased++;
        Integer limit = options.maxTasksPerWorker();
        if (limit != null && worker.leased >= limit) {
            stopAccepting(worker);
        }
        task.given(worker.pid());
    }

    private void release(Slot slot) {
        if (slot.task != null) {
            slot.task = null;
            leases--;
            if (--slot.worker().leases == 0) {
                busyWorkers--;
            }
        }
    }

    /** Takes the task off the slot; returns null if the slot has none. */
    @Nullable
    PoolTask takeBack(Slot slot) {
        lock.lock();
        try {
            PoolTask task = slot.task;
            release(slot);
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** The slot has no connection any more. */
    void close(Slot slot) {
        lock.lock();
        try {
            slot.closed = true;
            idle.remove(slot);
            stopAccepting(slot.worker());
        } finally {
            lock.unlock();
        }
    }

    /** The worker gets no more tasks. */
    void close(Worker worker) {
        lock.lock();
        try {
            stopAccepting(worker);
        } finally {
            lock.unlock();
        }
    }

    /** Like {@link #close(Worker)}, only while the slot has this task: so nothing that follows can hit another one. */
    boolean closeIfLeased(Slot slot, PoolTask task) {
        lock.lock();
        try {
            if (slot.task != task) {
                return false;
            }
            stopAccepting(slot.worker());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Like {@link #close(Worker)}, only if it runs nothing. */
    boolean closeIfIdle(Worker worker) {
        lock.lock();
        try {
            if (worker.leases > 0) {
                return false;
            }
            stopAccepting(worker);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void accept(Worker worker) {
        lock.lock();
        try {
            worker.accepting = true;
            worker.idleSinceNanos = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    private void stopAccepting(Worker worker) {
        worker.accepting = false;
        idle.removeIf(slot -> slot.worker() == worker);
    }

    @Nullable
    PoolTask leased(Slot slot) {
        lock.lock();
        try {
            return slot.task;
        } finally {
            lock.unlock();
        }
    }

    int leases(Worker worker) {
        lock.lock();
        try {
            return worker.leases;
        } finally {
            lock.unlock();
        }
    }

    /** Idle slots that could take a waiting task now: a spare's worker may have become free to run. */
    List<Slot> matchWaiting() {
        List<Slot> matched = new ArrayList<>();
        lock.lock();
        try {
            while (waiting > 0) {
                Slot slot = borrow();
                PoolTask task = slot == null ? null : takeFirst();
                if (slot == null) {
                    break;
                }
                if (task == null) {
                    idle.addFirst(slot);
                    break;
                }
                lease(slot, task);
                matched.add(slot);
            }
        } finally {
            lock.unlock();
        }
        return matched;
    }

    // ---- the queue

    /** Puts a task back to the head, as one that has waited longest. Not refused: it was accepted once. */
    void putBack(PoolTask task) {
        lock.lock();
        try {
            task.returned();
            if (!task.hasEnded()) {
                queue.addFirst(task);
                waiting++;
                waitingBytes += task.size();
            }
        } finally {
            lock.unlock();
        }
    }

    /** An ended task no longer counts as waiting. Returns whether it waited here. */
    boolean forget(PoolTask task) {
        lock.lock();
        try {
            if (!queue.remove(task)) {
                return false;
            }
            leaves(task);
            task.dropArguments();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The task that has waited longest. */
    @Nullable
    PoolTask first() {
        lock.lock();
        try {
            return queue.stream().filter(task -> !task.hasEnded()).findFirst().orElse(null);
        } finally {
            lock.unlock();
        }
    }

    /** Accepts nothing more. */
    void shut(TaskRefusedException why) {
        lock.lock();
        try {
            if (closed == null || closed.reason() != Reason.SHUT_DOWN) {
                closed = why;
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Accepts again, unless it is shut for good. */
    void reopen() {
        lock.lock();
        try {
            if (closed != null && closed.reason() == Reason.POOL_DOWN) {
                closed = null;
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isShutDown() {
        lock.lock();
        try {
            return closed != null && closed.reason() == Reason.SHUT_DOWN;
        } finally {
            lock.unlock();
        }
    }

    /** Takes everything that waits. */
    List<PoolTask> takeAll() {
        lock.lock();
        try {
            List<PoolTask> all = new ArrayList<>();
            for (PoolTask task = takeFirst(); task != null; task = takeFirst()) {
                all.add(task);
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    int leases() {
        lock.lock();
        try {
            return leases;
        } finally {
            lock.unlock();
        }
    }
}
