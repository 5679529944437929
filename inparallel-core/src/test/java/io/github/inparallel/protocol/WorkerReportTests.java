package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerReportTests {

    @Test
    void crosses() throws ProtocolException {
        WorkerReport report = new WorkerReport(List.of("ocr", "cache"), List.of("web: held back"), List.of("slow", ""));

        assertThat(WorkerReport.of(report.toFrame())).isEqualTo(report);
        assertThat(WorkerReport.of(WorkerReport.EMPTY.toFrame())).isEqualTo(WorkerReport.EMPTY);
    }

    @Test
    void looksSoOnTheWire() {
        Frame frame = new WorkerReport(List.of("a"), List.of(), List.of("b", "c")).toFrame();

        assertThat(frame.type()).isEqualTo(FrameType.REPORT);
        assertThat(HexFormat.ofDelimiter(" ").formatHex(frame.payload()))
                .isEqualTo("00 00 00 01 00 00 00 01 61 00 00 00 00 00 00 00 02 00 00 00 01 62 00 00 00 01 63");
    }

    @Test
    void whatIsAddedLaterIsNotReported() {
        List<String> lines = new ArrayList<>(List.of("a"));
        WorkerReport report = new WorkerReport(lines, lines, lines);

        lines.add("b");

        assertThat(report).isEqualTo(new WorkerReport(List.of("a"), List.of("a"), List.of("a")));
    }
}
