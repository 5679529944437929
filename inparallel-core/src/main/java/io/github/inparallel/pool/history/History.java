package io.github.inparallel.pool.history;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.TaskState;
import io.github.inparallel.pool.PoolHistory;
import io.github.inparallel.pool.PoolHistory.FailedTask;
import io.github.inparallel.pool.PoolHistory.WorkerStart;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a pool has done in the last hour. Told by whoever ends a task and by the supervisor; read by anybody. It never
 * throws: what goes wrong here harms no task and no worker. Thread-safe.
 */
public final class History {

    private static final Log log = Log.of(History.class);

    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);
    private static final int MINUTE = 12; // intervals
    private static final int FIVE = 60;
    private static final int MOST_EVENTS = 50;
    private static final int TYPE_BYTES = 100;
    private static final int MESSAGE_BYTES = 200;
    private static final int NAME_BYTES = 100;

    private final String pool;
    private final Machine machine;
    private final long origin; // when interval 0 began
    private final long firstStamp;
    private volatile boolean failed; // it has been logged that something went wrong here
    private volatile long memoryLookedAt = -1; // number of the interval in which somebody looked; by whoever looks

    private final Lock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Intervals intervals;

    @GuardedBy("lock")
    private Methods methods = new Methods();

    @GuardedBy("lock")
    private final Spans spans = new Spans();

    @GuardedBy("lock")
    private final Recent<PoolStats.ExitStats> deaths = new Recent<>(MOST_EVENTS);

    @GuardedBy("lock")
    private final Recent<Failure> failures = new Recent<>(MOST_EVENTS);

    @GuardedBy("lock")
    private final Recent<Start> starts = new Recent<>(MOST_EVENTS);

    @GuardedBy("lock")
    private final Sample sample = new Sample();

    @GuardedBy("lock")
    private long stamp; // what comes now is part of the answer with this cursor

    /** A worker that became ready. */
    private record Start(long nanos, int worker, long pid, int place) {}

    /** @param pool its name, with which the names of its workers and tasks begin */
    public History(String pool, Machine machine) {
        this.pool = pool;
        this.machine = machine;
        Instant time = machine.timeOfDay();
        long sinceEpoch = TimeUnit.SECONDS.toNanos(time.getEpochSecond() % (FIVE * 5)) + time.getNano();
        long now = machine.nanoTime();
        this.origin = now - sinceEpoch; // so that minutes are those of clocks
        // Greater than all that an earlier process can have given out, and small enough for a double.
        this.firstStamp = TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + time.getNano() / 1_000;
        this.stamp = firstStamp + 1;
        this.intervals = new Intervals((now - origin) / INTERVAL);
    }

    // ---- what happens

    /** A task has ended. */
    public void ended(RecordedTask task, TaskState outcome, @Nullable Throwable failure, long now) {
        try {
            Lane lane = task.lane();
            long end = task.endedNanos() == 0 ? now : task.endedNanos();
            long start = lane == null ? 0 : task.assignedNanos();
            String method = Texts.cut(task.displayName(), NAME_BYTES);
            Failure failed = isFailure(outcome) ? failure(task, method, outcome, failure, end) : null;
            lock.lock();
            try {
                advance(end);
                count(method, Outcomes.number(outcome), lane, start, lane == null ? -1 : Math.max(0, end - start));
                if (failed != null) {
                    failures.add(failed, stamp);
                    methods.failed(failed);
                }
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    private static boolean isFailure(TaskState outcome) {
        return outcome == TaskState.FAILED || outcome == TaskState.TIMED_OUT || outcome == TaskState.WORKER_LOST;
    }

    private static Failure failure(
            RecordedTask task, String method, TaskState outcome, @Nullable Throwable failure, long end) {
        String message;
        try {
            message = Texts.firstLine(failure == null ? null : failure.getMessage());
        } catch (Throwable e) { // user code
            message = "";
        }
        return new Failure(
                end,
                task.id(),
                method,
                outcome,
                task.lane(),
                end - task.submittedNanos(),
                Texts.cut(Texts.type(failure), TYPE_BYTES),
                Texts.cut(message, MESSAGE_BYTES));
    }

    @GuardedBy("lock")
    private void count(String method, int outcome, @Nullable Lane lane, long start, long nanos) {
        intervals.count(outcome, nanos);
        int number = methods.count(method, outcome, nanos);
        if (lane != null) {
            spans.add(lane.worker(), lane.row(), number, outcome, start, nanos, stamp);
        }
    }

    /** A worker has ended. */
    public void exited(PoolStats.ExitStats exit) {
        try {
            lock.lock();
            try {
                deaths.add(exit, stamp);
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    /**
     * A worker is ready.
     *
     * @param worker its number
     */
    public void ready(int worker, long pid, int place) {
        try {
            long now = machine.nanoTime();
            lock.lock();
            try {
                starts.add(new Start(now, worker, pid, place), stamp);
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    // ---- time

    /** Looks at the pool, and finishes the intervals that are over. What was not looked at in time is as it was before. */
    public void look(Gauges gauges) {
        try {
            long now = machine.nanoTime();
            long number = (now - origin) / INTERVAL;
            Sample found = new Sample();
            found.running = gauges.running();
            found.queued = gauges.queued();
            gauges.countWorkers(found.workers);
            boolean withMemory = memoryLookedAt != number;
            if (withMemory) {
                memoryLookedAt = number;
                found.memory = gauges.memory(); // not under the lock: it reads files
            }
            lock.lock();
            try {
                advance(now);
                sample.take(found, withMemory);
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    @GuardedBy("lock")
    private void advance(long now) {
        long number = (now - origin) / INTERVAL;
        if (number - intervals.present() > 2 * Intervals.MOST) { // nobody looked for hours
            methods = new Methods();
            intervals.skipTo(number - Intervals.MOST);
        }
        while (intervals.present() < number) {
            intervals.finish(sample, stamp);
            if (intervals.present() % MINUTE == 0) {
                methods.minuteEnds();
                if (intervals.present() % FIVE == 0) {
                    methods.fiveEnds();
                }
            }
        }
    }

    private void failed(Throwable failure) {
        if (!failed) {
            failed = true;
            log.warn("The history of pool '{}' is incomplete; this is said once", pool, failure);
        }
    }

    // ---- reading

    /** @param since a cursor; what is none of this pool's asks for everything */
    public PoolHistory after(long since, Gauges gauges) {
        look(gauges);
        lock.lock();
        try {
            long now = machine.nanoTime();
            Instant time = machine.timeOfDay();
            LongFunction<Instant> instants = nanos -> time.minusNanos(now - nanos);
            Map<Integer, String> names = new HashMap<>();
            IntFunction<String> workers = number -> names.computeIfAbsent(number, this::worker);
            Methods known = methods;
            long after = since > firstStamp && since < stamp ? since : firstStamp;
            PoolHistory history = new PoolHistory(
                    stamp,
                    intervals.after(after, number -> instants.apply(origin + number * INTERVAL)),
                    methods.all(instants),
                    deaths.after(after, exit -> exit),
                    failures.after(after, failure -> failedTask(failure, workers, instants)),
                    spans.after(after, now - Intervals.MOST * INTERVAL, workers, known::name, instants),
                    starts.after(
                            after,
                            start -> new WorkerStart(
                                    instants.apply(start.nanos()),
                                    workers.apply(start.worker()),
                                    start.pid(),
                                    start.place())));
            stamp++;
            return history;
        } finally {
            lock.unlock();
        }
    }

    private FailedTask failedTask(Failure failure, IntFunction<String> workers, LongFunction<Instant> instants) {
        Lane lane = failure.lane();
        return new FailedTask(
                instants.apply(failure.nanos()),
                pool + "-" + failure.task(),
                failure.method(),
                failure.outcome(),
                lane == null ? "" : workers.apply(lane.worker()),
                Duration.ofNanos(failure.elapsed()),
                failure.type(),
                failure.message());
    }

    private String worker(int number) {
        return pool + "-" + number;
    }
}
