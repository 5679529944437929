package io.github.inparallel.pool;

import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.protocol.WorkerReport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens in a pool. Called on the pool's own threads and on callers': it must be quick and must not block.
 * What it throws is logged and harms nothing.
 */
public interface PoolObserver {

    /** An observer that does nothing. */
    PoolObserver NONE = new PoolObserver() {};

    /** A worker was given the task. */
    default void taskStarted(String method, Duration queued) {}

    /**
     * A task has ended; told before anybody sees its outcome.
     *
     * @param outcome how it ended: a state that is an end
     * @param elapsed from submission to outcome
     */
    default void taskEnded(String method, TaskState outcome, @Nullable Throwable failure, Duration elapsed) {}

    /** A task whose worker was lost is given to another. */
    default void taskRetried(String method) {}

    /** A worker was launched. */
    default void workerStarting(String worker) {}

    /** A worker can run tasks. */
    default void workerReady(String worker, Duration startup) {}

    /** A worker that is about to be ready says what it made and what it held back. */
    default void workerReported(String worker, WorkerReport report) {}

    /**
     * The bootstrap of a worker tells something, as its own kind of message; each is told in order, the last before the
     * worker's end is.
     */
    default void workerTold(String worker, byte[] message) {}

    /** A worker has ended. */
    default void workerExited(String worker, WorkerExit exit) {}

    /** Encoded arguments were sent, or an encoded result was received. */
    default void payload(boolean sent, int bytes) {}

    /** One observer for several. */
    static PoolObserver all(List<PoolObserver> observers) {
        return new ObserverGroup(observers);
    }
}
