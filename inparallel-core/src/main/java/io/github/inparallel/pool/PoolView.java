package io.github.inparallel.pool;

import io.github.inparallel.InParallelException;
import io.github.inparallel.TaskProgress;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.supervision.Supervisor;
import io.github.inparallel.pool.supervision.Worker;
import io.github.inparallel.pool.task.PoisonGuard;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.HeapHistogram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a pool looks like at this moment, put together from dispatch and supervision, which go on meanwhile. Thread-safe. */
final class PoolView {

    private final PoolOptions options;
    private final Machine machine;
    private final Dispatcher dispatcher;
    private final Supervisor supervisor;
    private final PoisonGuard poison;

    PoolView(PoolOptions options, Machine machine, Dispatcher dispatcher, Supervisor supervisor, PoisonGuard poison) {
        this.options = options;
        this.machine = machine;
        this.dispatcher = dispatcher;
        this.supervisor = supervisor;
        this.poison = poison;
    }

    /** @param inFlight tasks that have not ended */
    PoolStats stats(int inFlight) {
        int waiting = dispatcher.waiting().size() + dispatcher.remote().waiting();
        List<PoolStats.WorkerStats> workers = new ArrayList<>();
        for (Worker worker : supervisor.workers()) {
            List<PoolStats.TaskStats> tasks = new ArrayList<>();
            for (Slot slot : worker.slots()) {
                PoolTask task = dispatcher.leased(slot);
                if (task != null) {
                    tasks.add(describe(task, slot.lane().row()));
                }
            }
            workers.add(new PoolStats.WorkerStats(
                    worker.name(),
                    worker.pid(),
                    worker.shown(tasks.size()),
                    Duration.ofNanos(machine.nanoTime() - worker.launchedNanos()),
                    worker.tasksDone(),
                    worker.memory(),
                    tasks,
                    worker.slots().size(),
                    Optional.ofNullable(worker.heap()),
                    worker.report(),
                    worker.place()));
        }
        return new PoolStats(
                options.name(),
                waiting,
                Math.max(0, inFlight - waiting),
                Optional.ofNullable(supervisor.outage()),
                workers,
                supervisor.exits(),
                poison.refused(machine.nanoTime()),
                supervisor.size(),
                options.maxMemory() == null ? OptionalLong.empty() : OptionalLong.of(options.maxMemory()),
                Optional.ofNullable(dispatcher.admission().drainingSince()));
    }

    /** The tasks that have waited longest, in order, and at most so many. */
    List<PoolStats.WaitingTask> waitingTasks(int most) {
        return dispatcher.waiting().first(most).stream()
                .map(task -> new PoolStats.WaitingTask(
                        task.taskId(),
                        task.displayName(),
                        Duration.ofNanos(machine.nanoTime() - task.submittedNanos())))
                .toList();
    }

    /** Tasks that other members have, at most so many. */
    List<PoolStats.RemoteTask> remoteTasks(int most) {
        List<PoolStats.RemoteTask> tasks = new ArrayList<>();
        for (DispatchedTask task : dispatcher.remote().tasks()) {
            String member = task.member().orElse(null);
            if (member != null && tasks.size() < most) { // else it has ended meanwhile, or waits again
                tasks.add(describe(task, member));
            }
        }
        return tasks;
    }

    private PoolStats.RemoteTask describe(DispatchedTask task, String member) {
        Optional<TaskProgress> progress = task.progress();
        return new PoolStats.RemoteTask(
                task.taskId(),
                task.displayName(),
                member,
                task.workerPid(),
                Duration.ofNanos(machine.nanoTime() - task.assignedNanos()),
                progress.map(TaskProgress::fraction),
                message(progress),
                timeout(task),
                task.traceId());
    }

    private static Optional<String> message(Optional<TaskProgress> progress) {
        return progress.map(TaskProgress::message).filter(message -> !message.isEmpty());
    }

    private static Optional<Duration> timeout(PoolTask task) {
        return task.timeoutNanos() == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(task.timeoutNanos()));
    }

    /** The task with this id that waits or that a worker or another member has; null if there is none. */
    @Nullable
    DispatchedTask find(String taskId) {
        DispatchedTask waiting = dispatcher.waiting().find(taskId);
        if (waiting != null) {
            return waiting;
        }
        for (Worker worker : supervisor.workers()) {
            for (Slot slot : worker.slots()) {
                for (DispatchedTask task : dispatcher.tasks(slot)) {
                    if (task.taskId().equals(taskId)) {
                        return task;
                    }
                }
            }
        }
        return dispatcher.remote().find(taskId);
    }

    Optional<PoolStats.Output> lastOutput(long pid) {
        for (Worker worker : supervisor.workers()) {
            WorkerProcess process = worker.process();
            if (process != null && process.pid() == pid) {
                return Optional.of(new PoolStats.Output(process.standardOutput(), process.standardError()));
            }
        }
        return Optional.empty();
    }

    /** @throws InParallelException if the worker could not tell */
    static PoolStats.HeapHistogram shown(HeapHistogram histogram) {
        if (!histogram.failure().isEmpty()) {
            throw new InParallelException(histogram.failure());
        }
        return new PoolStats.HeapHistogram(
                histogram.instances(),
                histogram.bytes(),
                histogram.classes().stream()
                        .map(row -> new PoolStats.HeapClass(row.name(), row.instances(), row.bytes()))
                        .toList());
    }

    private PoolStats.TaskStats describe(PoolTask task, int lane) {
        Duration elapsed = Duration.ofNanos(machine.nanoTime() - task.assignedNanos());
        Optional<TaskProgress> progress = task.progress();
        return new PoolStats.TaskStats(
                task.taskId(),
                task.displayName(),
                elapsed,
                progress.map(TaskProgress::fraction),
                machine.timeOfDay().minus(elapsed),
                message(progress),
                timeout(task),
                task.traceId(),
                lane);
    }
}
