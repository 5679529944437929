package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What was measured on one JDK, of all rounds. Confined to the thread that runs the measures. */
final class Results {

    /** A row of the table. */
    record Key(String measure, String contender, String figure, String unit) {}

    private final String jdk;
    private final Map<Key, List<Double>> values = new LinkedHashMap<>();
    private final List<Goal> goals = new ArrayList<>();

    Results(String jdk) {
        this.jdk = jdk;
    }

    String jdk() {
        return jdk;
    }

    void add(Measurement measured) {
        values.computeIfAbsent(
                        new Key(measured.measure(), measured.contender(), measured.figure(), measured.unit()),
                        key -> new ArrayList<>())
                .add(measured.value());
    }

    void add(List<Goal> more) {
        goals.addAll(more);
    }

    List<Goal> goals() {
        return List.copyOf(goals);
    }

    List<Key> keys() {
        return List.copyOf(values.keySet());
    }

    /** Of all rounds, from the smallest to the largest; empty where it was not measured. */
    List<Double> rounds(Key key) {
        return values.getOrDefault(key, List.of()).stream().sorted().toList();
    }

    /** The median of all rounds. */
    OptionalDouble median(String measure, String contender, String figure) {
        return values.keySet().stream()
                .filter(key -> key.measure().equals(measure)
                        && key.contender().equals(contender)
                        && key.figure().equals(figure))
                .map(this::rounds)
                .filter(rounds -> !rounds.get(0).isNaN())
                .mapToDouble(Results::median)
                .findFirst();
    }

    /** The median of this figure of each peer that has it. */
    List<Double> ofPeers(String measure, List<String> peers, String figure) {
        return peers.stream()
                .map(peer -> median(measure, peer, figure))
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList();
    }

    static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
