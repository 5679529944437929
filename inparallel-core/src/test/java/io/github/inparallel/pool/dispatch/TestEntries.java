package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import java.util.ArrayList;

/** Workers as the dispatcher sees them, without processes. */
public final class TestEntries {

    /** Hears nothing. */
    static final SlotConnection.Listener NOBODY = new SlotConnection.Listener() {
        @Override
        public void idle(Slot slot) {}

        @Override
        public void closed(Slot slot, boolean broken) {}

        @Override
        public void assigned(DispatchedTask task) {}

        @Override
        public void assignedEarly(long due) {}

        @Override
        public void tasksWait() {}
    };

    private TestEntries() {}

    public static WorkerEntry entry(String name, Dispatcher dispatcher) {
        return entry(name, 1, dispatcher);
    }

    public static WorkerEntry entry(String name, int concurrency, Dispatcher dispatcher) {
        PoolOptions options = PoolOptions.builder().build();
        return new WorkerEntry(
                name,
                1,
                0,
                concurrency,
                dispatcher,
                new SlotConnection.Surroundings(
                        options, new PoolObserver() {}, new ResultBudget(1), NOBODY, Machine.REAL));
    }

    /** The slot of a worker that has just become ready, and found no task that waits. */
    static Slot idleSlot(String name, Dispatcher dispatcher) {
        Slot slot = entry(name, dispatcher).slots().get(0);
        dispatcher.entries().accept(slot.worker());
        dispatcher.next(slot, new ArrayList<>());
        return slot;
    }

    /** Has it look as if it ran so many tasks. */
    public static void leases(WorkerEntry entry, int number) {
        entry.leases = number;
    }

    /** One of its tasks has been answered. */
    public static void answered(WorkerEntry entry) {
        entry.answered();
    }

    public static void ranOut(WorkerEntry entry, Shortage of) {
        entry.ranOut(of);
    }

    public static int leases(WorkerEntry entry) {
        return entry.leases;
    }
}
