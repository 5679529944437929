package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.task.PoolTask;

/** Which workers may have tasks, and how many they have: for supervision, which says the one and asks the other. Thread-safe. */
public final class WorkerEntries {

    private final DispatchState state;
    private final Machine machine;

    WorkerEntries(DispatchState state, Machine machine) {
        this.state = state;
        this.machine = machine;
    }

    // ---- who may have tasks

    /** How many workers may run tasks. */
    public void maxWorkers(int workers) {
        state.lock.lock();
        try {
            state.slots.maxWorkers(workers);
            state.blocked.roomForOne(); // a spare may run tasks now
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** The worker may get tasks. */
    public void accept(WorkerEntry worker) {
        state.lock.lock();
        try {
            worker.accepting = true;
            worker.idleSinceNanos = machine.nanoTime();
        } finally {
            state.lock.unlock();
        }
    }

    /** The worker gets no more tasks. */
    public void close(WorkerEntry worker) {
        state.lock.lock();
        try {
            state.slots.stopAccepting(worker);
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** Like {@link #close(WorkerEntry)}, only if it runs nothing. */
    public boolean closeIfIdle(WorkerEntry worker) {
        state.lock.lock();
        try {
            if (worker.leases > 0) {
                return false;
            }
            state.slots.stopAccepting(worker);
            return true;
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /** Like {@link #close(WorkerEntry)}, only while the slot has this task: so nothing that follows can hit another one. */
    public boolean closeIfLeased(Slot slot, PoolTask task) {
        state.lock.lock();
        try {
            if (slot.task != task) {
                return false;
            }
            state.slots.stopAccepting(slot.worker());
            return true;
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    /**
     * Like {@link #close(WorkerEntry)}; and what it still runs counts no longer: it is dead, or as good as that.
     *
     * @return whether tasks wait that may run elsewhere now
     */
    public boolean writeOff(WorkerEntry worker) {
        state.lock.lock();
        try {
            return state.slots.writeOff(worker) && state.canLease();
        } finally {
            state.lock.unlock();
            state.tellFree();
        }
    }

    // ---- looking

    /** Whether the worker may get tasks. */
    public boolean accepts(WorkerEntry worker) {
        state.lock.lock();
        try {
            return worker.accepting;
        } finally {
            state.lock.unlock();
        }
    }

    /** Whether a worker that has nothing to do gets no more tasks, or tasks wait that it may not take. */
    public boolean needsCare(WorkerEntry worker) {
        state.lock.lock();
        try {
            return !worker.accepting || !state.queue.isEmpty();
        } finally {
            state.lock.unlock();
        }
    }

    /** Since when the worker has nothing to do, if it has not. */
    public long idleSinceNanos(WorkerEntry worker) {
        state.lock.lock();
        try {
            return worker.idleSinceNanos;
        } finally {
            state.lock.unlock();
        }
    }

    /** How many tasks the worker's slots have. */
    public int leases(WorkerEntry worker) {
        state.lock.lock();
        try {
            return worker.leases;
        } finally {
            state.lock.unlock();
        }
    }

    /** How many tasks all slots have. */
    public int leases() {
        state.lock.lock();
        try {
            return state.slots.leases();
        } finally {
            state.lock.unlock();
        }
    }
}
