package io.github.inparallel.benchmarks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Future;

/** What a call costs that has a process to itself. */
final class M5FreshProcess implements Measure {

    private static final String SPRING = "inparallel, Spring";
    private static final String CORE = "inparallel, core";
    private static final String LIMIT = "limit: java, hello world";
    private static final String FORK = "CPython os.fork per call";
    private static final int AT_A_TIME = 2;

    @Override
    public String id() {
        return "M5";
    }

    @Override
    public String title() {
        return "a fresh process for each call (max-tasks-per-worker: 1): latency with a warm spare; sustained rate, "
                + AT_A_TIME + " at a time";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        Effort effort = setting.effort();
        int calls = effort.quick() ? 4 : 10;
        int millis = Math.max(4_000, effort.measureMillis() * 3);
        List<Trial> trials = new ArrayList<>();
        trials.add(Trial.java(setting, LIMIT, BareStarts.class, "-XX:+UseSerialGC", effort.warmUpMillis(), millis));
        trials.add(Trial.java(setting, CORE, M5FreshProcess.class, "core", calls * 2, millis));
        trials.add(Trial.java(setting, SPRING, M5FreshProcess.class, "spring", calls, millis * 2));
        if (effort.peers()) {
            trials.add(Trial.python(setting, FORK, "fork.py", "fresh", effort.warmUpMillis(), effort.measureMillis()));
            trials.add(Trial.python(
                    setting,
                    "CPython ProcessPoolExecutor",
                    "pool.py",
                    "fresh",
                    effort.warmUpMillis(),
                    effort.measureMillis()));
        }
        return trials;
    }

    @Override
    public List<Goal> goals(Results results) {
        OptionalDouble core = results.median("M5", CORE, "p50");
        OptionalDouble spring = results.median("M5", SPRING, "p50");
        OptionalDouble fork = results.median("M5", FORK, "p50");
        OptionalDouble bare = results.median("M5", LIMIT, "sustained");
        return List.of(
                Goal.atMost("M5", "core: p50 in µs with a warm spare", core, 2_400),
                Goal.atMost("M5", "Spring: p50 in µs with a warm spare", spring, 2_400),
                Goal.atMost("M5", "Spring: p50 with a warm spare over os.fork's", Goal.ratio(spring, fork), 1),
                Goal.atLeast(
                        "M5",
                        "core: sustained rate over that of bare JVMs",
                        Goal.ratio(results.median("M5", CORE, "sustained"), bare),
                        0.7),
                Goal.atLeast(
                        "M5",
                        "Spring: sustained rate over that of bare JVMs (for information)",
                        Goal.ratio(results.median("M5", SPRING, "sustained"), bare),
                        0));
    }

    /** @param args spring or core; calls whose latency is taken; milliseconds for the sustained rate */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        try (PoolContender contender = PoolContender.start(args[0], 1, 1, 1)) {
            long[] nanos = new long[Integer.parseInt(args[1])];
            for (int i = -2; i < nanos.length; i++) {
                contender.awaitIdle(2);
                long start = System.nanoTime();
                contender.echo("hello, worker");
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - start;
                }
            }
            Measurement.say("", Percentiles.of(nanos));
        }
        try (PoolContender contender = PoolContender.start(args[0], AT_A_TIME, AT_A_TIME, 1)) {
            contender.awaitIdle(2 * AT_A_TIME);
            sustained(contender, Integer.parseInt(args[2]) / 2);
            Measurement.say("sustained", "/s", sustained(contender, Integer.parseInt(args[2])));
        }
        System.exit(0);
    }

    private static double sustained(Contender contender, int millis) throws Exception {
        ArrayDeque<Future<String>> inFlight = new ArrayDeque<>();
        for (int i = 0; i < 2 * AT_A_TIME; i++) {
            inFlight.add(contender.echoLater("hello, worker"));
        }
        long start = System.nanoTime();
        long end = start + millis * 1_000_000L;
        long now = start;
        int done = 0;
        while (now < end) {
            inFlight.remove().get();
            inFlight.add(contender.echoLater("hello, worker"));
            done++;
            now = System.nanoTime();
        }
        for (Future<String> left : inFlight) {
            left.get();
        }
        return done * 1e9 / (now - start);
    }
}
