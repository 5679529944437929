package io.github.inparallel.pool.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait, by how long: so who asks for those that have waited too long looks at no others, however many there
 * are. It takes no memory to add one. Confined to the dispatcher's lock.
 */
final class TaskAges {

    private @Nullable DispatchedTask oldest;
    private @Nullable DispatchedTask youngest;

    /** The one that has waited longest, whose {@link DispatchedTask#younger} is the next one; null if none waits. */
    @Nullable
    DispatchedTask oldest() {
        return oldest;
    }

    /** Finds its place from both ends: who comes in is among the youngest, who comes back is among the oldest, or the youngest. */
    void add(DispatchedTask task) {
        DispatchedTask one = youngest;
        DispatchedTask other = oldest;
        while (one != null && other != null) {
            if (task.queuedNanos() - one.queuedNanos() >= 0) {
                add(one, task, one.younger);
                return;
            }
            if (task.queuedNanos() - other.queuedNanos() < 0) {
                add(other.older, task, other);
                return;
            }
            one = one.older;
            other = other.younger;
        }
        add(null, task, null);
    }

    private void add(@Nullable DispatchedTask older, DispatchedTask task, @Nullable DispatchedTask younger) {
        link(older, task);
        link(task, younger);
    }

    void remove(DispatchedTask task) {
        link(task.older, task.younger);
        task.older = null;
        task.younger = null;
    }

    /** Has them follow each other; one that is null is beyond the end. */
    private void link(@Nullable DispatchedTask older, @Nullable DispatchedTask younger) {
        if (older == null) {
            oldest = younger;
        } else {
            older.younger = younger;
        }
        if (younger == null) {
            youngest = older;
        } else {
            younger.older = older;
        }
    }
}
