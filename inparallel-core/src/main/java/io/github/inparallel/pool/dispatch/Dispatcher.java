package io.github.inparallel.pool.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.pool.task.CallbackThreads;
import io.github.inparallel.pool.task.PoisonGuard;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.TaskRequest;
import io.github.inparallel.units.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is free, and who waits. Idle slots are borrowed last in, first out, so that few workers stay hot and surplus ones
 * age out. One lock guards all of it, the notes in slots, workers and tasks too; nothing under it blocks.
 */
public final class Dispatcher {

    private final PoolOptions options;
    private final Machine machine;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final BlockedCallers blocked;

    @GuardedBy("lock")
    private final TaskQueue queue;

    @GuardedBy("lock")
    private final EarlyTasks early;

    @GuardedBy("lock")
    private final Deque<Slot> idle = new ArrayDeque<>(); // first is the last that was used

    @GuardedBy("lock")
    private int busyWorkers; // those with at least one lease

    @GuardedBy("lock")
    private int leases;

    @GuardedBy("lock")
    private int maxWorkers;

    @GuardedBy("lock")
    private @Nullable TaskRefusedException closed; // why nothing is accepted any more

    @GuardedBy("lock")
    private @Nullable Draining draining; // why nothing is accepted for now

    @GuardedBy("lock")
    private @Nullable Consumer<DispatchedTask> over; // set once: ends what would wait, for nothing waits any more

    /**
     * Why nothing new is accepted for now.
     *
     * @param since when that began
     */
    private record Draining(TaskRefusedException why, Instant since) {}

    public Dispatcher(PoolOptions options, Machine machine) {
        this.machine = machine;
        this.blocked = new BlockedCallers(() -> machine.condition(lock));
        this.options = options;
        this.queue = new TaskQueue(options);
        this.early = new EarlyTasks(queue);
        this.maxWorkers = options.maxWorkers();
    }

    /** The classes of this package, and of the tasks that it deals with, in the order in which a pool needs them. */
    public static List<Class<?>> neededFirst() {
        return List.of(
                DispatchedTask.class,
                Dispatcher.class,
                TaskQueue.class,
                EarlyTasks.class,
                PoisonGuard.class,
                CallbackThreads.class,
                WorkerEntry.class,
                SlotConnection.class,
                ResultBudget.class,
                FrameChannel.class);
    }

    /** How many workers may run tasks. */
    public void maxWorkers(int workers) {
        lock.lock();
        try {
            maxWorkers = workers;
            blocked.roomForOne(); // a spare may run tasks now
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
     * @throws TaskTimeoutException if there was no room within queue-timeout
     * @throws InterruptedException if this thread was interrupted while it waited for room
     */
    @Nullable
    public Slot submit(DispatchedTask task) throws InterruptedException {
        lock.lock();
        try {
            return submitOrWait(task);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private @Nullable Slot submitOrWait(DispatchedTask task) throws InterruptedException {
        Condition place = null;
        try {
            Duration limit = options.queueTimeout();
            long left = limit == null ? Long.MAX_VALUE : limit.toNanos();
            while (true) {
                refuseIfClosed();
                if (blocked.isTurn(place)) {
                    Slot slot = queue.isEmpty() ? borrow() : null;
                    if (slot != null) {
                        task.ordinal = slot.nextOrdinal();
                        lease(slot, task);
                        return slot;
                    }
                    if (queue.hasRoom(task)) {
                        queue.addLast(task);
                        return null;
                    }
                }
                if (options.whenFull() == PoolOptions.WhenFull.REFUSE) {
                    throw queue.full(task);
                }
                if (left <= 0 && limit != null) {
                    throw task.waitedTooLong(
                            limit,
                            "room in the queue of pool '" + options.name() + "', where "
                                    + Counts.text(queue.size(), "task waits", "tasks wait"));
                }
                if (place == null) {
                    place = blocked.join();
                }
                left = place.awaitNanos(left); // then there may be an idle slot, and nobody else who needs it
            }
        } finally {
            if (place != null) {
                blocked.leave(place);
            }
        }
    }

    @GuardedBy("lock")
    private void refuseIfClosed() {
        TaskRefusedException why = closed == null && draining != null ? draining.why : closed;
        if (why != null) {
            throw new TaskRefusedException(String.valueOf(why.getMessage()), why.reason(), why.getCause());
        }
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
        lock.lock();
        try {
            release(slot);
            return leaseNext(slot, toSend);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private @Nullable DispatchedTask leaseNext(Slot slot, List<DispatchedTask> toSend) {
        WorkerEntry worker = slot.worker();
        DispatchedTask task = early.takeFirst(slot);
        if (task == null) {
            if (!worker.accepting || slot.closed) {
                return null;
            }
            task = mayRun(worker) ? takeFirst(worker) : null;
            if (task == null) {
                idle.addFirst(slot);
                worker.idleSinceNanos = machine.nanoTime();
                blocked.roomForOne();
                return null;
            }
            task.ordinal = slot.nextOrdinal();
            toSend.add(task);
        }
        lease(slot, task);
        if (!queue.isEmpty() && worker.accepting && options.maxTasksPerWorker() == null && noOtherMayRun()) {
            early.assign(slot, task, (queue.size() + leases - 1) / leases, toSend);
            blocked.roomForOne();
        }
        return task;
    }

    @GuardedBy("lock")
    private boolean noOtherMayRun() {
        for (Slot slot : idle) {
            if (mayRun(slot.worker())) {
                return false;
            }
        }
        return true;
    }

    // ---- tasks that were assigned early

    /** As {@link EarlyTasks#toRevoke}. */
    public long toRevoke(Slot slot, long now, boolean atOnce) {
        lock.lock();
        try {
            return early.toRevoke(slot, now, atOnce);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link EarlyTasks#revokeAt}. */
    public long revokeAt(Slot slot) {
        lock.lock();
        try {
            return early.revokeAt(slot);
        } finally {
            lock.unlock();
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
        lock.lock();
        try {
            return leaseAfterRevoked(slot, begun, toSend);
        } finally {
            lock.unlock();
            endHomeless();
        }
    }

    @GuardedBy("lock")
    private @Nullable DispatchedTask leaseAfterRevoked(Slot slot, long begun, List<DispatchedTask> toSend)
            throws ProtocolException {
        long last = early.revoked(slot, begun);
        DispatchedTask task = slot.task;
        if (task == null || task.ordinal <= begun || task.ordinal > last) {
            return task;
        }
        // The answer to the one before it was quicker than this word.
        release(slot);
        queue.putBack(task);
        return leaseNext(slot, toSend);
    }

    /** The slot has begun none of the tasks that it was assigned early, and will not: they wait again. */
    void returnAllEarly(Slot slot) {
        lock.lock();
        try {
            early.returnAll(slot);
        } finally {
            lock.unlock();
            endHomeless();
        }
    }

    /** All tasks that the slot has: the leased one, and those that it was assigned early. */
    public List<DispatchedTask> tasks(Slot slot) {
        lock.lock();
        try {
            List<DispatchedTask> all = new ArrayList<>(slot.early);
            if (slot.task != null) {
                all.add(0, slot.task);
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** The slot that the task was assigned to before its turn; null if it was not. */
    @Nullable
    public Slot earlySlot(DispatchedTask task) {
        lock.lock();
        try {
            return task.earlySlot;
        } finally {
            lock.unlock();
        }
    }

    /** Of the spare workers only so many run tasks that max-workers is kept. */
    @GuardedBy("lock")
    private boolean mayRun(WorkerEntry worker) {
        return worker.leases > 0 || busyWorkers < maxWorkers;
    }

    @GuardedBy("lock")
    private @Nullable Slot borrow() {
        for (Slot slot : idle) {
            if (mayRun(slot.worker())) {
                idle.remove(slot);
                return slot;
            }
        }
        return null;
    }

    @GuardedBy("lock")
    private @Nullable DispatchedTask takeFirst(WorkerEntry worker) {
        DispatchedTask task = queue.takeFirst(worker.pid());
        blocked.roomForOne();
        return task;
    }

    @GuardedBy("lock")
    private void lease(Slot slot, DispatchedTask task) {
        WorkerEntry worker = slot.worker();
        slot.task = task;
        leases++;
        if (worker.leases++ == 0 && !worker.writtenOff) { // one that was may still come on with what it has early
            busyWorkers++;
        }
        worker.assigned++;
        Integer limit = options.maxTasksPerWorker();
        if (limit != null && worker.assigned >= limit) {
            stopAccepting(worker);
        }
        if (task.size() > TaskRequest.LARGE) {
            queue.hold(task);
        }
        task.assigned(worker.pid(), slot.lane());
    }

    /** The worker has read the whole request of the slot's task: it holds the arguments now. */
    void requestRead(Slot slot) {
        lock.lock();
        try {
            DispatchedTask task = slot.task;
            if (task != null) {
                queue.letGo(task);
                blocked.roomForOne();
                if (!task.hasRetries()) {
                    task.dropArguments();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void release(Slot slot) {
        if (slot.task != null) {
            if (slot.task.held) {
                queue.letGo(slot.task);
                blocked.roomForOne();
            }
            slot.task = null;
            leases--;
            if (--slot.worker().leases == 0 && !slot.worker().writtenOff) {
                busyWorkers--;
            }
        }
    }

    /** Takes the task off the slot, then those that it was assigned early; returns null if the slot has none. */
    @Nullable
    public DispatchedTask takeBack(Slot slot) {
        lock.lock();
        try {
            DispatchedTask task = slot.task;
            release(slot);
            return task == null ? early.takeFirst(slot) : task;
        } finally {
            lock.unlock();
        }
    }

    /** The slot gets no more tasks. Returns whether it has none either. */
    public boolean close(Slot slot) {
        lock.lock();
        try {
            slot.closed = true;
            idle.remove(slot);
            stopAccepting(slot.worker());
            return slot.task == null;
        } finally {
            lock.unlock();
        }
    }

    /** The worker gets no more tasks. */
    public void close(WorkerEntry worker) {
        lock.lock();
        try {
            stopAccepting(worker);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Like {@link #close(WorkerEntry)}; and what it still runs counts no longer: it is dead, or as good as that.
     *
     * @return whether tasks wait that may run elsewhere now
     */
    public boolean writeOff(WorkerEntry worker) {
        lock.lock();
        try {
            stopAccepting(worker);
            if (worker.writtenOff) {
                return false;
            }
            worker.writtenOff = true;
            busyWorkers -= worker.leases > 0 ? 1 : 0;
            return mayMatch();
        } finally {
            lock.unlock();
        }
    }

    /** Like {@link #close(WorkerEntry)}, only while the slot has this task: so nothing that follows can hit another one. */
    public boolean closeIfLeased(Slot slot, PoolTask task) {
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

    /** Like {@link #close(WorkerEntry)}, only if it runs nothing. */
    public boolean closeIfIdle(WorkerEntry worker) {
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

    public void accept(WorkerEntry worker) {
        lock.lock();
        try {
            worker.accepting = true;
            worker.idleSinceNanos = machine.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a worker that has nothing to do gets no more tasks, or tasks wait that it may not take. */
    public boolean needsCare(WorkerEntry worker) {
        lock.lock();
        try {
            return !worker.accepting || !queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void stopAccepting(WorkerEntry worker) {
        worker.accepting = false;
        idle.removeIf(slot -> slot.worker() == worker);
    }

    @Nullable
    public DispatchedTask leased(Slot slot) {
        lock.lock();
        try {
            return slot.task;
        } finally {
            lock.unlock();
        }
    }

    /** The waiting task with this id. */
    @Nullable
    public DispatchedTask waiting(String taskId) {
        lock.lock();
        try {
            return queue.find(taskId);
        } finally {
            lock.unlock();
        }
    }

    /** The tasks that have waited longest. */
    public List<DispatchedTask> waiting(int most) {
        lock.lock();
        try {
            return queue.first(most);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the worker may get tasks. */
    public boolean accepts(WorkerEntry worker) {
        lock.lock();
        try {
            return worker.accepting;
        } finally {
            lock.unlock();
        }
    }

    /** Since when the worker has nothing to do, if it has not. */
    public long idleSinceNanos(WorkerEntry worker) {
        lock.lock();
        try {
            return worker.idleSinceNanos;
        } finally {
            lock.unlock();
        }
    }

    public int leases(WorkerEntry worker) {
        lock.lock();
        try {
            return worker.leases;
        } finally {
            lock.unlock();
        }
    }

    /** Idle slots that could take a waiting task now: a spare's worker may have become free to run. */
    public List<Slot> matchWaiting() {
        List<Slot> matched = new ArrayList<>();
        lock.lock();
        try {
            while (!queue.isEmpty()) {
                Slot slot = borrow();
                DispatchedTask task = slot == null ? null : takeFirst(slot.worker());
                if (slot == null) {
                    break;
                }
                if (task == null) {
                    idle.addFirst(slot);
                    break;
                }
                task.ordinal = slot.nextOrdinal();
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
    public void putBack(DispatchedTask task) {
        lock.lock();
        try {
            queue.putBack(task);
        } finally {
            lock.unlock();
            endHomeless();
        }
    }

    /** An ended task no longer counts as waiting. Returns whether it waited here. */
    public boolean forget(DispatchedTask task) {
        lock.lock();
        try {
            if (!queue.remove(task)) {
                return false;
            }
            blocked.roomForOne();
            task.dropArguments();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link TaskQueue#overdue}. */
    public List<DispatchedTask> overdue(long now) {
        lock.lock();
        try {
            return queue.overdue(now);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link TaskQueue#dueAt}. */
    public long dueAt() {
        lock.lock();
        try {
            return queue.dueAt();
        } finally {
            lock.unlock();
        }
    }

    /** Takes what waits, if it is one of these. */
    public List<DispatchedTask> takeAll(Predicate<DispatchedTask> which) {
        lock.lock();
        try {
            blocked.roomForOne();
            return queue.removeAll(which);
        } finally {
            lock.unlock();
        }
    }

    // ---- open or not

    /** Accepts nothing more. */
    public void shut(TaskRefusedException why) {
        lock.lock();
        try {
            if (closed == null || closed.reason() != Reason.SHUT_DOWN) {
                closed = why;
            }
            blocked.dissolve();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts nothing new until {@link #resume}; what was accepted goes on, and may come back. Whoever waits for room was
     * not accepted.
     *
     * @return whether it is so by this
     */
    public boolean drain(TaskRefusedException why) {
        lock.lock();
        try {
            if (draining != null) {
                return false;
            }
            draining = new Draining(why, machine.timeOfDay());
            blocked.dissolve();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Accepts again, unless it is shut. Returns whether it is so by this. */
    public boolean resume() {
        lock.lock();
        try {
            boolean before = draining != null;
            draining = null;
            return before;
        } finally {
            lock.unlock();
        }
    }

    /** Since when nothing new is accepted for now; null if it is. */
    public @Nullable Instant drainingSince() {
        lock.lock();
        try {
            return draining == null ? null : draining.since;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The end: nothing is accepted, and nothing waits. What waits now is ended, and so is at once whatever a worker had and
     * comes back from here on. So who then looks at all slots has seen all tasks.
     *
     * @param ending ends a task; only the first time counts
     */
    public void end(TaskRefusedException why, Consumer<DispatchedTask> ending) {
        lock.lock();
        try {
            shut(why);
            if (over == null) {
                over = ending;
                queue.close();
            }
        } finally {
            lock.unlock();
            endHomeless();
        }
    }

    /** Ends what came back after the end; not under the lock, since endings run code of others. */
    private void endHomeless() {
        Consumer<DispatchedTask> ending;
        List<DispatchedTask> homeless;
        lock.lock();
        try {
            ending = over;
            homeless = ending == null ? List.of() : queue.takeHomeless();
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            homeless.forEach(ending);
        }
    }

    /** Accepts again, unless it is shut for good. */
    public void reopen() {
        lock.lock();
        try {
            if (closed != null && closed.reason() == Reason.POOL_DOWN) {
                closed = null;
            }
        } finally {
            lock.unlock();
        }
    }

    public boolean isShutDown() {
        lock.lock();
        try {
            return closed != null && closed.reason() == Reason.SHUT_DOWN;
        } finally {
            lock.unlock();
        }
    }

    public int waiting() {
        lock.lock();
        try {
            return queue.size() + early.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a task waits that an idle slot could take: somebody has to see to it, and soon. */
    boolean canMatch() {
        lock.lock();
        try {
            return mayMatch();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean mayMatch() {
        return !queue.isEmpty() && !noOtherMayRun();
    }

    /** Bytes of arguments that count as waiting. */
    long bytes() {
        lock.lock();
        try {
            return queue.bytes();
        } finally {
            lock.unlock();
        }
    }

    public int leases() {
        lock.lock();
        try {
            return leases;
        } finally {
            lock.unlock();
        }
    }
}
