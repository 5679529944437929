package io.github.inparallel.benchmarks;

import java.util.List;
import java.util.Optional;

/**
 * One figure of one contender in one round.
 *
 * @param measure such as M1
 * @param contender whose figure it is
 * @param figure what was measured
 * @param unit of the value; the word that stands in its place where there is none ("hangs")
 * @param value not a number where there is none
 */
record Measurement(String measure, String contender, String figure, String unit, double value) {

    private static final String MARK = "@@";

    /** Said by a measuring process to the one that started it. */
    static void say(String figure, String unit, double value) {
        System.out.println(String.join("\t", MARK, figure, unit, Double.toString(value)));
    }

    /** Said where there is no figure, but a word. */
    static void sayWord(String figure, String word) {
        say(figure, word, Double.NaN);
    }

    /** Microseconds of middle and worst hundredth. */
    static void say(String prefix, Percentiles percentiles) {
        say(prefix + "p50", "µs", percentiles.p50() / 1e3);
        say(prefix + "p99", "µs", percentiles.p99() / 1e3);
    }

    /** What a measuring process said in this line; empty if it said something else. */
    static Optional<Measurement> heard(String measure, String contender, String line) {
        List<String> parts = List.of(line.split("\t", -1));
        return parts.size() == 4 && parts.get(0).equals(MARK)
                ? Optional.of(new Measurement(
                        measure, contender, parts.get(1), parts.get(2), Double.parseDouble(parts.get(3))))
                : Optional.empty();
    }

    boolean isWord() {
        return Double.isNaN(value);
    }
}
