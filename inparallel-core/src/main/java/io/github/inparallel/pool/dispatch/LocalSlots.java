package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.FreeSlots;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slots of this pool's own workers: which are idle, which have a task, and how many workers may have some. Idle slots are
 * borrowed last in, first out, so that few workers stay hot and surplus ones age out. Confined to the dispatcher's lock.
 */
final class LocalSlots {

    private final PoolOptions options;
    private final List<Slot> idle = new ArrayList<>(); // last is the last that was used; it grows, or stays as it is
    private int busyWorkers; // those with at least one lease
    private int leases;
    private int shortLeases; // of them, those of tasks that are known to be short
    private int lentLeases; // of them, those of tasks of others
    private int maxWorkers;

    LocalSlots(PoolOptions options) {
        this.options = options;
        this.maxWorkers = options.maxWorkers();
    }

    void maxWorkers(int workers) {
        maxWorkers = workers;
    }

    int leases() {
        return leases;
    }

    int lentLeases() {
        return lentLeases;
    }

    /**
     * Slots whose last task, which they may still have, was known to be short: what comes next does not wait for long there. Those
     * that may have no task do not count.
     */
    int shortSlots() {
        long number = shortLeases;
        for (Slot slot : idle) {
            number += slot.lastWasShort && mayRun(slot.worker()) ? 1 : 0;
        }
        return (int) Math.min(number, (long) maxWorkers * options.concurrency());
    }

    // ---- who may run

    /** Of the spare workers only so many run tasks that max-workers is kept. */
    boolean mayRun(WorkerEntry worker) {
        return worker.leases > 0 || busyWorkers < maxWorkers;
    }

    /** Whether an idle slot may have a task. */
    boolean hasRoom() {
        for (Slot slot : idle) {
            if (mayRun(slot.worker())) {
                return true;
            }
        }
        return false;
    }

    /** Whether no other worker may have tasks: so none that would have to be started, either. */
    boolean isFull() {
        return busyWorkers >= maxWorkers;
    }

    /** Whether this pool has none and will have none. */
    boolean isNone() {
        return maxWorkers == 0;
    }

    /** What there is for tasks of others, if so many of the own wait. */
    FreeSlots free(int waiting) {
        int ofBusy = 0;
        int ofRested = 0;
        Set<WorkerEntry> rested = new HashSet<>();
        for (Slot slot : idle) {
            WorkerEntry worker = slot.worker();
            if (worker.leases > 0) {
                ofBusy++;
            } else if (rested.contains(worker) || busyWorkers + rested.size() < maxWorkers) {
                rested.add(worker);
                ofRested++;
            }
        }
        // A slot of a busy worker that is not idle has a task, or gets none since the worker is to leave. What a dead
        // worker still has counts until it is seen to.
        long able = ofBusy + (long) Math.max(0, maxWorkers - busyWorkers) * options.concurrency();
        long all = Math.min(able, (long) maxWorkers * options.concurrency() - leases) - waiting;
        int free = (int) Math.max(0, Math.min(Integer.MAX_VALUE, all));
        int unneeded = Math.min(free, Math.max(0, ofBusy + ofRested - waiting));
        return new FreeSlots(unneeded, free - unneeded);
    }

    // ---- idle slots

    /** How many there are. */
    int idle() {
        return idle.size();
    }

    /** Takes an idle slot that may have a task. */
    @Nullable
    Slot borrow() {
        for (int i = idle.size() - 1; i >= 0; i--) {
            if (mayRun(idle.get(i).worker())) {
                return idle.remove(i);
            }
        }
        return null;
    }

    /** It has nothing to do. */
    void rests(Slot slot) {
        idle.add(slot);
    }

    // ---- leases

    void lease(Slot slot, DispatchedTask task) {
        WorkerEntry worker = slot.worker();
        slot.task = task;
        leases++;
        lentLeases += task.isLent() ? 1 : 0;
        slot.lastWasShort = EarlyTasks.isShort(task);
        shortLeases += slot.lastWasShort ? 1 : 0;
        if (worker.leases++ == 0 && !worker.writtenOff) { // one that was may still come on with what it has early
            busyWorkers++;
        }
        worker.assigned++;
        Integer limit = options.maxTasksPerWorker();
        if (limit != null && worker.assigned >= limit) {
            stopAccepting(worker);
        }
        task.assigned(worker.pid(), slot.lane());
    }

    /** Takes the task off a slot that has one. */
    void release(Slot slot) {
        DispatchedTask task = slot.task;
        lentLeases -= task != null && task.isLent() ? 1 : 0;
        slot.task = null;
        leases--;
        shortLeases -= slot.lastWasShort ? 1 : 0;
        if (--slot.worker().leases == 0 && !slot.worker().writtenOff) {
            busyWorkers--;
        }
    }

    // ---- workers and slots that get no more

    void stopAccepting(WorkerEntry worker) {
        worker.accepting = false;
        idle.removeIf(slot -> slot.worker() == worker);
    }

    void close(Slot slot) {
        slot.closed = true;
        idle.remove(slot);
        stopAccepting(slot.worker());
    }

    /** What it still has counts no longer. Returns whether it did until now. */
    boolean writeOff(WorkerEntry worker) {
        stopAccepting(worker);
        if (worker.writtenOff) {
            return false;
        }
        worker.writtenOff = true;
        busyWorkers -= worker.leases > 0 ? 1 : 0;
        return true;
    }
}
