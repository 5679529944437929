package io.github.inparallel.spring;

import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.WorkerPool;

/** Looks at the application's pools: metrics. Called once for each pool. */
public interface PoolInstrumentation {

    /** Hears what happens in the pool that is about to be created. */
    PoolObserver observe(String pool);

    /** The pool exists. */
    void bind(WorkerPool pool);

    /** The pool is closed. */
    void unbind(String pool);
}
