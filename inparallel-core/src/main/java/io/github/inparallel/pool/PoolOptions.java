package io.github.inparallel.pool;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.config.OptionsCheck;
import io.github.inparallel.pool.process.cache.ClassPathEntry;
import io.github.inparallel.units.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperBuilder;

/**
 * Settings of a pool, checked when they are built. Immutable. A null duration or size is none. Sizes are in bytes.
 *
 * <p>A duration longer than ten years is ten years, which no process sees the end of.
 *
 * <p>The essentials are {@code maxWorkers}, {@code timeout} and {@code heap}; everything else has a default that fits
 * most.
 */
public record PoolOptions(
        String name,
        int minWorkers,
        int maxWorkers,
        int spareWorkers,
        int concurrency,
        Spread spread,
        Startup startup,
        Duration startupTimeout,
        Duration idleTimeout,
        int queueCapacity,
        long queueMemory,
        WhenFull whenFull,
        @Nullable Duration queueTimeout,
        @Nullable Duration timeout,
        @Nullable Duration stallTimeout,
        Duration killGrace,
        int retries,
        @Nullable Integer maxTasksPerWorker,
        @Nullable Duration maxLifetime,
        @Nullable Long maxMemory,
        long heap,
        List<String> jvmArgs,
        Map<String, String> environment,
        Map<String, String> systemProperties,
        @Nullable Path workingDirectory,
        Path javaHome,
        List<String> commandPrefix,
        @Nullable Integer debugPort,
        Path crashDir,
        Duration heartbeatInterval,
        Duration heartbeatTimeout,
        Duration spin,
        int maxPayload,
        String classCache,
        int poisonLimit,
        int restartLimit,
        Duration restartWindow,
        Duration shutdownTimeout,
        Marshaller.Format format,
        Consumer<MapperBuilder<?, ?>> mapperCustomizer,
        @Nullable Executor callbackExecutor,
        PoolObserver observer,
        @Nullable WorkerLogs logs,
        ClassLoader classLoader,
        Bootstrap bootstrap) {

    /** When the first workers start. */
    public enum Startup {
        /** At once, while the application goes on. */
        BACKGROUND,
        /** At once; creating the pool waits for the first, and fails if it cannot start. */
        BLOCKING,
        /** With the first task. */
        ON_DEMAND
    }

    /** Where a pool's tasks may run. */
    public enum Spread {
        /** In its own workers. */
        LOCAL,
        /**
         * In those of pools of the same name on other members of a cluster, too, when its own are busy; and theirs run in its own.
         * Then {@code maxWorkers} may be 0.
         */
        CLUSTER
    }

    /** What happens to a task when the queue is full. */
    public enum WhenFull {
        REFUSE,
        BLOCK
    }

    /**
     * What a worker runs.
     *
     * @param mainClass what the JVM starts; null is the worker's own main class
     * @param type class in the worker that makes the objects whose methods are called
     * @param settings its settings
     * @param classPath where the main class finds the worker's classes; empty if that is the JVM's class path
     */
    public record Bootstrap(
            @Nullable String mainClass, String type, Map<String, String> settings, List<ClassPathEntry> classPath) {

        /** Objects made by their no-argument constructors. */
        public static final Bootstrap PLAIN =
                new Bootstrap(null, "io.github.inparallel.worker.PlainBootstrap", Map.of(), List.of());

        public Bootstrap {
            settings = Map.copyOf(settings);
            classPath = List.copyOf(classPath);
        }
    }

    public PoolOptions {
        // Once and for all: from here on no sum of limits and times overflows.
        startupTimeout = Durations.capped(startupTimeout);
        idleTimeout = Durations.capped(idleTimeout);
        queueTimeout = Durations.cappedOrNull(queueTimeout);
        timeout = Durations.cappedOrNull(timeout);
        stallTimeout = Durations.cappedOrNull(stallTimeout);
        killGrace = Durations.capped(killGrace);
        maxLifetime = Durations.cappedOrNull(maxLifetime);
        heartbeatInterval = Durations.capped(heartbeatInterval);
        heartbeatTimeout = Durations.capped(heartbeatTimeout);
        spin = Durations.capped(spin);
        restartWindow = Durations.capped(restartWindow);
        shutdownTimeout = Durations.capped(shutdownTimeout);
        OptionsCheck.check(
                name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), "name", name, "letters, digits, '.', '_', '-'");
        OptionsCheck.atLeast("min-workers", minWorkers, 0);
        OptionsCheck.maxWorkers(maxWorkers, spread == Spread.CLUSTER);
        OptionsCheck.check(
                minWorkers <= maxWorkers, "min-workers", minWorkers, "<= max-workers, which is " + maxWorkers);
        OptionsCheck.atLeast("spare-workers", spareWorkers, 0);
        OptionsCheck.atLeast("concurrency", concurrency, 1);
        OptionsCheck.check(concurrency <= 1024, "concurrency", concurrency, "<= 1024");
        OptionsCheck.positive("startup-timeout", startupTimeout);
        OptionsCheck.positive("idle-timeout", idleTimeout);
        OptionsCheck.atLeast("queue-capacity", queueCapacity, 1);
        OptionsCheck.sizeAtLeast("queue-memory", queueMemory, 1);
        OptionsCheck.positive("queue-timeout", queueTimeout);
        OptionsCheck.positive("timeout", timeout);
        OptionsCheck.positive("stall-timeout", stallTimeout);
        OptionsCheck.notNegative("kill-grace", killGrace);
        OptionsCheck.atLeast("retries", retries, 0);
        OptionsCheck.atLeast("max-tasks-per-worker", maxTasksPerWorker, 1);
        OptionsCheck.positive("max-lifetime", maxLifetime);
        OptionsCheck.sizeAtLeast("max-memory", maxMemory, 1);
        OptionsCheck.sizeAtLeast("heap", heap, 1 << 20);
        for (String argument : jvmArgs) {
            OptionsCheck.check(
                    !argument.strip().startsWith("-Xmx") && !argument.strip().startsWith("-XX:MaxHeapSize="),
                    "jvm-args",
                    argument,
                    "without a maximum heap, which is set by heap");
        }
        OptionsCheck.check(
                debugPort == null || debugPort >= 0 && debugPort < 65536, "debug-port", debugPort, "0 to 65535");
        OptionsCheck.positive("heartbeat-interval", heartbeatInterval);
        OptionsCheck.positive("heartbeat-timeout", heartbeatTimeout);
        OptionsCheck.check(
                heartbeatTimeout.compareTo(heartbeatInterval) >= 0,
                "heartbeat-timeout",
                heartbeatTimeout,
                ">= heartbeat-interval, which is " + Durations.text(heartbeatInterval));
        OptionsCheck.notNegative("spin", spin);
        OptionsCheck.sizeAtLeast("max-payload", maxPayload, 1024);
        OptionsCheck.check(!classCache.isBlank(), "class-cache", classCache, "auto, off, or a directory");
        OptionsCheck.atLeast("poison-limit", poisonLimit, 0);
        OptionsCheck.atLeast("restart-limit", restartLimit, 1);
        OptionsCheck.positive("restart-window", restartWindow);
        OptionsCheck.notNegative("shutdown-timeout", shutdownTimeout);
        for (String variable : environment.keySet()) {
            OptionsCheck.check(
                    !variable.isEmpty() && variable.indexOf('=') < 0 && variable.indexOf('\0') < 0,
                    "environment",
                    variable,
                    "names without '='");
        }
        OptionsCheck.check(
                !systemProperties.containsKey(""), "system-properties", "a property without a name", "names");
        jvmArgs = List.copyOf(jvmArgs);
        environment = Map.copyOf(environment);
        systemProperties = Map.copyOf(systemProperties);
        commandPrefix = List.copyOf(commandPrefix);
    }

    /** A builder with all defaults. */
    public static PoolOptionsBuilder builder() {
        return new PoolOptionsBuilder();
    }
}
