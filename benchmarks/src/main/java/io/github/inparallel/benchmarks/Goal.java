package io.github.inparallel.benchmarks;

import java.util.OptionalDouble;

/**
 * What is wanted, as a ratio of two figures of one run or as a bound of one, and what came of it.
 *
 * @param measure such as M1
 * @param text what is wanted
 * @param actual as measured; empty where it was not
 * @param atMost whether the bound is the largest value allowed, else the smallest
 */
record Goal(String measure, String text, OptionalDouble actual, boolean atMost, double bound) {

    static Goal atMost(String measure, String text, OptionalDouble actual, double bound) {
        return new Goal(measure, text, actual, true, bound);
    }

    static Goal atLeast(String measure, String text, OptionalDouble actual, double bound) {
        return new Goal(measure, text, actual, false, bound);
    }

    /** One figure over another; empty if either was not measured. */
    static OptionalDouble ratio(OptionalDouble figure, OptionalDouble base) {
        return figure.isPresent() && base.isPresent()
                ? OptionalDouble.of(figure.getAsDouble() / base.getAsDouble())
                : OptionalDouble.empty();
    }

    String verdict() {
        if (actual.isEmpty()) {
            return "not measured";
        }
        double value = actual.getAsDouble();
        return (atMost ? value <= bound : value >= bound) ? "met" : "**not met**";
    }

    String wanted() {
        return (atMost ? "≤ " : "≥ ") + Report.number(bound);
    }
}
