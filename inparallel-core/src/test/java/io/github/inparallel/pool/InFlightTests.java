package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for the last task of a pool hears of it, and of nothing sooner. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InFlightTests {

    private final InFlight inFlight = new InFlight();

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void nobodyWaitsWhereThereIsNone(long nanos) {
        assertThat(inFlight.awaitNone(nanos)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 1_000_000})
    void waitEndsWithItsTime(long nanos) {
        inFlight.begins();

        assertThat(inFlight.awaitNone(nanos)).isFalse();
        assertThat(inFlight.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {20_000_000_000L, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void waitEndsWithTheLastTask(long nanos) {
        inFlight.begins();
        inFlight.begins();
        CompletableFuture<Boolean> waited = CompletableFuture.supplyAsync(() -> inFlight.awaitNone(nanos));

        inFlight.ends();
        assertThat(waited).isNotDone();
        inFlight.ends();

        assertThat(waited.join()).isTrue();
    }

    @Test
    void interruptEndsTheWaitAndStays() {
        inFlight.begins();
        AtomicReference<String> end = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            boolean none = inFlight.awaitNone(Long.MAX_VALUE);
            end.set(none + " " + Thread.currentThread().isInterrupted());
        });
        waiting.start();

        waiting.interrupt();

        await().untilAsserted(() -> assertThat(end).hasValue("false true"));
    }
}
