package io.github.inparallel.pool.history;

import io.github.inparallel.pool.WorkerState;

/** What was found when the pool was last looked at. */
final class Sample {

    int running;
    int queued;
    final int[] workers = new int[WorkerState.values().length];
    long memory;

    /** @param withMemory whether the other one knows the memory */
    void take(Sample found, boolean withMemory) {
        running = found.running;
        queued = found.queued;
        System.arraycopy(found.workers, 0, workers, 0, workers.length);
        if (withMemory) {
            memory = found.memory;
        }
    }
}
