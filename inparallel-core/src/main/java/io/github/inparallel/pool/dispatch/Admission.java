package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.pool.runtime.Machine;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens the pool to tasks, and closes it: for now, until it is up again, or for good. Thread-safe. */
public final class Admission {

    private final DispatchState state;
    private final Machine machine;

    Admission(DispatchState state, Machine machine) {
        this.state = state;
        this.machine = machine;
    }

    /** Accepts nothing more. Whoever waits for room was not accepted. */
    public void shut(TaskRefusedException why) {
        state.lock.lock();
        try {
            state.run.shut(why);
            state.blocked.dissolve();
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** Accepts again, unless it is shut for good. */
    public void reopen() {
        state.lock.lock();
        try {
            state.run.reopen();
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** Whether it is shut for good. */
    public boolean isShutDown() {
        state.lock.lock();
        try {
            return state.run.isShutDown();
        } finally {
            state.lock.unlock();
        }
    }

    /**
     * Accepts nothing new until {@link #resume}; what was accepted goes on, and may come back. Whoever waits for room was
     * not accepted.
     *
     * @return whether it is so by this
     */
    public boolean drain(TaskRefusedException why) {
        state.lock.lock();
        try {
            boolean first = state.run.drain(why, machine.timeOfDay());
            state.blocked.dissolve();
            return first;
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** Accepts again, unless it is shut. Returns whether it is so by this. */
    public boolean resume() {
        state.lock.lock();
        try {
            return state.run.resume();
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** Since when nothing new is accepted for now; null if it is. */
    public @Nullable Instant drainingSince() {
        state.lock.lock();
        try {
            return state.run.drainingSince();
        } finally {
            state.lock.unlock();
        }
    }

    /**
     * The end: nothing is accepted, and nothing waits. What waits now is ended, and so is at once whatever a worker had and
     * comes back from here on. So who then looks at all slots has seen all tasks.
     *
     * @param ending ends a task; only the first time counts
     */
    public void end(TaskRefusedException why, Consumer<DispatchedTask> ending) {
        state.lock.lock();
        try {
            state.run.shut(why);
            state.blocked.dissolve();
            if (state.run.end(ending)) {
                state.queue.close();
            }
        } finally {
            state.lock.unlock();
            state.tellFree();
            state.endHomeless();
        }
    }
}
