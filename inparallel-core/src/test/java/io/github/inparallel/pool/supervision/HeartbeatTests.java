package io.github.inparallel.pool.supervision;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a worker is pinged, and when it counts as one that does not answer; in a time of the test's own. */
class HeartbeatTests {

    private static final long SECOND = SECONDS.toNanos(1);

    private final RecordedControl control = new RecordedControl();
    private final Heartbeat heartbeat = new Heartbeat(
            PoolOptions.builder()
                    .heartbeatInterval(Duration.ofSeconds(1))
                    .heartbeatTimeout(Duration.ofSeconds(3))
                    .build(),
            control);
    private final Worker worker = TestWorkers.launched();
    private long now;

    private void begin(long at) {
        now = at;
        heartbeat.begin(worker, at);
    }

    private long beatAfter(long nanos) {
        now += nanos;
        return heartbeat.beat(worker, now);
    }

    private void answer() {
        heartbeat.answered(worker);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE - 1_500_000_000L, Long.MIN_VALUE, -1})
    void workerThatAnswersIsPingedEachInterval(long start) {
        begin(start);
        for (int i = 0; i < 5; i++) {
            assertThat(beatAfter(i == 0 ? 0 : SECOND)).isEqualTo(now + SECOND);
            assertThat(control.taken()).containsExactly("send ocr-1 PING");
            answer();
            assertThat(beatAfter(0)).isEqualTo(now + SECOND);
            assertThat(control.taken()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, Long.MAX_VALUE - 1_500_000_000L, Long.MIN_VALUE})
    void workerThatDoesNotAnswerIsKilledOnceTheTimeoutIsOver(long start) {
        begin(start);
        beatAfter(0);
        beatAfter(SECOND);
        beatAfter(SECOND);
        assertThat(control.taken())
                .as("it is how the worker knows that this process lives")
                .containsExactly("send ocr-1 PING", "send ocr-1 PING", "send ocr-1 PING");

        beatAfter(SECOND - 1);
        assertThat(control.taken()).isEmpty();
        assertThat(beatAfter(1)).isEqualTo(Deadline.NEVER);

        assertThat(control.taken()).containsExactly("kill ocr-1 UNRESPONSIVE");
        assertThat(beatAfter(SECOND)).isEqualTo(Deadline.NEVER);
        assertThat(control.taken()).isEmpty();
    }

    @Test
    void pauseOfThisProcessIsNotTheWorkersSilence() {
        begin(1);
        beatAfter(0);
        control.taken();

        beatAfter(60 * SECOND);

        assertThat(control.taken()).containsExactly("send ocr-1 PING");
        beatAfter(SECOND);
        beatAfter(SECOND);
        assertThat(control.taken()).containsExactly("send ocr-1 PING", "send ocr-1 PING");
        beatAfter(SECOND);
        assertThat(control.taken()).containsExactly("kill ocr-1 UNRESPONSIVE");
    }

    @Test
    void workerThatIsLostOrHasNoConnectionIsNobodysBusiness() {
        now = 1;
        assertThat(beatAfter(60 * SECOND)).as("it has no connection").isEqualTo(Deadline.NEVER);
        heartbeat.answered(worker);

        begin(1);
        worker.loses(Deadline.NEVER);

        assertThat(beatAfter(60 * SECOND)).isEqualTo(Deadline.NEVER);
        assertThat(control.taken()).isEmpty();
    }

    @Test
    void workerThatIsGoneIsForgotten() {
        begin(1);
        heartbeat.forget(worker);

        assertThat(beatAfter(60 * SECOND)).isEqualTo(Deadline.NEVER);
        assertThat(control.taken()).isEmpty();
    }

    // ---- a worker whose threads are all stopped, since somebody wants its objects counted

    @Test
    void workerThatIsExcusedIsPingedAndNotKilled() {
        begin(1);
        beatAfter(0);
        heartbeat.excuse(worker, now + 10 * SECOND);
        for (int i = 0; i < 9; i++) {
            control.taken();
            beatAfter(SECOND);
            assertThat(control.taken()).containsExactly("send ocr-1 PING");
        }
    }

    @Test
    void workerThatDoesNotReturnIsKilledALittleLater() {
        begin(1);
        beatAfter(0);
        heartbeat.excuse(worker, now + 2 * SECOND);
        beatAfter(SECOND);
        beatAfter(SECOND);
        beatAfter(SECOND);
        beatAfter(SECOND);
        control.taken();
        beatAfter(SECOND);
        assertThat(control.taken()).containsExactly("kill ocr-1 UNRESPONSIVE");
    }

    @Test
    void silenceOfAWorkerThatHasReturnedCountsAnew() {
        begin(1);
        beatAfter(0);
        heartbeat.excuse(worker, now + 60 * SECOND);
        for (int i = 0; i < 5; i++) {
            beatAfter(SECOND);
        }
        heartbeat.returns(worker, now);
        control.taken();
        beatAfter(SECOND);
        beatAfter(SECOND);
        assertThat(control.taken()).containsExactly("send ocr-1 PING", "send ocr-1 PING");
        beatAfter(SECOND);
        assertThat(control.taken()).containsExactly("kill ocr-1 UNRESPONSIVE");
    }

    @Test
    void workerThatIsNotKnownIsNotExcused() {
        heartbeat.excuse(worker, SECOND);
        heartbeat.returns(worker, SECOND);
        begin(1);
        beatAfter(0);
        heartbeat.returns(worker, now); // it was not excused: its silence goes on
        beatAfter(SECOND);
        beatAfter(SECOND);
        control.taken();
        beatAfter(SECOND);
        assertThat(control.taken()).containsExactly("kill ocr-1 UNRESPONSIVE");
    }
}
