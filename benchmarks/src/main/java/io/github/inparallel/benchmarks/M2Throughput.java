package io.github.inparallel.benchmarks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/** How many no-op calls there are in a second, two workers, many in flight. */
final class M2Throughput implements Measure {

    private static final int IN_FLIGHT = 1_000;
    private static final String OURS = "inparallel, Spring";
    private static final String LIMIT = "limit: raw messages, one system call each";
    private static final List<String> PEERS = List.of("PP4J", "Hazelcast", "CPython ProcessPoolExecutor");

    @Override
    public String id() {
        return "M2";
    }

    @Override
    public String title() {
        return "no-op calls in a second, two workers, " + IN_FLIGHT
                + " in flight, one thread that submits and collects";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        Effort effort = setting.effort();
        List<Trial> trials = new ArrayList<>();
        trials.add(raw(setting, LIMIT, 1));
        trials.add(raw(setting, "limit: raw messages, in batches of 64", 64));
        trials.add(calls(setting, OURS, "spring"));
        trials.add(calls(setting, "inparallel, core", "core"));
        trials.add(calls(setting, "in the JVM: ThreadPoolExecutor", "threads"));
        if (effort.peers()) {
            trials.add(calls(setting, PEERS.get(0), "pp4j"));
            trials.add(calls(setting, PEERS.get(1), "hazelcast"));
            trials.add(Trial.python(
                    setting, PEERS.get(2), "pool.py", "throughput", effort.warmUpMillis(), effort.measureMillis()));
            trials.add(Trial.python(
                    setting,
                    "CPython os.fork per call",
                    "fork.py",
                    "throughput",
                    effort.warmUpMillis(),
                    effort.measureMillis()));
        }
        return trials;
    }

    private static Trial raw(Setting setting, String contender, int batch) {
        Effort effort = setting.effort();
        return Trial.java(
                        setting,
                        contender,
                        RawMessages.class,
                        batch,
                        Cores.second(),
                        effort.warmUpMillis(),
                        effort.measureMillis())
                .onFirstCore();
    }

    private static Trial calls(Setting setting, String contender, String name) {
        Effort effort = setting.effort();
        return Trial.java(
                setting, contender, M2Throughput.class, name, effort.warmUpMillis() * 2, effort.measureMillis());
    }

    @Override
    public List<Goal> goals(Results results) {
        OptionalDouble ours = results.median("M2", OURS, "throughput");
        OptionalDouble best = results.ofPeers("M2", PEERS, "throughput").stream()
                .mapToDouble(rate -> rate)
                .max();
        return List.of(
                Goal.atLeast("M2", "calls in a second", ours, 150_000),
                Goal.atLeast("M2", "calls in a second, the aim", ours, 300_000),
                Goal.atLeast("M2", "over the best peer's", Goal.ratio(ours, best), 1),
                Goal.atLeast(
                        "M2",
                        "over the raw messages of one system call each (for information)",
                        Goal.ratio(ours, results.median("M2", LIMIT, "throughput")),
                        0));
    }

    /** @param args contender; milliseconds of warm-up and of measurement */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        try (Contender contender = Contender.start(args[0], 2)) {
            rate(contender, Integer.parseInt(args[1]));
            Measurement.say("throughput", "/s", rate(contender, Integer.parseInt(args[2])));
        }
        System.exit(0);
    }

    private static double rate(Contender contender, int millis) throws Exception {
        return rate(() -> contender.echoLater("hello, worker"), IN_FLIGHT, millis);
    }

    /** How many calls end in a second, if as many as are given are in flight. */
    static double rate(Callable<? extends Future<?>> call, int calls, int millis) throws Exception {
        ArrayDeque<Future<?>> inFlight = new ArrayDeque<>(calls);
        for (int i = 0; i < calls; i++) {
            inFlight.add(call.call());
        }
        long start = System.nanoTime();
        long end = start + millis * 1_000_000L;
        long now = start;
        long done = 0;
        while (now < end) {
            inFlight.remove().get();
            inFlight.add(call.call());
            done++;
            now = System.nanoTime();
        }
        for (Future<?> left : inFlight) {
            left.get();
        }
        return done * 1e9 / (now - start);
    }
}
