package io.github.inparallel.spring;

import io.github.inparallel.TaskContext;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.protocol.WorkerReport;
import io.github.inparallel.units.Counts;
import io.github.inparallel.units.Sizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Pools of the application. A pool exists when a property or a method names it. It is created when the application
 * has started, just before its runners, so that its workers do not compete with the application's own start. Its
 * first call creates it earlier, and so does the context's start if that is to wait for a worker. Contexts that no
 * {@code SpringApplication} has made have started when they are refreshed. Pools stop after the web server has let
 * its requests finish and before ordinary beans stop. Thread-safe.
 */
public final class WorkerPools implements SmartLifecycle, ApplicationListener<ApplicationEvent>, DisposableBean {

    /** Phase below the web server's phases and above ordinary beans. */
    public static final int PHASE = Integer.MAX_VALUE / 4;

    private static final Logger log = LoggerFactory.getLogger(WorkerPools.class);

    private static final String DEFAULT_POOL = InParallelMethod.DEFAULT_POOL;

    private final Set<String> configured;
    private final Function<String, ? extends PoolPlan> plans;
    private final List<PoolInstrumentation> instrumentations;
    private final ShutdownBudget shutdown;
    private final boolean inWorker = TaskContext.inWorker();

    private final Object lock = new Object();
    private final Map<String, WorkerPool> pools = new LinkedHashMap<>(); // guarded by lock
    // A copy of it, for calls and who only looks: they do not wait for a pool that is being created.
    private volatile Map<String, WorkerPool> present = Map.of();
    private final Map<String, Set<String>> users = new TreeMap<>(); // guarded by lock
    private final List<Runnable> whenStarted = new ArrayList<>(); // guarded by lock
    private final FirstReports reports = new FirstReports();
    private volatile boolean running;
    private final Class<? extends ApplicationEvent> startEvent;
    private volatile boolean started; // by the thread that starts the application

    /**
     * @param configured names that properties mention
     * @param plans the plan of any name, always the same one
     * @param shutdownPhase how long the context may take to stop, until its tasks have ended
     * @param startEvent the first of these says that the application has started
     */
    public WorkerPools(
            Set<String> configured,
            Function<String, ? extends PoolPlan> plans,
            List<PoolInstrumentation> instrumentations,
            Duration shutdownPhase,
            Class<? extends ApplicationEvent> startEvent) {
        this.configured = Set.copyOf(configured);
        this.plans = plans;
        this.instrumentations = List.copyOf(instrumentations);
        this.shutdown = new ShutdownBudget(shutdownPhase, System::nanoTime);
        this.startEvent = startEvent;
    }

    /**
     * Returns the pool of this name, which is created if there is none.
     *
     * @throws IllegalStateException in a worker, which has no pools
     */
    public WorkerPool get(String name) {
        if (inWorker) {
            throw new IllegalStateException("A worker has no pools; the call of pool '" + name + "' is made in one");
        }
        WorkerPool known = present.get(name);
        if (known != null) {
            return known;
        }
        synchronized (lock) {
            WorkerPool pool = pools.get(name);
            if (pool == null) {
                pool = create(name);
                pools.put(name, pool);
                present = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
            }
            return pool;
        }
    }

    /** Returns the pools that exist now. Waits for none that is being created, perhaps until its worker is ready. */
    public List<WorkerPool> all() {
        return List.copyOf(present.values());
    }

    /** Returns what the first worker of a pool made of the application; empty before there was one. */
    public WorkerReport report(String pool) {
        return reports.get(pool);
    }

    private WorkerPool create(String name) {
        List<PoolObserver> observers = new ArrayList<>(List.of(reports.observer(name)));
        instrumentations.forEach(each -> observers.add(each.observe(name)));
        WorkerPool created =
                plans.apply(name).create(observers.size() == 1 ? observers.get(0) : PoolObserver.all(observers));
        instrumentations.forEach(each -> each.bind(created));
        return created;
    }

    /** Returns the options of the pool of this name, which need not exist yet. */
    public PoolOptions options(String name) {
        return plans.apply(name).options();
    }

    /** Returns what writes the values of a pool's tasks; the pool need not exist yet. */
    Marshaller marshaller(String name) {
        return plans.apply(name).marshaller();
    }

    /** Notes that a method's tasks are for this pool. */
    void use(String name, String method) {
        synchronized (lock) {
            users.computeIfAbsent(name, key -> new TreeSet<>()).add(method);
        }
    }

    @Override
    public void start() {
        synchronized (lock) {
            pools.values().removeIf(WorkerPool::isShutdown); // the context was stopped, and starts again
            present = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
        }
        for (String name : names()) {
            if (started || plans.apply(name).options().startup() == PoolOptions.Startup.BLOCKING) {
                get(name);
            }
        }
        running = true;
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof ContextClosedEvent) {
            shutdown.begin(); // a child's comes here too, before our own context's, which counts anew
        }
        if (inWorker || started || !startEvent.isInstance(event)) {
            return; // a child context's event comes here too
        }
        started = true;
        Set<String> names = names();
        names.forEach(this::get);
        announce(names);
        List<Runnable> waiting;
        synchronized (lock) {
            waiting = List.copyOf(whenStarted);
            whenStarted.clear();
        }
        waiting.forEach(Runnable::run);
    }

    /** Calls back once the application has started and its pools are there: now, if that is so already. */
    public void whenStarted(Runnable action) {
        synchronized (lock) {
            if (!started) {
                whenStarted.add(action);
                return;
            }
        }
        action.run();
    }

    /** Returns how long what has to end before the pools are closed may still take, once the application shuts down. */
    public Duration shutdownTimeLeft() {
        return shutdown.left(all().stream()
                .map(pool -> pool.options().killGrace())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO));
    }

    /** Returns the names of the pools that properties and methods mention. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(configured);
        synchronized (lock) {
            names.addAll(users.keySet());
        }
        return names;
    }

    private void announce(Set<String> names) {
        List<String> ofProcesses = new ArrayList<>();
        List<String> ofThreads = new ArrayList<>();
        for (String name : names) {
            PoolPlan plan = plans.apply(name);
            PoolOptions pool = plan.options();
            Set<String> methods;
            synchronized (lock) {
                methods = new TreeSet<>(users.getOrDefault(name, Set.of()));
            }
            if (methods.isEmpty()) {
                log.warn("No @InParallel method uses pool '{}': name it in one, or remove its properties", name);
            } else if (!configured.isEmpty() && !configured.contains(name) && !name.equals(DEFAULT_POOL)) {
                log.warn(
                        "Pool '{}' is named by {} but by no property, while others are: it has the settings of"
                                + " inparallel.pool.*.{} If it is meant so, an empty entry inparallel.pools.{} says it",
                        name,
                        String.join(", ", methods),
                        NearestName.of(name, configured)
                                .map(nearest -> " Is it '" + nearest + "' that is meant?")
                                .orElse(""),
                        name);
            }
            String heap = plan.hasProcesses() ? Sizes.text(pool.heap()) + " heap each, " : "";
            String users = methods.isEmpty() ? "unused" : "for " + String.join(", ", methods);
            (plan.hasProcesses() ? ofProcesses : ofThreads)
                    .add("'" + name + "' (" + pool.minWorkers() + " to "
                            + Counts.text(pool.maxWorkers(), "worker", "workers") + ", " + heap + users + ")");
        }
        if (!ofProcesses.isEmpty()) {
            log.info("Pools of worker processes: {}", String.join("; ", ofProcesses));
        }
        if (!ofThreads.isEmpty()) {
            log.info(
                    "Pools of threads in this process, as inparallel.mode is in-process: {}",
                    String.join("; ", ofThreads));
        }
    }

    @Override
    public void stop() {
        closeAll().join();
    }

    @Override
    public void stop(Runnable callback) {
        closeAll().whenComplete((none, failure) -> callback.run());
    }

    /** Closes all pools at the same time, each on a thread of its own, because each may take its whole drain time. */
    private CompletableFuture<@Nullable Void> closeAll() {
        running = false;
        List<CompletableFuture<?>> closing = new ArrayList<>();
        List<WorkerPool> all;
        synchronized (lock) { // one that is being created is to be closed, too
            all = List.copyOf(pools.values());
        }
        for (WorkerPool pool : all) {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            closing.add(closed);
            Runnable close = () -> {
                try {
                    pool.close(shutdown.left(pool.options().killGrace()));
                    instrumentations.forEach(each -> each.unbind(pool.name()));
                } catch (RuntimeException | Error e) { // the others are closed all the same
                    log.error("Pool '{}' could not be closed in good order", pool.name(), e);
                } finally {
                    closed.complete(null);
                }
            };
            try {
                new Thread(close, "inparallel-" + pool.name() + "-close").start();
            } catch (OutOfMemoryError e) { // there is no thread for it
                close.run();
            }
        }
        return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
    }

    @Override
    public void destroy() {
        stop(); // what was created after the stop, or in a context that never started
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isAutoStartup() {
        return !inWorker;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
