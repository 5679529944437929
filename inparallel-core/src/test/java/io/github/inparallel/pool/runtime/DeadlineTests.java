package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTests {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE - 1, Long.MIN_VALUE, Long.MIN_VALUE + 1})
    void limitOfAnySizeIsLaterOrNever(long now) {
        assertThat(Deadline.after(now, Long.MAX_VALUE)).isEqualTo(Deadline.NEVER);
        assertThat(Deadline.after(now, Duration.ofSeconds(Long.MAX_VALUE))).matches(at -> !Deadline.isDue(at, now));
        assertThat(Deadline.after(now, (Duration) null)).isEqualTo(Deadline.NEVER);
        assertThat(Deadline.isDue(Deadline.NEVER, now)).isFalse();
    }

    @Test
    void earlierIsTheOneThatComesFirstWhateverTheClockSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long now = random.nextLong();
            long one = Deadline.after(now, random.nextLong(Duration.ofDays(3650).toNanos()));
            long other =
                    Deadline.after(now, random.nextLong(Duration.ofDays(3650).toNanos()));
            assertThat(Deadline.earlier(one, other) - now)
                    .as("seed %s", seed)
                    .isEqualTo(Math.min(one - now, other - now));
            assertThat(Deadline.earlier(one, Deadline.NEVER)).isEqualTo(one);
            assertThat(Deadline.earlier(Deadline.NEVER, one)).isEqualTo(one);
        }
    }
}
