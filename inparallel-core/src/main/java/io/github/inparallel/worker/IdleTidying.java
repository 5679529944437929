package io.github.inparallel.worker;

import java.util.List;

/**
 * Gives memory back to the operating system while there is nothing to do: what the start, or the last tasks, have left in
 * the heap. Once, each time the worker has fallen idle. The main thread's.
 */
final class IdleTidying {

    private static final long PAUSE_MILLIS = 1_000;
    private static final long LONG_PAUSE_MILLIS = 10_000;

    private final List<WorkerSlot> slots;
    private long seen = -1;
    private boolean tidy;

    IdleTidying(List<WorkerSlot> slots) {
        this.slots = slots;
    }

    /** Returns when the worker is to leave. */
    void until(ControlLoop loop) {
        while (!loop.awaitRetirement(tidy ? LONG_PAUSE_MILLIS : PAUSE_MILLIS)) {
            look();
        }
    }

    /** Collects where nothing has begun, run or ended since it looked last. */
    private void look() {
        long now = slots.stream().mapToLong(WorkerSlot::activity).sum();
        if (now != seen) {
            tidy = false;
            seen = now;
        } else if (!tidy && slots.stream().noneMatch(WorkerSlot::isBusy)) {
            tidy = true;
            System.gc();
        }
    }
}
