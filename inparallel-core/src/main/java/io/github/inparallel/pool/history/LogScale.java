package io.github.inparallel.pool.history;

/**
 * Numbers on a logarithmic scale, with eight steps to each doubling: what is kept of one differs from it by a sixteenth at
 * most, and not at all below sixteen.
 */
final class LogScale {

    /** Steps that there are, for all numbers. */
    static final int SIZE = 61 * 8;

    private LogScale() {}

    /** Returns the step of a number; of a negative one, that of zero. */
    static int step(long number) {
        if (number < 8) {
            return (int) Math.max(number, 0);
        }
        int exponent = 63 - Long.numberOfLeadingZeros(number);
        return (exponent - 2) * 8 + (int) (number >>> exponent - 3 & 7);
    }

    /** Returns the number in the middle of a step. */
    static long number(int step) {
        if (step < 16) {
            return step;
        }
        int exponent = step / 8 + 2;
        long lowest = 8L + step % 8 << exponent - 3;
        return lowest + (1L << exponent - 4);
    }

    /**
     * Returns the step below or in which a part of all counted numbers lies; -1 if none are counted.
     *
     * @param counts how many numbers are in each step
     */
    static int percentile(long[] counts, double part) {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        long rank = Math.max(1, (long) Math.ceil(all * part));
        for (int step = 0; step < counts.length; step++) {
            rank -= counts[step];
            if (rank <= 0) {
                return step;
            }
        }
        return -1;
    }
}
