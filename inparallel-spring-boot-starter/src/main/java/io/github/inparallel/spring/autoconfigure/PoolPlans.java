package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.InvalidOptionException;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.InParallelMethod;
import io.github.inparallel.spring.PoolPlan;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import tools.jackson.databind.cfg.MapperBuilder;

/**
 * Plans the application's pools by its properties: for each name one set of settings and one marshaller. Thread-safe.
 */
final class PoolPlans {

    private final InParallelProperties properties;
    private final Consumer<MapperBuilder<?, ?>> customizer;
    private final ClassLoader loader;
    private final WorkerCommand command;
    private final ObjectProvider<WorkerLogs> logs;
    private final @Nullable WorkerLauncher threads;
    private final Map<String, Plan> plans = new ConcurrentHashMap<>();

    /**
     * @param customizer adds the application's modules to mappers
     * @param loader finds the application's classes
     * @param command what workers run that are processes
     * @param logs asked for when a pool of processes is made
     * @param threads starts workers that are threads; null if they are processes
     */
    PoolPlans(
            InParallelProperties properties,
            Consumer<MapperBuilder<?, ?>> customizer,
            ClassLoader loader,
            WorkerCommand command,
            ObjectProvider<WorkerLogs> logs,
            @Nullable WorkerLauncher threads) {
        this.properties = properties;
        this.customizer = customizer;
        this.loader = loader;
        this.command = command;
        this.logs = logs;
        this.threads = threads;
    }

    /**
     * Plans the pools that properties mention, so that a value that is not allowed stops the application at its start.
     *
     * @throws InvalidPoolPropertyException names the property, where an option would be named later
     */
    void check() {
        check("inparallel.pool", InParallelMethod.DEFAULT_POOL);
        properties.pools().keySet().forEach(name -> check("inparallel.pools." + name, name));
    }

    private void check(String prefix, String name) {
        try {
            of(name);
        } catch (InvalidOptionException e) {
            throw new InvalidPoolPropertyException(prefix, e);
        }
    }

    /** Returns the plan of a pool, whether properties mention it or not. */
    PoolPlan of(String name) {
        return plan(name);
    }

    /** Returns the options of a pool of processes, whatever the mode. */
    PoolOptions processOptions(String name) {
        return plan(name).processOptions(PoolObserver.NONE);
    }

    private Plan plan(String name) {
        return plans.computeIfAbsent(name, Plan::new);
    }

    private final class Plan implements PoolPlan {

        private final PoolOptionsBuilder builder; // guarded by itself, once it is filled
        private final PoolOptions options;
        private final Marshaller marshaller;

        Plan(String name) {
            builder = PoolOptions.builder()
                    .name(name)
                    .format(properties.marshalling().format())
                    .mapperCustomizer(customizer)
                    .classLoader(loader);
            properties.pool().applyTo(builder);
            InParallelProperties.Pool own = properties.pools().get(name);
            if (own != null) {
                own.applyTo(builder);
            }
            options = builder.build();
            marshaller = new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        }

        @Override
        public PoolOptions options() {
            return options;
        }

        @Override
        public boolean hasProcesses() {
            return threads == null;
        }

        @Override
        public Marshaller marshaller() {
            return marshaller;
        }

        @Override
        public WorkerPool create(PoolObserver observer) {
            try {
                PoolOptions complete = threads == null ? processOptions(observer) : threadOptions(observer);
                return WorkerPool.create(complete, threads, marshaller);
            } catch (InvalidOptionException e) { // some can only be tried now
                InParallelProperties.Pool own = properties.pools().get(options.name());
                throw new InvalidPoolPropertyException(
                        own != null && own.sets(e.option()) ? "inparallel.pools." + options.name() : "inparallel.pool",
                        e);
            }
        }

        private PoolOptions threadOptions(PoolObserver observer) {
            synchronized (builder) {
                return builder.observer(observer).build();
            }
        }

        private PoolOptions processOptions(PoolObserver observer) {
            WorkerLogs forwarded = logs.getIfAvailable();
            Map<String, String> systemProperties = new HashMap<>(options.systemProperties());
            systemProperties.putAll(command.systemProperties(forwarded != null));
            PoolOptions.Bootstrap bootstrap = command.bootstrap();
            synchronized (builder) {
                return builder.observer(observer)
                        .logs(forwarded)
                        .systemProperties(systemProperties)
                        .bootstrap(bootstrap)
                        .build();
            }
        }
    }
}
