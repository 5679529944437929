package io.github.inparallel.spring.ui;

import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolHistory;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.pool.WorkerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a pool at this moment into what the page shows of it. */
final class PoolState {

    private static final int MOST_WAITING = 50;
    private static final int MOST_METHODS = 100;
    private static final int LONGEST_TEXT = 300;
    private static final int MOST_LINES = 20;

    private static final Set<Cause> EXPECTED = Set.of(Cause.SHUTDOWN, Cause.IDLE, Cause.RECYCLED);

    private final WorkerPool pool;
    private final int most;

    /** @param most entries of a list */
    PoolState(WorkerPool pool, int most) {
        this.pool = pool;
        this.most = most;
    }

    /**
     * Looks at it once.
     *
     * @param since how far its history is known
     * @param next is told how far it is known now
     * @param diagnosis is shown what is found
     */
    StateDocument.Pool look(Cursor since, Cursor next, Diagnosis diagnosis, Instant now) {
        PoolOptions options = pool.options();
        PoolStats stats = pool.stats();
        List<PoolStats.WaitingTask> waiting = pool.waitingTasks(MOST_WAITING);
        PoolHistory history = pool.history(since.of(pool.name()));
        next.read(pool.name(), history.cursor());
        diagnosis.look(options, stats, waiting, now);
        return new StateDocument.Pool(
                pool.name(),
                status(stats),
                stats.outage().map(outage -> cut(outage.reason())).orElse(null),
                stats.outage().map(outage -> outage.since().toEpochMilli()).orElse(null),
                stats.inFlight(),
                stats.running(),
                stats.queued(),
                stats.size().min(),
                stats.size().max(),
                options.concurrency(),
                options.queueCapacity(),
                stats.memory(),
                stats.maxMemory().isPresent()
                        ? stats.maxMemory().getAsLong() * stats.size().max()
                        : null,
                stats.workers().stream().limit(most).map(this::worker).toList(),
                waiting.stream()
                        .limit(most)
                        .map(task -> new StateDocument.Waiting(
                                task.taskId(),
                                cut(task.method()),
                                task.waiting().toMillis()))
                        .toList(),
                stats.refusedMethods().stream()
                        .limit(most)
                        .map(refused -> new StateDocument.Refused(
                                cut(refused.method()), refused.remaining().toMillis(), cut(refused.lastCause())))
                        .toList(),
                history(history));
    }

    private String status(PoolStats stats) {
        if (pool.isShutdown()) {
            return "closed";
        }
        return stats.down() ? "down" : stats.draining() ? "draining" : "up";
    }

    private StateDocument.Worker worker(PoolStats.WorkerStats worker) {
        return new StateDocument.Worker(
                worker.name(),
                worker.pid(),
                label(worker.state()),
                worker.age().toMillis(),
                worker.tasksDone(),
                worker.memory().isPresent() ? worker.memory().getAsLong() : null,
                worker.heap().map(PoolStats.HeapStats::used).orElse(null),
                worker.heap().map(PoolStats.HeapStats::max).orElse(null),
                worker.place(),
                worker.tasks().stream()
                        .limit(most)
                        .map(task -> new StateDocument.Running(
                                task.taskId(),
                                cut(task.method()),
                                task.elapsed().toMillis(),
                                task.timeout().map(Duration::toMillis).orElse(null),
                                task.progress().orElse(null),
                                task.progressMessage().map(PoolState::cut).orElse(null),
                                task.traceId().orElse(null)))
                        .toList());
    }

    private StateDocument.History history(PoolHistory history) {
        Map<String, Integer> names = new LinkedHashMap<>();
        List<List<Number>> spans = new ArrayList<>();
        for (PoolHistory.TaskSpan span : last(history.spans())) {
            spans.add(List.of(
                    span.start().toEpochMilli(),
                    millis(span.elapsed()),
                    span.lane(),
                    OUTCOMES.indexOf(span.outcome()),
                    index(names, cut(span.method())),
                    index(names, span.worker())));
        }
        return new StateDocument.History(
                last(history.intervals()).stream().map(PoolState::interval).toList(),
                history.methods().stream()
                        .limit(Math.min(most, MOST_METHODS))
                        .map(this::method)
                        .toList(),
                last(history.deaths()).stream().map(this::death).toList(),
                last(history.failures()).stream().map(this::failure).toList(),
                spans,
                last(history.starts()).stream()
                        .map(start -> new StateDocument.Start(
                                start.at().toEpochMilli(), start.worker(), start.pid(), start.place()))
                        .toList(),
                List.copyOf(names.keySet()),
                omitted(history.intervals())
                        + omitted(history.deaths())
                        + omitted(history.failures())
                        + omitted(history.spans())
                        + omitted(history.starts()));
    }

    /** The ends of tasks in the order in which intervals and spans have them. */
    private static final List<TaskState> OUTCOMES = List.of(
            TaskState.SUCCEEDED,
            TaskState.FAILED,
            TaskState.TIMED_OUT,
            TaskState.CANCELLED,
            TaskState.WORKER_LOST,
            TaskState.REFUSED);

    private static final List<WorkerState> STATES =
            List.of(WorkerState.STARTING, WorkerState.IDLE, WorkerState.BUSY, WorkerState.RETIRING);

    private static List<Number> interval(PoolHistory.Interval interval) {
        List<Number> row = new ArrayList<>(StateDocument.History.INTERVAL.size());
        row.add(interval.start().toEpochMilli());
        OUTCOMES.forEach(outcome -> row.add(interval.ended().getOrDefault(outcome, 0L)));
        row.add(interval.running());
        row.add(interval.queued());
        STATES.forEach(state -> row.add(interval.workers().getOrDefault(state, 0)));
        row.add(interval.memory());
        row.add(millis(interval.p50()));
        row.add(millis(interval.p99()));
        return row;
    }

    private StateDocument.Method method(PoolHistory.MethodHistory method) {
        return new StateDocument.Method(
                cut(method.method()),
                window(method.fiveMinutes()),
                window(method.hour()),
                method.lastFailure()
                        .map(last -> new StateDocument.LastFailure(
                                last.at().toEpochMilli(), cut(last.type()), cut(last.message())))
                        .orElse(null));
    }

    private static StateDocument.Window window(PoolHistory.Window window) {
        Map<String, Long> outcomes = new TreeMap<>();
        window.ended().forEach((outcome, count) -> outcomes.put(outcome.label(), count));
        return new StateDocument.Window(
                window.calls(),
                outcomes,
                millis(window.mean()),
                millis(window.p50()),
                millis(window.p99()),
                millis(window.max()));
    }

    private StateDocument.Death death(PoolStats.ExitStats death) {
        Optional<String> signal = death.exit().signal();
        List<String> lines = death.lastStderr();
        return new StateDocument.Death(
                death.at().toEpochMilli(),
                death.worker(),
                death.pid(),
                death.age().toMillis(),
                death.tasksDone(),
                death.exit().cause().label(),
                EXPECTED.contains(death.exit().cause()),
                death.exit().exitCode(),
                signal.orElse(null),
                cut(death.explanation()),
                death.tasks().stream()
                        .limit(most)
                        .map(task -> cut(task.method()))
                        .distinct()
                        .toList(),
                lines.subList(Math.max(0, lines.size() - Math.min(most, MOST_LINES)), lines.size()).stream()
                        .map(PoolState::cut)
                        .toList(),
                death.errorFile().map(Object::toString).orElse(null),
                death.place());
    }

    private StateDocument.Failure failure(PoolHistory.FailedTask failure) {
        return new StateDocument.Failure(
                failure.at().toEpochMilli(),
                failure.taskId(),
                cut(failure.method()),
                failure.outcome().label(),
                failure.worker(),
                failure.elapsed().toMillis(),
                cut(failure.type()),
                cut(failure.message()));
    }

    /** Returns the last of them, so many as there is room for. */
    private <T> List<T> last(List<T> all) {
        return all.subList(all.size() - Math.min(most, all.size()), all.size());
    }

    private int omitted(List<?> all) {
        return Math.max(0, all.size() - most);
    }

    private static int index(Map<String, Integer> names, String name) {
        return names.computeIfAbsent(name, key -> names.size());
    }

    private static String label(WorkerState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1000.0) / 1000.0; // with its microseconds
    }

    private static String cut(@Nullable String text) {
        if (text == null || text.length() <= LONGEST_TEXT) {
            return text == null ? "" : text;
        }
        return text.substring(0, LONGEST_TEXT) + "…";
    }
}
