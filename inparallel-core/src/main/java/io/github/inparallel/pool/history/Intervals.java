package io.github.inparallel.pool.history;

import io.github.inparallel.pool.PoolHistory.Interval;
import io.github.inparallel.pool.WorkerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** The last hour of a pool in steps of five seconds, and the present step. Guarded by the history's lock. */
final class Intervals {

    static final int MOST = 720;

    private static final WorkerState[] STATES = WorkerState.values();

    // Of finished intervals, at their numbers modulo MOST.
    private final long[] stamps = new long[MOST];
    private final int[] ended = new int[MOST * Outcomes.COUNT];
    private final int[] running = new int[MOST];
    private final int[] queued = new int[MOST];
    private final char[] workers = new char[MOST * STATES.length];
    private final long[] memory = new long[MOST];
    private final short[] medians = new short[MOST]; // steps of the scale; -1 if no task has run
    private final short[] percentiles = new short[MOST];
    private long first; // number of the first one that is kept
    private long present; // number of the one that is not finished

    // Of the present one.
    private final int[] endedNow = new int[Outcomes.COUNT];
    private final long[] times = new long[LogScale.SIZE];
    private boolean ran;

    /** @param present number of the first interval */
    Intervals(long present) {
        this.present = present;
        this.first = present;
    }

    /** Returns the number of the interval that is not finished. */
    long present() {
        return present;
    }

    /** Counts a task that has ended, and how long it ran if that is not negative. */
    void count(int outcome, long nanos) {
        endedNow[outcome]++;
        if (nanos >= 0) {
            times[LogScale.step(nanos)]++;
            ran = true;
        }
    }

    /** Finishes the present interval. */
    void finish(Sample sample, long stamp) {
        int at = (int) (present % MOST);
        stamps[at] = stamp;
        System.arraycopy(endedNow, 0, ended, at * Outcomes.COUNT, Outcomes.COUNT);
        running[at] = sample.running;
        queued[at] = sample.queued;
        for (int i = 0; i < STATES.length; i++) {
            workers[at * STATES.length + i] = (char) Math.min(sample.workers[i], Character.MAX_VALUE);
        }
        memory[at] = sample.memory;
        medians[at] = (short) (ran ? LogScale.percentile(times, 0.5) : -1);
        percentiles[at] = (short) (ran ? LogScale.percentile(times, 0.99) : -1);
        clearPresent();
        present++;
        first = Math.max(first, present - MOST);
    }

    /** Forgets everything: the present interval is another one from now on. */
    void skipTo(long number) {
        present = number;
        first = number;
        clearPresent();
    }

    private void clearPresent() {
        Arrays.fill(endedNow, 0);
        if (ran) {
            Arrays.fill(times, 0);
            ran = false;
        }
    }

    /**
     * Returns what was finished after a stamp, oldest first.
     *
     * @param starts says when an interval began
     */
    List<Interval> after(long stamp, LongFunction<Instant> starts) {
        List<Interval> found = new ArrayList<>();
        for (long number = first; number < present; number++) {
            int at = (int) (number % MOST);
            if (stamps[at] > stamp) {
                found.add(new Interval(
                        starts.apply(number),
                        Outcomes.map(ended, at * Outcomes.COUNT),
                        running[at],
                        queued[at],
                        workers(at),
                        memory[at],
                        duration(medians[at]),
                        duration(percentiles[at])));
            }
        }
        return found;
    }

    private Map<WorkerState, Integer> workers(int at) {
        Map<WorkerState, Integer> map = new EnumMap<>(WorkerState.class);
        for (int i = 0; i < STATES.length; i++) {
            int count = workers[at * STATES.length + i];
            if (count > 0) {
                map.put(STATES[i], count);
            }
        }
        return map;
    }

    private static Duration duration(short step) {
        return step < 0 ? Duration.ZERO : Duration.ofNanos(LogScale.number(step));
    }
}
