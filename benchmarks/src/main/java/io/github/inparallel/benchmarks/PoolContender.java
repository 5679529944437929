package io.github.inparallel.benchmarks;

import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.pool.WorkerState;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** The pool, with Spring in front of it or without. */
abstract class PoolContender implements Contender {

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
