package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectionTests {

    private static StackTraceElement element(int line) {
        return new StackTraceElement("a.B", "c", "B.java", line);
    }

    @Test
    void crosses() throws ProtocolException {
        Inspection inspection = new Inspection(
                17,
                List.of(
                        element(12),
                        new StackTraceElement("d.E", "f", null, -2),
                        new StackTraceElement("", "", "", 0)));

        Inspection read = Inspection.of(inspection.toFrame(5));

        assertThat(read.runningNanos()).isEqualTo(17);
        assertThat(read.stack())
                .containsExactly(
                        element(12),
                        new StackTraceElement("d.E", "f", null, -2),
                        new StackTraceElement("", "", null, 0));
    }

    @Test
    void looksSoOnTheWire() {
        Frame frame = new Inspection(-1, List.of(new StackTraceElement("B", "c", null, 10))).toFrame(5);

        assertThat(frame.type()).isEqualTo(FrameType.INSPECTED);
        assertThat(frame.taskId()).isEqualTo(5);
        assertThat(HexFormat.ofDelimiter(" ").formatHex(frame.payload()))
                .isEqualTo("ff ff ff ff ff ff ff ff 00 00 00 01 00 00 00 01 42 00 00 00 01 63 00 00 00 00 00 00 00 0a");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE / 2})
    void timesThatCanBeReckonedWithAreRead(long nanos) throws ProtocolException {
        assertThat(Inspection.of(new Inspection(nanos, List.of()).toFrame(1)).runningNanos())
                .isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE})
    void timesThatWouldOverflowAreRefused(long nanos) {
        Frame frame = new Inspection(nanos, List.of()).toFrame(1);

        assertThatThrownBy(() -> Inspection.of(frame))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a task that has run for " + nanos + "ns");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_024, 1_025, 3_000})
    void stackIsCutAtItsFarEnd(int depth) throws ProtocolException {
        List<StackTraceElement> stack =
                IntStream.range(0, depth).mapToObj(InspectionTests::element).toList();

        Inspection read = Inspection.of(new Inspection(1, stack).toFrame(1));

        assertThat(read.stack()).isEqualTo(stack.subList(0, Math.min(depth, 1_024)));
    }

    @Test
    void namesAreCut() throws ProtocolException {
        String name = "n".repeat(1_025);

        Inspection read =
                Inspection.of(new Inspection(1, List.of(new StackTraceElement(name, name, name, 1))).toFrame(1));

        String cut = "n".repeat(1_024);
        assertThat(read.stack()).containsExactly(new StackTraceElement(cut, cut, cut, 1));
    }
}
