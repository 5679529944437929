package io.github.inparallel.spring.actuate;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.protocol.WorkerReport;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows pools, their workers and tasks, never a task's arguments. Cancelling tasks and acting on pools need {@code
 * management.endpoint.inparallel.access: unrestricted}; by default the endpoint only reads.
 */
@Endpoint(id = "inparallel", defaultAccess = Access.READ_ONLY)
public final class InParallelEndpoint {

    /** Most waiting tasks that are shown of a pool, a full queue has thousands; and most of those that other members have. */
    private static final int MOST_TASKS = 100;

    private final WorkerPools pools;
    private final @Nullable ClusterView cluster;

    public InParallelEndpoint(WorkerPools pools) {
        this(pools, null);
    }

    /** @param cluster of which the application is a member; null if of none */
    public InParallelEndpoint(WorkerPools pools, @Nullable ClusterView cluster) {
        this.pools = pools;
        this.cluster = cluster;
    }

    /** Shows all pools. */
    @ReadOperation
    public Pools pools() {
        Map<String, Pool> all = new LinkedHashMap<>();
        for (WorkerPool pool : pools.all()) {
            all.put(pool.name(), describe(pool));
        }
        return cluster == null
                ? new Pools(all, null, null)
                : new Pools(all, cluster.address().orElse(null), cluster.members());
    }

    /** Shows one pool; null, which is 404, if there is none of this name. */
    @ReadOperation
    public @Nullable Pool pool(@Selector String pool) {
        WorkerPool found = find(pool);
        return found == null ? null : describe(found);
    }

    /** Shows what the threads of a worker do. */
    @ReadOperation
    public @Nullable ThreadDump threads(@Selector String pool, @Selector long pid) {
        WorkerPool found = withWorker(pool, pid);
        if (found == null) {
            return null;
        }
        try {
            return new ThreadDump(pid, found.threadDump(pid).join());
        } catch (CompletionException e) {
            return new ThreadDump(pid, words(e));
        }
    }

    /**
     * Shows more of a worker.
     *
     * @param what {@code histogram}: of which classes the objects of its heap are; {@code output}: the last lines that it has
     *     printed; anything else is null, which is 404
     */
    @ReadOperation
    public @Nullable Object details(@Selector String pool, @Selector long pid, @Selector String what) {
        WorkerPool found = withWorker(pool, pid);
        if (found == null) {
            return null;
        }
        return switch (what) {
            case "histogram" -> histogram(found, pid);
            case "output" ->
                found.lastOutput(pid)
                        .map(output -> new Output(pid, output.stdout(), output.stderr()))
                        .orElse(null);
            default -> null;
        };
    }

    private static Histogram histogram(WorkerPool pool, long pid) {
        try {
            return Histogram.of(pid, pool.heapHistogram(pid).join());
        } catch (CompletionException e) {
            return new Histogram(pid, 0, 0, List.of(), words(e));
        }
    }

    /** Returns what a person is told when a worker has not answered. */
    private static String words(CompletionException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String message = cause.getMessage();
        return message == null ? "The worker does not answer: " + cause : message;
    }

    /** Returns the pool if it has this worker; null if there is no such pool, or no such worker. */
    private @Nullable WorkerPool withWorker(String pool, long pid) {
        WorkerPool found = find(pool);
        return found == null || found.stats().workers().stream().noneMatch(worker -> worker.pid() == pid)
                ? null
                : found;
    }

    /** Cancels a task; null, which is 404, if there is no such task that has not ended. */
    @DeleteOperation
    public @Nullable Cancelled cancel(@Selector String pool, @Selector String taskId) {
        WorkerPool found = find(pool);
        return found != null && found.cancel(taskId) ? new Cancelled(taskId) : null;
    }

    /**
     * Acts on a pool, or on a worker of it; null, which is 404, if there is none.
     *
     * @param action {@code recycle}: all workers are replaced, one after another, when their tasks have ended; {@code kill}:
     *     a worker is ended now; {@code drain}: the pool accepts no tasks until {@code resume}; {@code resize}: it has from
     *     now on so many workers
     * @param pid which worker is killed
     * @param min least workers of a pool that is resized
     * @param max most workers of a pool that is resized
     * @throws InvalidEndpointRequestException if the action, or one of its values, is none; the message says so
     */
    @WriteOperation
    public @Nullable Pool act(
            @Selector String pool,
            @Nullable String action,
            @Nullable String pid,
            @Nullable String min,
            @Nullable String max) {
        PoolAction wanted = PoolAction.named(action);
        WorkerPool found = find(pool);
        return found != null && wanted.act(found, PoolAction.sent(pid, min, max), cluster != null)
                ? describe(found)
                : null;
    }

    private Pool describe(WorkerPool pool) {
        boolean spreads = pool.options().spread() == PoolOptions.Spread.CLUSTER;
        return Pool.of(
                pool.stats(),
                pool.waitingTasks(MOST_TASKS),
                pools.report(pool.name()),
                spreads ? pool.remoteTasks(MOST_TASKS) : null);
    }

    /** Says to a person why a pool is not found. */
    String noPool(String name) {
        List<String> names = pools.all().stream().map(WorkerPool::name).sorted().toList();
        return "There is no pool '" + name + "'"
                + (names.isEmpty() ? "" : " (pools: " + String.join(", ", names) + ")");
    }

    /** Says to a person why a worker, or something of it, is not found. */
    String noWorker(String pool, @Nullable Object pid) {
        return hasPool(pool) ? "Pool '" + pool + "' has no worker with pid " + pid : noPool(pool);
    }

    /** Says to a person why something of a worker is not found. */
    String noDetails(String pool, long pid, String what) {
        return withWorker(pool, pid) == null
                ? noWorker(pool, pid)
                : "There is no '" + what + "' of a worker (expected: histogram, output)";
    }

    boolean hasPool(String name) {
        return find(name) != null;
    }

    private @Nullable WorkerPool find(String name) {
        return pools.all().stream()
                .filter(pool -> pool.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * Pools by name.
     *
     * @param address this member's own, as the others name it; null if the application is in no cluster
     * @param members other members of the cluster; null if the application is in none
     */
    public record Pools(
            Map<String, Pool> pools,
            @Nullable String address,
            @Nullable List<ClusterView.Member> members) {}

    /**
     * Pool as it is at this moment.
     *
     * @param reason why it is down; null if it is up
     * @param since when it went down; null if it is up
     * @param queued how many tasks wait
     * @param queuedTasks those that have waited longest, a hundred at most
     * @param exits the last twenty workers that ended, newest first
     * @param refusedMethods methods that are refused for a while, since their tasks lost too many workers
     * @param created what the first worker made of the application, by bean name
     * @param heldBack what workers do not do
     * @param warnings what users of workers should know
     * @param minWorkers least workers, also when there is nothing to do
     * @param maxWorkers most workers that run tasks
     * @param maxMemory resident bytes that one worker may use; null if that is not limited
     * @param drainingSince since when it accepts no tasks because it was drained; null if it accepts them
     * @param elsewhere tasks that other members have, a hundred at most; null if its tasks run on this machine only
     */
    public record Pool(
            String name,
            String status,
            @Nullable String reason,
            @Nullable Instant since,
            int inFlight,
            int running,
            int queued,
            List<Worker> workers,
            List<Task> queuedTasks,
            List<Exit> exits,
            List<RefusedMethod> refusedMethods,
            List<String> created,
            List<String> heldBack,
            List<String> warnings,
            int minWorkers,
            int maxWorkers,
            @Nullable Long maxMemory,
            @Nullable Instant drainingSince,
            @Nullable List<RemoteTask> elsewhere) {

        static Pool of(
                PoolStats stats,
                List<PoolStats.WaitingTask> waiting,
                WorkerReport report,
                @Nullable List<PoolStats.RemoteTask> elsewhere) {
            return new Pool(
                    stats.pool(),
                    stats.down() ? "down" : "up",
                    stats.outage().map(PoolStats.Outage::reason).orElse(null),
                    stats.outage().map(PoolStats.Outage::since).orElse(null),
                    stats.inFlight(),
                    stats.running(),
                    stats.queued(),
                    stats.workers().stream()
                            .map(worker -> Worker.of(worker, report))
                            .toList(),
                    waiting.stream().map(Task::of).toList(),
                    stats.exits().stream().map(Exit::of).toList(),
                    stats.refusedMethods().stream().map(RefusedMethod::of).toList(),
                    report.created(),
                    report.heldBack(),
                    report.warnings(),
                    stats.size().min(),
                    stats.size().max(),
                    number(stats.maxMemory()),
                    stats.drainingSince().orElse(null),
                    elsewhere == null
                            ? null
                            : elsewhere.stream().map(RemoteTask::of).toList());
        }
    }

    private static @Nullable Long number(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }

    /**
     * Worker as it is at this moment.
     *
     * @param memory resident bytes; null where the operating system does not tell
     * @param slots how many tasks it runs at the same time, at most
     * @param heap its heap as it last said; null before it has
     * @param created what it made of the application; null if that is what the pool's first worker made
     * @param heldBack what it does not do; null as before
     * @param warnings what its users should know; null as before
     */
    public record Worker(
            String name,
            long pid,
            String state,
            Duration age,
            long tasksDone,
            @Nullable Long memory,
            List<Task> tasks,
            int slots,
            @Nullable Heap heap,
            @Nullable List<String> created,
            @Nullable List<String> heldBack,
            @Nullable List<String> warnings) {

        static Worker of(PoolStats.WorkerStats stats, WorkerReport first) {
            WorkerReport own = stats.report();
            boolean same = own.equals(first) || own.equals(WorkerReport.EMPTY);
            return new Worker(
                    stats.name(),
                    stats.pid(),
                    stats.state().name().toLowerCase(Locale.ROOT),
                    stats.age(),
                    stats.tasksDone(),
                    number(stats.memory()),
                    stats.tasks().stream().map(Task::of).toList(),
                    stats.slots(),
                    stats.heap()
                            .map(heap -> new Heap(heap.used(), heap.committed(), heap.max()))
                            .orElse(null),
                    same ? null : own.created(),
                    same ? null : own.heldBack(),
                    same ? null : own.warnings());
        }
    }

    /**
     * Heap of a worker in bytes.
     *
     * @param used by objects, those that nobody refers to any more included
     * @param committed got from the operating system
     * @param max as large as it may become
     */
    public record Heap(long used, long committed, long max) {}

    /**
     * Task that a worker runs, or that waits for one.
     *
     * @param state {@code running} or {@code queued}
     * @param elapsed how long it has been so
     * @param since when that began
     * @param progress fraction of its last report; null if there was none
     * @param progressMessage what that report says; null if it says nothing
     * @param timeout how long it may run; null if that is not limited, and while it waits
     * @param traceId id of its caller's trace; null if none is known, and while it waits
     */
    public record Task(
            String taskId,
            String method,
            String state,
            Duration elapsed,
            Instant since,
            @Nullable Double progress,
            @Nullable String progressMessage,
            @Nullable Duration timeout,
            @Nullable String traceId) {

        static Task of(PoolStats.TaskStats stats) {
            return new Task(
                    stats.taskId(),
                    stats.method(),
                    "running",
                    stats.elapsed(),
                    stats.since(),
                    stats.progress().orElse(null),
                    stats.progressMessage().orElse(null),
                    stats.timeout().orElse(null),
                    stats.traceId().orElse(null));
        }

        static Task of(PoolStats.WaitingTask stats) {
            return new Task(
                    stats.taskId(),
                    stats.method(),
                    "queued",
                    stats.waiting(),
                    Instant.now().minus(stats.waiting()),
                    null,
                    null,
                    null,
                    null);
        }
    }

    /**
     * Task that another member has.
     *
     * @param state {@code running}; {@code queued} as long as no worker there is known to have it
     * @param member the address of that member
     * @param pid of its worker there; null if that is not known
     * @param elapsed how long it has been so
     * @param progress as of {@link Task}, and so are the others
     */
    public record RemoteTask(
            String taskId,
            String method,
            String state,
            String member,
            @Nullable Long pid,
            Duration elapsed,
            @Nullable Double progress,
            @Nullable String progressMessage,
            @Nullable Duration timeout,
            @Nullable String traceId) {

        static RemoteTask of(PoolStats.RemoteTask stats) {
            return new RemoteTask(
                    stats.taskId(),
                    stats.method(),
                    stats.pid().isPresent() ? "running" : "queued",
                    stats.member(),
                    number(stats.pid()),
                    stats.elapsed(),
                    stats.progress().orElse(null),
                    stats.progressMessage().orElse(null),
                    stats.timeout().orElse(null),
                    stats.traceId().orElse(null));
        }
    }

    /**
     * Worker that has ended.
     *
     * @param pid its process id; -1 if there was no process
     * @param age how long it had lived
     * @param cause why it ended, as exceptions and meters name it
     * @param signal name of the signal that ended it; null if none did
     * @param explanation what is worth saying beside the cause
     * @param tasks what it was running
     * @param lastStderr the last lines that it wrote to its standard error
     * @param errorFile the JVM's fatal error file; null if it left none
     */
    public record Exit(
            Instant at,
            String worker,
            long pid,
            Duration age,
            long tasksDone,
            String cause,
            int exitCode,
            @Nullable String signal,
            String explanation,
            List<LostTask> tasks,
            List<String> lastStderr,
            @Nullable String errorFile) {

        static Exit of(PoolStats.ExitStats stats) {
            return new Exit(
                    stats.at(),
                    stats.worker(),
                    stats.pid(),
                    stats.age(),
                    stats.tasksDone(),
                    stats.exit().cause().label(),
                    stats.exit().exitCode(),
                    stats.exit().signal().orElse(null),
                    stats.explanation(),
                    stats.tasks().stream()
                            .map(task -> new LostTask(task.taskId(), task.method()))
                            .toList(),
                    stats.lastStderr(),
                    stats.errorFile().map(Object::toString).orElse(null));
        }
    }

    /** Task whose worker ended while it ran. */
    public record LostTask(String taskId, String method) {}

    /**
     * Method that is refused for a while.
     *
     * @param remaining for how long still
     * @param lastCause how the last of its workers ended
     */
    public record RefusedMethod(String method, Duration remaining, String lastCause) {

        static RefusedMethod of(PoolStats.RefusedMethod stats) {
            return new RefusedMethod(stats.method(), stats.remaining(), stats.lastCause());
        }
    }

    /**
     * Classes of the objects of a worker's heap that are referred to.
     *
     * @param instances number of all objects
     * @param bytes of all objects
     * @param classes those with most bytes, in order; fifty at most
     * @param error why that is not known; null if it is
     */
    public record Histogram(
            long pid,
            long instances,
            long bytes,
            List<HeapClass> classes,
            @Nullable String error) {

        static Histogram of(long pid, PoolStats.HeapHistogram counted) {
            return new Histogram(
                    pid,
                    counted.instances(),
                    counted.bytes(),
                    counted.classes().stream()
                            .map(each -> new HeapClass(each.instances(), each.bytes(), each.className()))
                            .toList(),
                    null);
        }

        @Override
        public String toString() {
            if (error != null) {
                return error;
            }
            StringBuilder text = new StringBuilder(String.format("%12s %14s  %s%n", "instances", "bytes", "class"));
            classes.forEach(each ->
                    text.append(String.format("%12d %14d  %s%n", each.instances(), each.bytes(), each.className())));
            return text.append(String.format("%12d %14d  %s%n", instances, bytes, "in all"))
                    .toString();
        }
    }

    /** Objects of one class, and their bytes without what they refer to. */
    public record HeapClass(long instances, long bytes, String className) {}

    /** The last lines that a worker has printed, oldest first. */
    public record Output(long pid, List<String> stdout, List<String> stderr) {

        @Override
        public String toString() {
            List<String> lines = new ArrayList<>();
            lines.add("---- standard error");
            lines.addAll(stderr);
            lines.add("---- standard output");
            lines.addAll(stdout);
            return String.join("\n", lines) + "\n";
        }
    }

    /** Threads of a worker, as text. */
    public record ThreadDump(long pid, String threads) {}

    /** Task that was told to stop. */
    public record Cancelled(String cancelled) {}
}
