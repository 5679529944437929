package io.github.inparallel.spring;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;

/** A pool before it exists: its settings, and how it is made. There is one for each name. Thread-safe. */
public interface PoolPlan {

    /** Settings as properties have them, without what is only known when the pool is made. */
    PoolOptions options();

    /** Writes the values of the pool's tasks, also before there is a pool. */
    Marshaller marshaller();

    /** Makes the pool. */
    WorkerPool create(PoolObserver observer);
}
