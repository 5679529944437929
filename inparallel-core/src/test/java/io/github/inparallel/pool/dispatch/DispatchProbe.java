package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.runtime.Deadline;

/** What a simulation does to slots in place of their threads, and what it sees of the dispatcher. */
public final class DispatchProbe {

    private DispatchProbe() {}

    /** Does what the slot's thread would until the next frame. Returns whether it did anything. */
    public static boolean step(SlotConnection connection) {
        return connection.step();
    }

    public static Slot slot(SlotConnection connection) {
        return connection.slot();
    }

    /** Whether a task waits that an idle slot could take. */
    public static boolean canMatch(Dispatcher dispatcher) {
        return dispatcher.canMatch();
    }

    /** Bytes of arguments that count as waiting. */
    public static long bytes(Dispatcher dispatcher) {
        return dispatcher.waiting().bytes();
    }

    /** Whether a task of another member waits that should have gone back to it. */
    public static boolean keepsTooLong(Dispatcher dispatcher, long now) {
        return dispatcher.waiting().first(Integer.MAX_VALUE).stream()
                .anyMatch(task -> Deadline.isDue(task.returnAt, now));
    }

    /** A lock that was not let go of would be noticed by another thread only. */
    static void assertLockIsFree(Dispatcher dispatcher) {
        assertThat(dispatcher.state.lock.isHeldByCurrentThread()).isFalse();
    }

    /** Whether the task is another member's. */
    public static boolean isLent(DispatchedTask task) {
        return task.isLent();
    }
}
