package io.github.inparallel.spring;

import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.WorkerPool;

/** Looks at the application's pools: meters, for example. Beans of this type are called once for each pool. */
public interface PoolInstrumentation {

    /** Returns the observer of the pool that is about to be created. */
    PoolObserver observe(String pool);

    /** Called when the pool has been created. */
    void bind(WorkerPool pool);

    /** Called when the pool has been closed. */
    void unbind(String pool);
}
