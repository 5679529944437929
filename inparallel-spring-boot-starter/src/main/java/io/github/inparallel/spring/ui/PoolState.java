package io.github.inparallel.spring.ui;

import io.github.inparallel.TaskState;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a pool at this moment into what the page shows of it. */
final class PoolState {

    private static final int MOST_WAITING = 50;
    private static final int MOST_ELSEWHERE = 100;
    private static final int MOST_METHODS = 100;
    private static final int LONGEST_TEXT = 300;
    private static final int MOST_LINES = 20;

    private final PoolOptions options;
    private final boolean closed;
    private final PoolStats stats;
    private final List<PoolStats.RemoteTask> elsewhere;
    private final List<PoolStats.WaitingTask> waiting;
    private final PoolHistory history;

    /**
     * @param elsewhere tasks that other members have
     * @param waiting tasks that have waited longest
     * @param history what was not known yet
     */
    PoolState(
            PoolOptions options,
            boolean closed,
            PoolStats stats,
            List<PoolStats.RemoteTask> elsewhere,
            List<PoolStats.WaitingTask> waiting,
            PoolHistory history) {
        this.options = options;
        this.closed = closed;
        this.stats = stats;
        this.elsewhere = elsewhere;
        this.waiting = waiting;
        this.history = history;
    }

    /** Looks at a pool once. */
    static PoolState of(WorkerPool pool, Cursor since) {
        return new PoolState(
                pool.options(),
                pool.isShutdown(),
                pool.stats(),
                pool.remoteTasks(MOST_ELSEWHERE),
                pool.waitingTasks(MOST_WAITING),
                pool.history(since.of(pool.name())));
    }

    /** Notes how far its history is known now. */
    void note(Cursor next) {
        next.read(options.name(), history.cursor());
    }

    void diagnose(Diagnosis diagnosis, Instant now) {
        diagnosis.look(options, stats, elsewhere.size(), waiting, now);
    }

    /**
     * Returns what is shown of it. What is counted is right whatever is left out.
     *
     * @param present most entries of a list of what is now
     * @param past most entries of a list of what has happened
     */
    StateDocument.Pool shown(int present, int past) {
        return new StateDocument.Pool(
                options.name(),
                status(),
                stats.outage().map(outage -> cut(outage.reason())).orElse(null),
                stats.outage().map(outage -> outage.since().toEpochMilli()).orElse(null),
                stats.drainingSince().map(Instant::toEpochMilli).orElse(null),
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
                states(),
                stats.workers().stream()
                        .limit(present)
                        .map(worker -> worker(worker, present))
                        .toList(),
                options.spread() == PoolOptions.Spread.CLUSTER ? elsewhere(present) : null,
                waiting.stream()
                        .limit(present)
                        .map(task -> new StateDocument.Waiting(
                                task.taskId(),
                                cut(task.method()),
                                task.waiting().toMillis()))
                        .toList(),
                stats.refusedMethods().stream()
                        .limit(present)
                        .map(refused -> new StateDocument.Refused(
                                cut(refused.method()), refused.remaining().toMillis(), cut(refused.lastCause())))
                        .toList(),
                history(present, past));
    }

    private String status() {
        if (closed) {
            return "closed";
        }
        return stats.down() ? "down" : stats.draining() ? "draining" : "up";
    }

    private Map<String, Integer> states() {
        Map<String, Integer> states = new TreeMap<>();
        stats.workers().forEach(worker -> states.merge(label(worker.state()), 1, Integer::sum));
        return states;
    }

    private static StateDocument.Worker worker(PoolStats.WorkerStats worker, int most) {
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
                                task.traceId().orElse(null),
                                task.lane()))
                        .toList());
    }

    private List<StateDocument.Elsewhere> elsewhere(int most) {
        return elsewhere.stream()
                .limit(most)
                .map(task -> new StateDocument.Elsewhere(
                        task.taskId(),
                        cut(task.method()),
                        task.member(),
                        task.pid().isPresent() ? task.pid().getAsLong() : null,
                        task.elapsed().toMillis(),
                        task.timeout().map(Duration::toMillis).orElse(null),
                        task.progress().orElse(null),
                        task.progressMessage().map(PoolState::cut).orElse(null),
                        task.traceId().orElse(null)))
                .toList();
    }

    private StateDocument.History history(int present, int past) {
        Map<String, Integer> names = new LinkedHashMap<>();
        List<List<Number>> spans = new ArrayList<>();
        for (PoolHistory.TaskSpan span : last(history.spans(), past)) {
            spans.add(List.of(
                    span.start().toEpochMilli(),
                    millis(span.elapsed()),
                    span.lane(),
                    OUTCOMES.indexOf(span.outcome()),
                    index(names, cut(span.method())),
                    index(names, span.worker())));
        }
        return new StateDocument.History(
                last(history.intervals(), past).stream()
                        .map(PoolState::interval)
                        .toList(),
                history.methods().stream()
                        .limit(Math.min(present, MOST_METHODS))
                        .map(PoolState::method)
                        .toList(),
                last(history.deaths(), past).stream()
                        .map(death -> death(death, past))
                        .toList(),
                last(history.failures(), past).stream().map(PoolState::failure).toList(),
                spans,
                last(history.starts(), past).stream()
                        .map(start -> new StateDocument.Start(
                                start.at().toEpochMilli(), start.worker(), start.pid(), start.place()))
                        .toList(),
                List.copyOf(names.keySet()),
                omitted(history.intervals(), past)
                        + omitted(history.deaths(), past)
                        + omitted(history.failures(), past)
                        + omitted(history.spans(), past)
                        + omitted(history.starts(), past));
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

    private static StateDocument.Method method(PoolHistory.MethodHistory method) {
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

    private static StateDocument.Death death(PoolStats.ExitStats death, int most) {
        Optional<String> signal = death.exit().signal();
        List<String> lines = death.lastStderr();
        return new StateDocument.Death(
                death.at().toEpochMilli(),
                death.worker(),
                death.pid(),
                death.age().toMillis(),
                death.tasksDone(),
                death.exit().cause().label(),
                Diagnosis.EXPECTED.contains(death.exit().cause()),
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

    private static StateDocument.Failure failure(PoolHistory.FailedTask failure) {
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
    private static <T> List<T> last(List<T> all, int most) {
        return all.subList(all.size() - Math.min(most, all.size()), all.size());
    }

    private static int omitted(List<?> all, int most) {
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
