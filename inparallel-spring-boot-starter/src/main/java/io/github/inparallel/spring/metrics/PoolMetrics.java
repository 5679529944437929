package io.github.inparallel.spring.metrics;

import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.spring.PoolInstrumentation;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Registers the meters of each pool, and removes them when the pool closes. Thread-safe. */
public final class PoolMetrics implements PoolInstrumentation {

    private final Supplier<MeterRegistry> registry;
    private final BooleanSupplier observed;

    /**
     * @param registry asked for when the first pool is created
     * @param observed whether tasks are observed: then their timer is the observation's
     */
    public PoolMetrics(Supplier<MeterRegistry> registry, BooleanSupplier observed) {
        this.registry = registry;
        this.observed = observed;
    }

    @Override
    public PoolObserver observe(String pool) {
        return new Recorder(registry.get(), pool, observed);
    }

    @Override
    public void bind(WorkerPool pool) {
        gauge(
                pool,
                "inparallel.tasks.in.flight",
                Tags.empty(),
                "Tasks submitted and not complete",
                PoolStats::inFlight);
        gauge(pool, "inparallel.tasks.running", Tags.empty(), "Tasks that a worker has", PoolStats::running);
        gauge(pool, "inparallel.tasks.queued", Tags.empty(), "Tasks that wait for a worker", PoolStats::queued);
        gauge(pool, "inparallel.workers.memory", Tags.empty(), "Resident memory of all workers", PoolStats::memory);
        for (WorkerState state : WorkerState.values()) {
            Tags tag = Tags.of("state", state.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            gauge(pool, "inparallel.workers", tag, "Worker processes", stats -> stats.workers(state));
        }
        beginAtZero(registry.get(), pool.name());
    }

    /** Registers meters of what has not happened yet, so that the first time shows as an increase. */
    private static void beginAtZero(MeterRegistry registry, String pool) {
        registry.counter("inparallel.worker.starts", "pool", pool);
        registry.timer("inparallel.worker.startup", "pool", pool);
        registry.counter("inparallel.task.retries", "pool", pool);
        for (WorkerExit.Cause cause : WorkerExit.Cause.values()) {
            registry.counter("inparallel.worker.exits", "pool", pool, "cause", cause.label());
        }
        payload(registry, pool, true);
        payload(registry, pool, false);
    }

    private static DistributionSummary payload(MeterRegistry registry, String pool, boolean sent) {
        return DistributionSummary.builder("inparallel.payload")
                .baseUnit("bytes")
                .tags("pool", pool, "direction", sent ? "sent" : "received")
                .register(registry);
    }

    private void gauge(WorkerPool pool, String name, Tags tags, String description, ToDoubleFunction<PoolStats> value) {
        Gauge.builder(name, pool, each -> value.applyAsDouble(each.stats()))
                .description(description)
                .baseUnit(name.endsWith(".memory") ? "bytes" : null)
                .tags(tags.and("pool", pool.name()))
                .register(registry.get());
    }

    @Override
    public void unbind(String pool) {
        MeterRegistry from = registry.get();
        List<Meter> bound = from.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("inparallel.")
                        && pool.equals(meter.getId().getTag("pool")))
                .toList();
        bound.forEach(from::remove);
    }

    /** Records what happens in a pool. The timers of a method's tasks are looked up once, not with each task. */
    private static final class Recorder implements PoolObserver {

        private final MeterRegistry registry;
        private final String pool;
        private final BooleanSupplier observed;
        private final DistributionSummary sent;
        private final DistributionSummary received;
        private final Map<String, Timer> queued = new ConcurrentHashMap<>(); // by method
        private final Map<String, Timer> succeeded = new ConcurrentHashMap<>(); // by method

        Recorder(MeterRegistry registry, String pool, BooleanSupplier observed) {
            this.registry = registry;
            this.pool = pool;
            this.observed = observed;
            this.sent = PoolMetrics.payload(registry, pool, true);
            this.received = PoolMetrics.payload(registry, pool, false);
        }

        @Override
        public void taskStarted(String method, Duration waited) {
            Timer timer = queued.get(method);
            if (timer == null) {
                timer = queued.computeIfAbsent(
                        method,
                        key -> Timer.builder("inparallel.task.queue")
                                .description("From submission to start")
                                .tags("pool", pool, "method", key)
                                .register(registry));
            }
            timer.record(waited);
        }

        @Override
        public void taskEnded(String method, TaskState outcome, @Nullable Throwable failure, Duration elapsed) {
            if (observed.getAsBoolean()) {
                return;
            }
            if (failure != null) {
                timer(method, outcome, failure.getClass().getSimpleName()).record(elapsed);
                return;
            }
            Timer timer = outcome == TaskState.SUCCEEDED ? succeeded.get(method) : null;
            if (timer == null) {
                timer = timer(method, outcome, "none");
                if (outcome == TaskState.SUCCEEDED) {
                    succeeded.put(method, timer);
                }
            }
            timer.record(elapsed);
        }

        private Timer timer(String method, TaskState outcome, String exception) {
            return Timer.builder("inparallel.task")
                    .description("From submission to outcome")
                    .tags("pool", pool, "method", method)
                    .tags("outcome", outcome.label(), "exception", exception, "error", exception)
                    .register(registry);
        }

        @Override
        public void taskRetried(String method) {
            registry.counter("inparallel.task.retries", "pool", pool).increment();
        }

        @Override
        public void workerStarting(String worker) {
            registry.counter("inparallel.worker.starts", "pool", pool).increment();
        }

        @Override
        public void workerReady(String worker, Duration startup) {
            registry.timer("inparallel.worker.startup", "pool", pool).record(startup);
        }

        @Override
        public void workerExited(String worker, WorkerExit exit) {
            registry.counter(
                            "inparallel.worker.exits",
                            "pool",
                            pool,
                            "cause",
                            exit.cause().label())
                    .increment();
        }

        @Override
        public void payload(boolean isSent, int bytes) {
            (isSent ? sent : received).record(bytes);
        }
    }
}
