package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerStartException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StartBreakerTests { // B31

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final StartBreaker breaker = new StartBreaker(3, 60 * SECOND);

    private boolean fail(long launched, long now) {
        return breaker.failed(launched, now, false, new WorkerStartException("no", 1, "", null));
    }

    @Test
    void poolIsDownAfterSoManyFailuresInARow() {
        assertThat(fail(0, SECOND)).isFalse();
        assertThat(fail(SECOND, 2 * SECOND)).isFalse();
        assertThat(fail(2 * SECOND, 3 * SECOND)).isTrue();
        assertThat(breaker.isDown()).isTrue();
        assertThat(fail(3 * SECOND, 4 * SECOND)).as("it was down before").isFalse();
    }

    @Test
    void timeThatStartingTakesDoesNotCount() {
        fail(0, 60 * SECOND);
        fail(60 * SECOND, 120 * SECOND);
        assertThat(fail(120 * SECOND, 180 * SECOND)).isTrue();
    }

    @Test
    void failuresFarApartAreForgotten() {
        fail(0, SECOND);
        fail(40 * SECOND, 41 * SECOND);
        assertThat(fail(80 * SECOND, 81 * SECOND)).isFalse();
    }

    @Test
    void answerStartsTheCountAnewButKeepsThePace() {
        fail(0, SECOND);
        fail(SECOND, 2 * SECOND);
        breaker.answered();
        assertThat(fail(2 * SECOND, 3 * SECOND)).isFalse();
        assertThat(breaker.mayStart(3 * SECOND, 0)).isFalse();
        breaker.started();
        assertThat(breaker.mayStart(3 * SECOND, 5)).isTrue();
    }

    @Test
    void pausesGrowToHalfAMinuteAndOneIsTriedAtATime() {
        long now = 0;
        for (int i = 0; i < 20; i++) {
            fail(now, now);
            long pause = breaker.nextTry() - now;
            assertThat(pause).isEqualTo(Math.min(30 * SECOND, (SECOND / 10) << i));
            now = breaker.nextTry();
            assertThat(breaker.mayStart(now - 1, 0)).isFalse();
            assertThat(breaker.mayStart(now, 1)).isFalse();
            assertThat(breaker.mayStart(now, 0)).isTrue();
        }
    }

    @Test
    void poolWithOtherWorkersIsNotDown() {
        for (int i = 0; i < 10; i++) {
            assertThat(breaker.failed(i, i, true, new WorkerStartException("no", 1, "", null)))
                    .isFalse();
        }
        assertThat(fail(11, 11)).isTrue();
        assertThat(breaker.ready()).isTrue();
        assertThat(breaker.isDown()).isFalse();
    }
}
