package io.github.inparallel.pool.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is free, and who waits: a task goes to an idle slot, else to a member of the cluster that has one, else it waits for
 * whichever is free first. One lock guards all of it, the notes in slots, workers and tasks too; nothing under it blocks.
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
    private final LocalSlots slots;

    @GuardedBy("lock")
    private final MemberSlots members = new MemberSlots();

    @GuardedBy("lock")
    private Runnable tasksWait = () -> {}; // set once; has somebody look who matches what waits

    private volatile @Nullable Runnable freeListener; // set by whoever lends slots to other members

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
        this.slots = new LocalSlots(options);
    }

    /** @param wakeUp has somebody match tasks that wait; called under the lock */
    public void watchedBy(Runnable wakeUp) {
        lock.lock();
        try {
            tasksWait = wakeUp;
        } finally {
            lock.unlock();
        }
    }

    /** The classes of this package, and of the tasks that it deals with, in the order in which a pool needs them. */
    public static List<Class<?>> neededFirst() {
        return List.of(
                DispatchedTask.class,
                Dispatcher.class,
                TaskQueue.class,
                EarlyTasks.class,
                LocalSlots.class,
                MemberSlots.class,
                LostTasks.class,
                RemoteTasks.class,
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
            slots.maxWorkers(workers);
            blocked.roomForOne(); // a spare may run tasks now
        } finally {
            lock.unlock();
            tellFree();
        }
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
        lock.lock();
        try {
            return submitOrWait(task);
        } finally {
            lock.unlock();
            tellFree();
        }
    }

    @GuardedBy("lock")
    private @Nullable Place submitOrWait(DispatchedTask task) throws InterruptedException {
        Condition place = null;
        try {
            Duration limit = options.queueTimeout();
            long left = limit == null ? Long.MAX_VALUE : limit.toNanos();
            while (true) {
                refuseIfClosed();
                if (blocked.isTurn(place)) {
                    Place free = queue.isEmpty() ? free(task) : null;
                    if (free != null) {
                        return free;
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
    private @Nullable Place free(DispatchedTask task) {
        Slot slot = slots.borrow();
        if (slot != null) {
            task.ordinal = slot.nextOrdinal();
            lease(slot, task);
            return slot;
        }
        return members.hasRoom(slots.isFull()) ? send(task) : null;
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
            tellFree();
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
            task = slots.mayRun(worker) ? takeFirst(worker) : null;
            if (task == null) {
                slots.rests(slot);
                worker.idleSinceNanos = machine.nanoTime();
                blocked.roomForOne();
                return null;
            }
            task.ordinal = slot.nextOrdinal();
            toSend.add(task);
        }
        lease(slot, task);
        if (!queue.isEmpty() && worker.accepting && options.maxTasksPerWorker() == null && !slots.hasRoom()) {
            int leases = slots.leases();
            early.assign(slot, task, (queue.size() + leases - 1) / leases, toSend);
            blocked.roomForOne();
        }
        return task;
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
            tellFree();
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
            tellFree();
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

    @GuardedBy("lock")
    private @Nullable DispatchedTask takeFirst(WorkerEntry worker) {
        DispatchedTask task = queue.takeFirst(worker.pid());
        blocked.roomForOne();
        return task;
    }

    @GuardedBy("lock")
    private void lease(Slot slot, DispatchedTask task) {
        slots.lease(slot, task);
        if (task.size() > TaskRequest.LARGE) {
            queue.hold(task);
        }
        if (slots.isFull() && (queue.hasLent() || members.hasStartable() && !queue.isEmpty())) {
            tasksWait.run(); // no worker will be started for them: those of others may be
        }
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
            letGo(slot.task);
            slots.release(slot);
        }
    }

    @GuardedBy("lock")
    private void letGo(DispatchedTask task) {
        if (task.held) {
            queue.letGo(task);
            blocked.roomForOne();
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
            tellFree();
        }
    }

    /** The slot gets no more tasks. Returns whether it has none either. */
    public boolean close(Slot slot) {
        lock.lock();
        try {
            slots.close(slot);
            return slot.task == null;
        } finally {
            lock.unlock();
            tellFree();
        }
    }

    /** The worker gets no more tasks. */
    public void close(WorkerEntry worker) {
        lock.lock();
        try {
            slots.stopAccepting(worker);
        } finally {
            lock.unlock();
            tellFree();
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
            return slots.writeOff(worker) && mayMatch();
        } finally {
            lock.unlock();
            tellFree();
        }
    }

    /** Like {@link #close(WorkerEntry)}, only while the slot has this task: so nothing that follows can hit another one. */
    public boolean closeIfLeased(Slot slot, PoolTask task) {
        lock.lock();
        try {
            if (slot.task != task) {
                return false;
            }
            slots.stopAccepting(slot.worker());
            return true;
        } finally {
            lock.unlock();
            tellFree();
        }
    }

    /** Like {@link #close(WorkerEntry)}, only if it runs nothing. */
    public boolean closeIfIdle(WorkerEntry worker) {
        lock.lock();
        try {
            if (worker.leases > 0) {
                return false;
            }
            slots.stopAccepting(worker);
            return true;
        } finally {
            lock.unlock();
            tellFree();
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
                Slot slot = slots.borrow();
                DispatchedTask task = slot == null ? null : takeFirst(slot.worker());
                if (slot == null) {
                    break;
                }
                if (task == null) {
                    slots.rests(slot);
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

    // ---- tasks of this pool at other members

    /** A member says what slots it has; {@link #sendWaiting} is to follow. */
    void free(RemoteMember member, FreeSlots free, RemoteTasks tasks) {
        lock.lock();
        try {
            members.free(member, free, tasks);
        } finally {
            lock.unlock();
        }
    }

    void gone(RemoteMember member) {
        lock.lock();
        try {
            members.gone(member);
        } finally {
            lock.unlock();
        }
    }

    /** How many members have said what slots they have, and are not gone. */
    public int members() {
        lock.lock();
        try {
            return members.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether tasks wait that only other members can run. */
    boolean needsMembers() {
        lock.lock();
        try {
            return slots.isNone() && queue.firstOwn() != null;
        } finally {
            lock.unlock();
        }
    }

    /** Sends tasks that wait to members that have room for them. Not under the lock: members are code of others. */
    public void sendWaiting() {
        for (SentAttempt next = nextToSend(); next != null; next = nextToSend()) {
            next.send(next.task, false);
        }
    }

    private @Nullable SentAttempt nextToSend() {
        lock.lock();
        try {
            SentAttempt attempt = null;
            while (attempt == null && members.hasRoom(slots.isFull()) && !slots.hasRoom()) {
                DispatchedTask task = queue.firstOwn();
                if (task == null) {
                    break;
                }
                attempt = send(task); // before it leaves the queue: for want of memory it would be nobody's
                queue.remove(task);
                blocked.roomForOne();
            }
            return attempt;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private @Nullable SentAttempt send(DispatchedTask task) {
        SentAttempt attempt = members.send(task);
        if (attempt != null && task.size() > TaskRequest.LARGE) {
            queue.hold(task);
        }
        return attempt;
    }

    /** A worker of the member has it, and its arguments. Returns false if the attempt is over. */
    boolean started(SentAttempt attempt, long pid) {
        lock.lock();
        try {
            if (attempt.over) {
                return false;
            }
            letGo(attempt.task);
            attempt.task.startedAt(pid);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The attempt is over; whose call is the first to say so has the task. Returns whether this one was. */
    boolean finish(SentAttempt attempt) {
        lock.lock();
        try {
            if (!members.finish(attempt)) {
                return false;
            }
            letGo(attempt.task);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The member has no slot for the task, which waits again. Returns false if the attempt was over. */
    boolean putBack(SentAttempt attempt) {
        lock.lock();
        try {
            if (!members.finish(attempt)) {
                return false;
            }
            letGo(attempt.task);
            members.exhausted(attempt.member);
            queue.putBack(attempt.task);
            tasksWait.run();
            return true;
        } finally {
            lock.unlock();
            endHomeless();
            tellFree();
        }
    }

    /** The attempt at another member that has the task; null if none has. */
    @Nullable
    SentAttempt attempt(DispatchedTask task) {
        lock.lock();
        try {
            return task.attempt;
        } finally {
            lock.unlock();
        }
    }

    /** All attempts that are not over. */
    List<SentAttempt> sent() {
        lock.lock();
        try {
            return members.open();
        } finally {
            lock.unlock();
        }
    }

    /** Tasks that other members have. */
    public List<DispatchedTask> sentTasks() {
        return sent().stream().map(attempt -> attempt.task).toList();
    }

    /** The task with this id that another member has; null if there is none. */
    @Nullable
    public DispatchedTask sent(String taskId) {
        return sent().stream()
                .map(attempt -> attempt.task)
                .filter(task -> task.taskId().equals(taskId))
                .findFirst()
                .orElse(null);
    }

    // ---- tasks of other members

    /**
     * Gives tasks of other members back that wait although no worker will be started for them: own tasks have taken the slots
     * that were there. Their callers look for another slot.
     */
    public void returnLent() {
        List<DispatchedTask> returned;
        lock.lock();
        try {
            if (!queue.hasLent() || !slots.isFull() || slots.hasRoom()) {
                return;
            }
            returned = queue.removeAll(DispatchedTask::isLent);
            blocked.roomForOne();
        } finally {
            lock.unlock();
        }
        TaskRefusedException why = new TaskRefusedException(
                "No slot of pool '" + options.name() + "' is free any more for a task of another member",
                Reason.QUEUE_FULL,
                null);
        returned.forEach(task -> task.refused(why)); // their callers are told in words of their own
        tellFree();
    }

    /** What the pool has for tasks of others. */
    public FreeSlots free() {
        lock.lock();
        try {
            return freeSlots();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private FreeSlots freeSlots() {
        return closed != null || draining != null ? FreeSlots.NONE : slots.free(queue.size() + early.size());
    }

    /** @param listener called when {@link #free} may have changed, on any thread, not under the lock */
    public void onFree(Runnable listener) {
        freeListener = listener;
    }

    private void tellFree() {
        Runnable listener = freeListener;
        if (listener != null) {
            listener.run();
        }
    }

    /**
     * Takes a task of another member, if there is a slot for it. So never more of them are here than there are slots, and
     * they wait only for one that starts.
     *
     * @return where it goes; null if there is no slot
     */
    @Nullable
    public Place lend(DispatchedTask task) {
        lock.lock();
        try {
            FreeSlots free = freeSlots();
            if (free.sum() == 0) {
                return null;
            }
            Slot slot = free.idle() == 0 ? null : slots.borrow();
            if (slot != null) {
                task.ordinal = slot.nextOrdinal();
                lease(slot, task);
                return slot;
            }
            if (!queue.hasRoom(task)) {
                return null;
            }
            queue.addLast(task);
            return Place.QUEUE;
        } finally {
            lock.unlock();
            tellFree();
        }
    }

    // ---- the queue

    /** Puts a task back to the head, as one that has waited longest. Not refused: it was accepted once. */
    public void putBack(DispatchedTask task) {
        lock.lock();
        try {
            queue.putBack(task);
            tasksWait.run(); // not all who put one back see to it
        } finally {
            lock.unlock();
            endHomeless();
            tellFree();
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
            tellFree();
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
            tellFree();
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
            tellFree();
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
            tellFree();
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
            tellFree();
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
            tellFree();
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

    /** Whether a task waits that an idle slot, or another member, could take: somebody has to see to it, and soon. */
    boolean canMatch() {
        lock.lock();
        try {
            return mayMatch() || members.hasRoom(slots.isFull()) && queue.firstOwn() != null;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean mayMatch() {
        return !queue.isEmpty() && slots.hasRoom();
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
            return slots.leases();
        } finally {
            lock.unlock();
        }
    }
}
