package io.github.inparallel.pool;

import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;

/** Workers as the dispatcher sees them, without processes. */
final class TestEntries {

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

    static WorkerEntry entry(String name, Dispatcher dispatcher) {
        PoolOptions options = PoolOptions.builder().build();
        return new WorkerEntry(
                name,
                1,
                dispatcher,
                new SlotConnection.Surroundings(
                        options, new PoolObserver() {}, new ResultBudget(1), NOBODY, Machine.REAL));
    }

    /** Has it look as if it ran so many tasks. */
    static void leases(WorkerEntry entry, int number) {
        entry.leases = number;
    }

    static int leases(WorkerEntry entry) {
        return entry.leases;
    }
}
