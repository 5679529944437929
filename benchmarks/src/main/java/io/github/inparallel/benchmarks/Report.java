package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** Results as markdown. */
final class Report {

    private final List<Results> jdks;
    private final String head;

    /** @param head what was measured where */
    Report(String head, List<Results> jdks) {
        this.head = head;
        this.jdks = List.copyOf(jdks);
    }

    String markdown() {
        List<String> lines = new ArrayList<>(List.of(head, ""));
        lines.addAll(figures());
        lines.add("");
        lines.addAll(goals());
        return String.join("\n", lines) + "\n";
    }

    private List<String> figures() {
        List<String> lines = new ArrayList<>();
        lines.add(row("| measure | contender | figure | unit", jdk -> "JDK " + jdk.jdk()));
        lines.add(row("| --- | --- | --- | ---", jdk -> "---:"));
        Set<Results.Key> keys = new LinkedHashSet<>();
        jdks.forEach(jdk -> keys.addAll(jdk.keys()));
        List<Results.Key> sorted = new ArrayList<>(keys);
        sorted.sort(java.util.Comparator.comparing(Results.Key::measure)); // stable: else as measured
        for (Results.Key key : sorted) {
            boolean word =
                    jdks.stream().flatMap(jdk -> jdk.rounds(key).stream()).anyMatch(value -> value.isNaN());
            String unit = word ? "" : key.unit();
            lines.add(row(
                    "| " + String.join(" | ", key.measure(), key.contender(), key.figure(), unit),
                    jdk -> word ? (jdk.rounds(key).isEmpty() ? "" : key.unit()) : cell(jdk.rounds(key))));
        }
        return lines;
    }

    private List<String> goals() {
        List<String> lines = new ArrayList<>();
        lines.add(row("| | goal | wanted", jdk -> "JDK " + jdk.jdk()));
        lines.add(row("| --- | --- | ---", jdk -> "---"));
        List<Goal> goals = jdks.isEmpty() ? List.of() : jdks.get(0).goals();
        for (Goal goal : goals) {
            lines.add(row(
                    "| " + String.join(" | ", goal.measure(), goal.text(), goal.wanted()), jdk -> verdict(jdk, goal)));
        }
        return lines;
    }

    /** Of one JDK; while it is being measured not all of its goals are there. */
    private static String verdict(Results jdk, Goal sought) {
        return jdk.goals().stream()
                .filter(goal ->
                        goal.measure().equals(sought.measure()) && goal.text().equals(sought.text()))
                .map(goal -> {
                    OptionalDouble actual = goal.actual();
                    return (actual.isPresent() ? number(actual.getAsDouble()) + ", " : "") + goal.verdict();
                })
                .findFirst()
                .orElse("");
    }

    private String row(String head, java.util.function.Function<Results, String> cell) {
        return head + jdks.stream().map(jdk -> " | " + cell.apply(jdk)).collect(Collectors.joining()) + " |";
    }

    /** Median, and where there were several rounds the smallest and largest. */
    private static String cell(List<Double> rounds) {
        if (rounds.isEmpty()) {
            return "";
        }
        String median = number(Results.median(rounds));
        return rounds.size() == 1
                ? median
                : median + " (" + number(rounds.get(0)) + "–" + number(rounds.get(rounds.size() - 1)) + ")";
    }

    /** Three digits or so. */
    static String number(double value) {
        double size = Math.abs(value);
        String pattern = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
