package io.github.inparallel.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A pool at one moment. Immutable.
 *
 * @param pool its name
 * @param queued tasks that wait for a slot
 * @param running tasks that a worker has
 * @param down whether workers repeatedly failed to start
 * @param workers the workers that live
 */
public record PoolStats(String pool, int queued, int running, boolean down, List<WorkerStats> workers) {

    public PoolStats {
        workers = List.copyOf(workers);
    }

    /** Submitted and not yet complete. */
    public int inFlight() {
        return queued + running;
    }

    /** Resident bytes of all workers, as far as known. */
    public long memory() {
        return workers.stream().mapToLong(worker -> worker.memory().orElse(0)).sum();
    }

    /** How many workers are in this state. */
    public long workers(WorkerState state) {
        return workers.stream().filter(worker -> worker.state() == state).count();
    }

    /**
     * One worker.
     *
     * @param name such as {@code default-3}
     * @param pid its process id; -1 before the process exists
     * @param state where it is in its life
     * @param age since its launch
     * @param tasksDone tasks that it has answered
     * @param memory resident bytes; empty where the operating system does not tell
     * @param tasks what it runs
     */
    public record WorkerStats(
            String name,
            long pid,
            WorkerState state,
            Duration age,
            long tasksDone,
            OptionalLong memory,
            List<TaskStats> tasks) {

        public WorkerStats {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * One task.
     *
     * @param taskId its id
     * @param method {@code SimpleClass.method}
     * @param elapsed since it was given to the worker
     * @param progress fraction of its last report
     * @param since when it was given to the worker
     */
    public record TaskStats(String taskId, String method, Duration elapsed, Optional<Double> progress, Instant since) {}

    /**
     * A task that no worker has yet.
     *
     * @param taskId its id
     * @param method {@code SimpleClass.method}
     * @param waiting since it was submitted
     */
    public record WaitingTask(String taskId, String method, Duration waiting) {}
}
