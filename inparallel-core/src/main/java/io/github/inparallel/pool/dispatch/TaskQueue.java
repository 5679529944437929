package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.units.Counts;
import io.github.inparallel.units.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait, and what may be added to them. It bounds their number and the bytes of their arguments; the bytes
 * of a large task count until its worker has read them. Confined to the dispatcher's lock.
 */
final class TaskQueue {

    private final PoolOptions options;
    private final TaskChain tasks = new TaskChain();
    private int size;
    private int lent; // of them, tasks of other members
    private int ahead; // of those, the ones that came before there was a slot for them
    private long bytes;
    private final TaskAges ages = new TaskAges(); // of own tasks, where they may not wait for ever
    private boolean closed;
    private final TaskChain homeless = new TaskChain(); // those that would have waited again, had it not been closed

    TaskQueue(PoolOptions options) {
        this.options = options;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return size == 0;
    }

    // ---- what may wait

    boolean hasRoom(DispatchedTask task) {
        return size < options.queueCapacity() && (size == 0 || bytes + task.size() <= options.queueMemory());
    }

    /** How many more may wait, if they are small. */
    int room() {
        return Math.max(0, options.queueCapacity() - size);
    }

    /** Why there is no room for the task. */
    TaskRefusedException full(DispatchedTask task) {
        return size >= options.queueCapacity()
                ? new TaskRefusedException(
                        task.displayName() + " was refused: " + Counts.text(size, "task waits", "tasks wait")
                                + " in pool '" + options.name() + "' (queue-capacity: " + options.queueCapacity() + ")",
                        Reason.QUEUE_FULL,
                        null)
                : new TaskRefusedException(
                        task.displayName() + " was refused: " + Sizes.text(bytes) + " of arguments wait in pool '"
                                + options.name() + "', " + Sizes.text(task.size()) + " more do not fit (queue-memory: "
                                + Sizes.text(options.queueMemory()) + ")",
                        Reason.QUEUE_MEMORY,
                        null);
    }

    /** Counts the bytes of a large task on, which no longer waits but has not been read yet. */
    void hold(DispatchedTask task) {
        task.held = true;
        bytes += task.size();
    }

    /** Counts the bytes of a held task no longer. */
    void letGo(DispatchedTask task) {
        if (task.held) {
            task.held = false;
            bytes -= task.size();
        }
    }

    // ---- in and out

    void addLast(DispatchedTask task) {
        tasks.addLast(task);
        added(task);
    }

    /** A worker had it and did not begin it: it waits again, before all others, unless nobody wants it any more. */
    void putBack(DispatchedTask task) {
        task.unassigned();
        if (task.hasEnded()) {
            task.dropArguments();
            return;
        }
        if (closed) {
            homeless.addLast(task);
            return;
        }
        tasks.addFirst(task);
        added(task);
    }

    /** Lets nothing wait any more: those that do are homeless now, and so are those that are put back from here on. */
    void close() {
        closed = true;
        for (DispatchedTask task = tasks.first(); task != null; task = tasks.first()) {
            left(task);
            homeless.addLast(task);
        }
    }

    /** One of those that nobody has ended yet, which is the caller's now; null if there is none. */
    @Nullable
    DispatchedTask nextHomeless() {
        DispatchedTask next = homeless.first();
        if (next != null) {
            homeless.remove(next);
        }
        return next;
    }

    private void added(DispatchedTask task) {
        if (isOurs(task)) {
            ages.add(task);
        }
        task.waits = true;
        size++;
        lent += task.isLent() ? 1 : 0;
        ahead += task.ahead ? 1 : 0;
        bytes += task.size();
    }

    /** Whether our queue-timeout is the task's: one of another member has that of its caller. */
    private boolean isOurs(DispatchedTask task) {
        return options.queueTimeout() != null && !task.isLent();
    }

    /** The task that has waited longest; null if none waits. */
    @Nullable
    DispatchedTask first() {
        return tasks.first();
    }

    /**
     * Those that have waited for {@code queue-timeout}, the longest first. They may stand anywhere: a second try waits before
     * all others, and a caller that was blocked by a full queue had waited before its task came in.
     */
    List<DispatchedTask> overdue(long now) {
        List<DispatchedTask> overdue = new ArrayList<>();
        DispatchedTask task = ages.oldest();
        while (task != null && Deadline.isDue(Deadline.after(task.queuedNanos(), options.queueTimeout()), now)) {
            overdue.add(task);
            task = task.younger;
        }
        return overdue;
    }

    /** When the first of them is one. */
    long dueAt() {
        DispatchedTask oldest = ages.oldest();
        return oldest == null ? Deadline.NEVER : Deadline.after(oldest.queuedNanos(), options.queueTimeout());
    }

    /** Those that have waited longest, in order. */
    List<DispatchedTask> first(int most) {
        List<DispatchedTask> found = new ArrayList<>();
        for (DispatchedTask task = tasks.first(); task != null && found.size() < most; task = task.behind) {
            found.add(task);
        }
        return found;
    }

    @Nullable
    DispatchedTask find(String taskId) {
        DispatchedTask task = tasks.first();
        while (task != null && !task.taskId().equals(taskId)) {
            task = task.behind;
        }
        return task;
    }

    /** Takes the first whose caller still wants it, for the worker with this process id. */
    @Nullable
    DispatchedTask takeFirst(long pid) {
        DispatchedTask task = firstLive();
        while (task != null) {
            remove(task);
            if (task.claimed(pid)) {
                return task;
            }
            task = firstLive();
        }
        return null;
    }

    int lent() {
        return lent;
    }

    /** Whether a task of another member waits. */
    boolean hasLent() {
        return lent > 0;
    }

    /** Whether a task of another member waits that was promised a slot. */
    boolean hasPromised() {
        return lent > ahead;
    }

    /** When the first of them goes back to its member. */
    long returnAt() {
        long first = Deadline.NEVER;
        for (DispatchedTask task = lent == 0 ? null : tasks.first(); task != null; task = task.behind) {
            first = Deadline.earlier(first, task.returnAt);
        }
        return first;
    }

    /** Whether one waits that is no other member's. */
    boolean hasOwn() {
        return size > lent;
    }

    /** The first that is no other member's, whether or not its caller still wants it; null if there is none. */
    @Nullable
    DispatchedTask firstOwn() {
        DispatchedTask task = hasOwn() ? tasks.first() : null;
        while (task != null && task.isLent()) {
            task = task.behind;
        }
        return task;
    }

    /** The first whose caller still wants it; those before it are let go. */
    @Nullable
    DispatchedTask firstLive() {
        DispatchedTask task = first();
        while (task != null && task.hasEnded()) {
            remove(task);
            task.dropArguments();
            task = first();
        }
        return task;
    }

    /** Takes the task out, if it waits. */
    boolean remove(DispatchedTask task) {
        if (!task.waits) {
            return false;
        }
        left(task);
        return true;
    }

    /** Takes these out: all of them, or, for want of memory, none. */
    List<DispatchedTask> removeAll(Predicate<DispatchedTask> which) {
        List<DispatchedTask> removed = new ArrayList<>();
        for (DispatchedTask task = tasks.first(); task != null; task = task.behind) {
            if (which.test(task)) {
                removed.add(task);
            }
        }
        for (DispatchedTask task : removed) {
            left(task);
        }
        return removed;
    }

    private void left(DispatchedTask task) {
        tasks.remove(task);
        if (isOurs(task)) {
            ages.remove(task);
        }
        task.waits = false;
        size--;
        lent -= task.isLent() ? 1 : 0;
        ahead -= task.ahead ? 1 : 0;
        bytes -= task.size();
    }
}
