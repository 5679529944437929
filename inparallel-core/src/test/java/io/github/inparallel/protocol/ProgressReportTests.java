package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressReportTests {

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void fractionsCross(double fraction) throws ProtocolException {
        ProgressReport report = new ProgressReport(fraction, "half", 12);

        assertThat(ProgressReport.of(report.toFrame(1))).isEqualTo(report);
    }

    @Test
    void looksSoOnTheWire() {
        Frame frame = new ProgressReport(1, "a", 2).toFrame(3);

        assertThat(frame.type()).isEqualTo(FrameType.PROGRESS);
        assertThat(frame.taskId()).isEqualTo(3);
        assertThat(HexFormat.ofDelimiter(" ").formatHex(frame.payload()))
                .isEqualTo("3f f0 00 00 00 00 00 00 00 00 00 01 61 00 00 00 00 00 00 00 02");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-Double.MIN_VALUE, 1.0000000000000002, Double.NEGATIVE_INFINITY, Double.NaN})
    void whatIsNoFractionIsRefused(double fraction) {
        Frame frame = new ProgressReport(fraction, "a", 2).toFrame(3);

        assertThatThrownBy(() -> ProgressReport.of(frame))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("progress of " + fraction);
    }

    @Test
    void messageIsCut() throws ProtocolException {
        ProgressReport report = new ProgressReport(0, "x".repeat(4_097), 0);

        assertThat(report.message()).hasSize(4_096);
        assertThat(ProgressReport.of(report.toFrame(1))).isEqualTo(report);
    }
}
