package io.github.inparallel.call;

import io.github.inparallel.TaskFuture;

/**
 * Runs calls elsewhere. This is all that the advice around beans knows of an engine; a pool of workers on this
 * machine is one, and others may follow. Thread-safe.
 */
public interface CallEngine {

    /**
     * Runs a call elsewhere. The engine never throws and never waits for the outcome: every failure, refusal too,
     * arrives through the future. It may wait for room where it is set to block when full.
     */
    TaskFuture<Object> submit(Call call);
}
