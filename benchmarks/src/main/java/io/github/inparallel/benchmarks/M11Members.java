package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.FutureTask;

/** What members add: tasks that wait, on one, two and three of them; and what a large result costs the others. */
final class M11Members implements Measure {

    private static final int MOST_MEMBERS = 3;
    private static final int SLOTS = 2;
    private static final int SLEEP_MILLIS = 20;
    private static final int LARGE_MIB = 32;
    private static final String LOCAL = "inparallel, workers of this member";
    private static final String OURS = "inparallel, workers of another member";
    private static final String HAZELCAST = "Hazelcast, no worker";
    private static final String ALONE = "small calls alone, ";
    private static final String BESIDE = "small calls beside " + LARGE_MIB + " MiB, ";

    @Override
    public String id() {
        return "M11";
    }

    @Override
    public String title() {
        return "tasks that sleep " + SLEEP_MILLIS + " ms on 1 to " + MOST_MEMBERS + " members with " + SLOTS
                + " slots each; small calls to another member, one after another, alone and while a result of "
                + LARGE_MIB
                + " MiB after another comes from there";
    }

    private static String members(int count) {
        return "inparallel, " + count + (count == 1 ? " member" : " members");
    }

    @Override
    public List<Trial> trials(Setting setting) {
        Effort effort = setting.effort();
        List<Trial> trials = new ArrayList<>();
        for (int members = 1; members <= MOST_MEMBERS; members++) {
            trials.add(Trial.member(
                    setting,
                    members(members),
                    M11Members.class,
                    "sleep",
                    members,
                    effort.membersWarmUpMillis(),
                    effort.measureMillis() * 2));
        }
        trials.add(beside(setting, LOCAL, "spring"));
        trials.add(beside(setting, OURS, "member"));
        trials.add(beside(setting, OURS + ", TLS", "member-tls"));
        if (effort.peers()) {
            trials.add(beside(setting, HAZELCAST, "hazelcast"));
        }
        return trials;
    }

    private static Trial beside(Setting setting, String contender, String name) {
        Effort effort = setting.effort();
        return Trial.member(
                setting, contender, M11Members.class, name, effort.membersWarmUpMillis(), effort.measureMillis() * 2);
    }

    @Override
    public List<Goal> goals(Results results) {
        List<Goal> goals = new ArrayList<>();
        OptionalDouble one = results.median("M11", members(1), "throughput");
        for (int members = 2; members <= MOST_MEMBERS; members++) {
            OptionalDouble ratio = Goal.ratio(results.median("M11", members(members), "throughput"), one);
            goals.add(Goal.atLeast(
                    "M11", "throughput of " + members + " members over that of one", ratio, 0.95 * members));
        }
        for (String contender : List.of(OURS, OURS + ", TLS")) {
            goals.add(Goal.atMost(
                    "M11",
                    contender + ": p99 of small calls beside " + LARGE_MIB + " MiB over that without",
                    Goal.ratio(
                            results.median("M11", contender, BESIDE + "p99"),
                            results.median("M11", contender, ALONE + "p99")),
                    3));
        }
        return goals;
    }

    /** @param args sleep and a number of members, or a contender; then milliseconds of warm-up and of measurement */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        if (args[0].equals("sleep")) {
            sleep(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        } else {
            try (Contender contender = Contender.start(args[0], SLOTS)) {
                beside(contender, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
            }
        }
        System.exit(0);
    }

    /** This member has slots, too, and the others' workers are as warm as its own. */
    private static void sleep(int members, int warmUpMillis, int millis) throws Exception {
        try (MemberContender contender = MemberContender.start(SLOTS, members - 1, SLOTS, 1, false)) {
            int calls = 4 * SLOTS * members;
            M2Throughput.rate(() -> contender.tasks().sleep(SLEEP_MILLIS), calls, warmUpMillis);
            Measurement.say(
                    "throughput",
                    "/s",
                    M2Throughput.rate(() -> contender.tasks().sleep(SLEEP_MILLIS), calls, millis));
        }
    }

    private static void beside(Contender contender, int warmUpMillis, int millis) throws Exception {
        Latency.Call small = () -> contender.echo("hello, worker");
        for (int i = 0; i < 3; i++) {
            large(contender);
        }
        Measurement.say(ALONE, Latency.steady(small, warmUpMillis, millis));
        Large large = new Large(contender);
        Percentiles beside = Latency.steady(small, warmUpMillis / 2, millis);
        Measurement.say("result of " + LARGE_MIB + " MiB", "/s", large.end());
        Measurement.say(BESIDE, beside);
    }

    private static void large(Contender contender) throws Exception {
        if (contender.bytes(LARGE_MIB << 20).length != LARGE_MIB << 20) {
            throw new IllegalStateException("a result of another size");
        }
    }

    /** Gets one large result after another, on a thread of its own. */
    private static final class Large {

        private final long start = System.nanoTime();
        private final FutureTask<Double> task;
        private volatile boolean over; // by end

        Large(Contender contender) {
            task = new FutureTask<>(() -> {
                int count = 0;
                while (!over) {
                    large(contender);
                    count++;
                }
                return count * 1e9 / (System.nanoTime() - start);
            });
            Thread thread = new Thread(task, "large-results");
            thread.setDaemon(true);
            thread.start();
        }

        /** How many there were in a second. */
        double end() throws Exception {
            over = true;
            return task.get();
        }
    }
}
