package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** How many no-op calls to another member there are in a second, many in flight. */
final class M10RemoteThroughput implements Measure {

    private static final int WORKERS = 2;
    private static final int MANY = 16; // tasks that a worker runs at a time
    private static final int IN_FLIGHT = 1_000;
    private static final String HAZELCAST = "Hazelcast, no worker";

    @Override
    public String id() {
        return "M10";
    }

    @Override
    public String title() {
        return "no-op calls in a second to another member with " + WORKERS + " workers, " + IN_FLIGHT
                + " in flight, one thread that submits and collects";
    }

    /** @param concurrency tasks that each of the other member's workers runs at a time */
    private static String ours(int concurrency) {
        return "inparallel, " + WORKERS * concurrency + " slots";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<Trial> trials = new ArrayList<>();
        trials.add(calls(setting, ours(1), "member", 1));
        trials.add(calls(setting, ours(1) + ", TLS", "member-tls", 1));
        trials.add(calls(setting, ours(MANY), "member", MANY));
        if (setting.effort().peers()) {
            trials.add(calls(setting, "JGroups RpcDispatcher, no worker", "rpc", 1));
            trials.add(calls(setting, HAZELCAST, "hazelcast", 1));
        }
        return trials;
    }

    private static Trial calls(Setting setting, String contender, String name, int concurrency) {
        Effort effort = setting.effort();
        return Trial.member(
                setting,
                contender,
                M10RemoteThroughput.class,
                name,
                concurrency,
                effort.membersWarmUpMillis(),
                effort.measureMillis() * 2);
    }

    @Override
    public List<Goal> goals(Results results) {
        OptionalDouble ours = results.median("M10", ours(1), "throughput");
        OptionalDouble hazelcast = results.median("M10", HAZELCAST, "throughput");
        return List.of(
                Goal.atLeast("M10", "calls a second over Hazelcast's", Goal.ratio(ours, hazelcast), 1),
                Goal.atLeast(
                        "M10",
                        "calls a second over Hazelcast's, " + MANY
                                + " tasks for each worker at a time (for information)",
                        Goal.ratio(results.median("M10", ours(MANY), "throughput"), hazelcast),
                        0));
    }

    /** @param args contender; tasks that each worker runs at a time; milliseconds of warm-up and of measurement */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        try (Contender contender = start(args[0], Integer.parseInt(args[1]))) {
            rate(contender, Integer.parseInt(args[2]));
            Measurement.say("throughput", "/s", rate(contender, Integer.parseInt(args[3])));
        }
        System.exit(0);
    }

    private static Contender start(String name, int concurrency) throws Exception {
        return name.startsWith("member")
                ? MemberContender.callingOnly(WORKERS, concurrency, name.endsWith("tls"))
                : Contender.start(name, WORKERS);
    }

    private static double rate(Contender contender, int millis) throws Exception {
        return M2Throughput.rate(() -> contender.echoLater("hello, worker"), IN_FLIGHT, millis);
    }
}
