package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.protocol.WorkerReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A pool at one moment. Immutable.
 *
 * @param pool its name
 * @param queued tasks that wait for a slot, here or at another member that is to run them
 * @param running tasks that a worker has, here or there
 * @param outage why it runs no tasks, and since when; empty if it is up
 * @param workers the workers that live
 * @param exits the last workers that ended, newest first; twenty at most
 * @param refusedMethods methods that are refused for a while, since their tasks lost too many workers
 * @param size how many workers there may be now
 * @param maxMemory resident bytes that one worker may use; empty if that is not limited
 * @param drainingSince since when it accepts no tasks because it was drained; empty if it was not, or was resumed
 */
public record PoolStats(
        String pool,
        int queued,
        int running,
        Optional<Outage> outage,
        List<WorkerStats> workers,
        List<ExitStats> exits,
        List<RefusedMethod> refusedMethods,
        Size size,
        OptionalLong maxMemory,
        Optional<Instant> drainingSince) {

    public PoolStats {
        workers = List.copyOf(workers);
        exits = List.copyOf(exits);
        refusedMethods = List.copyOf(refusedMethods);
    }

    /** Whether it runs no tasks: its workers repeatedly failed to start, or its supervision fails. */
    public boolean down() {
        return outage.isPresent();
    }

    /** Whether it accepts no tasks for now, since it was drained. */
    public boolean draining() {
        return drainingSince.isPresent();
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
     * How many workers there may be, as options or the last resizing say.
     *
     * @param min least, also when there is nothing to do
     * @param max most that run tasks
     */
    public record Size(int min, int max) {}

    /**
     * Why a pool is down.
     *
     * @param reason such as what the last worker that failed to start said
     * @param since when it went down
     */
    public record Outage(String reason, Instant since) {}

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
     * @param slots how many tasks it runs at the same time, at most
     * @param heap its heap, as it last said; empty before it has, and where it shares the heap of this process
     * @param report what it made of the application; empty before it is ready
     * @param place the lowest number, from 0, that no other worker had when it was launched; free again when it has ended
     */
    public record WorkerStats(
            String name,
            long pid,
            WorkerState state,
            Duration age,
            long tasksDone,
            OptionalLong memory,
            List<TaskStats> tasks,
            int slots,
            Optional<HeapStats> heap,
            WorkerReport report,
            int place) {

        public WorkerStats {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * A worker's heap in bytes, as it was at its last answer to a heartbeat.
     *
     * @param used by objects, those that nobody refers to any more included
     * @param committed got from the operating system
     * @param max as large as it may become
     */
    public record HeapStats(long used, long committed, long max) {}

    /**
     * Objects of a worker that are referred to, by their class.
     *
     * @param instances number of all objects
     * @param bytes of all objects
     * @param classes those with most bytes, in order; fifty at most
     */
    public record HeapHistogram(long instances, long bytes, List<HeapClass> classes) {

        public HeapHistogram {
            classes = List.copyOf(classes);
        }
    }

    /**
     * Objects of one class.
     *
     * @param className as in source text, such as {@code java.lang.String} or {@code byte[]}
     * @param instances how many there are
     * @param bytes of all of them, without what they refer to
     */
    public record HeapClass(String className, long instances, long bytes) {}

    /**
     * The last lines that a worker has printed, oldest first; what it logs through the application's loggers is not there.
     *
     * @param stdout to its standard output
     * @param stderr to its standard error
     */
    public record Output(List<String> stdout, List<String> stderr) {

        public Output {
            stdout = List.copyOf(stdout);
            stderr = List.copyOf(stderr);
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
     * @param progressMessage what its last report says; empty if it says nothing
     * @param timeout how long it may run; empty if that is not limited
     * @param traceId id of its caller's trace; empty if none is known
     * @param lane its row on a time line, as {@link PoolHistory.TaskSpan#lane()}
     */
    public record TaskStats(
            String taskId,
            String method,
            Duration elapsed,
            Optional<Double> progress,
            Instant since,
            Optional<String> progressMessage,
            Optional<Duration> timeout,
            Optional<String> traceId,
            int lane) {}

    /**
     * A task that no worker has yet.
     *
     * @param taskId its id
     * @param method {@code SimpleClass.method}
     * @param waiting since it was submitted
     */
    public record WaitingTask(String taskId, String method, Duration waiting) {}

    /**
     * A task that another member of a cluster has.
     *
     * @param taskId its id
     * @param method {@code SimpleClass.method}
     * @param member address of the member
     * @param pid process id of its worker there; empty if that is not known
     * @param elapsed since it was given to the member
     * @param progress fraction of its last report
     * @param progressMessage what its last report says; empty if it says nothing
     * @param timeout how long it may run; empty if that is not limited
     * @param traceId id of its caller's trace; empty if none is known
     */
    public record RemoteTask(
            String taskId,
            String method,
            String member,
            OptionalLong pid,
            Duration elapsed,
            Optional<Double> progress,
            Optional<String> progressMessage,
            Optional<Duration> timeout,
            Optional<String> traceId) {}

    /**
     * A worker that has ended.
     *
     * @param at when
     * @param worker its name
     * @param pid its process id; -1 if there was no process
     * @param age from its launch to its end
     * @param tasksDone tasks that it had answered
     * @param exit exit code, signal and cause
     * @param explanation what is worth saying beside the cause; may be empty
     * @param tasks what it was running
     * @param lastStderr the last lines that it wrote to its standard error, oldest first
     * @param errorFile the JVM's fatal error file, where it left one
     * @param place its place, as {@link WorkerStats#place()}
     */
    public record ExitStats(
            Instant at,
            String worker,
            long pid,
            Duration age,
            long tasksDone,
            WorkerExit exit,
            String explanation,
            List<LostTask> tasks,
            List<String> lastStderr,
            Optional<Path> errorFile,
            int place) {

        public ExitStats {
            tasks = List.copyOf(tasks);
            lastStderr = List.copyOf(lastStderr);
        }
    }

    /**
     * A task whose worker ended while it ran.
     *
     * @param taskId its id
     * @param method {@code SimpleClass.method}
     */
    public record LostTask(String taskId, String method) {

        /** As messages name it: {@code Ocr.read (task default-18)}. */
        @Override
        public String toString() {
            return method + " (task " + taskId + ")";
        }
    }

    /**
     * A method whose calls are refused ({@code poison-limit}).
     *
     * @param method {@code SimpleClass.method}
     * @param remaining for how long still
     * @param lastCause how the last of its workers ended
     */
    public record RefusedMethod(String method, Duration remaining, String lastCause) {}
}
