package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** How long a call to another member takes, one after another. */
final class M9RemoteLatency implements Measure {

    private static final String LOCAL = "inparallel, worker of this member";
    private static final String OURS = "inparallel, worker of another member";
    private static final String RPC = "JGroups RpcDispatcher, no worker";
    private static final String HAZELCAST = "Hazelcast, no worker";
    private static final String TLS = ", TLS";

    @Override
    public String id() {
        return "M9";
    }

    @Override
    public String title() {
        return "latency of one sequential no-op call that echoes a small string to another member, on the loopback interface";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<Trial> trials = new ArrayList<>();
        trials.add(call(setting, LOCAL, "spring"));
        trials.add(call(setting, OURS, "member"));
        trials.add(call(setting, OURS + TLS, "member-tls"));
        if (setting.effort().peers()) {
            trials.add(call(setting, RPC, "rpc"));
            trials.add(call(setting, RPC + TLS, "rpc-tls"));
            trials.add(call(setting, HAZELCAST, "hazelcast"));
        }
        return trials;
    }

    private static Trial call(Setting setting, String contender, String name) {
        Effort effort = setting.effort();
        return Trial.member(
                setting,
                contender,
                M1Latency.class,
                name,
                "steady",
                effort.membersWarmUpMillis(),
                effort.measureMillis() * 2);
    }

    @Override
    public List<Goal> goals(Results results) {
        OptionalDouble ours = results.median("M9", OURS, "p50");
        OptionalDouble rpc = results.median("M9", RPC, "p50");
        OptionalDouble local = results.median("M9", LOCAL, "p50");
        OptionalDouble crossing = ours.isPresent() && local.isPresent()
                ? OptionalDouble.of(ours.getAsDouble() - local.getAsDouble())
                : OptionalDouble.empty();
        return List.of(
                Goal.atMost("M9", "p50 over RpcDispatcher's", Goal.ratio(ours, rpc), 1.3),
                Goal.atMost(
                        "M9",
                        "p50 over RpcDispatcher's, both with TLS",
                        Goal.ratio(results.median("M9", OURS + TLS, "p50"), results.median("M9", RPC + TLS, "p50")),
                        1.3),
                Goal.atMost(
                        "M9",
                        "p50 of the crossing alone, without a worker's call, over RpcDispatcher's",
                        Goal.ratio(crossing, rpc),
                        1.3),
                Goal.atMost("M9", "p50 over Hazelcast's", Goal.ratio(ours, results.median("M9", HAZELCAST, "p50")), 1),
                Goal.atMost(
                        "M9",
                        "p99 over Hazelcast's",
                        Goal.ratio(results.median("M9", OURS, "p99"), results.median("M9", HAZELCAST, "p99")),
                        1));
    }
}
