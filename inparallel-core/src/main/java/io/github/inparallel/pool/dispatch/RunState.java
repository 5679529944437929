package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether tasks are accepted, and why not: the pool is drained for now, it is down, or it is shut down for good. Confined to
 * the dispatcher's lock.
 */
final class RunState {

    private @Nullable TaskRefusedException closed; // why nothing is accepted any more
    private @Nullable Draining draining; // why nothing is accepted for now
    private @Nullable Consumer<DispatchedTask> ending; // set once: ends what would wait, for nothing waits any more

    /**
     * Why nothing new is accepted for now.
     *
     * @param since when that began
     */
    private record Draining(TaskRefusedException why, Instant since) {}

    boolean isAccepting() {
        return closed == null && draining == null;
    }

    /** @throws TaskRefusedException if nothing is accepted; each caller gets one of its own */
    void refuseUnlessAccepting() {
        TaskRefusedException why = closed == null && draining != null ? draining.why : closed;
        if (why != null) {
            throw new TaskRefusedException(String.valueOf(why.getMessage()), why.reason(), why.getCause());
        }
    }

    // ---- down, or shut down

    /** Accepts nothing more. The reason of a shutdown stays. */
    void shut(TaskRefusedException why) {
        if (!isShutDown()) {
            closed = why;
        }
    }

    boolean isShutDown() {
        return closed != null && closed.reason() == Reason.SHUT_DOWN;
    }

    /** Is down no longer; what is shut down stays so. */
    void reopen() {
        if (closed != null && closed.reason() == Reason.POOL_DOWN) {
            closed = null;
        }
    }

    // ---- drained

    /** Accepts nothing for now. Returns whether it is so by this. */
    boolean drain(TaskRefusedException why, Instant now) {
        if (draining != null) {
            return false;
        }
        draining = new Draining(why, now);
        return true;
    }

    /** Is drained no longer. Returns whether it is so by this. */
    boolean resume() {
        boolean before = draining != null;
        draining = null;
        return before;
    }

    /** Since when it is drained; null if it is not. */
    @Nullable
    Instant drainingSince() {
        return draining == null ? null : draining.since;
    }

    // ---- the end

    /** Nothing is to wait any more. Returns whether it is so by this. */
    boolean end(Consumer<DispatchedTask> byThis) {
        if (ending != null) {
            return false;
        }
        ending = byThis;
        return true;
    }

    /** What ends a task that would wait; null if tasks may. */
    @Nullable
    Consumer<DispatchedTask> ending() {
        return ending;
    }
}
