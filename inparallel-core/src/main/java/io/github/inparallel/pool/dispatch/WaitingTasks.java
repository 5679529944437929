package io.github.inparallel.pool.dispatch;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tasks that wait, for those who look at them, put one back, or end one. Thread-safe. */
public final class WaitingTasks {

    private final DispatchState state;

    WaitingTasks(DispatchState state) {
        this.state = state;
    }

    // ---- looking

    /** How many there are, those with them that were assigned early. */
    public int size() {
        state.lock.lock();
        try {
            return state.waiting();
        } finally {
            state.lock.unlock();
        }
    }

    /** Bytes of arguments that count as waiting. */
    long bytes() {
        state.lock.lock();
        try {
            return state.queue.bytes();
        } finally {
            state.lock.unlock();
        }
    }

    /** As {@link TaskQueue#find}. */
    public @Nullable DispatchedTask find(String taskId) {
        state.lock.lock();
        try {
            return state.queue.find(taskId);
        } finally {
            state.lock.unlock();
        }
    }

    /** As {@link TaskQueue#first(int)}. */
    public List<DispatchedTask> first(int most) {
        state.lock.lock();
        try {
            return state.queue.first(most);
        } finally {
            state.lock.unlock();
        }
    }

    /** As {@link TaskQueue#overdue}. */
    public List<DispatchedTask> overdue(long now) {
        state.lock.lock();
        try {
            return state.queue.overdue(now);
        } finally {
            state.lock.unlock();
        }
    }

    /** As {@link TaskQueue#dueAt}. */
    public long dueAt() {
        state.lock.lock();
        try {
            return state.queue.dueAt();
        } finally {
            state.lock.unlock();
        }
    }

    // ---- in and out

    /** Puts a task back to the head, as one that has waited longest. Not refused: it was accepted once. */
    public void putBack(DispatchedTask task) {
        state.lock.lock();
        try {
            state.queue.putBack(task);
            state.tasksWait.run(); // not all who put one back see to it
        } finally {
            state.lock.unlock();
            state.endHomeless();
            state.tellFree();
        }
    }

    /** An ended task no longer counts as waiting. Returns whether it waited here. */
    public boolean forget(DispatchedTask task) {
        state.lock.lock();
        try {
            if (!state.queue.remove(task)) {
                return false;
            }
            state.blocked.roomForOne();
            task.dropArguments();
            state.seeToWaiting(); // one that was behind it, perhaps
            return true;
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** Takes what waits, if it is one of these. */
    public List<DispatchedTask> takeAll(Predicate<DispatchedTask> which) {
        state.lock.lock();
        try {
            state.blocked.roomForOne();
            return state.queue.removeAll(which);
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }
}
