package io.github.inparallel.pool;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.config.MachineShare;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperBuilder;

/**
 * Builds {@link PoolOptions}; every option has the default of the configuration property of the same name. Not
 * thread-safe.
 */
public final class PoolOptionsBuilder {

    private String name = "default";
    private @Nullable Integer minWorkers = null; // 1, or 0 where there may be no worker
    private @Nullable Integer maxWorkers = null;
    private int spareWorkers = 0;
    private int concurrency = 1;
    private PoolOptions.Spread spread = PoolOptions.Spread.LOCAL;
    private PoolOptions.Startup startup = PoolOptions.Startup.BACKGROUND;
    private Duration startupTimeout = Duration.ofSeconds(60);
    private Duration idleTimeout = Duration.ofSeconds(60);
    private int queueCapacity = 10_000;
    private long queueMemory = Math.max(1, Runtime.getRuntime().maxMemory() / 8);
    private PoolOptions.WhenFull whenFull = PoolOptions.WhenFull.REFUSE;
    private @Nullable Duration queueTimeout = null;
    private @Nullable Duration timeout = null;
    private @Nullable Duration stallTimeout = null;
    private Duration killGrace = Duration.ofSeconds(1);
    private int retries = 0;
    private @Nullable Integer maxTasksPerWorker = null;
    private @Nullable Duration maxLifetime = null;
    private @Nullable Long maxMemory = null;
    private @Nullable Long heap = null;
    private List<String> jvmArgs = List.of();
    private Map<String, String> environment = Map.of();
    private Map<String, String> systemProperties = Map.of();
    private @Nullable Path workingDirectory = null;
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private List<String> commandPrefix = List.of();
    private @Nullable Integer debugPort = null;
    private Path crashDir = Path.of("inparallel-crashes");
    private Duration heartbeatInterval = Duration.ofSeconds(2);
    private Duration heartbeatTimeout = Duration.ofSeconds(20);
    private Duration spin = Duration.ofNanos(50_000);
    private int maxPayload = 64 * 1024 * 1024;
    private String classCache = "off";
    private int poisonLimit = 20;
    private int restartLimit = 5;
    private Duration restartWindow = Duration.ofMinutes(1);
    private Duration shutdownTimeout = Duration.ofSeconds(30);
    private Marshaller.Format format = Marshaller.Format.CBOR;
    private Consumer<MapperBuilder<?, ?>> mapperCustomizer = Marshaller.UNCHANGED;
    private @Nullable Executor callbackExecutor = null;
    private PoolObserver observer = PoolObserver.NONE;
    private @Nullable WorkerLogs logs = null;
    private ClassLoader classLoader = PoolOptionsBuilder.class.getClassLoader();
    private PoolOptions.Bootstrap bootstrap = PoolOptions.Bootstrap.PLAIN;

    PoolOptionsBuilder() {}

    public PoolOptionsBuilder name(String name) {
        this.name = name;
        return this;
    }

    public PoolOptionsBuilder minWorkers(int minWorkers) {
        this.minWorkers = minWorkers;
        return this;
    }

    public PoolOptionsBuilder maxWorkers(@Nullable Integer maxWorkers) {
        this.maxWorkers = maxWorkers;
        return this;
    }

    public PoolOptionsBuilder spareWorkers(int spareWorkers) {
        this.spareWorkers = spareWorkers;
        return this;
    }

    public PoolOptionsBuilder concurrency(int concurrency) {
        this.concurrency = concurrency;
        return this;
    }

    public PoolOptionsBuilder spread(PoolOptions.Spread spread) {
        this.spread = spread;
        return this;
    }

    public PoolOptionsBuilder startup(PoolOptions.Startup startup) {
        this.startup = startup;
        return this;
    }

    public PoolOptionsBuilder startupTimeout(Duration startupTimeout) {
        this.startupTimeout = startupTimeout;
        return this;
    }

    public PoolOptionsBuilder idleTimeout(Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
        return this;
    }

    public PoolOptionsBuilder queueCapacity(int queueCapacity) {
        this.queueCapacity = queueCapacity;
        return this;
    }

    public PoolOptionsBuilder queueMemory(long queueMemory) {
        this.queueMemory = queueMemory;
        return this;
    }

    public PoolOptionsBuilder whenFull(PoolOptions.WhenFull whenFull) {
        this.whenFull = whenFull;
        return this;
    }

    public PoolOptionsBuilder queueTimeout(@Nullable Duration queueTimeout) {
        this.queueTimeout = queueTimeout;
        return this;
    }

    public PoolOptionsBuilder timeout(@Nullable Duration timeout) {
        this.timeout = timeout;
        return this;
    }

    public PoolOptionsBuilder stallTimeout(@Nullable Duration stallTimeout) {
        this.stallTimeout = stallTimeout;
        return this;
    }

    public PoolOptionsBuilder killGrace(Duration killGrace) {
        this.killGrace = killGrace;
        return this;
    }

    public PoolOptionsBuilder retries(int retries) {
        this.retries = retries;
        return this;
    }

    public PoolOptionsBuilder maxTasksPerWorker(@Nullable Integer maxTasksPerWorker) {
        this.maxTasksPerWorker = maxTasksPerWorker;
        return this;
    }

    public PoolOptionsBuilder maxLifetime(@Nullable Duration maxLifetime) {
        this.maxLifetime = maxLifetime;
        return this;
    }

    public PoolOptionsBuilder maxMemory(@Nullable Long maxMemory) {
        this.maxMemory = maxMemory;
        return this;
    }

    public PoolOptionsBuilder heap(@Nullable Long heap) {
        this.heap = heap;
        return this;
    }

    public PoolOptionsBuilder jvmArgs(List<String> jvmArgs) {
        this.jvmArgs = jvmArgs;
        return this;
    }

    public PoolOptionsBuilder environment(Map<String, String> environment) {
        this.environment = environment;
        return this;
    }

    public PoolOptionsBuilder systemProperties(Map<String, String> systemProperties) {
        this.systemProperties = systemProperties;
        return this;
    }

    public PoolOptionsBuilder workingDirectory(@Nullable Path workingDirectory) {
        this.workingDirectory = workingDirectory;
        return this;
    }

    public PoolOptionsBuilder javaHome(Path javaHome) {
        this.javaHome = javaHome;
        return this;
    }

    public PoolOptionsBuilder commandPrefix(List<String> commandPrefix) {
        this.commandPrefix = commandPrefix;
        return this;
    }

    public PoolOptionsBuilder debugPort(@Nullable Integer debugPort) {
        this.debugPort = debugPort;
        return this;
    }

    public PoolOptionsBuilder crashDir(Path crashDir) {
        this.crashDir = crashDir;
        return this;
    }

    public PoolOptionsBuilder heartbeatInterval(Duration heartbeatInterval) {
        this.heartbeatInterval = heartbeatInterval;
        return this;
    }

    public PoolOptionsBuilder heartbeatTimeout(Duration heartbeatTimeout) {
        this.heartbeatTimeout = heartbeatTimeout;
        return this;
    }

    public PoolOptionsBuilder spin(Duration spin) {
        this.spin = spin;
        return this;
    }

    public PoolOptionsBuilder maxPayload(int maxPayload) {
        this.maxPayload = maxPayload;
        return this;
    }

    /** {@code off}, {@code auto} or a directory: whether workers start from a prepared class path, and where it is. */
    public PoolOptionsBuilder classCache(String classCache) {
        this.classCache = classCache;
        return this;
    }

    public PoolOptionsBuilder poisonLimit(int poisonLimit) {
        this.poisonLimit = poisonLimit;
        return this;
    }

    public PoolOptionsBuilder restartLimit(int restartLimit) {
        this.restartLimit = restartLimit;
        return this;
    }

    public PoolOptionsBuilder restartWindow(Duration restartWindow) {
        this.restartWindow = restartWindow;
        return this;
    }

    public PoolOptionsBuilder shutdownTimeout(Duration shutdownTimeout) {
        this.shutdownTimeout = shutdownTimeout;
        return this;
    }

    public PoolOptionsBuilder format(Marshaller.Format format) {
        this.format = format;
        return this;
    }

    public PoolOptionsBuilder mapperCustomizer(Consumer<MapperBuilder<?, ?>> mapperCustomizer) {
        this.mapperCustomizer = mapperCustomizer;
        return this;
    }

    public PoolOptionsBuilder callbackExecutor(@Nullable Executor callbackExecutor) {
        this.callbackExecutor = callbackExecutor;
        return this;
    }

    /** Where log events of workers go; with null they go nowhere, and a worker's own loggers do what they do. */
    public PoolOptionsBuilder logs(@Nullable WorkerLogs logs) {
        this.logs = logs;
        return this;
    }

    public PoolOptionsBuilder observer(PoolObserver observer) {
        this.observer = observer;
        return this;
    }

    public PoolOptionsBuilder classLoader(ClassLoader classLoader) {
        this.classLoader = classLoader;
        return this;
    }

    public PoolOptionsBuilder bootstrap(PoolOptions.Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
        return this;
    }

    /**
     * @throws InvalidOptionException if an option has a value that is not allowed; it names the option
     */
    public PoolOptions build() {
        MachineShare machine = MachineShare.ofThisProcess();
        long heapSize = heap == null ? machine.heap() : heap;
        boolean none = maxWorkers != null && maxWorkers == 0 && spread == PoolOptions.Spread.CLUSTER;
        int least = minWorkers != null ? minWorkers : none ? 0 : 1;
        int most = maxWorkers == null ? Math.max(least, machine.workers(heapSize)) : maxWorkers;
        // Where the kernel would take the application together with a worker, none may grow that far.
        Long memory = maxMemory == null && machine.dyingTogether() && most > 0
                ? Long.valueOf(machine.residentMemory(most, heapSize))
                : maxMemory;
        return new PoolOptions(
                name,
                least,
                most,
                spareWorkers,
                concurrency,
                spread,
                startup,
                startupTimeout,
                idleTimeout,
                queueCapacity,
                queueMemory,
                whenFull,
                queueTimeout,
                timeout,
                stallTimeout,
                killGrace,
                retries,
                maxTasksPerWorker,
                maxLifetime,
                memory,
                heapSize,
                jvmArgs,
                environment,
                systemProperties,
                workingDirectory,
                javaHome,
                commandPrefix,
                debugPort,
                crashDir,
                heartbeatInterval,
                heartbeatTimeout,
                spin,
                maxPayload,
                classCache,
                poisonLimit,
                restartLimit,
                restartWindow,
                shutdownTimeout,
                format,
                mapperCustomizer,
                callbackExecutor,
                observer,
                logs,
                classLoader,
                bootstrap);
    }
}
