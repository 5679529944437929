package io.github.inparallel.spring.metrics;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.PoolInstrumentation;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what workers record in their registries in the application's, on a thread of its own that comes and goes. What is
 * heard of a worker's death is heard after all that the worker had told. Thread-safe.
 */
public final class WorkerMeters implements PoolInstrumentation {

    private static final Logger log = LoggerFactory.getLogger(WorkerMeters.class);

    private static final long MOST_WAITING = 16 << 20; // bytes
    private static final long IDLE_SECONDS = 5;

    private final Supplier<MeterRegistry> registry;
    private final ThreadPoolExecutor thread;
    private final Map<String, MetersOfWorker> workers = new HashMap<>(); // that thread's alone
    private final AtomicLong waiting = new AtomicLong(); // bytes that are not recorded yet
    private volatile boolean late; // set once

    /** @param registry asked for when the first worker tells something */
    public WorkerMeters(Supplier<MeterRegistry> registry) {
        this.registry = registry;
        this.thread =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread created = new Thread(task, "inparallel-meters");
                    created.setDaemon(true);
                    return created;
                });
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public PoolObserver observe(String pool) {
        return new PoolObserver() {
            @Override
            public void workerTold(String worker, byte[] message) {
                if (waiting.addAndGet(message.length) > MOST_WAITING) {
                    waiting.addAndGet(-message.length);
                    tooMuch();
                    return;
                }
                try {
                    later(worker, () -> {
                        waiting.addAndGet(-message.length);
                        workers.computeIfAbsent(worker, key -> new MetersOfWorker(registry.get(), pool, worker))
                                .hear(message);
                    });
                } catch (RuntimeException | Error e) { // there is no thread to be had: it never waits
                    waiting.addAndGet(-message.length);
                    throw e;
                }
            }

            @Override
            public void workerExited(String worker, WorkerExit exit) {
                later(worker, () -> {
                    MetersOfWorker left = workers.remove(worker);
                    if (left != null) {
                        left.remove();
                    }
                });
            }
        };
    }

    private void later(String worker, Runnable step) {
        thread.execute(() -> {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                log.warn("Meters of worker {} are not recorded", worker, e);
            }
        });
    }

    private void tooMuch() {
        if (!late) {
            late = true;
            log.warn("Meters of workers come faster than they are recorded here: some are lost; this is said once");
        }
    }

    @Override
    public void bind(WorkerPool pool) {}

    @Override
    public void unbind(String pool) {}
}
