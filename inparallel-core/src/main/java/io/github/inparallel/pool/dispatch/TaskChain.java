package io.github.inparallel.pool.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * Tasks in order, each of which knows its neighbours. So it takes no memory to add one, and none is lost for want of it; and one
 * in the middle is taken out at once. A task is in one chain at most. Confined to the dispatcher's lock.
 */
final class TaskChain {

    private @Nullable DispatchedTask first;
    private @Nullable DispatchedTask last;

    /** The first, whose {@link DispatchedTask#behind} is the next one; null if there is none. */
    @Nullable
    DispatchedTask first() {
        return first;
    }

    void addFirst(DispatchedTask task) {
        link(null, task);
        link(task, first);
        first = task;
        last = last == null ? task : last;
    }

    void addLast(DispatchedTask task) {
        link(last, task);
        link(task, null);
        last = task;
        first = first == null ? task : first;
    }

    /** Takes out a task that is in it. */
    void remove(DispatchedTask task) {
        DispatchedTask before = task.before;
        DispatchedTask behind = task.behind;
        link(before, behind);
        first = before == null ? behind : first;
        last = behind == null ? before : last;
        task.before = null;
        task.behind = null;
    }

    private static void link(@Nullable DispatchedTask one, @Nullable DispatchedTask next) {
        if (one != null) {
            one.behind = next;
        }
        if (next != null) {
            next.before = one;
        }
    }
}
