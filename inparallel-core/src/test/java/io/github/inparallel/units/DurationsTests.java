package io.github.inparallel.units;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DurationsTests {

    static Stream<Duration> endless() {
        return Stream.of(
                Durations.LONGEST,
                Durations.LONGEST.plusNanos(1),
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofMillis(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                ChronoUnit.FOREVER.getDuration(),
                ChronoUnit.ERAS.getDuration());
    }

    @ParameterizedTest
    @MethodSource("endless")
    void whatIsLongerThanTheLongestIsThatLong(Duration endless) {
        assertThat(Durations.capped(endless)).isEqualTo(Durations.LONGEST);
        assertThat(Durations.nanos(endless)).isEqualTo(Durations.LONGEST.toNanos());
        assertThat(Durations.millis(endless)).isEqualTo(Durations.LONGEST.toMillis());
        assertThat(Durations.text(endless)).isEqualTo("3650d");
        assertThat(Durations.text(endless.negated())).isEqualTo("-3650d");
    }

    @Test
    void sumsOfTheLongestDoNotOverflow() {
        assertThat(Math.multiplyExact(Durations.LONGEST.toNanos(), 20)).isPositive();
    }

    @Test
    void nothingIsLessThanZero() {
        assertThat(Durations.nanos(Duration.ofSeconds(Long.MIN_VALUE))).isZero();
        assertThat(Durations.millis(Duration.ofNanos(-1))).isZero();
        assertThat(Durations.text(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo("-3650d");
    }

    @Test
    void lessThanAMillisecondIsNotNone() {
        assertThat(Durations.millis(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(Durations.millis(Duration.ofNanos(1_000_001))).isEqualTo(2);
        assertThat(Durations.millis(Duration.ofMillis(2))).isEqualTo(2);
        assertThat(Durations.millis(Duration.ZERO)).isZero();
        assertThat(Durations.millis(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE / 1_000_000 + 1);
    }

    @Test
    void anyAmountOfAUnitIsADuration() {
        assertThat(Durations.of(3, TimeUnit.HOURS)).isEqualTo(Duration.ofHours(3));
        for (TimeUnit unit : TimeUnit.values()) {
            assertThat(Durations.of(Long.MAX_VALUE, unit)).isEqualTo(Durations.LONGEST);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PT20S, 20s",
        "PT1M30S, 90s",
        "PT60S, 1m",
        "PT1.5S, 1500ms",
        "PT0.00005S, 50us",
        "PT0.000000001S, 1ns",
        "PT0S, 0s",
        "PT24H, 1d",
        "PT36H, 36h",
        "PT-2S, -2s"
    })
    void textIsOneNumberAndOneUnit(Duration duration, String text) {
        assertThat(Durations.text(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "5, 5B",
        "9999, 9999B",
        "1024, 1KB",
        "67108864, 64MB",
        "1073741824, 1GB",
        "1610612736, 1536MB",
        "70123456, 66.9MB",
        "20000, 19.5KB",
        "9223372036854775807, 8388608.0TB",
        "-1, -1B"
    })
    void sizesAreReadable(long bytes, String text) {
        assertThat(Sizes.text(bytes)).isEqualTo(text);
    }
}
