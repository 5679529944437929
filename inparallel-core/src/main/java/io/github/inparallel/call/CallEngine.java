package io.github.inparallel.call;

import io.github.inparallel.TaskFuture;

/**
 * Whatever runs calls elsewhere: all that the advice around beans knows of the engine. A pool of workers on this
 * machine is one; others may follow. Thread-safe.
 */
public interface CallEngine {

    /**
     * Runs the call elsewhere. Never throws and never waits for the outcome: every failure, refusal too, arrives through
     * the future. (It may wait for room where the engine is set to block when full.)
     */
    TaskFuture<Object> submit(Call call);
}
