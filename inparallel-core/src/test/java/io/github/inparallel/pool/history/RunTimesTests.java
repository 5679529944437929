package io.github.inparallel.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long tasks ran is known within a sixteenth, whatever there is to keep. */
class RunTimesTests {

    private static final int METHODS = 33;

    private final RunTimes times = new RunTimes(METHODS);
    private final Columns columns = new Columns();
    private int minute;

    private void minuteEnds() {
        times.minuteEnds(columns);
        columns.minuteEnded();
        if (++minute % 5 == 0) {
            times.fiveEnds(columns);
            columns.fiveEnded();
        }
    }

    private static long sum(long[] counts) {
        return Arrays.stream(counts).sum();
    }

    @Test
    void methodsAreCountedApart() {
        times.count(0, 1_000);
        times.count(1, 1_000);
        times.count(1, 2_000);

        assertThat(sum(times.ofFiveMinutes(0))).isEqualTo(1);
        assertThat(sum(times.ofFiveMinutes(1))).isEqualTo(2);
        assertThat(sum(times.ofHour(1))).isEqualTo(2);
        assertThat(times.ofHour(1)[LogScale.step(2_000)]).isEqualTo(1);
        assertThat(sum(times.ofHour(2))).isZero();
    }

    @Test
    void timesAreForgottenWithTheirMinutes() {
        times.count(3, 1_000);
        for (int i = 0; i < 5; i++) {
            assertThat(sum(times.ofFiveMinutes(3))).isEqualTo(1);
            minuteEnds();
        }
        assertThat(sum(times.ofFiveMinutes(3))).isZero();
        for (int i = 5; i < 60; i++) {
            assertThat(sum(times.ofHour(3))).isEqualTo(1);
            minuteEnds();
        }
        assertThat(sum(times.ofHour(3))).isZero();
    }

    @Test
    void pastTimesKeepTheirWeight() {
        for (int i = 0; i < 100_000; i++) {
            times.count(0, 1_000);
        }
        for (int i = 0; i < 1_000; i++) {
            times.count(0, 1_000_000);
        }
        for (int i = 0; i < 7; i++) {
            minuteEnds();
        }
        long[] counts = times.ofHour(0);
        assertThat(counts[LogScale.step(1_000)]).isBetween(93_750L, 106_250L);
        assertThat(counts[LogScale.step(1_000_000)]).isBetween(937L, 1_063L);
    }

    @Test
    void timeThatThereIsNoRoomForCountsInTheNearestStep() {
        for (int method = 0; method < METHODS; method++) {
            for (int step = 0; step < LogScale.SIZE; step++) {
                times.count(method, LogScale.number(step));
            }
        }
        for (int method = 0; method < METHODS; method++) {
            assertThat(sum(times.ofFiveMinutes(method))).as("method %d", method).isEqualTo(LogScale.SIZE);
        }
    }

    @Test
    void roomIsFreeAgainWhenAnHourHasPassed() {
        for (int step = 0; step < LogScale.SIZE; step++) {
            for (int method = 0; method < METHODS; method++) {
                times.count(method, LogScale.number(step));
            }
        }
        for (int i = 0; i < 60; i++) {
            minuteEnds();
        }
        for (int step = 0; step < LogScale.SIZE; step++) {
            times.count(7, LogScale.number(step));
        }
        assertThat(Arrays.stream(times.ofHour(7)).filter(count -> count == 1)).hasSize(LogScale.SIZE);
    }

    @Test
    void percentilesOfEachMethodAreRightWithinASixteenth() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long[][] all = new long[METHODS][];
        for (int method = 0; method < METHODS; method++) {
            long base = 1L << random.nextInt(45); // from a nanosecond to hours
            all[method] = random.longs(2_000, base, base * 20).toArray();
        }
        for (int i = 0; i < 2_000; i++) {
            for (int method = 0; method < METHODS; method++) {
                times.count(method, all[method][i]);
            }
        }
        for (int method = 0; method < METHODS; method++) {
            Arrays.sort(all[method]);
            for (double part : new double[] {0.5, 0.99}) {
                double exact = all[method][(int) Math.ceil(2_000 * part) - 1];
                assertThat((double) LogScale.number(LogScale.percentile(times.ofHour(method), part)))
                        .as("%s of method %d, seed %d", part, method, seed)
                        .isBetween(exact * 15 / 16, exact * 17 / 16);
            }
        }
    }
}
