package io.github.inparallel.benchmarks;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Times one call after another. */
final class Latency {

    /** A call that is timed. */
    interface Call {
        void run() throws Exception;
    }

    private static final int MOST_SAMPLES = 2_000_000;
    private static final long PACE_NANOS = 1_000_000;

    private Latency() {}

    /** Calls without a pause. */
    static Percentiles steady(Call call, int warmUpMillis, int measureMillis) throws Exception {
        times(call, warmUpMillis, 0);
        return Percentiles.of(times(call, measureMillis, 0));
    }

    /** One call each millisecond. */
    static Percentiles paced(Call call, int warmUpMillis, int measureMillis) throws Exception {
        times(call, warmUpMillis / 2, 0);
        times(call, warmUpMillis / 2, PACE_NANOS);
        return Percentiles.of(times(call, measureMillis, PACE_NANOS));
    }

    private static long[] times(Call call, int millis, long paceNanos) throws Exception {
        long[] samples = new long[MOST_SAMPLES];
        int count = 0;
        long next = System.nanoTime();
        long end = next + millis * 1_000_000L;
        while (count < MOST_SAMPLES && System.nanoTime() < end) {
            for (long now = System.nanoTime(); paceNanos > 0 && now < next; now = System.nanoTime()) {
                LockSupport.parkNanos(next - now);
            }
            next = Math.max(next + paceNanos, System.nanoTime() - paceNanos);
            long start = System.nanoTime();
            call.run();
            samples[count++] = System.nanoTime() - start;
        }
        return Arrays.copyOf(samples, count);
    }
}
