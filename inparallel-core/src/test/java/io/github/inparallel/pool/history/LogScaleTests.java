package io.github.inparallel.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers keep their size on the scale, and so do percentiles. */
class LogScaleTests {

    private static final double ERROR = 1.0 / 16;

    private static long[] counted(long... numbers) {
        long[] counts = new long[LogScale.SIZE];
        for (long each : numbers) {
            counts[LogScale.step(each)]++;
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                7,
                8,
                15,
                16,
                17,
                1_000,
                1_023,
                1_024,
                999_999,
                1_000_000_000,
                3_600_000_000_000L,
                36_000_000_000_000L,
                Long.MAX_VALUE
            })
    void numberIsKeptWithinASixteenth(long number) {
        long kept = LogScale.number(LogScale.step(number));

        assertThat((double) kept).isBetween(number * (1 - ERROR), number * (1 + ERROR));
    }

    @Test
    void smallNumbersAreKept() {
        assertThat(LongStream.range(0, 16)).allMatch(number -> LogScale.number(LogScale.step(number)) == number);
    }

    @Test
    void negativeNumberCountsAsZero() {
        assertThat(LogScale.step(-1)).isZero();
        assertThat(LogScale.step(Long.MIN_VALUE)).isZero();
    }

    @Test
    void eachStepHoldsTheNumberInItsMiddleAndFollowsTheOneBelow() {
        for (int step = 0; step < LogScale.SIZE; step++) {
            assertThat(LogScale.step(LogScale.number(step))).isEqualTo(step);
            if (step > 0) {
                assertThat(LogScale.number(step)).isGreaterThan(LogScale.number(step - 1));
            }
        }
        assertThat(LogScale.step(Long.MAX_VALUE)).isEqualTo(LogScale.SIZE - 1);
    }

    @Test
    void stepsOfNumbersInOrderAreInOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long one = random.nextLong() >>> 1 + random.nextInt(62);
            long other = random.nextLong() >>> 1 + random.nextInt(62);
            assertThat(Integer.compare(LogScale.step(one), LogScale.step(other)) * Long.compare(one, other))
                    .as("%d and %d, seed %d", one, other, seed)
                    .isNotNegative();
        }
    }

    @Test
    void percentilesAreThoseOfTheNumbersWithinASixteenth() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            int size = 1 + random.nextInt(1_000);
            int bits = 1 + random.nextInt(52); // from a nanosecond to weeks
            long[] numbers =
                    random.longs(size).map(each -> 1 + (each >>> 64 - bits)).toArray();
            long[] counts = counted(numbers);
            Arrays.sort(numbers);
            for (double part : new double[] {0.5, 0.99}) {
                double exact = numbers[Math.max(0, (int) Math.ceil(size * part) - 1)];
                assertThat((double) LogScale.number(LogScale.percentile(counts, part)))
                        .as("%s of %d numbers of %d bits, seed %d", part, size, bits, seed)
                        .isBetween(exact * (1 - ERROR), exact * (1 + ERROR));
            }
        }
    }

    @Test
    void nothingHasNoPercentile() {
        assertThat(LogScale.percentile(counted(), 0.5)).isEqualTo(-1);
    }

    @Test
    void oneNumberIsItsOwnPercentile() {
        assertThat(LogScale.percentile(counted(5), 0.5)).isEqualTo(5);
        assertThat(LogScale.percentile(counted(5), 0.99)).isEqualTo(5);
    }
}
