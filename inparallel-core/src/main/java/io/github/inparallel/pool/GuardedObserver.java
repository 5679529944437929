package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.protocol.WorkerReport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps an observer's failures away from the engine. */
final class GuardedObserver implements PoolObserver {

    private static final Logger log = LoggerFactory.getLogger(GuardedObserver.class);

    private final PoolObserver target;

    GuardedObserver(PoolObserver target) {
        this.target = target;
    }

    @Override
    public void taskStarted(String method, Duration queued) {
        guard(() -> target.taskStarted(method, queued));
    }

    @Override
    public void taskEnded(String method, String outcome, @Nullable Throwable failure, Duration elapsed) {
        guard(() -> target.taskEnded(method, outcome, failure, elapsed));
    }

    @Override
    public void taskRetried(String method) {
        guard(() -> target.taskRetried(method));
    }

    @Override
    public void workerStarting(String worker) {
        guard(() -> target.workerStarting(worker));
    }

    @Override
    public void workerReady(String worker, Duration startup) {
        guard(() -> target.workerReady(worker, startup));
    }

    @Override
    public void workerReported(String worker, WorkerReport report) {
        guard(() -> target.workerReported(worker, report));
    }

    @Override
    public void workerExited(String worker, WorkerExit exit) {
        guard(() -> target.workerExited(worker, exit));
    }

    @Override
    public void payload(boolean sent, int bytes) {
        guard(() -> target.payload(sent, bytes));
    }

    private static void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | LinkageError e) {
            log.warn("A pool observer failed", e);
        }
    }
}
