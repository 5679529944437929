package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.RemoteDispatch;
import io.github.inparallel.pool.dispatch.WaitingTasks;
import io.github.inparallel.pool.dispatch.WorkerEntries;
import io.github.inparallel.pool.history.Gauges;

/** What the history is told of a moment. Thread-safe. */
final class WorkerGauges implements Gauges {

    private final WorkerEntries entries;
    private final WaitingTasks waiting;
    private final RemoteDispatch remote;
    private final WorkerList workers;

    WorkerGauges(Dispatcher dispatcher, WorkerList workers) {
        this.entries = dispatcher.entries();
        this.waiting = dispatcher.waiting();
        this.remote = dispatcher.remote();
        this.workers = workers;
    }

    @Override
    public int running() {
        return entries.leases();
    }

    @Override
    public int queued() {
        return waiting.size() + remote.waiting();
    }

    @Override
    public void countWorkers(int[] byState) {
        for (Worker worker : workers.snapshot()) {
            byState[worker.shown(entries.leases(worker.entry())).ordinal()]++;
        }
    }

    @Override
    public long memory() {
        return workers.snapshot().stream()
                .mapToLong(worker -> worker.memory().orElse(0))
                .sum();
    }
}
