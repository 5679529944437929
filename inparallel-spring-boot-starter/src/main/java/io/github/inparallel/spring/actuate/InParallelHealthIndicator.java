package io.github.inparallel.spring.actuate;

import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Says whether pools are up. It is down when a pool is, with the reason: workers failed to start repeatedly, or
 * supervision has ended. It is up also while the first workers start, and when a pool has been drained: that is said in
 * the details.
 */
public final class InParallelHealthIndicator extends AbstractHealthIndicator {

    private static final String MEMBERS = "members";
    private static final String MEMBERS_BESIDE_POOL = "cluster:members"; // no pool's name has a colon

    private final WorkerPools pools;
    private final @Nullable ClusterView cluster;

    public InParallelHealthIndicator(WorkerPools pools) {
        this(pools, null);
    }

    /** @param cluster of which the application is a member; null if of none */
    public InParallelHealthIndicator(WorkerPools pools, @Nullable ClusterView cluster) {
        super("The pools' health cannot be seen");
        this.pools = pools;
        this.cluster = cluster;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        List<WorkerPool> all = pools.all();
        for (WorkerPool pool : all) {
            PoolStats stats = pool.stats();
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("status", (stats.down() ? Status.DOWN : Status.UP).getCode());
            stats.outage().ifPresent(outage -> {
                builder.down();
                details.put("reason", outage.reason());
                details.put("since", outage.since());
            });
            stats.drainingSince().ifPresent(since -> details.put("drainingSince", since));
            details.put("workers", stats.workers().size());
            details.put("running", stats.running());
            details.put("queued", stats.queued());
            builder.withDetail(pool.name(), details);
        }
        if (cluster != null) {
            Map<String, Object> members = new TreeMap<>();
            cluster.members().forEach(member -> members.put(member.address(), member.state()));
            // A pool keeps its name here, so it has the same one whether or not the application is a member.
            boolean isTaken = all.stream().anyMatch(pool -> pool.name().equals(MEMBERS));
            builder.withDetail(isTaken ? MEMBERS_BESIDE_POOL : MEMBERS, members); // a member that is alone is up
        }
    }
}
