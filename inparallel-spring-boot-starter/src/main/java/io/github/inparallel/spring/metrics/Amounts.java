package io.github.inparallel.spring.metrics;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Amounts that were recorded since somebody looked last: how many of about each size (a sixteenth of a power of two) and
 * their exact sum. Guarded by itself.
 */
final class Amounts {

    private static final int SHIFT = 48; // leaves sign, exponent and four bits of the rest

    private Map<Integer, Bucket> buckets = new HashMap<>();
    private double largest; // of those
    private long count; // of all that were ever recorded
    private double total;
    private double max;

    /** Amounts of about one size. */
    static final class Bucket {
        private long count;
        private double sum;

        long count() {
            return count;
        }

        double sum() {
            return sum;
        }
    }

    /** Amounts that were taken out. */
    record Taken(Map<Integer, Bucket> buckets, double largest) {}

    synchronized void record(double amount) {
        add(1, amount, amount);
    }

    /** Records so many amounts of which only the sum is known. */
    synchronized void record(long number, double sum) {
        add(number, sum, sum / number);
    }

    private void add(long number, double sum, double each) {
        Bucket bucket = buckets.computeIfAbsent((int) (Double.doubleToRawLongBits(each) >> SHIFT), key -> new Bucket());
        bucket.count += number;
        bucket.sum += sum;
        largest = Math.max(largest, each);
        count += number;
        total += sum;
        max = Math.max(max, each);
    }

    /** Takes out what was recorded since the last time; null if nothing was. */
    synchronized @Nullable Taken take() {
        if (buckets.isEmpty()) {
            return null;
        }
        Taken taken = new Taken(buckets, largest);
        buckets = new HashMap<>();
        largest = 0;
        return taken;
    }

    synchronized long count() {
        return count;
    }

    synchronized double total() {
        return total;
    }

    synchronized double max() {
        return max;
    }
}
