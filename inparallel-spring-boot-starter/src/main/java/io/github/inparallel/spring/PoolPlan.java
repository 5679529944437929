package io.github.inparallel.spring;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;

/** Plan of a pool that need not exist yet: its settings, and how it is made. Each name has one plan. Thread-safe. */
public interface PoolPlan {

    /** Settings as properties have them, without what is only known when the pool is made. */
    PoolOptions options();

    /** Whether its workers are processes; else they are threads of this one. */
    boolean hasProcesses();

    /** Marshaller that writes the values of the pool's tasks, the same before and after the pool is made. */
    Marshaller marshaller();

    /** Makes the pool. */
    WorkerPool create(PoolObserver observer);
}
