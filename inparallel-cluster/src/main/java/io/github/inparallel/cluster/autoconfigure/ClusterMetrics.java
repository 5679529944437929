package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.cluster.ClusterObserver;
import io.github.inparallel.cluster.ClusterStats;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Counts members, and tasks that cross. Thread-safe. */
final class ClusterMetrics implements MeterBinder, ClusterObserver {

    private final Supplier<List<ClusterStats.Member>> members;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

    ClusterMetrics(Supplier<List<ClusterStats.Member>> members) {
        this.members = members;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        for (ClusterStats.State state : List.of(ClusterStats.State.COMPATIBLE, ClusterStats.State.INCOMPATIBLE)) {
            Gauge.builder(
                            "inparallel.cluster.members",
                            members,
                            all -> all.get().stream()
                                    .filter(member -> member.state() == state)
                                    .count())
                    .description("Other members of the cluster")
                    .tag("state", state.label())
                    .register(registry);
        }
    }

    @Override
    public void taskEnded(String pool, Direction direction, String outcome) {
        for (MeterRegistry registry : registries) {
            Counter.builder("inparallel.cluster.tasks")
                    .description("Tasks that crossed to another member, or came from one")
                    .tag("pool", pool)
                    .tag("direction", direction.label())
                    .tag("outcome", outcome)
                    .register(registry)
                    .increment();
        }
    }
}
