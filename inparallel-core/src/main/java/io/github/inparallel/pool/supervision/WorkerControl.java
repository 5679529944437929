package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.protocol.Frame;
import org.jspecify.annotations.Nullable;

/** Does to workers what those who watch them ask for. On the supervisor's thread. */
interface WorkerControl {

    /** Starts one more worker. */
    void launch();

    /** Has an idle worker leave in order; it is killed if it does not. */
    void retire(Worker worker, Cause cause, long now);

    /** Sends on the control connection; never waits. */
    void send(Worker worker, Frame frame);

    /**
     * Ends a worker now.
     *
     * @param cause why, unless that was decided before; null is not known
     * @param culprit id of the task for whose sake
     */
    void kill(Worker worker, @Nullable Cause cause, @Nullable String culprit);
}
