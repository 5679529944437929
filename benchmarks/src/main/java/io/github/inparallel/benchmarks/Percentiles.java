package io.github.inparallel.benchmarks;

import java.util.Arrays;

/**
 * The middle and the worst hundredth of a series of times, in nanoseconds.
 *
 * @param count how many there were
 */
record Percentiles(long p50, long p99, int count) {

    /** @throws IllegalArgumentException if there are none */
    static Percentiles of(long[] samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        return new Percentiles(at(sorted, 0.5), at(sorted, 0.99), sorted.length);
    }

    private static long at(long[] sorted, double part) {
        return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
    }
}
