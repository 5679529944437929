package io.github.inparallel.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeoutTextTests {

    @ParameterizedTest
    @CsvSource({
        "30s, PT30S",
        "30 s, PT30S",
        "30S, PT30S",
        "+30s, PT30S",
        " 5m , PT5M",
        "PT2H, PT2H",
        "1ns, PT0.000000001S",
        "none, PT0S",
        "NONE, PT0S",
        "9223372036854775807ns, PT87600H",
        "92233720368547758070s, PT87600H"
    })
    void textOfALimitIsRead(String text, Duration limit) {
        assertThat(TimeoutText.parse(text)).isEqualTo(limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "soon", "-3s", "0s", "PT0S", "-PT3S", "3 weeks", "PT99999999999999999999999S"})
    void textThatIsNoLimitIsRefused(String text) {
        assertThatThrownBy(() -> TimeoutText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout: " + text)
                .hasMessageContaining("30s");
    }

    @Test
    void emptyTextIsNoWord() {
        assertThat(TimeoutText.parse("")).isNull();
        assertThat(TimeoutText.parse("  ")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "30, PT0.03S, true",
        "3000, PT3S, true",
        "30ms, PT0.03S, false",
        "10ms, PT0.01S, false",
        "9ms, PT0.009S, true",
        "0, PT0S, false",
        "none, PT0S, false",
        "PT30S, PT30S, false"
    })
    void numberAloneAndVeryShortLimitMayLackTheirUnit(String text, Duration limit, boolean mayLack) {
        assertThat(TimeoutText.mayLackUnit(text, limit)).isEqualTo(mayLack);
    }
}
