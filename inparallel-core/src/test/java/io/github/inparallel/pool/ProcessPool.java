package io.github.inparallel.pool;

import java.util.List;
import java.util.function.UnaryOperator;

/** Pools of small real workers for tests. */
final class ProcessPool {

    static final long HEAP = 64L * 1024 * 1024;

    private ProcessPool() {}

    static WorkerPool create(UnaryOperator<PoolOptionsBuilder> settings) {
        return WorkerPool.create(settings.apply(PoolOptions.builder()
                        .name("test")
                        .maxWorkers(1)
                        .heap(HEAP)
                        .jvmArgs(List.of("-XX:TieredStopAtLevel=1"))
                        .shutdownTimeout(java.time.Duration.ofSeconds(5)))
                .build());
    }
}
