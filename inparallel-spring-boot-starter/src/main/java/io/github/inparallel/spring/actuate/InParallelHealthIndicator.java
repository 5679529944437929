package io.github.inparallel.spring.actuate;

import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.WorkerPools;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Down when a pool is, and why: its workers repeatedly failed to start, or nobody sees to them. Up also while the first
 * ones start.
 */
public final class InParallelHealthIndicator extends AbstractHealthIndicator {

    private final WorkerPools pools;

    public InParallelHealthIndicator(WorkerPools pools) {
        super("The pools' health cannot be seen");
        this.pools = pools;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        for (WorkerPool pool : pools.all()) {
            PoolStats stats = pool.stats();
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("status", (stats.down() ? Status.DOWN : Status.UP).getCode());
            stats.outage().ifPresent(outage -> {
                builder.down();
                details.put("reason", outage.reason());
                details.put("since", outage.since());
            });
            details.put("workers", stats.workers().size());
            details.put("running", stats.running());
            details.put("queued", stats.queued());
            builder.withDetail(pool.name(), details);
        }
    }
}
