package io.github.inparallel.pool;

import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.WorkerReport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps an observer's failures away from the engine. */
final class GuardedObserver implements PoolObserver {

    private static final Log log = Log.of(GuardedObserver.class);

    private final PoolObserver target;

    GuardedObserver(PoolObserver target) {
        this.target = target;
    }

    @Override
    public void taskStarted(String method, Duration queued) {
        try {
            target.taskStarted(method, queued);
        } catch (Throwable e) {
            failed("taskStarted", e);
        }
    }

    @Override
    public void taskEnded(String method, TaskState outcome, @Nullable Throwable failure, Duration elapsed) {
        try {
            target.taskEnded(method, outcome, failure, elapsed);
        } catch (Throwable e) {
            failed("taskEnded", e);
        }
    }

    @Override
    public void taskRetried(String method) {
        try {
            target.taskRetried(method);
        } catch (Throwable e) {
            failed("taskRetried", e);
        }
    }

    @Override
    public void workerStarting(String worker) {
        try {
            target.workerStarting(worker);
        } catch (Throwable e) {
            failed("workerStarting", e);
        }
    }

    @Override
    public void workerReady(String worker, Duration startup) {
        try {
            target.workerReady(worker, startup);
        } catch (Throwable e) {
            failed("workerReady", e);
        }
    }

    @Override
    public void workerReported(String worker, WorkerReport report) {
        try {
            target.workerReported(worker, report);
        } catch (Throwable e) {
            failed("workerReported", e);
        }
    }

    @Override
    public void workerTold(String worker, byte[] message) {
        try {
            target.workerTold(worker, message);
        } catch (Throwable e) {
            failed("workerTold", e);
        }
    }

    @Override
    public void workerExited(String worker, WorkerExit exit) {
        try {
            target.workerExited(worker, exit);
        } catch (Throwable e) {
            failed("workerExited", e);
        }
    }

    @Override
    public void payload(boolean sent, int bytes) {
        try {
            target.payload(sent, bytes);
        } catch (Throwable e) {
            failed("payload", e);
        }
    }

    /** Whatever it is: Errors, too, and what is thrown without being declared. */
    private void failed(String event, Throwable failure) {
        log.warn(
                "A pool observer failed, and the pool goes on: {} of {}",
                event,
                target.getClass().getName(),
                failure);
    }
}
