package io.github.inparallel.pool.history;

import io.github.inparallel.pool.WorkerState;

/** What was found when the pool was last looked at. Of who looks; the one that is kept is guarded by the history's lock. */
final class Sample {

    private static final int UNKNOWN = -1;

    int running;
    int queued;
    final int[] workers = new int[WorkerState.values().length];
    long memory;

    /** Looks at all but the memory. */
    static Sample of(Gauges gauges) {
        Sample sample = new Sample();
        sample.running = gauges.running();
        sample.queued = gauges.queued();
        gauges.countWorkers(sample.workers);
        sample.memory = UNKNOWN;
        return sample;
    }

    boolean hasWorkers() {
        for (int count : workers) {
            if (count > 0) {
                return true;
            }
        }
        return false;
    }

    /** Takes over another one; its memory only if somebody has looked at it. */
    void take(Sample found) {
        running = found.running;
        queued = found.queued;
        System.arraycopy(found.workers, 0, workers, 0, workers.length);
        if (found.memory != UNKNOWN) {
            memory = found.memory;
        }
    }
}
