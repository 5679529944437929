package io.github.inparallel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReportTests {

    private final Results results = new Results("17.0.1");

    private void measured(String contender, double... values) {
        for (double value : values) {
            results.add(new Measurement("M1", contender, "p50", "µs", value));
        }
    }

    private String report() {
        return new Report("# Head", List.of(results)).markdown();
    }

    @Test
    void rowHasMedianAndSpreadOfRounds() {
        measured("limit", 70, 50, 60);

        assertThat(report()).contains("| M1 | limit | p50 | µs | 60.0 (50.0–70.0) |");
    }

    @Test
    void wordStandsInPlaceOfFigure() {
        results.add(new Measurement("M4", "peer", "next answer", "the caller hangs", Double.NaN));

        assertThat(report()).contains("| M4 | peer | next answer |  | the caller hangs |");
        assertThat(results.median("M4", "peer", "next answer")).isEmpty();
    }

    @Test
    void verdictFollowsFromWhatWasMeasured() {
        measured("limit", 60);
        measured("ours", 12);
        OptionalDouble ratio = Goal.ratio(results.median("M1", "ours", "p50"), results.median("M1", "limit", "p50"));
        results.add(List.of(
                Goal.atMost("M1", "a quarter", ratio, 0.25),
                Goal.atMost("M1", "a tenth", ratio, 0.1),
                Goal.atLeast("M1", "peers", OptionalDouble.empty(), 1)));

        assertThat(report())
                .contains("| M1 | a quarter | ≤ 0.25 | 0.20, met |")
                .contains("| M1 | a tenth | ≤ 0.10 | 0.20, **not met** |")
                .contains("| M1 | peers | ≥ 1.00 | not measured |");
    }

    @Test
    void jdkThatIsStillBeingMeasuredHasGapsInItsColumn() {
        measured("limit", 60);
        results.add(List.of(Goal.atMost("M1", "half", OptionalDouble.of(0.2), 0.5)));

        assertThat(new Report("# Head", List.of(results, new Results("25.0.1"))).markdown())
                .contains("| M1 | limit | p50 | µs | 60.0 |  |")
                .contains("| M1 | half | ≤ 0.50 | 0.20, met |  |");
    }

    @Test
    void whatAProgramSaidIsHeardAndTheRestIsNot() {
        assertThat(Measurement.heard("M1", "ours", "@@\tp50\tµs\t12.5"))
                .contains(new Measurement("M1", "ours", "p50", "µs", 12.5));
        assertThat(Measurement.heard("M1", "ours", "some log line")).isEmpty();
    }
}
