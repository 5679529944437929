package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.dispatch.Slot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workers of a pool, from launch to the last that is heard of them. The supervisor's, but for {@link #snapshot}. */
final class WorkerList {

    private final List<Worker> all = new ArrayList<>();
    private volatile List<Worker> snapshot = List.of(); // written by the supervisor

    void add(Worker worker) {
        all.add(worker);
        snapshot = List.copyOf(all);
    }

    /** Removes a worker. Returns whether it was there. */
    boolean remove(Worker worker) {
        boolean removed = all.remove(worker);
        snapshot = List.copyOf(all);
        return removed;
    }

    /** Returns the lowest place that no worker has. */
    int freePlace() {
        BitSet taken = new BitSet();
        all.forEach(worker -> taken.set(worker.place()));
        return taken.nextClearBit(0);
    }

    boolean contains(Worker worker) {
        return all.contains(worker);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Returns the workers at this moment, for anybody, in order of their launch. */
    List<Worker> snapshot() {
        return snapshot;
    }

    /** Returns the worker with this number; null if there is none that may still connect. */
    @Nullable
    Worker connecting(int number) {
        return all.stream()
                .filter(worker -> worker.number() == number && worker.mayConnect())
                .findFirst()
                .orElse(null);
    }

    /** Returns the worker that has the slot; null if it is gone. */
    @Nullable
    Worker of(Slot slot) {
        return all.stream()
                .filter(worker -> worker.entry() == slot.worker())
                .findFirst()
                .orElse(null);
    }

    /** Tells whether a worker can run tasks. */
    boolean hasReady() {
        return all.stream().anyMatch(Worker::isReady);
    }
}
