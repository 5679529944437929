package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the starter.
 *
 * @param enabled Whether methods run in workers. If not, the annotation does nothing and methods run in the caller.
 * @param mode Where tasks run: in worker processes, or on threads of this one, for tests and debugging. By default processes, but threads in tests that replace beans.
 * @param pool Settings of the pool "default", and the defaults of all others.
 * @param pools Settings of one pool, by name.
 * @param worker How a worker boots the application.
 * @param marshalling How arguments and results are written.
 * @param cluster What the module inparallel-cluster reads.
 * @param prepareClassCache Whether to prepare the class caches of all pools and exit, instead of starting the application.
 */
@ConfigurationProperties(prefix = "inparallel", ignoreUnknownFields = false)
public record InParallelProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable Mode mode,
        @DefaultValue Pool pool,
        @DefaultValue Map<String, Pool> pools,
        @DefaultValue Worker worker,
        @DefaultValue Marshalling marshalling,
        @DefaultValue Map<String, Object> cluster,
        @DefaultValue("false") boolean prepareClassCache) {

    // Spring asks a bean for its hash while the application starts; linking those of these records takes milliseconds.
    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    /** Place where tasks run. */
    public enum Mode {
        PROCESS,
        IN_PROCESS
    }

    /**
     * Settings of a pool; null is the default.
     *
     * @param minWorkers Fewest worker processes.
     * @param maxWorkers Most worker processes that run tasks; 0, with spread "cluster", is none here. By default the number of processors, or as many as memory has room for.
     * @param spread Whether calls that find no free slot may go to other members of a cluster.
     * @param spareWorkers Warm workers kept ready beyond the busy ones.
     * @param concurrency Tasks that one worker runs at a time. Above 1 they share its fate.
     * @param startup When the first workers start.
     * @param startupTimeout Longest time until a worker is ready.
     * @param idleTimeout Time after which surplus idle workers leave.
     * @param queueCapacity Most tasks that wait.
     * @param queueMemory Most bytes of encoded arguments that wait. By default an eighth of the maximum heap.
     * @param whenFull What happens to a task when the queue is full.
     * @param queueTimeout Longest time that a task waits. By default none.
     * @param timeout Longest time that a task runs. By default none.
     * @param stallTimeout Longest time without a progress report of a running task. By default none.
     * @param killGrace Time between interrupting a task and killing its worker.
     * @param retries Times that a task whose worker was lost is given to another.
     * @param maxTasksPerWorker Tasks after which a worker is replaced. By default none.
     * @param maxLifetime Age at which a worker is replaced. By default none.
     * @param maxMemory Resident memory above which a worker is replaced. By default none.
     * @param heap Maximum heap of a worker. By default what is left beside the application allows.
     * @param jvmArgs Further arguments of the worker's JVM.
     * @param environment Further environment variables of the worker.
     * @param systemProperties Further system properties of the worker.
     * @param workingDirectory Working directory of the worker. By default the application's.
     * @param javaHome Java installation that runs the worker. By default the application's.
     * @param commandPrefix Command that the worker's command is appended to, such as nice.
     * @param debugPort Port on which a worker waits for a debugger. By default none.
     * @param crashDir Directory for error files of crashed workers.
     * @param heartbeatInterval Time between two pings of a worker.
     * @param heartbeatTimeout Time after which a worker that does not answer is killed.
     * @param spin Longest time that a waiting side spins before it blocks.
     * @param maxPayload Largest argument list or result.
     * @param classCache Whether workers start from a prepared class path: auto, off, or a directory for it.
     * @param poisonLimit Lost workers within a minute after which a method is refused for a minute; 0 is off.
     * @param restartLimit Failed starts in a row after which the pool is down.
     * @param restartWindow Time within which failed starts count.
     */
    public record Pool(
            @Nullable Integer minWorkers,
            @Nullable Integer maxWorkers,
            PoolOptions.@Nullable Spread spread,
            @Nullable Integer spareWorkers,
            @Nullable Integer concurrency,
            PoolOptions.@Nullable Startup startup,
            @Nullable Duration startupTimeout,
            @Nullable Duration idleTimeout,
            @Nullable Integer queueCapacity,
            @Nullable DataSize queueMemory,
            PoolOptions.@Nullable WhenFull whenFull,
            @Nullable Duration queueTimeout,
            @Nullable Duration timeout,
            @Nullable Duration stallTimeout,
            @Nullable Duration killGrace,
            @Nullable Integer retries,
            @Nullable Integer maxTasksPerWorker,
            @Nullable Duration maxLifetime,
            @Nullable DataSize maxMemory,
            @Nullable DataSize heap,
            @Nullable List<String> jvmArgs,
            @Nullable Map<String, String> environment,
            @Nullable Map<String, String> systemProperties,
            @Nullable Path workingDirectory,
            @Nullable Path javaHome,
            @Nullable List<String> commandPrefix,
            @Nullable Integer debugPort,
            @Nullable Path crashDir,
            @Nullable Duration heartbeatInterval,
            @Nullable Duration heartbeatTimeout,
            @Nullable Duration spin,
            @Nullable DataSize maxPayload,
            @Nullable String classCache,
            @Nullable Integer poisonLimit,
            @Nullable Integer restartLimit,
            @Nullable Duration restartWindow) {

        private static final Pool EMPTY = new Pool(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null);

        /** Reads an entry without settings, such as {@code ocr:}. */
        public static Pool valueOf(String text) {
            if (!text.isBlank()) {
                throw new IllegalArgumentException("'" + text + "' is no pool; its settings go below its name");
            }
            return EMPTY;
        }

        /** Whether the entry sets this option itself, of those that are tried when the pool is made. */
        boolean sets(String option) {
            return switch (option) {
                case "heap" -> heap != null;
                case "jvm-args" -> jvmArgs != null;
                case "working-directory" -> workingDirectory != null;
                case "java-home" -> javaHome != null;
                case "command-prefix" -> commandPrefix != null;
                case "debug-port" -> debugPort != null;
                default -> true;
            };
        }

        void applyTo(PoolOptionsBuilder builder) {
            PropertyMapper map = PropertyMapper.get();
            map.from(minWorkers).to(builder::minWorkers);
            map.from(maxWorkers).to(builder::maxWorkers);
            map.from(spread).to(builder::spread);
            map.from(spareWorkers).to(builder::spareWorkers);
            map.from(concurrency).to(builder::concurrency);
            map.from(startup).to(builder::startup);
            map.from(startupTimeout).to(builder::startupTimeout);
            map.from(idleTimeout).to(builder::idleTimeout);
            map.from(queueCapacity).to(builder::queueCapacity);
            map.from(queueMemory).as(DataSize::toBytes).to(builder::queueMemory);
            map.from(whenFull).to(builder::whenFull);
            map.from(queueTimeout).to(builder::queueTimeout);
            map.from(timeout).to(builder::timeout);
            map.from(stallTimeout).to(builder::stallTimeout);
            map.from(killGrace).to(builder::killGrace);
            map.from(retries).to(builder::retries);
            map.from(maxTasksPerWorker).to(builder::maxTasksPerWorker);
            map.from(maxLifetime).to(builder::maxLifetime);
            map.from(maxMemory).as(DataSize::toBytes).to(builder::maxMemory);
            map.from(heap).as(DataSize::toBytes).to(builder::heap);
            map.from(jvmArgs).to(builder::jvmArgs);
            map.from(environment).to(builder::environment);
            map.from(systemProperties).to(builder::systemProperties);
            map.from(workingDirectory).to(builder::workingDirectory);
            map.from(javaHome).to(builder::javaHome);
            map.from(commandPrefix).to(builder::commandPrefix);
            map.from(debugPort).to(builder::debugPort);
            map.from(crashDir).to(builder::crashDir);
            map.from(heartbeatInterval).to(builder::heartbeatInterval);
            map.from(heartbeatTimeout).to(builder::heartbeatTimeout);
            map.from(spin).to(builder::spin);
            map.from(maxPayload)
                    .as(size -> (int) Math.min(Integer.MAX_VALUE - 1024, size.toBytes()))
                    .to(builder::maxPayload);
            map.from(classCache).to(builder::classCache);
            map.from(poisonLimit).to(builder::poisonLimit);
            map.from(restartLimit).to(builder::restartLimit);
            map.from(restartWindow).to(builder::restartWindow);
        }
    }

    /**
     * Boot of a worker.
     *
     * @param bootstrap What is booted: the application's main, its configuration classes, or whichever there is.
     * @param sources Classes that are booted instead of the application's own: a smaller context.
     * @param profiles Profiles that are added in a worker.
     * @param properties Properties in a worker, above the application's own.
     * @param startLifecycle Beans, by name or type, whose Lifecycle.start is called in a worker too.
     * @param logging Where a worker's log events go: to the application's log, or where its own configuration says.
     * @param meters Whether what is recorded in a worker's meter registry is in the application's.
     * @param securityContext Whether a task has the authentication of its caller, where Spring Security is there.
     * @param advisors Advice, by class name of advisor or advice, that runs in the worker like a transaction's.
     */
    public record Worker(
            @DefaultValue("auto") Bootstrap bootstrap,
            @DefaultValue List<String> sources,
            @DefaultValue List<String> profiles,
            @DefaultValue Map<String, String> properties,
            @DefaultValue List<String> startLifecycle,
            @DefaultValue("forward") Logging logging,
            @DefaultValue("forward") Meters meters,
            @DefaultValue("propagate") SecurityContext securityContext,
            @DefaultValue List<String> advisors) {}

    /** Start of the application that a worker repeats. */
    public enum Bootstrap {
        AUTO,
        MAIN,
        SOURCES
    }

    /** Destination of a worker's log events. */
    public enum Logging {
        FORWARD,
        OWN
    }

    /** Destination of what is recorded in a worker's meter registry. */
    public enum Meters {
        FORWARD,
        NONE
    }

    /** Knowledge that a task has of its caller. */
    public enum SecurityContext {
        PROPAGATE,
        NONE
    }

    /**
     * Form of arguments and results.
     *
     * @param format Encoding of arguments and results.
     */
    public record Marshalling(@DefaultValue("cbor") Marshaller.Format format) {}
}
