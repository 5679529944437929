package io.github.inparallel.pool.history;

import io.github.inparallel.pool.PoolHistory.TaskSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongFunction;

/** The last tasks that ran, for a time line. Guarded by the history's lock. */
final class Spans {

    static final int MOST = 1_000;

    /** As long as the number of a method means the same for sure. */
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(30);

    private final long[] stamps = new long[MOST];
    private final long[] starts = new long[MOST];
    private final long[] times = new long[MOST];
    private final int[] workers = new int[MOST];
    private final int[] rows = new int[MOST];
    private final byte[] methods = new byte[MOST];
    private final byte[] outcomes = new byte[MOST];
    private long count; // of all that ever came

    void add(Lane lane, int method, int outcome, long start, long nanos, long stamp) {
        int at = (int) (count++ % MOST);
        stamps[at] = stamp;
        starts[at] = start;
        times[at] = nanos;
        workers[at] = lane.worker();
        rows[at] = lane.row();
        methods[at] = (byte) method;
        outcomes[at] = (byte) outcome;
    }

    /**
     * Returns what came after a stamp and within the last half hour, oldest first.
     */
    List<TaskSpan> after(
            long stamp,
            long now,
            IntFunction<String> workerNames,
            IntFunction<String> methodNames,
            LongFunction<Instant> instants) {
        List<TaskSpan> found = new ArrayList<>();
        for (long i = Math.max(0, count - MOST); i < count; i++) {
            int at = (int) (i % MOST);
            if (stamps[at] > stamp && now - starts[at] - times[at] <= LONGEST) {
                found.add(new TaskSpan(
                        rows[at],
                        workerNames.apply(workers[at]),
                        methodNames.apply(methods[at]),
                        instants.apply(starts[at]),
                        Duration.ofNanos(times[at]),
                        Outcomes.state(outcomes[at])));
            }
        }
        return found;
    }
}
