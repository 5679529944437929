package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.autoconfigure.InParallelProperties;
import io.github.inparallel.spring.autoconfigure.InParallelProperties.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Is there in place of a membership, in an application that is no member, and says what its pools miss. It looks before pools
 * are made, when all beans have said which they use. Thread-safe.
 */
final class NoMembership implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(NoMembership.class);

    private final InParallelProperties properties;
    private final WorkerPools pools;
    private final Supplier<Map<String, List<String>>> methods;
    private volatile boolean running;

    /** @param methods the methods of each pool, also of beans that nobody has asked for */
    NoMembership(InParallelProperties properties, WorkerPools pools, Supplier<Map<String, List<String>>> methods) {
        this.properties = properties;
        this.pools = pools;
        this.methods = methods;
    }

    /** @throws InvalidClusterPropertyException if calls of a pool would wait for ever */
    @Override
    public void start() {
        List<String> spread = new ArrayList<>();
        for (String name : names()) {
            if (pools.options(name).spread() == PoolOptions.Spread.CLUSTER) {
                requireWorkers(name);
                spread.add("'" + name + "'");
            }
        }
        if (!spread.isEmpty()) {
            log.warn(
                    "This application is no member of a cluster, so nothing crosses, although 'spread: cluster' is set for {}."
                            + " Set inparallel.cluster.enabled to true, or remove spread",
                    String.join(", ", spread));
        }
        running = true;
    }

    /** Those that only lazy beans name have no settings but those of all pools. */
    private Set<String> names() {
        Set<String> names = new TreeSet<>(pools.names());
        if (properties.pool().spread() == PoolOptions.Spread.CLUSTER) {
            names.addAll(methods.get().keySet());
        }
        return names;
    }

    private void requireWorkers(String name) {
        if (pools.options(name).maxWorkers() > 0) {
            return;
        }
        Pool own = properties.pools().get(name);
        String property = (own != null && own.maxWorkers() != null ? "inparallel.pools." + name : "inparallel.pool")
                + ".max-workers";
        throw new InvalidClusterPropertyException(
                "The property '" + property + "' has the value '0', so that calls of pool '" + name
                        + "' run only on other members of a cluster, and this application is no member of one: they would"
                        + " wait for ever.",
                "Set 'inparallel.cluster.enabled' to true, or '" + property + "' to 1 or more.",
                null);
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Below the pools: it starts before them. */
    @Override
    public int getPhase() {
        return WorkerPools.PHASE - 1;
    }
}
