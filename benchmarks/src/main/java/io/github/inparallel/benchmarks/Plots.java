package io.github.inparallel.benchmarks;

import io.github.inparallel.benchmarks.Plot.Bar;
import io.github.inparallel.benchmarks.Plot.Kind;
import io.github.inparallel.benchmarks.Plot.Panel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Draws the picture of the documentation from a file of results. */
final class Plots {

    private final ResultsFile results;

    private Plots(ResultsFile results) {
        this.results = results;
    }

    /** @param home folder of the module */
    static void draw(ResultsFile results, Path home) throws IOException {
        Path picture = home.resolve("../docs/images/performance.svg").normalize();
        Files.writeString(picture, of(results));
        System.err.println("Drawn in " + picture);
    }

    /** Whether it has all that is drawn. */
    static boolean areIn(ResultsFile results) {
        try {
            return !of(results).isEmpty();
        } catch (IllegalArgumentException e) {
            return false; // not all measures, or not all peers
        }
    }

    static String of(ResultsFile results) {
        Plots plots = new Plots(results);
        return new Plot(
                        "Two processors, median of the rounds, all in one run: " + results.origin(),
                        "Latency, throughput, starts and memory of inparallel beside other pools of processes. The same figures"
                                + " are in tables in docs/performance.md.")
                .svg(List.of(plots.latency(), plots.throughput(), plots.starts(), plots.memory()));
    }

    private Panel latency() {
        return new Panel(
                "Latency of a small call, µs",
                "dot: median, end of the line: 99 %; logarithmic, less is better",
                true,
                3,
                List.of(
                        latency("inparallel", Kind.OURS, "inparallel, Spring"),
                        latency("Hazelcast", Kind.PEER, "Hazelcast"),
                        latency("PP4J", Kind.PEER, "PP4J"),
                        latency("Python, process pool", Kind.PEER, "CPython ProcessPoolExecutor"),
                        latency("Python, fork per call", Kind.PEER, "CPython os.fork per call"),
                        latency("threads, no process", Kind.LIMIT, "in the JVM: ThreadPoolExecutor")));
    }

    private Bar latency(String label, Kind kind, String contender) {
        double median = results.median("M1", contender, "p50");
        double worst = results.median("M1", contender, "p99");
        return new Bar(label, kind, median, worst, Report.number(median) + " / " + Report.number(worst));
    }

    private Panel throughput() {
        return new Panel(
                "Small calls a second, two workers",
                "1,000 in flight, more is better; threads without a process: "
                        + Report.number(results.median("M2", "in the JVM: ThreadPoolExecutor", "throughput")),
                false,
                0,
                List.of(
                        bar("inparallel", Kind.OURS, "M2", "inparallel, Spring", "throughput"),
                        bar("Hazelcast", Kind.PEER, "M2", "Hazelcast", "throughput"),
                        bar("PP4J", Kind.PEER, "M2", "PP4J", "throughput"),
                        bar("Python, process pool", Kind.PEER, "M2", "CPython ProcessPoolExecutor", "throughput"),
                        bar("Python, fork per call", Kind.PEER, "M2", "CPython os.fork per call", "throughput")));
    }

    private Panel starts() {
        return new Panel(
                "Start of a worker, ms",
                "from its launch until it takes calls, less is better",
                false,
                0,
                List.of(
                        start("without Spring", "core, class-cache: off"),
                        start("… with class cache", "core, class-cache: auto"),
                        start("small web application", "web, exploded, class-cache: off"),
                        start("… with class cache", "web, exploded, class-cache: auto"),
                        start("with JPA and H2", "jpa, exploded, class-cache: off"),
                        start("… with class cache", "jpa, exploded, class-cache: auto")));
    }

    private Bar start(String label, String contender) {
        return bar(label, Kind.OURS, "M7", contender, "worker, launch to ready");
    }

    private Panel memory() {
        String figure = "PSS of each, 2 workers";
        return new Panel(
                "Memory of each of two idle workers, MiB",
                "shared pages counted in part (PSS), less is better",
                false,
                0,
                List.of(
                        bar(
                                "small web application",
                                Kind.OURS,
                                "M8",
                                "inparallel, small Spring web application",
                                figure),
                        bar("without Spring", Kind.OURS, "M8", "inparallel, core", figure),
                        bar("a JVM that sleeps", Kind.LIMIT, "M8", "limit: bare JVMs that sleep", figure)));
    }

    private Bar bar(String label, Kind kind, String measure, String contender, String figure) {
        double value = results.median(measure, contender, figure);
        return new Bar(label, kind, value, value, Report.number(value));
    }
}
