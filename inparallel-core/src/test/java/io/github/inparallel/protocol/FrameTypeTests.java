package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTypeTests {

    /** Whoever changes this raises {@link Hello#VERSION} too. */
    @Test
    void orderIsTheWireFormat() {
        assertThat(FrameType.values())
                .extracting(Enum::name)
                .containsExactly(
                        "HELLO",
                        "READY",
                        "START_FAILED",
                        "PING",
                        "PONG",
                        "TASK",
                        "RESULT",
                        "ERROR",
                        "CANCEL",
                        "INSPECT",
                        "INSPECTED",
                        "PROGRESS",
                        "RETIRE",
                        "EXITING",
                        "STARTED",
                        "LOG",
                        "LEVELS",
                        "REPORT",
                        "DUMP",
                        "DUMPED",
                        "REVOKE",
                        "REVOKED",
                        "EXHAUSTED",
                        "HISTOGRAM",
                        "COUNTED",
                        "TOLD");
        assertThat(Hello.VERSION).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void typeIsFoundByItsPlace(FrameType type) throws ProtocolException {
        assertThat(FrameType.of(type.ordinal())).isEqualTo(type);
        assertThat(type.ordinal() & Frame.ATTACHED).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 26, 0x7f})
    void placeThatNoneHasIsRefused(int code) {
        assertThatThrownBy(() -> FrameType.of(code))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("unknown frame type " + code);
    }
}
