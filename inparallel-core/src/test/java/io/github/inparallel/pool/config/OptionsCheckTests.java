package io.github.inparallel.pool.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.InvalidOptionException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is refused is named with its value, as people write it, and with what is allowed. */
class OptionsCheckTests {

    private static void assertRefused(ThrowingCallable check, String message) {
        assertThatThrownBy(check).isInstanceOf(InvalidOptionException.class).hasMessage(message);
    }

    private static void assertFine(ThrowingCallable check) {
        assertThatCode(check).doesNotThrowAnyException();
    }

    @Test
    void conditionThatDoesNotHoldIsSaid() {
        assertFine(() -> OptionsCheck.check(true, "name", null, "anything"));
        assertRefused(() -> OptionsCheck.check(false, "name", "a b", "letters"), "name: a b (expected: letters)");
        assertRefused(() -> OptionsCheck.check(false, "name", null, "letters"), "name: null (expected: letters)");
    }

    @Test
    void numberIsRefusedBelowTheLeast() {
        assertFine(() -> OptionsCheck.atLeast("retries", 0, 0));
        assertFine(() -> OptionsCheck.atLeast("retries", Long.MAX_VALUE, 0));
        assertFine(() -> OptionsCheck.atLeast("retries", null, 0));
        assertRefused(() -> OptionsCheck.atLeast("retries", -1, 0), "retries: -1 (expected: >= 0)");
    }

    @Test
    void sizeIsToldInTheLargestUnitThatFits() {
        assertFine(() -> OptionsCheck.sizeAtLeast("heap", 1 << 20, 1 << 20));
        assertFine(() -> OptionsCheck.sizeAtLeast("heap", null, 1 << 20));
        assertThatThrownBy(() -> OptionsCheck.sizeAtLeast("heap", 512 << 10, 1 << 20))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("heap: 512")
                .hasMessageContaining(">= 1")
                .hasMessageContaining("MB");
    }

    @Test
    void durationIsRefusedAtZeroOrBelowIt() {
        assertFine(() -> OptionsCheck.positive("timeout", null));
        assertFine(() -> OptionsCheck.positive("timeout", Duration.ofNanos(1)));
        assertFine(() -> OptionsCheck.notNegative("spin", Duration.ZERO));
        assertRefused(() -> OptionsCheck.positive("timeout", Duration.ZERO), "timeout: 0s (expected: > 0)");
        assertThatThrownBy(() -> OptionsCheck.positive("timeout", Duration.ofSeconds(-3)))
                .hasMessageStartingWith("timeout: -3");
        assertThatThrownBy(() -> OptionsCheck.notNegative("spin", Duration.ofMillis(-1)))
                .hasMessageStartingWith("spin: -1ms")
                .hasMessageEndingWith("(expected: >= 0)");
    }
}
