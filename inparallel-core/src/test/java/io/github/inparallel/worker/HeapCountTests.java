package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.protocol.HeapHistogram;
import io.github.inparallel.protocol.WireLimit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeapCountTests {

    private static final String TEXT = """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         20817        1877696  [B (java.base@17.0.15)
               2:         19999         479976  java.lang.String (java.base@17.0.15)
               3:            17            272  com.example.Page
            Total         40833        2357944
            """;

    @Test
    void rowsAndTotalAreRead() {
        HeapHistogram histogram = HeapCount.parse(TEXT);

        assertThat(histogram.failure()).isEmpty();
        assertThat(histogram.instances()).isEqualTo(40833);
        assertThat(histogram.bytes()).isEqualTo(2357944);
        assertThat(histogram.classes())
                .containsExactly(
                        new HeapHistogram.Row(20817, 1877696, "byte[]"),
                        new HeapHistogram.Row(19999, 479976, "java.lang.String"),
                        new HeapHistogram.Row(17, 272, "com.example.Page"));
    }

    @ParameterizedTest
    @CsvSource({
        "[B, byte[]",
        "[[J, long[][]",
        "[Z, boolean[]",
        "[[[Lcom.example.Page;, com.example.Page[][][]",
        "com.example.Page$$Lambda/0x00007f, com.example.Page$$Lambda/0x00007f",
        "[, [",
        "[L, L[]",
    })
    void classesAreNamedAsInSourceText(String jvm, String expected) {
        assertThat(HeapCount.parse("  1:  5  80  " + jvm).classes())
                .extracting(HeapHistogram.Row::name)
                .containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "No such command", "Total 1 2", "Total: 99999999999999999999 1"})
    void whatIsNoHistogramIsAFailureThatQuotesIt(String text) {
        assertThat(HeapCount.parse(text).failure())
                .contains("cannot be counted")
                .contains(text);
    }

    @Test
    void onlySoManyClassesAreTold() {
        String rows = IntStream.range(0, 10_000)
                .mapToObj(i -> "  " + i + ":  1  16  Class" + i)
                .collect(Collectors.joining("\n"));

        assertThat(HeapCount.parse(rows).classes()).hasSize(WireLimit.HEAP_CLASSES.most());
    }

    @Test
    void ownHeapHasStrings() {
        HeapHistogram histogram = HeapCount.now();

        assertThat(histogram.failure()).isEmpty();
        assertThat(histogram.classes()).extracting(HeapHistogram.Row::name).contains("java.lang.String", "byte[]");
        assertThat(histogram.bytes()).isPositive();
    }
}
