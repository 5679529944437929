package io.github.inparallel.spring.ui;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that the page shows, as its JSON has it. Times are milliseconds since 1970, lengths of time milliseconds, sizes
 * bytes; what is not known is left out. Never a task's arguments or result.
 *
 * @param version of this form; a number is added when a name changes or goes, not when one is added
 * @param cursor to be sent as {@code since} with the next request, which is then told only what is new in {@code
 *     history}
 * @param application whose pools these are
 * @param at when this was written
 * @param headline how all is, in one line
 * @param actions path of the endpoint {@code inparallel} from the page's folder, if it is exposed
 * @param writable whether that endpoint may change anything
 * @param csrf what a request that changes anything must carry; only where there was no cursor, and if the endpoint may change anything
 * @param cluster other members; only where the application is a member of a cluster
 */
record StateDocument(
        int version,
        String cursor,
        String application,
        long at,
        String headline,
        List<Trouble> problems,
        @Nullable String actions,
        boolean writable,
        @Nullable PageCsrf csrf,
        @Nullable Cluster cluster,
        List<Pool> pools) {

    static final int VERSION = 1;

    /**
     * Something that is wrong.
     *
     * @param severity {@code error} or {@code warning}
     */
    record Trouble(String severity, String pool, String text, String advice) {}

    /**
     * The cluster, as this member sees it.
     *
     * @param address of this member; only until it leaves
     * @param more how many members there are for which {@code members} has no room
     */
    record Cluster(@Nullable String address, List<Member> members, int more) {}

    /**
     * Another member.
     *
     * @param state {@code joining}, {@code compatible}, {@code incompatible} or {@code leaving}
     * @param difference why it is incompatible
     * @param freeSlots slots that it lends this member, by pool
     * @param sent tasks of this member that it has now, by pool
     * @param received tasks of its own that this member has now, by pool
     */
    record Member(
            String address,
            String state,
            @Nullable String difference,
            Map<String, Integer> freeSlots,
            Map<String, Integer> sent,
            Map<String, Integer> received) {}

    /**
     * A pool.
     *
     * @param status {@code up}, {@code draining}, {@code down} or {@code closed}
     * @param drainingSince since when it accepts no tasks because it was drained
     * @param queueCapacity how many tasks may wait
     * @param memory resident bytes of all workers
     * @param memoryLimit what all workers together may have at most, where {@code max-memory} is set
     * @param states how many workers live, by state; {@code workers} has fewer where an answer would become too large
     * @param elsewhere tasks that other members have; only where the pool's tasks may go to them
     * @param waiting tasks that have waited longest
     * @param history what has happened since the cursor; all of the last hour without one
     */
    record Pool(
            String name,
            String status,
            @Nullable String reason,
            @Nullable Long since,
            @Nullable Long drainingSince,
            int inFlight,
            int running,
            int queued,
            int minWorkers,
            int maxWorkers,
            int concurrency,
            int queueCapacity,
            long memory,
            @Nullable Long memoryLimit,
            Map<String, Integer> states,
            List<Worker> workers,
            @Nullable List<Elsewhere> elsewhere,
            List<Waiting> waiting,
            List<Refused> refusedMethods,
            History history) {}

    /** A worker that lives. */
    record Worker(
            String name,
            long pid,
            String state,
            long age,
            long tasksDone,
            @Nullable Long memory,
            @Nullable Long heapUsed,
            @Nullable Long heapMax,
            int place,
            List<Running> tasks) {}

    /**
     * A task that a worker has.
     *
     * @param timeout its limit, if it has one
     * @param progress fraction that it last reported
     * @param message what it said with it
     * @param traceId trace of its caller
     * @param lane its row on the time line, as that of a span
     */
    record Running(
            String taskId,
            String method,
            long elapsed,
            @Nullable Long timeout,
            @Nullable Double progress,
            @Nullable String message,
            @Nullable String traceId,
            int lane) {}

    /**
     * A task that another member has.
     *
     * @param member its address
     * @param pid process id of the worker there, once it is known
     */
    record Elsewhere(
            String taskId,
            String method,
            String member,
            @Nullable Long pid,
            long elapsed,
            @Nullable Long timeout,
            @Nullable Double progress,
            @Nullable String message,
            @Nullable String traceId) {}

    /** A task that no worker has yet. */
    record Waiting(String taskId, String method, long waiting) {}

    /** A method whose calls are refused for a while. */
    record Refused(String method, long remaining, String lastCause) {}

    /**
     * What a pool has done.
     *
     * @param intervals rows of {@link #INTERVAL}, five seconds each, oldest first
     * @param methods those that were called in the last hour
     * @param deaths workers that ended, oldest first
     * @param failures tasks that failed, timed out or were lost, oldest first
     * @param spans tasks that ended, rows of {@link #SPAN}, oldest first; their methods are indices into {@code names}
     * @param starts workers that became ready, oldest first
     * @param names methods and workers that {@code spans} refer to
     * @param omitted how many entries did not fit into this answer; they are not sent later
     */
    record History(
            List<List<Number>> intervals,
            List<Method> methods,
            List<Death> deaths,
            List<Failure> failures,
            List<List<Number>> spans,
            List<Start> starts,
            List<String> names,
            int omitted) {

        /** What the numbers of an interval are. */
        static final List<String> INTERVAL = List.of(
                "start",
                "success",
                "error",
                "timeout",
                "cancelled",
                "worker-lost",
                "refused",
                "running",
                "queued",
                "starting",
                "idle",
                "busy",
                "retiring",
                "memory",
                "p50",
                "p99");

        /** What the numbers of a task that has ended are. */
        static final List<String> SPAN = List.of("start", "elapsed", "lane", "outcome", "method", "worker");
    }

    /** Calls of a method. */
    record Method(
            String method,
            Window fiveMinutes,
            Window hour,
            @Nullable LastFailure lastFailure) {}

    /** Calls within some time; its lengths of time have fractions. */
    record Window(long calls, Map<String, Long> outcomes, double mean, double p50, double p99, double max) {}

    /** How a method failed last. */
    record LastFailure(long at, String type, String message) {}

    /** A worker that has ended. */
    record Death(
            long at,
            String worker,
            long pid,
            long age,
            long tasksDone,
            String cause,
            boolean expected,
            int exitCode,
            @Nullable String signal,
            String explanation,
            List<String> methods,
            List<String> lastStderr,
            @Nullable String errorFile,
            int place) {}

    /** A task that failed, timed out or was lost. */
    record Failure(
            long at,
            String taskId,
            String method,
            String outcome,
            String worker,
            long elapsed,
            String type,
            String message) {}

    /** A worker that became ready. */
    record Start(long at, String worker, long pid, int place) {}
}
