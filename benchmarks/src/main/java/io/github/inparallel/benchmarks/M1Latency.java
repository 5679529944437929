package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** How long one call takes, one after another. */
final class M1Latency implements Measure {

    private static final String BLOCKING = "limit: ping-pong, blocking, two cores";
    private static final String BLOCKING_ONE = "limit: ping-pong, blocking, one core";
    private static final String OURS = "inparallel, Spring";
    private static final List<String> PEERS =
            List.of("PP4J", "Hazelcast", "CPython ProcessPoolExecutor", "CPython os.fork per call");

    @Override
    public String id() {
        return "M1";
    }

    @Override
    public String title() {
        return "latency of one sequential no-op call that echoes a small string, one worker; free, all on one core, and one"
                + " call per millisecond";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        Effort effort = setting.effort();
        List<Trial> trials = new ArrayList<>();
        trials.add(ping(setting, BLOCKING, "blocking", Cores.second(), "steady"));
        trials.add(ping(setting, BLOCKING, "blocking", Cores.second(), "paced"));
        trials.add(ping(setting, BLOCKING_ONE, "blocking", Cores.first(), "steady"));
        trials.add(ping(setting, "limit: ping-pong, spinning, two cores", "spinning", Cores.second(), "steady"));
        pool(setting, trials, OURS, "spring");
        pool(setting, trials, "inparallel, core", "core");
        Trial threads = call(setting, "in the JVM: ThreadPoolExecutor", "threads", "steady");
        trials.add(threads);
        trials.add(threads.onOneCore());
        if (effort.peers()) {
            for (Trial peer : List.of(
                    call(setting, PEERS.get(0), "pp4j", "steady"),
                    call(setting, PEERS.get(1), "hazelcast", "steady"),
                    python(setting, PEERS.get(2), "pool.py", "latency"),
                    python(setting, PEERS.get(3), "fork.py", "latency"))) {
                trials.add(peer);
                trials.add(peer.onOneCore());
            }
        }
        return trials;
    }

    private static void pool(Setting setting, List<Trial> trials, String contender, String name) {
        trials.add(call(setting, contender, name, "steady"));
        trials.add(call(setting, contender, name, "steady").onOneCore());
        trials.add(call(setting, contender, name, "paced"));
    }

    private static Trial ping(Setting setting, String contender, String wait, Cores core, String pace) {
        Effort effort = setting.effort();
        return Trial.java(
                        setting,
                        contender,
                        PingPong.class,
                        wait,
                        core,
                        pace,
                        effort.warmUpMillis(),
                        effort.measureMillis())
                .onFirstCore();
    }

    private static Trial call(Setting setting, String contender, String name, String pace) {
        Effort effort = setting.effort();
        return Trial.java(
                setting, contender, M1Latency.class, name, pace, effort.warmUpMillis(), effort.measureMillis());
    }

    private static Trial python(Setting setting, String contender, String script, String what) {
        Effort effort = setting.effort();
        return Trial.python(setting, contender, script, what, effort.warmUpMillis(), effort.measureMillis());
    }

    @Override
    public List<Goal> goals(Results results) {
        OptionalDouble ping = results.median("M1", BLOCKING, "p50");
        OptionalDouble ours = results.median("M1", OURS, "p50");
        OptionalDouble best = results.ofPeers("M1", PEERS, "p50").stream()
                .mapToDouble(p50 -> p50)
                .min();
        return List.of(
                Goal.atMost("M1", "p50 over the blocking ping-pong's", Goal.ratio(ours, ping), 0.25),
                Goal.atMost("M1", "p50 over the best peer's", Goal.ratio(ours, best), 1),
                Goal.atMost(
                        "M1",
                        "p50 on one core over the ping-pong's on one core",
                        Goal.ratio(
                                results.median("M1", OURS, "one core, p50"), results.median("M1", BLOCKING_ONE, "p50")),
                        4),
                Goal.atMost(
                        "M1",
                        "p50 at one call per millisecond over the blocking ping-pong's",
                        Goal.ratio(results.median("M1", OURS, "paced, p50"), ping),
                        0.5),
                Goal.atMost(
                        "M1",
                        "p99 over the blocking ping-pong's",
                        Goal.ratio(results.median("M1", OURS, "p99"), results.median("M1", BLOCKING, "p99")),
                        1));
    }

    /** @param args contender; steady or paced; milliseconds of warm-up and of measurement */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        int warmUp = Integer.parseInt(args[2]);
        int measured = Integer.parseInt(args[3]);
        try (Contender contender = Contender.start(args[0], 1)) {
            Latency.Call call = () -> contender.echo("hello, worker");
            if (args[1].equals("paced")) {
                Measurement.say("paced, ", Latency.paced(call, warmUp, measured));
            } else {
                Measurement.say("", Latency.steady(call, warmUp, measured));
            }
        }
        System.exit(0);
    }
}
