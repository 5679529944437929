package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.dispatch.WorkerEntries;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.units.Sizes;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps workers below {@code max-memory}. One that is found above it gets no more tasks and is replaced when its present
 * ones have ended: nothing is lost. One that is still busy and above it at the next look is killed. On the supervisor's
 * thread.
 */
@ConfinedToSupervisor
final class MemoryWatch {

    private static final Log log = Log.of(MemoryWatch.class);

    /** Time between two looks: as long as a task may stay above the limit. */
    private static final long INTERVAL = 250 * 1_000_000L;

    private final PoolOptions options;
    private final WorkerEntries entries;
    private final WorkerControl control;
    private final Map<Worker, Sample> samples = new HashMap<>();

    /** Findings of the last look at a worker. */
    private static final class Sample {
        private long next; // when the next is due; 0: at once
        private long tasks; // that it had done
        private boolean above;
    }

    MemoryWatch(PoolOptions options, WorkerEntries entries, WorkerControl control) {
        this.options = options;
        this.entries = entries;
        this.control = control;
    }

    /** Looks at the worker, if it is time to. Returns when it is next. */
    long watch(Worker worker, long now) {
        Long limit = options.maxMemory();
        WorkerProcess process = worker.process();
        if (limit == null || process == null || !worker.isReady()) {
            return Deadline.NEVER;
        }
        Sample sample = samples.computeIfAbsent(worker, key -> new Sample());
        boolean busy = entries.leases(worker.entry()) > 0;
        if (!busy && worker.tasksDone() == sample.tasks) {
            return Deadline.NEVER; // nothing has run in it since
        }
        if (sample.next != 0 && sample.next - now > 0) {
            return sample.next;
        }
        sample.next = now + INTERVAL;
        sample.tasks = worker.tasksDone();
        long bytes = process.residentMemory().orElse(0);
        if (bytes <= limit) {
            sample.above = false;
        } else if (!sample.above) {
            sample.above = true;
            entries.close(worker.entry());
            log.info("Worker {} gets no more tasks: {}", worker.name(), found(bytes, limit));
        } else if (busy) {
            log.warn("Worker {} is killed in the middle of a task: {}", worker.name(), found(bytes, limit));
            control.kill(worker, Cause.MEMORY_LIMIT, null);
        }
        return sample.next;
    }

    void forget(Worker worker) {
        samples.remove(worker);
    }

    private static String found(long bytes, long limit) {
        return "it uses " + Sizes.text(bytes) + " (max-memory: " + Sizes.text(limit) + ")";
    }
}
