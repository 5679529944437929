package io.github.inparallel.pool.history;

import io.github.inparallel.pool.WorkerState;

/** What a test says that a pool shows. */
final class KnownGauges implements Gauges {

    int running;
    int queued;
    int idle;
    long memory;
    int looksAtMemory;

    @Override
    public int running() {
        return running;
    }

    @Override
    public int queued() {
        return queued;
    }

    @Override
    public void countWorkers(int[] byState) {
        byState[WorkerState.IDLE.ordinal()] += idle;
    }

    @Override
    public long memory() {
        looksAtMemory++;
        return memory;
    }
}
