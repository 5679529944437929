package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.protocol.HeapHistogram.Row;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeapHistogramTests {

    @Test
    void crosses() throws ProtocolException {
        HeapHistogram counted = new HeapHistogram("", 3, 100, List.of(new Row(2, 80, "byte[]"), new Row(1, 20, "A")));

        assertThat(HeapHistogram.of(counted.toFrame())).isEqualTo(counted);
        assertThat(HeapHistogram.of(HeapHistogram.failed("no").toFrame())).isEqualTo(HeapHistogram.failed("no"));
    }

    @Test
    void looksSoOnTheWire() {
        Frame frame = new HeapHistogram("a", 1, 2, List.of(new Row(3, 0, "b"))).toFrame();

        assertThat(frame.type()).isEqualTo(FrameType.COUNTED);
        assertThat(frame.taskId()).isZero();
        assertThat(HexFormat.ofDelimiter(" ").formatHex(frame.payload()))
                .isEqualTo("00 00 00 01 61 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02 00 00 00 01"
                        + " 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00 01 62");
    }

    @Test
    void largestClassesCross() throws ProtocolException {
        for (int count : new int[] {49, 50, 51}) {
            List<Row> rows = IntStream.range(0, count)
                    .mapToObj(i -> new Row(i, 0, "C" + i))
                    .toList();

            HeapHistogram read = HeapHistogram.of(new HeapHistogram("", 0, 0, rows).toFrame());

            assertThat(read.classes()).isEqualTo(rows.subList(0, Math.min(count, 50)));
        }
    }

    @Test
    void whatIsTooMuchIsCutWhereItIsWritten() throws ProtocolException {
        HeapHistogram huge = new HeapHistogram(
                "f".repeat(10_000), 1, 1, Collections.nCopies(1_000, new Row(1, 1, "n".repeat(10_000))));

        HeapHistogram read = HeapHistogram.of(huge.toFrame());

        assertThat(read.failure()).hasSize(WireLimit.HEAP_FAILURE.most());
        assertThat(read.classes()).hasSize(WireLimit.HEAP_CLASSES.most());
        assertThat(read.classes().get(0).name()).hasSize(WireLimit.HEAP_CLASS_NAME.most());
    }

    @Test
    void figuresThatCannotBeBreakTheProtocol() {
        for (HeapHistogram lie : List.of(
                new HeapHistogram("", -1, 0, List.of()),
                new HeapHistogram("", 0, -1, List.of()),
                new HeapHistogram("", 0, 0, List.of(new Row(-1, 0, "A"))),
                new HeapHistogram("", 0, 0, List.of(new Row(0, Long.MIN_VALUE, "A"))))) {
            assertThatThrownBy(() -> HeapHistogram.of(lie.toFrame()))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageMatching("a heap with -\\d+ objects or bytes");
        }
    }
}
