package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.LoggedLines;
import io.github.inparallel.pool.PoolStats;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What failures of the supervisor amount to; in a time of the test's own. */
class SupervisionHealthTests {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final LoggedLines lines = new LoggedLines(SupervisionHealth.class.getName());
    private final SupervisionHealth health = new SupervisionHealth("ocr", Duration.ofSeconds(1));
    private long now = Long.MAX_VALUE - SECOND; // the clock passes its end

    @AfterEach
    void close() {
        lines.close();
    }

    private long turn(boolean fails) {
        health.turnBegins(now);
        health.doing("sizing");
        if (fails) {
            health.failed(new IllegalStateException("thrown by a test"), now);
        }
        return health.turnEnds(now);
    }

    @Test
    void supervisorThatWorksHasNoPauses() {
        assertThat(turn(false)).isZero();
        assertThat(health.isInThisTurn()).isFalse();
        assertThat(health.isDown()).isFalse();
        assertThat(health.outage(now)).isNull();
        assertThat(lines.all()).isEmpty();
    }

    @Test
    void pausesDoubleUpToTheLongestWhileEachTurnFails() {
        long[] pauses = new long[12];
        for (int i = 0; i < pauses.length; i++) {
            pauses[i] = turn(true) / MILLI;
        }

        assertThat(pauses).containsExactly(1, 2, 4, 8, 16, 32, 64, 100, 100, 100, 100, 100);
        assertThat(turn(false)).isZero();
        assertThat(turn(true)).isEqualTo(MILLI);
    }

    @Test
    void failuresThatFollowEachOtherAreLoggedOnce() {
        health.turnBegins(now);
        health.doing("sizing");
        health.failed(new IllegalStateException(), now);
        health.failed(new IllegalStateException(), now);
        health.turnEnds(now);
        turn(true);

        assertThat(lines.all())
                .containsExactly("ERROR Supervision of pool 'ocr' failed in one step, sizing; it is tried again");
    }

    @Test
    void poolIsDownAfterManyTurnsThatFailedForLongUntilOneSucceeds() {
        turn(true);
        now += SECOND;
        for (int i = 2; i < 10; i++) {
            turn(true);
            assertThat(health.isDown()).as("turn %d", i).isFalse();
        }

        turn(true);

        assertThat(health.isDown()).isTrue();
        assertThat(health.outage(now))
                .extracting(PoolStats.Outage::reason)
                .isEqualTo("its supervision fails again and again in one step, sizing: "
                        + "java.lang.IllegalStateException: thrown by a test");
        turn(false);
        assertThat(health.isDown()).isFalse();
        assertThat(lines.starting("INFO")).containsExactly("INFO Pool 'ocr' is up again: its supervision works");
    }

    @Test
    void manyTurnsThatFailInShortAreBorne() {
        for (int i = 0; i < 100; i++) {
            turn(true);
        }
        now += SECOND - 1;
        turn(true);
        assertThat(health.isDown()).isFalse();
        now += 1;
        turn(true);
        assertThat(health.isDown()).isTrue();
    }

    @Test
    void oneTurnThatSucceedsBeginsTheCountAnew() {
        for (int i = 0; i < 9; i++) {
            turn(true);
        }
        turn(false);
        now += SECOND;

        turn(true);

        assertThat(health.isDown()).isFalse();
    }

    @Test
    void supervisorThatDoesNotComeOnIsSeenFromOutside() {
        health.begins(Thread.currentThread());
        health.turnBegins(now);
        health.doing("sizing");

        assertThat(health.outage(now + 30 * SECOND - 1)).isNull();
        assertThat(health.outage(now + 30 * SECOND))
                .extracting(PoolStats.Outage::reason)
                .isEqualTo("its supervisor has been busy for 30 s in one step, sizing");
        health.rests();
        assertThat(health.outage(now + 300 * SECOND)).isNull();
    }

    @Test
    void supervisorThatHasEndedIsSeenFromOutsideUnlessItEndedInOrder() throws InterruptedException {
        Thread supervisor = new Thread(() -> {});
        supervisor.start();
        supervisor.join();
        health.begins(supervisor);
        health.doing("sizing");

        assertThat(health.outage(now))
                .extracting(PoolStats.Outage::reason)
                .isEqualTo("its supervisor has ended in one step, sizing");
        health.ends();
        assertThat(health.outage(now + 300 * SECOND)).isNull();
    }

    @Test
    void supervisorThatGaveUpStaysDownAndKeepsWhy() {
        health.turnBegins(now);
        health.doing("sizing");
        health.failed(new IllegalStateException("thrown by a test"), now);
        health.gaveUp();
        health.gaveUp();

        assertThat(health.outage(now))
                .extracting(PoolStats.Outage::reason)
                .asString()
                .startsWith("its supervision has ended in one step, sizing");
        assertThat(health.lastFailure()).hasMessage("thrown by a test");
    }

    @Test
    void failureThatCannotBePrintedTakesThePoolDownAllTheSame() {
        health.failed(
                new IllegalStateException() {
                    @Override
                    public String getMessage() {
                        throw new UnsupportedOperationException();
                    }
                },
                now);

        health.gaveUp();

        assertThat(health.isDown()).isTrue();
        assertThat(health.outage(now))
                .extracting(PoolStats.Outage::reason)
                .isEqualTo("its supervision fails, and there is no memory to say why");
    }
}
