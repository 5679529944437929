package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.InParallelException;
import io.github.inparallel.TaskContext;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.WorkerPools;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Prepares the class caches of all pools once all beans are there, before anything of the application starts, and ends
 * the process; as Spring's own {@code spring.context.exit} does, without running shutdown hooks.
 */
final class ClassCachePreparation implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ClassCachePreparation.class);

    private final WorkerPools pools;
    private final PoolPlans plans;

    ClassCachePreparation(WorkerPools pools, PoolPlans plans) {
        this.pools = pools;
        this.plans = plans;
    }

    @Override
    public void start() {
        Runtime.getRuntime().halt(prepare() ? 0 : 1);
    }

    private boolean prepare() {
        boolean prepared = false;
        try {
            for (String name : pools.names()) {
                Optional<Path> folder = WorkerPool.prepareClassCache(plans.processOptions(name));
                folder.ifPresent(path -> log.info("The class cache of pool '{}' is in {}", name, path));
                prepared |= folder.isPresent();
            }
        } catch (InParallelException e) {
            log.error("No class cache is prepared. {}", e.getMessage(), e);
            return false;
        }
        if (!prepared) {
            log.error("There is no class cache to prepare: set inparallel.pool.class-cache to a directory");
        }
        return prepared;
    }

    @Override
    public void stop() {}

    @Override
    public boolean isRunning() {
        return false;
    }

    @Override
    public boolean isAutoStartup() {
        return !TaskContext.inWorker();
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
