package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** How fast large arrays of bytes go there and come back. */
final class M3Transfer implements Measure {

    private static final int MIB = 1 << 20;
    private static final String OURS = "inparallel, Spring";
    private static final String LIMIT = "limit: raw bulk echo";

    @Override
    public String id() {
        return "M3";
    }

    @Override
    public String title() {
        return "echo of 1 MiB and 64 MiB byte[], both directions counted: 2 × payload / round trip";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        Effort effort = setting.effort();
        List<Trial> trials = new ArrayList<>();
        for (int mib : new int[] {1, 64}) {
            trials.add(Trial.java(
                            setting,
                            LIMIT,
                            BulkEcho.class,
                            mib * MIB,
                            Cores.second(),
                            effort.warmUpMillis(),
                            effort.measureMillis())
                    .onFirstCore());
            trials.add(echo(setting, OURS, "spring", mib));
            trials.add(echo(setting, "inparallel, core", "core", mib));
            trials.add(echo(setting, "in the JVM: one copy on a ThreadPoolExecutor", "threads", mib));
            if (effort.peers()) {
                if (mib == 1) {
                    trials.add(echo(setting, "PP4J", "pp4j", mib));
                }
                trials.add(echo(setting, "Hazelcast", "hazelcast", mib));
                trials.add(python(setting, "CPython ProcessPoolExecutor", "pool.py", mib));
                trials.add(python(setting, "CPython os.fork per call", "fork.py", mib));
            }
        }
        return trials;
    }

    private static Trial echo(Setting setting, String contender, String name, int mib) {
        Effort effort = setting.effort();
        return Trial.java(
                setting, contender, M3Transfer.class, name, mib * MIB, effort.warmUpMillis(), effort.measureMillis());
    }

    private static Trial python(Setting setting, String contender, String script, int mib) {
        Effort effort = setting.effort();
        return Trial.python(
                setting, contender, script, "transfer", effort.warmUpMillis(), effort.measureMillis(), mib * MIB);
    }

    @Override
    public List<Goal> goals(Results results) {
        return List.of(goal(results, "64 MiB"), goal(results, "1 MiB"));
    }

    private static Goal goal(Results results, String size) {
        return Goal.atLeast(
                "M3",
                size + " over the raw bulk echo's",
                Goal.ratio(results.median("M3", OURS, size), results.median("M3", LIMIT, size)),
                0.5);
    }

    /** @param args contender; bytes; milliseconds of warm-up and of measurement */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        byte[] bytes = new byte[Integer.parseInt(args[1])];
        new Random(1).nextBytes(bytes);
        try (Contender contender = Contender.start(args[0], 1)) {
            if (!Arrays.equals(bytes, contender.echoBytes(bytes))) {
                throw new IllegalStateException("other bytes came back");
            }
            BulkEcho.Transfer.measure(
                    bytes.length,
                    Integer.parseInt(args[2]),
                    Integer.parseInt(args[3]),
                    () -> contender.echoBytes(bytes));
        }
        System.exit(0);
    }
}
