package io.github.inparallel.pool;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** Pools of small real workers for tests. */
public final class ProcessPool {

    public static final long HEAP = 64L * 1024 * 1024;

    private ProcessPool() {}

    public static WorkerPool create(UnaryOperator<PoolOptionsBuilder> settings) {
        return WorkerPool.create(settings.apply(PoolOptions.builder()
                        .name("test")
                        .maxWorkers(1)
                        .heap(HEAP)
                        .jvmArgs(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"))
                        .shutdownTimeout(Duration.ofSeconds(5)))
                .build());
    }

    public static Probe probe(WorkerPool pool) {
        return pool.proxy(Probe.class, ProbeWorker.class);
    }

    /** So that what is loaded and opened once does not count as left behind. */
    public static void warmUp() {
        try (WorkerPool pool = create(options -> options)) {
            probe(pool).echo("warm");
        }
    }
}
