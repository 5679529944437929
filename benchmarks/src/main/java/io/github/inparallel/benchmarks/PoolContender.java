package io.github.inparallel.benchmarks;

import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.pool.WorkerState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** The pool, with Spring in front of it or without. */
abstract class PoolContender implements Contender {

    /**
     * Starts one with spare workers, and with as many tasks for each worker as are given; 0 is any number.
     *
     * @param name spring or core
     */
    static PoolContender start(String name, int workers, int spares, int tasksPerWorker) {
        if (name.equals("core")) {
            return CoreContender.start(CoreContender.options(workers)
                    .spareWorkers(spares)
                    .maxTasksPerWorker(tasksPerWorker == 0 ? null : tasksPerWorker));
        }
        List<String> properties =
                new ArrayList<>(List.of("min-workers=" + workers, "max-workers=" + workers, "spare-workers=" + spares));
        if (tasksPerWorker > 0) {
            properties.add("max-tasks-per-worker=" + tasksPerWorker);
        }
        return SpringContender.start(properties.toArray(String[]::new));
    }

    abstract Tasks tasks();

    abstract WorkerPool pool();

    @Override
    public String echo(String text) {
        return tasks().echo(text);
    }

    @Override
    public Future<String> echoLater(String text) {
        return tasks().echoLater(text);
    }

    @Override
    public byte[] echoBytes(byte[] bytes) {
        return tasks().echoBytes(bytes);
    }

    @Override
    public byte[] bytes(int size) {
        return tasks().bytes(size).join();
    }

    @Override
    public Future<Long> work(int millionSteps) {
        return tasks().work(millionSteps);
    }

    /** Waits until so many workers are idle. */
    void awaitIdle(int workers) {
        PoolStats stats = pool().stats();
        while (stats.workers(WorkerState.IDLE) < workers) {
            LockSupport.parkNanos(200_000);
            stats = pool().stats();
        }
    }
}
