package io.github.inparallel.cluster;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of a simulated application, and what has become of it. */
final class SimulatedTask {

    final int id; // in the whole simulation
    final int bytes; // of its arguments
    final int resultBytes;
    final long nanos; // how long it runs; below 0: until it is released
    final boolean limited;
    final List<String> outcomes = new ArrayList<>();
    final int retriesAtFirst;
    int retries;
    int runs; // on whatever member
    boolean cancelled;
    SimulatedPool.@Nullable Attempt attempt; // at another member

    SimulatedTask(int id, int bytes, int resultBytes, long nanos, boolean limited, int retries) {
        this.id = id;
        this.bytes = bytes;
        this.resultBytes = resultBytes;
        this.nanos = nanos;
        this.limited = limited;
        retriesAtFirst = retries;
        this.retries = retries;
    }

    void ended(String outcome) {
        outcomes.add(outcome);
    }

    boolean isOver() {
        return !outcomes.isEmpty();
    }

    @Override
    public String toString() {
        return "task " + id + " (" + bytes + " bytes, runs " + runs + ", outcomes " + outcomes + ")";
    }
}
