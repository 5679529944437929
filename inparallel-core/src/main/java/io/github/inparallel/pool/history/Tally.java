package io.github.inparallel.pool.history;

import io.github.inparallel.pool.PoolHistory.Window;
import java.time.Duration;
import java.util.Arrays;

/** What became of one method's tasks in the last minutes and the last hour, exactly. Guarded by the history's lock. */
final class Tally {

    // The columns: the present minute, past minutes; the present five minutes but for the present one, past times of
    // five.
    private static final int FIVE = Columns.MINUTES;
    private static final int COLUMNS = Columns.MINUTES + Columns.FIVES;

    private final int[] ended = new int[COLUMNS * Outcomes.COUNT];
    private final int[] ran = new int[COLUMNS];
    private final long[] nanos = new long[COLUMNS];
    private final long[] longest = new long[COLUMNS];

    /** Counts a task, and how long it ran if that is not negative. */
    void count(int outcome, long time) {
        ended[outcome]++;
        if (time >= 0) {
            ran[0]++;
            nanos[0] += time;
            longest[0] = Math.max(longest[0], time);
        }
    }

    /** The present minute is over. */
    void minuteEnds(Columns columns) {
        add(0, FIVE);
        move(0, 1 + columns.oldestMinute());
    }

    /** The present five minutes are over, and so is their last one. */
    void fiveEnds(Columns columns) {
        move(FIVE, FIVE + 1 + columns.oldestFive());
    }

    private void add(int from, int to) {
        for (int i = 0; i < Outcomes.COUNT; i++) {
            ended[to * Outcomes.COUNT + i] += ended[from * Outcomes.COUNT + i];
        }
        ran[to] += ran[from];
        nanos[to] += nanos[from];
        longest[to] = Math.max(longest[to], longest[from]);
    }

    private void move(int from, int to) {
        clear(to);
        add(from, to);
        clear(from);
    }

    private void clear(int column) {
        Arrays.fill(ended, column * Outcomes.COUNT, (column + 1) * Outcomes.COUNT, 0);
        ran[column] = 0;
        nanos[column] = 0;
        longest[column] = 0;
    }

    /** Whether no task has ended within the hour. */
    boolean isEmpty() {
        for (int count : ended) {
            if (count != 0) {
                return false;
            }
        }
        return true;
    }

    /** @param times how often each running time occurred within the last five minutes */
    Window fiveMinutes(long[] times) {
        Sum sum = new Sum();
        for (int column = 0; column < Columns.MINUTES; column++) {
            sum.add(column);
        }
        return sum.window(times);
    }

    /** @param times how often each running time occurred within the last hour */
    Window hour(long[] times) {
        Sum sum = new Sum();
        sum.add(0);
        for (int column = FIVE; column < COLUMNS; column++) {
            sum.add(column);
        }
        return sum.window(times);
    }

    /** Several columns. */
    private final class Sum {

        private final int[] all = new int[Outcomes.COUNT];
        private long allRan;
        private long allNanos;
        private long max;

        void add(int column) {
            for (int i = 0; i < Outcomes.COUNT; i++) {
                all[i] += ended[column * Outcomes.COUNT + i];
            }
            allRan += ran[column];
            allNanos += nanos[column];
            max = Math.max(max, longest[column]);
        }

        Window window(long[] times) {
            long calls = 0;
            for (int count : all) {
                calls += count;
            }
            return new Window(
                    calls,
                    Outcomes.map(all, 0),
                    Duration.ofNanos(allRan == 0 ? 0 : allNanos / allRan),
                    percentile(times, 0.5),
                    percentile(times, 0.99),
                    Duration.ofNanos(max));
        }

        private Duration percentile(long[] times, double part) {
            int step = LogScale.percentile(times, part);
            return step < 0 ? Duration.ZERO : Duration.ofNanos(Math.min(max, LogScale.number(step)));
        }
    }
}
