package io.github.inparallel.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskState;
import io.github.inparallel.pool.PoolHistory.Window;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is counted of one method, and for how long. */
class TallyTests {

    private static final long[] NO_TIMES = new long[LogScale.SIZE];
    private static final int SUCCEEDED = Outcomes.number(TaskState.SUCCEEDED);
    private static final int REFUSED = Outcomes.number(TaskState.REFUSED);

    private final Columns columns = new Columns();
    private final Tally tally = new Tally();
    private int minute;

    private void minuteEnds() {
        tally.minuteEnds(columns);
        columns.minuteEnded();
        if (++minute % 5 == 0) {
            tally.fiveEnds(columns);
            columns.fiveEnded();
        }
    }

    private long ofFiveMinutes() {
        return tally.fiveMinutes(NO_TIMES).calls();
    }

    private long ofHour() {
        return tally.hour(NO_TIMES).calls();
    }

    @Test
    void newOneIsEmpty() {
        assertThat(tally.isEmpty()).isTrue();
        assertThat(tally.hour(NO_TIMES))
                .isEqualTo(new Window(0, Map.of(), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void outcomesMeanAndLongestAreExact() {
        tally.count(SUCCEEDED, 1);
        tally.count(SUCCEEDED, 10);
        tally.count(REFUSED, -1); // never ran
        minuteEnds();
        tally.count(SUCCEEDED, 1_000_000);

        Window window = tally.fiveMinutes(NO_TIMES);
        assertThat(window.calls()).isEqualTo(4);
        assertThat(window.ended())
                .containsExactly(Map.entry(TaskState.SUCCEEDED, 3L), Map.entry(TaskState.REFUSED, 1L));
        assertThat(window.mean()).isEqualTo(Duration.ofNanos(1_000_011 / 3));
        assertThat(window.max()).isEqualTo(Duration.ofMillis(1));
        assertThat(tally.hour(NO_TIMES)).isEqualTo(window);
    }

    @Test
    void taskIsForgottenAfterFourMinutesAtLeastAndFiveAtMost() {
        tally.count(SUCCEEDED, 1);
        for (int i = 0; i < 4; i++) {
            minuteEnds();
            assertThat(ofFiveMinutes()).isOne();
        }
        minuteEnds();
        assertThat(ofFiveMinutes()).isZero();
        assertThat(ofHour()).isOne();
    }

    @Test
    void taskIsForgottenAfterFiftyFiveMinutesAtLeastAndAnHourAtMost() {
        for (int offset = 0; offset < 5; offset++) {
            tally.count(SUCCEEDED, 1);
            int lived = 0;
            while (ofHour() > 0) {
                minuteEnds();
                lived++;
            }
            assertThat(lived).isBetween(56, 60); // whole minutes, the first of which had begun
            assertThat(tally.isEmpty()).isTrue();
            minuteEnds();
        }
    }

    @Test
    void taskEachMinuteAddsUp() {
        for (int i = 1; i <= 300; i++) {
            tally.count(SUCCEEDED, 1);
            assertThat(ofFiveMinutes()).isEqualTo(Math.min(i, 5));
            assertThat(ofHour()).isBetween(Math.min(i, 56L), Math.min(i, 60L));
            minuteEnds();
        }
    }
}
