package io.github.inparallel.pool.history;

import io.github.inparallel.pool.PoolHistory;
import io.github.inparallel.pool.PoolHistory.FailedTask;
import io.github.inparallel.pool.PoolHistory.WorkerStart;
import io.github.inparallel.pool.PoolStats.ExitStats;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** All that is kept of a pool. Guarded by the history's lock. */
final class Ledger implements Journal.Counter {

    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);
    private static final int MINUTE = 12; // intervals
    private static final int FIVE = 60;
    private static final int MOST_EVENTS = 50;
    private static final int TEXT_BYTES = 84 * 1024; // what failures and deaths need; all else has a fixed size

    private final String pool;
    private final long origin; // when interval 0 began
    private final long firstCursor;
    private final Intervals intervals;
    private Methods methods = new Methods();
    private final Spans spans = new Spans();
    private final Deaths deaths = new Deaths();
    private final Recent<Failure> failures = new Recent<>(MOST_EVENTS);
    private final Recent<Start> starts = new Recent<>(MOST_EVENTS);
    private int failureBytes;
    private final Sample sample = new Sample();
    private long cursor; // of the next answer: what comes before it is stamped with it

    /** A worker that became ready. */
    private record Start(long nanos, int worker, long pid, int place) {}

    /**
     * @param pool its name, with which the names of its workers and tasks begin
     * @param time of day
     */
    Ledger(String pool, Instant time, long now) {
        this.pool = pool;
        long second = time.getEpochSecond() % TimeUnit.MINUTES.toSeconds(5);
        this.origin = now - TimeUnit.SECONDS.toNanos(second) - time.getNano(); // so minutes are those of clocks
        this.intervals = new Intervals(interval(now));
        // No process before this one has given out as many, and a double still holds it.
        this.firstCursor = TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + time.getNano() / 1_000;
        this.cursor = firstCursor + 1;
    }

    /** Returns the number of the interval in which a moment lies. */
    private long interval(long nanos) {
        return Math.floorDiv(nanos - origin, INTERVAL);
    }

    // ---- what happens

    @Override
    public void ended(String method, int outcome, @Nullable Lane lane, long nanos, long end) {
        intervals.count(outcome, nanos);
        int number = methods.count(method, outcome, nanos);
        if (lane != null) {
            spans.add(lane, number, outcome, end - nanos, nanos, cursor);
        }
    }

    void failed(Failure failure) {
        Failure oldest = failures.add(failure, cursor);
        failureBytes += failure.bytes() - (oldest == null ? 0 : oldest.bytes());
        methods.failed(failure);
        fit();
    }

    void exited(ExitStats exit, long now) {
        deaths.add(exit, now, cursor);
        fit();
    }

    /** Failures have their room, since each is small; deaths have what they leave of it. */
    private void fit() {
        deaths.fit(TEXT_BYTES - failureBytes - methods.failureBytes());
    }

    void ready(int worker, long pid, int place, long now) {
        starts.add(new Start(now, worker, pid, place), cursor);
    }

    // ---- time

    /** Counts what is in the journal, and finishes the intervals that are over: with what was last seen of the pool. */
    void advance(long now, Journal journal) {
        long number = interval(now);
        if (number - intervals.present() > 2 * Intervals.MOST) { // nobody looked for hours
            journal.takeUntil(origin + (number - Intervals.MOST) * INTERVAL, this);
            methods = new Methods();
            intervals.skipTo(number - Intervals.MOST);
        }
        while (intervals.present() < number) {
            journal.takeUntil(origin + (intervals.present() + 1) * INTERVAL, this);
            intervals.finish(sample, cursor);
            if (intervals.present() % MINUTE == 0) {
                methods.minuteEnds();
                if (intervals.present() % FIVE == 0) {
                    methods.fiveEnds();
                }
            }
        }
        journal.takeAll(this);
    }

    void seen(Sample found) {
        sample.take(found);
    }

    // ---- reading

    /**
     * Returns what came after a cursor.
     *
     * @param since if it was not given out from here, everything is returned
     * @param time of day
     */
    PoolHistory after(long since, Instant time, long now) {
        LongFunction<Instant> instants = nanos -> time.minusNanos(now - nanos);
        Map<Integer, String> names = new HashMap<>();
        IntFunction<String> workers = number -> names.computeIfAbsent(number, this::worker);
        long after = since > firstCursor && since < cursor ? since : firstCursor;
        PoolHistory history = new PoolHistory(
                cursor,
                intervals.after(after, number -> instants.apply(origin + number * INTERVAL)),
                methods.all(instants),
                deaths.after(after, instants),
                failures.after(after, failure -> failedTask(failure, workers, instants)),
                spans.after(after, now, workers, methods::name, instants),
                starts.after(
                        after,
                        start -> new WorkerStart(
                                instants.apply(start.nanos()),
                                workers.apply(start.worker()),
                                start.pid(),
                                start.place())));
        cursor++;
        return history;
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
