package io.github.inparallel.benchmarks;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.WorkerPool;

/** The pool without Spring. */
final class CoreContender extends PoolContender {

    private final WorkerPool pool;
    private final Tasks tasks;

    private CoreContender(WorkerPool pool) {
        this.pool = pool;
        this.tasks = pool.proxy(Tasks.class, TasksInWorker.class);
    }

    static CoreContender start(int workers) {
        return start(options(workers));
    }

    static CoreContender start(PoolOptionsBuilder options) {
        return new CoreContender(WorkerPool.create(options.build()));
    }

    static PoolOptionsBuilder options(int workers) {
        return PoolOptions.builder()
                .minWorkers(workers)
                .maxWorkers(workers)
                .heap(PoolSettings.HEAP_BYTES)
                .maxPayload(PoolSettings.MAX_PAYLOAD_BYTES);
    }

    @Override
    Tasks tasks() {
        return tasks;
    }

    @Override
    WorkerPool pool() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
