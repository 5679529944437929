package io.github.inparallel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTests {

    @Test
    void middleAndWorstHundredthOfHundred() {
        long[] descending = LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray();

        assertThat(Percentiles.of(descending)).isEqualTo(new Percentiles(50, 99, 100));
    }

    @Test
    void oneSampleIsBoth() {
        assertThat(Percentiles.of(new long[] {7})).isEqualTo(new Percentiles(7, 7, 1));
    }

    @Test
    void nothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Percentiles.of(new long[0]));
    }
}
