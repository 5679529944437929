package io.github.inparallel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RateTests {

    /** A call that has ended when it is waited for, and counts how many there are at once. */
    private static final class Call extends CompletableFuture<String> {

        private final List<Call> open;

        Call(List<Call> open) {
            this.open = open;
            open.add(this);
        }

        @Override
        public String get() {
            open.remove(this);
            return "";
        }
    }

    @Test
    void asManyAsWereAskedForAreInFlightAndNoneIsLeft() throws Exception {
        List<Call> open = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();

        M2Throughput.rate(
                () -> {
                    Future<?> call = new Call(open);
                    counts.add(open.size());
                    return call;
                },
                3,
                1);

        assertThat(counts).startsWith(1, 2, 3).allMatch(count -> count <= 3);
        assertThat(open).isEmpty();
    }
}
