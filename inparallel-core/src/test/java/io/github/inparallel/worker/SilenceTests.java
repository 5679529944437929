package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SilenceTests {

    private static final long LONGEST = 40_000;

    private long now = Long.MAX_VALUE - 50_000; // times of System.nanoTime() wrap
    private final Silence silence = new Silence(LONGEST, now);

    @Test
    void whoHearsNothingForTooLongKnowsIt() {
        long begin = now;
        for (long left = silence.look(now); left > 0; left = silence.look(now)) {
            now += left;
        }
        assertThat(now - begin).isEqualTo(LONGEST);
    }

    @Test
    void aWordBeginsItAnew() {
        for (int i = 0; i < 20; i++) {
            now += silence.look(now);
            silence.heard(now);
        }
        assertThat(silence.look(now)).isPositive();
    }

    @Test
    void whatThisProcessMissedWhileItWasStoppedDoesNotCount() {
        now += silence.look(now);
        now += 1_000 * LONGEST; // docker pause, for a day

        long begin = now;
        for (long left = silence.look(now); left > 0; left = silence.look(now)) {
            now += left;
        }
        assertThat(now - begin).isBetween(LONGEST / 2, LONGEST);
    }

    @RepeatedTest(50)
    void onlyTimeInWhichItListenedCounts(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition()); // the seed
        long listened = 0;
        for (long left = silence.look(now); left > 0; left = silence.look(now)) {
            listened += left;
            now += left + (random.nextInt(3) == 0 ? random.nextInt(1_000_000) : 0);
        }
        assertThat(listened).isBetween(LONGEST, LONGEST + LONGEST / 4);
    }
}
