package io.github.inparallel.pool.supervision;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.dispatch.Admission;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.LostTasks;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.history.History;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.units.Counts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what a worker leaves: says why it ended, ends its tasks or has them tried again, and counts failed starts
 * and poison methods. On the supervisor's thread.
 */
@ConfinedToSupervisor
final class ExitHandler {

    private static final Log log = Log.of(ExitHandler.class);

    private static final long QUICK_DEATH = TimeUnit.SECONDS.toNanos(1);
    private static final Set<Cause> EXPECTED = Set.of(Cause.SHUTDOWN, Cause.IDLE, Cause.RECYCLED);

    private final PoolOptions options;
    private final Machine machine;
    private final Dispatcher dispatcher;
    private final Admission admission;
    private final StartBreaker breaker;
    private final PoolObserver observer;
    private final History history;
    private final CompletableFuture<Void> firstReady;
    private final ExitJudge judge;
    private final ExitMessages messages;
    private final LostTasks lostTasks;
    private final ExitHistory exits = new ExitHistory();
    private final StartFailureLog startFailures = new StartFailureLog();
    private final Deque<DispatchedTask> owed = new ArrayDeque<>(64); // tasks that could not be ended

    /** @param firstReady fails when a worker cannot start */
    ExitHandler(SupervisedPool pool, StartBreaker breaker, CompletableFuture<Void> firstReady) {
        this.machine = pool.machine();
        this.options = pool.options();
        this.dispatcher = pool.dispatcher();
        this.admission = dispatcher.admission();
        this.judge = new ExitJudge(options);
        this.breaker = breaker;
        this.observer = pool.observer();
        this.history = pool.history();
        this.firstReady = firstReady;
        this.messages = new ExitMessages(options);
        this.lostTasks = new LostTasks(options, machine, dispatcher.waiting(), pool.poison(), observer);
    }

    /** Returns the last workers that ended. */
    @AnyThread
    ExitHistory history() {
        return exits;
    }

    /**
     * Handles the end of a worker's process, when everything that it had sent has been read.
     *
     * @param others whether other workers can run tasks
     */
    void handle(Worker worker, int exitCode, boolean others) {
        if (!worker.wasReady()) {
            worker.decide(Cause.START_FAILED, null);
        }
        ExitJudge.Verdict verdict = judge(worker, exitCode);
        List<String> lines = lastLines(worker);
        boolean workedBriefly = worker.wasReady()
                && worker.tasksDone() == 0
                && dispatcher.entries().leases(worker.entry()) == 0 // else it died of that, and not of its start
                && machine.nanoTime() - worker.readyNanos() < QUICK_DEATH
                && worker.decided() == null
                && verdict.exit().cause() != Cause.KILLED;
        List<PoolStats.LostTask> running = running(worker);
        boolean failedStart = !worker.endsOnDemand() && (!worker.wasReady() || workedBriefly);
        tell(worker, verdict, lines, running, failedStart);
        for (Slot slot : worker.slots()) {
            for (DispatchedTask task = dispatcher.takeBack(slot); task != null; task = dispatcher.takeBack(slot)) {
                DispatchedTask lost = task;
                safely(lost, () -> end(worker, lost, verdict, lines, running));
            }
        }
        if (failedStart) {
            startFailed(worker, others, messages.startFailed(worker, exitCode, verdict, lines));
        }
    }

    /** Tells those who look on. Whatever they do, the tasks end. */
    private void tell(
            Worker worker,
            ExitJudge.Verdict verdict,
            List<String> lines,
            List<PoolStats.LostTask> running,
            boolean failedStart) {
        try {
            if (EXPECTED.contains(verdict.exit().cause()) && running.isEmpty()) {
                log.info("Worker {}, pid {}, has left: {}", worker.name(), worker.pid(), verdict.exit());
            } else if (failedStart) {
                log.debug(
                        "Worker {}, pid {}, has ended: {}",
                        worker.name(),
                        worker.pid(),
                        verdict.exit()); // more follows
            } else {
                log.warn(
                        "Worker {}, pid {}, has ended{}: {}{}",
                        worker.name(),
                        worker.pid(),
                        running.isEmpty() ? "" : " while it ran " + ExitMessages.enumerated(running),
                        verdict.exit(),
                        ExitMessages.hint(verdict));
            }
            remember(worker, verdict.exit(), verdict.hint(), running, lines, verdict.errorFile());
            observer.workerExited(worker.name(), verdict.exit());
        } catch (Throwable e) {
            log.error("The end of worker {} could not be told", worker.name(), e);
        }
    }

    private void remember(
            Worker worker,
            WorkerExit exit,
            String explanation,
            List<PoolStats.LostTask> running,
            List<String> lines,
            @Nullable Path errorFile) {
        PoolStats.ExitStats ended = new PoolStats.ExitStats(
                machine.timeOfDay(),
                worker.name(),
                worker.pid(),
                Duration.ofNanos(machine.nanoTime() - worker.launchedNanos()),
                worker.tasksDone(),
                exit,
                explanation,
                running,
                lines,
                Optional.ofNullable(errorFile),
                worker.place());
        exits.add(ended);
        history.exited(ended);
    }

    private List<PoolStats.LostTask> running(Worker worker) {
        return worker.slots().stream()
                .map(dispatcher::leased)
                .filter(Objects::nonNull)
                .map(task -> new PoolStats.LostTask(task.taskId(), task.displayName()))
                .toList();
    }

    /** Judges, which reads what others wrote. Whatever comes of it, the tasks end. */
    private ExitJudge.Verdict judge(Worker worker, int exitCode) {
        try {
            return judge.judge(worker, exitCode);
        } catch (Throwable e) {
            log.warn("Why worker {} has ended cannot be said", worker.name(), e);
            Cause cause = worker.decided() == null ? Cause.EXITED : worker.decided();
            return new ExitJudge.Verdict(new WorkerExit(exitCode, Optional.empty(), cause), null, "");
        }
    }

    private static List<String> lastLines(Worker worker) {
        try {
            WorkerProcess process = worker.process();
            return process == null ? List.of() : process.lastLines();
        } catch (Throwable e) {
            log.warn("What worker {} printed cannot be read", worker.name(), e);
            return List.of();
        }
    }

    /** Ends a task that belongs to nobody any more. If that fails, it is tried again. */
    private void safely(DispatchedTask task, Runnable ending) {
        try {
            ending.run();
        } catch (Throwable e) {
            log.error("Task {} could not be ended; that is tried again", task.taskId(), e);
            if (!task.hasEnded()) {
                owed.add(task);
            }
        }
    }

    /** Ends what could not be ended before. */
    void settle() {
        for (DispatchedTask task = owed.peekFirst(); task != null; task = owed.peekFirst()) {
            task.workerLost(messages.unexplained(task));
            owed.removeFirst();
        }
    }

    private void end(
            Worker worker,
            DispatchedTask task,
            ExitJudge.Verdict verdict,
            List<String> lines,
            List<PoolStats.LostTask> running) {
        boolean ended = task.hasEnded();
        boolean victim = worker.decidedBy() != null && !task.taskId().equals(worker.decidedBy());
        if (!ended && !victim && !worker.endsOnDemand()) {
            lostTasks.count(task, verdict.exit().toString(), this::safely);
        }
        if (!lostTasks.isTriedAgain(task, ended, "worker " + worker.name())) {
            task.workerLost(messages.workerLost(worker, task, verdict, lines, running));
        }
    }

    /** Handles a worker that had no process yet when the pool was closed. */
    void dismissed(Worker worker) {
        log.info("Worker {} is not started: the pool is closed", worker.name());
        observer.workerExited(worker.name(), new WorkerExit(-1, Optional.empty(), Cause.SHUTDOWN));
    }

    /** Handles a worker whose process could not be started. */
    void notLaunched(Worker worker, boolean others, Throwable failure) {
        WorkerExit exit = new WorkerExit(-1, Optional.empty(), Cause.START_FAILED);
        remember(worker, exit, String.valueOf(failure.getMessage()), List.of(), List.of(), null);
        observer.workerExited(worker.name(), exit);
        startFailed(
                worker,
                others,
                new WorkerStartException(
                        "Worker " + worker.name() + " cannot be started: " + failure.getMessage(), null, "", failure));
    }

    private void startFailed(Worker worker, boolean others, WorkerStartException failure) {
        if (admission.isShutDown()) {
            return;
        }
        startFailures.add(failure, machine.nanoTime());
        firstReady.completeExceptionally(failure);
        if (breaker.failed(worker.launchedNanos(), machine.nanoTime(), others, failure)) {
            log.error(
                    "Pool '{}' is down after {}; it goes on trying. {}",
                    options.name(),
                    Counts.text(options.restartLimit(), "failed start", "failed starts"),
                    failure.getMessage());
        }
        if (breaker.isDown()) {
            admission.shut(new TaskRefusedException(
                    "Pool '" + options.name() + "' is down: " + failure.getMessage(), Reason.POOL_DOWN, failure));
            dispatcher
                    .waiting()
                    .takeAll(task -> true)
                    .forEach(task -> safely(task, () -> task.refused(ExitMessages.copy(failure))));
        }
    }
}
