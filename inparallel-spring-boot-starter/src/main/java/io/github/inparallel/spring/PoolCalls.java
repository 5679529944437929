package io.github.inparallel.spring;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.call.Call;
import io.github.inparallel.call.CallEngine;
import java.util.Map;

/**
 * Hands calls to the pool of their method, with what their callers have around them. The first call creates the pool
 * if there is none yet. Thread-safe.
 */
final class PoolCalls implements CallEngine {

    private final String pool;
    private final WorkerPools pools;
    private final TaskSurroundings surroundings;

    PoolCalls(String pool, WorkerPools pools, TaskSurroundings surroundings) {
        this.pool = pool;
        this.pools = pools;
        this.surroundings = surroundings;
    }

    @Override
    public TaskFuture<Object> submit(Call call) {
        try {
            Map<String, String> attributes = surroundings.captured();
            CallEngine engine = pools.get(pool); // before the call is observed: what is observed also ends
            return engine.submit(surroundings.observed(pool, call, attributes));
        } catch (Throwable failure) { // a propagator's, an observation's, or there can be no such pool
            return TaskFuture.ofFailure(failure);
        }
    }
}
