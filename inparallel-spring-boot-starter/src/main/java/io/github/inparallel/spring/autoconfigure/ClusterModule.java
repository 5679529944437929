package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.pool.PoolOptions;
import org.springframework.util.ClassUtils;

/** The module by which an application is a member of a cluster. The starter knows of it only whether it is there. */
final class ClusterModule {

    private static final String PRESENT_BY =
            "io.github.inparallel.cluster.autoconfigure.InParallelClusterAutoConfiguration";

    private ClusterModule() {}

    /**
     * Looks whether it is there if properties need it.
     *
     * @throws MissingClusterModuleException if it is not
     */
    static void check(InParallelProperties properties, ClassLoader loader) {
        if (ClassUtils.isPresent(PRESENT_BY, loader)) {
            return;
        }
        properties.cluster().keySet().stream().findFirst().ifPresent(name -> {
            throw new MissingClusterModuleException("inparallel.cluster." + name);
        });
        check("inparallel.pool", properties.pool());
        properties.pools().forEach((name, pool) -> check("inparallel.pools." + name, pool));
    }

    private static void check(String prefix, InParallelProperties.Pool pool) {
        if (pool.spread() == PoolOptions.Spread.CLUSTER) {
            throw new MissingClusterModuleException(prefix + ".spread");
        }
    }
}
