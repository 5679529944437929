package io.github.inparallel.pool;

import io.github.inparallel.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has happened in a pool within the last hour. Immutable.
 *
 * <p>All instants of one answer lie on one clock, the one of the moment in which it was asked for: if the system's clock was
 * set meanwhile, what happened before keeps its distance to what happened after. Running times are measured from the moment
 * a worker had the task to its end; a task that no worker had has none.
 *
 * @param cursor give it to {@link WorkerPool#history(long)} to get what came later
 * @param intervals the finished intervals of five seconds after the given cursor, oldest first; 720 at most, without gaps
 * @param methods the methods that were called within the hour, whatever the cursor, those with most calls first
 * @param deaths the workers that ended after the given cursor, expectedly or not, oldest first; the last fifty
 * @param failures the tasks that failed, timed out or lost their worker after the given cursor, oldest first; the last fifty
 * @param spans the tasks that a worker had and that ended after the given cursor, in about the order of their ends; the
 *     last thousand, of the last half hour
 * @param starts the workers that became ready after the given cursor, oldest first; the last fifty
 */
public record PoolHistory(
        long cursor,
        List<Interval> intervals,
        List<MethodHistory> methods,
        List<PoolStats.ExitStats> deaths,
        List<FailedTask> failures,
        List<TaskSpan> spans,
        List<WorkerStart> starts) {

    public PoolHistory {
        intervals = List.copyOf(intervals);
        methods = List.copyOf(methods);
        deaths = List.copyOf(deaths);
        failures = List.copyOf(failures);
        spans = List.copyOf(spans);
        starts = List.copyOf(starts);
    }

    /**
     * Five seconds.
     *
     * @param start when it began
     * @param ended tasks that ended in it, by outcome; only outcomes that occurred
     * @param running tasks that workers had when the pool last looked
     * @param queued tasks that waited then
     * @param workers workers that lived then, by state; only states that occurred
     * @param memory resident bytes of all workers then, as far as known
     * @param p50 median of the running times of tasks that ended in it; zero if there are none
     * @param p99 their 99th percentile
     */
    public record Interval(
            Instant start,
            Map<TaskState, Long> ended,
            int running,
            int queued,
            Map<WorkerState, Integer> workers,
            long memory,
            Duration p50,
            Duration p99) {

        public Interval {
            ended = inOrder(ended, TaskState.class);
            workers = inOrder(workers, WorkerState.class);
        }
    }

    /**
     * What became of a method's tasks.
     *
     * @param method {@code SimpleClass.method}; {@link #OTHERS} for all that have no entry of their own
     * @param fiveMinutes the last five minutes: the present minute and the four before it
     * @param hour the last hour: the present five minutes and the eleven times five before them
     * @param lastFailure of a task that failed, timed out or lost its worker; empty if there was none
     */
    public record MethodHistory(String method, Window fiveMinutes, Window hour, Optional<LastFailure> lastFailure) {

        /** Stands for methods that are called while too many others have an entry of their own. */
        public static final String OTHERS = "(others)";
    }

    /**
     * A method's tasks that ended within some time.
     *
     * @param calls how many
     * @param ended how many, by outcome; only outcomes that occurred
     * @param mean of their running times; zero if there are none
     * @param p50 median of their running times
     * @param p99 99th percentile of their running times
     * @param max the longest running time
     */
    public record Window(
            long calls, Map<TaskState, Long> ended, Duration mean, Duration p50, Duration p99, Duration max) {

        public Window {
            ended = inOrder(ended, TaskState.class);
        }
    }

    /**
     * The last failure of a method's tasks.
     *
     * @param at when
     * @param type name of the exception's class
     * @param message first line of its message, cut where it is long; may be empty
     */
    public record LastFailure(Instant at, String type, String message) {}

    /**
     * A task that failed, timed out or lost its worker.
     *
     * @param at when
     * @param taskId its id
     * @param method {@code SimpleClass.method}
     * @param outcome how it ended
     * @param worker the worker that had it; empty if none had
     * @param elapsed since its submission
     * @param type name of the exception's class
     * @param message first line of its message, cut where it is long; may be empty
     */
    public record FailedTask(
            Instant at,
            String taskId,
            String method,
            TaskState outcome,
            String worker,
            Duration elapsed,
            String type,
            String message) {}

    /**
     * A task on a time line that has a row for each slot of a place for workers.
     *
     * @param lane its row: place of the worker times {@code concurrency}, and the number of the slot within the worker
     * @param worker the worker that had it
     * @param method {@code SimpleClass.method}
     * @param start when the worker had it
     * @param elapsed from then to its end
     * @param outcome how it ended
     */
    public record TaskSpan(
            int lane, String worker, String method, Instant start, Duration elapsed, TaskState outcome) {}

    /**
     * A worker that became ready.
     *
     * @param at when
     * @param worker its name
     * @param pid its process id
     * @param place its place, as {@link PoolStats.WorkerStats#place()}
     */
    public record WorkerStart(Instant at, String worker, long pid, int place) {}

    private static <K extends Enum<K>, V> Map<K, V> inOrder(Map<K, V> counts, Class<K> type) {
        if (counts.isEmpty()) {
            return Map.of();
        }
        EnumMap<K, V> copy = new EnumMap<>(type);
        copy.putAll(counts);
        return Collections.unmodifiableMap(copy);
    }
}
