package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.units.Sizes;

/**
 * Keeps workers below {@code max-memory}. One that is found above it gets no more tasks and is replaced when its present
 * ones have ended: nothing is lost. One that is still busy and above it at the next look is killed. On the supervisor's
 * thread.
 */
final class MemoryWatch {

    private static final Log log = Log.of(MemoryWatch.class);

    /** Between two looks: as long as a task may stay above the limit. */
    private static final long INTERVAL = 250 * 1_000_000L;

    private final PoolOptions options;
    private final Bag bag;
    private final WorkerControl control;

    MemoryWatch(PoolOptions options, Bag bag, WorkerControl control) {
        this.options = options;
        this.bag = bag;
        this.control = control;
    }

    /** Looks, where it is time to; returns when it is next. */
    long watch(Worker worker, long now) {
        Long limit = options.maxMemory();
        WorkerProcess process = worker.process();
        if (limit == null || process == null || !worker.ready || worker.leaving || worker.lost) {
            return Deadline.NEVER;
        }
        boolean busy = bag.leases(worker) > 0;
        if (!busy && worker.tasksDone() == worker.tasksAtSample) {
            return Deadline.NEVER; // nothing has run in it since
        }
        if (worker.nextSample != 0 && worker.nextSample - now > 0) {
            return worker.nextSample;
        }
        worker.nextSample = now + INTERVAL;
        worker.tasksAtSample = worker.tasksDone();
        long bytes = process.residentMemory().orElse(0);
        if (bytes <= limit) {
            worker.aboveMemory = false;
        } else if (!worker.aboveMemory) {
            worker.aboveMemory = true;
            bag.close(worker);
            log.info("Worker {} gets no more tasks: {}", worker.name(), found(bytes, limit));
        } else if (busy) {
            log.warn("Worker {} is killed in the middle of a task: {}", worker.name(), found(bytes, limit));
            control.kill(worker, Cause.MEMORY_LIMIT, null);
        }
        return worker.nextSample;
    }

    private static String found(long bytes, long limit) {
        return "it uses " + Sizes.text(bytes) + " (max-memory: " + Sizes.text(limit) + ")";
    }
}
