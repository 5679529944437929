package io.github.inparallel.pool;

import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.protocol.WorkerReport;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells each; one that throws keeps nothing from the others. */
final class ObserverGroup implements PoolObserver {

    private final List<PoolObserver> observers;

    ObserverGroup(List<PoolObserver> observers) {
        this.observers =
                observers.stream().<PoolObserver>map(GuardedObserver::new).toList();
    }

    private void each(Consumer<PoolObserver> what) {
        observers.forEach(what);
    }

    @Override
    public void taskStarted(String method, Duration queued) {
        each(observer -> observer.taskStarted(method, queued));
    }

    @Override
    public void taskEnded(String method, TaskState outcome, @Nullable Throwable failure, Duration elapsed) {
        each(observer -> observer.taskEnded(method, outcome, failure, elapsed));
    }

    @Override
    public void taskRetried(String method) {
        each(observer -> observer.taskRetried(method));
    }

    @Override
    public void workerStarting(String worker) {
        each(observer -> observer.workerStarting(worker));
    }

    @Override
    public void workerReady(String worker, Duration startup) {
        each(observer -> observer.workerReady(worker, startup));
    }

    @Override
    public void workerReported(String worker, WorkerReport report) {
        each(observer -> observer.workerReported(worker, report));
    }

    @Override
    public void workerTold(String worker, byte[] message) {
        each(observer -> observer.workerTold(worker, message));
    }

    @Override
    public void workerExited(String worker, WorkerExit exit) {
        each(observer -> observer.workerExited(worker, exit));
    }

    @Override
    public void payload(boolean sent, int bytes) {
        each(observer -> observer.payload(sent, bytes));
    }
}
