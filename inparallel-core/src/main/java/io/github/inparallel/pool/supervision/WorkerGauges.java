package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.history.Gauges;

/** What the history is told of a moment. Thread-safe. */
final class WorkerGauges implements Gauges {

    private final Dispatcher dispatcher;
    private final WorkerList workers;

    WorkerGauges(Dispatcher dispatcher, WorkerList workers) {
        this.dispatcher = dispatcher;
        this.workers = workers;
    }

    @Override
    public int running() {
        return dispatcher.leases();
    }

    @Override
    public int queued() {
        return dispatcher.waiting();
    }

    @Override
    public void countWorkers(int[] byState) {
        for (Worker worker : workers.snapshot()) {
            byState[worker.shown(dispatcher.leases(worker.entry())).ordinal()]++;
        }
    }

    @Override
    public long memory() {
        return workers.snapshot().stream()
                .mapToLong(worker -> worker.memory().orElse(0))
                .sum();
    }
}
