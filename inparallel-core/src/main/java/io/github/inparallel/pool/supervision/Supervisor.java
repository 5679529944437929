package io.github.inparallel.pool.supervision;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.dispatch.Admission;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.dispatch.SlotConnection;
import io.github.inparallel.pool.dispatch.WaitingTasks;
import io.github.inparallel.pool.dispatch.WorkerEntry;
import io.github.inparallel.pool.history.Gauges;
import io.github.inparallel.pool.history.History;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.task.CallbackThreads;
import io.github.inparallel.pool.task.OutcomeLog;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.HeapHistogram;
import io.github.inparallel.protocol.LogLevels;
import io.github.inparallel.units.Counts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to everything that is due in a pool. One thread does all of it, so the lives of workers need no locks. It sleeps
 * until the next deadline or the next word from anybody: a command, a connection, a worker.
 */
public final class Supervisor implements Runnable, SlotConnection.Listener {

    private final PoolOptions options;
    private final Machine machine;
    private final Dispatcher dispatcher;
    private final Admission admission;
    private final WaitingTasks waiting;
    private final Acceptor acceptor;
    private final StartBreaker breaker;
    private final Workers workers;
    private final CallbackThreads callbacks;
    private final OutcomeLog outcomes;
    private final History history;
    private final WorkerGauges gauges;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private final Resilience resilience;
    private final SupervisionHealth health;

    private boolean stopping; // the supervisor thread's alone
    private long sleepsUntil; // the supervisor thread's alone

    /** Instead of a time at which it wakes: it does not sleep. */
    private static final long AWAKE = Long.MIN_VALUE;

    // When others want it to look again. Whoever writes it looks at wakeAt afterwards, and the supervisor, which writes
    // wakeAt, looks at it afterwards: so one of the two sees the other, and nobody is woken for what is seen anyway.
    private final AtomicLong wantedBy = new AtomicLong(Deadline.NEVER);
    // When the supervisor wakes by itself; AWAKE while it is awake.
    private volatile long wakeAt = AWAKE;

    /** @param resilience how it bears its own failures */
    public Supervisor(SupervisedPool pool, CallbackThreads callbacks, OutcomeLog outcomes, Resilience resilience)
            throws IOException {
        this.options = pool.options();
        this.machine = pool.machine();
        this.dispatcher = pool.dispatcher();
        this.admission = dispatcher.admission();
        this.waiting = dispatcher.waiting();
        this.resilience = resilience;
        this.health = new SupervisionHealth(options.name(), resilience.patience());
        this.sleepsUntil = machine.nanoTime();
        this.acceptor = new Acceptor(options.name(), pool.directory().socket(), options.concurrency(), machine);
        this.breaker =
                new StartBreaker(options.restartLimit(), options.restartWindow().toNanos());
        this.workers = new Workers(pool, breaker, this, this::post);
        this.callbacks = callbacks;
        callbacks.watchedBy(this::wakeBy);
        this.outcomes = outcomes;
        outcomes.watchedBy(this::wakeBy);
        this.history = pool.history();
        this.gauges = new WorkerGauges(dispatcher, workers.all());
        dispatcher.watchedBy(this::tasksWait);
    }

    /** Returns the classes of this package in the order in which a pool needs them. */
    public static List<Class<?>> neededFirst() {
        return List.of(
                Supervisor.class,
                Acceptor.class,
                StartBreaker.class,
                Workers.class,
                WorkerLaunches.class,
                WorkerConnections.class,
                ControlConnections.class,
                TaskLimits.class,
                MemoryWatch.class,
                Heartbeat.class,
                Sizing.class,
                ExitHandler.class,
                ExitJudge.class,
                ExitMessages.class,
                Worker.class,
                LogReader.class,
                LogLevels.class);
    }

    // ---- called by any thread

    /** Has a command run on the supervisor's thread. */
    void post(Runnable command) {
        commands.add(command);
        acceptor.wakeup();
    }

    /** Sees to a task that waits: there may be too few workers, and it may not wait for ever. */
    public void queued(PoolTask task) {
        if (!workers.sizing().isComplete()
                || options.maxTasksPerWorker() != null) { // one may have just got its last task
            wakeBy(machine.nanoTime());
        } else if (options.queueTimeout() != null) {
            wakeBy(Deadline.after(task.queuedNanos(), options.queueTimeout()));
        }
    }

    /** Sees to a task of another member that waits: it may have to go back to it. */
    public void lent(DispatchedTask task) {
        queued(task);
        wakeBy(dispatcher.lending().returnAt(task));
    }

    @Override
    public void tasksWait() {
        wakeBy(machine.nanoTime());
    }

    /** Tells the task to stop: its caller gave up. */
    public void stop(DispatchedTask task) {
        post(() -> workers.stop(task));
    }

    /** Takes back a task that was assigned to a worker early, if it has not begun. */
    public void revoke(DispatchedTask task) {
        post(() -> workers.revoke(task));
    }

    public void recycle() {
        post(workers::recycle);
    }

    /** Ends a worker because somebody wants it ended. Returns whether there is such a worker. */
    public boolean kill(long pid) {
        Worker found = null;
        for (Worker worker : workers()) {
            boolean matches = pid >= 0 && worker.pid() == pid && !worker.hasExited();
            if (matches && (found == null || found.isCondemned())) { // threads of one process have the same
                found = worker;
            }
        }
        Worker worker = found;
        if (worker != null) {
            post(() -> workers.killOnDemand(worker));
        }
        return worker != null;
    }

    public void logLevelsChanged() {
        post(workers::sendLevels);
    }

    public CompletableFuture<String> threadDump(long pid) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        post(() -> workers.threadDump(pid, answer));
        return answered(pid, answer);
    }

    public CompletableFuture<HeapHistogram> heapHistogram(long pid) {
        CompletableFuture<HeapHistogram> answer = new CompletableFuture<>();
        post(() -> workers.heapHistogram(pid, answer));
        return answered(pid, answer);
    }

    /** Returns the answer, which nobody waits for longer than five seconds. */
    private <T> CompletableFuture<T> answered(long pid, CompletableFuture<T> answer) {
        CompletableFuture.delayedExecutor(
                        5, TimeUnit.SECONDS, Runnable::run) // not in the common pool, which may be full
                .execute(() -> answer.completeExceptionally(new TimeoutException("The worker with pid " + pid
                        + " of pool '" + options.name() + "' has not answered for 5 s: it is stopped, gets no processor"
                        + " time, or its JVM pauses all threads")));
        return answer;
    }

    public void resize(int min, int max) {
        workers.sizing().resize(min, max);
        acceptor.wakeup();
    }

    public PoolStats.Size size() {
        return workers.sizing().size();
    }

    /** Ends all workers; {@link #stopped()} completes when the last is gone. */
    public void stop() {
        post(() -> stopping = true);
    }

    /** Closes a supervisor that will never run. */
    public void discard() {
        acceptor.close();
    }

    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    public CompletableFuture<Void> firstReady() {
        return workers.firstReady();
    }

    /** Returns the workers at this moment, in order of their launch. */
    public List<Worker> workers() {
        return workers.all().snapshot();
    }

    /** Returns what the pool shows at this moment. */
    public Gauges gauges() {
        return gauges;
    }

    public List<PoolStats.ExitStats> exits() {
        return workers.history().last();
    }

    /** Returns why and since when the pool is down; null if it is not. */
    public PoolStats.@Nullable Outage outage() {
        PoolStats.Outage outage = health.outage(machine.nanoTime());
        return outage == null ? breaker.outage() : outage;
    }

    public long rejectedConnections() {
        return acceptor.rejected();
    }

    @Override
    public void assignedEarly(long due) {
        wakeBy(due);
    }

    @Override
    public void assigned(DispatchedTask task) {
        if (task.isToStop()) {
            stop(task); // its caller gave up while a worker had it early
        }
        long run =
                task.timeoutNanos() == 0 ? Deadline.NEVER : Deadline.after(task.assignedNanos(), task.timeoutNanos());
        long due = Deadline.earlier(run, Deadline.after(task.assignedNanos(), options.stallTimeout()));
        if (due != Deadline.NEVER) {
            wakeBy(due);
        }
    }

    /** Has the supervisor look again by a time. Most often it does so anyway, and nobody need wake it. */
    void wakeBy(long due) {
        long wanted = wantedBy.get();
        while (Deadline.earlier(wanted, due) != wanted) {
            if (wantedBy.compareAndSet(wanted, due)) {
                break;
            }
            wanted = wantedBy.get();
        }
        long next = wakeAt;
        if (next != AWAKE && Deadline.earlier(next, due) != next) {
            acceptor.wakeup();
        }
    }

    @Override
    public void idle(Slot slot) {
        WorkerEntry worker = slot.worker();
        if (dispatcher.entries().needsCare(worker) || options.maxMemory() != null || worker.tasksDone() == 1) {
            wakeBy(machine.nanoTime());
        }
    }

    @Override
    public void closed(Slot slot, boolean broken) {
        post(() -> workers.closed(slot, broken));
    }

    // ---- the loop

    @Override
    public void run() {
        health.begins(Thread.currentThread());
        try {
            while (!isOver()) {
                turn(true);
            }
        } catch (Throwable e) {
            health.failed(e, machine.nanoTime());
        } finally {
            leave();
        }
    }

    /** Tells whether all workers have ended; or the supervisor has to end, and cannot see to them. */
    private boolean isOver() {
        return stopping && (workers.all().isEmpty() || health.isDown());
    }

    /** Does what is done between one sleep and the next; for a simulation. */
    void step() {
        turn(false);
        if (isOver()) {
            leave();
        }
    }

    /** Returns how the slot's task is watched; for a simulation. */
    @Nullable
    WatchedTask watched(Slot slot) {
        return workers.limits().watched(slot);
    }

    /** Returns when it wakes by itself, which is now if somebody has woken it; for a simulation. */
    long wakesAt() {
        return acceptor.hasNews() ? machine.nanoTime() : sleepsUntil;
    }

    /** Does what is due, and waits for more. A step that fails does not stop the others, and is tried again. */
    private void turn(boolean waits) {
        try {
            health.turnBegins(machine.nanoTime());
            look(waits);
        } catch (Throwable e) {
            health.failed(e, machine.nanoTime());
        }
        boolean wasDown = health.isDown();
        long pause = health.turnEnds(machine.nanoTime());
        if (health.isDown()) {
            failTasks();
        } else if (wasDown && !breaker.isDown()) {
            admission.reopen();
        }
        if (waits && pause > 0) {
            LockSupport.parkNanos(this, pause);
            Thread.interrupted();
        }
    }

    private void look(boolean waits) {
        if (!waits) {
            serve();
        }
        wakeAt = AWAKE;
        wantedBy.set(Deadline.NEVER);
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            guarded("a command", command);
        }
        long next = Deadline.earlier(tick(machine.nanoTime()), wantedBy.get());
        wakeAt = next;
        next = Deadline.earlier(next, wantedBy.get());
        boolean rests = commands.isEmpty() && !isOver() && !health.isInThisTurn();
        sleepsUntil = rests ? next : machine.nanoTime();
        if (rests) {
            health.rests();
        }
        if (waits) {
            if (rests) {
                rest(next);
            }
            serve();
        }
    }

    private void rest(long until) {
        long nanos = until == Deadline.NEVER ? 0 : Math.max(1, until - machine.nanoTime());
        acceptor.await(until == Deadline.NEVER ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        health.goesOn(machine.nanoTime());
    }

    private void serve() {
        guarded("accepting connections", () -> acceptor.serve(workers.all()::connecting, workers::connected));
        for (Worker worker : workers()) {
            guarded("what a worker says", () -> {
                if (workers.listen(worker)) {
                    acceptor.wakeup(); // it has said more: after all others have been heard
                }
            });
        }
    }

    /** Ends all tasks: whatever happens to the supervisor, no task waits for ever. */
    private void failTasks() {
        guarded("refusing tasks", () -> admission.shut(refusal()));
        for (Worker worker : workers()) {
            guarded("ending a worker", () -> workers.kill(worker, null, null));
            for (Slot slot : worker.slots()) {
                guarded("ending its tasks", () -> dispatcher.tasks(slot).forEach(task -> task.refused(refusal())));
            }
        }
        guarded("ending tasks that wait", () -> {
            waiting.first(Integer.MAX_VALUE).forEach(task -> task.refused(refusal())); // taken out when they have ended
            waiting.takeAll(PoolTask::hasEnded);
        });
    }

    /** Returns why a task is refused. Each caller has an exception of its own. */
    private TaskRefusedException refusal() {
        PoolStats.Outage outage = health.outage(machine.nanoTime());
        return new TaskRefusedException(
                "Pool '" + options.name() + "' is down: " + (outage == null ? "" : outage.reason()),
                Reason.POOL_DOWN,
                health.lastFailure());
    }

    private void leave() {
        wakeAt = AWAKE;
        boolean inOrder = stopping && workers.all().isEmpty();
        if (!inOrder) {
            health.gaveUp();
            // What comes back to the queue from here on ends there: nobody would give it to a worker.
            guarded("the end of waiting", () -> admission.end(refusal(), task -> task.refused(refusal())));
            failTasks();
            workers().forEach(worker -> guarded("letting go of a worker", () -> workers.abandon(worker)));
        }
        guarded("looking at the pool", () -> history.look(gauges)); // for the last time
        guarded("closing the socket", acceptor::close);
        if (stopping) {
            health.ends();
        }
        stopped.complete(null);
    }

    /** Runs a step whose failure must not stop the others. */
    private boolean guarded(String what, Runnable step) {
        try {
            health.doing(what);
            resilience.beforeStep().accept(what);
            step.run();
            return true;
        } catch (Throwable e) {
            health.failed(e, machine.nanoTime());
            return false;
        }
    }

    private long guarded(String what, LongSupplier step) {
        try {
            health.doing(what);
            resilience.beforeStep().accept(what);
            return step.getAsLong();
        } catch (Throwable e) {
            health.failed(e, machine.nanoTime());
            return Deadline.NEVER; // this turn has no rest
        }
    }

    /** Does what is due. Returns when something is due next. */
    private long tick(long now) {
        long next = guarded("expiry of waiting tasks", () -> expireWaiting(now));
        next = Deadline.earlier(next, guarded("matching of waiting tasks", this::matchWaiting));
        guarded("ending of lost tasks", workers::settle);
        for (Worker worker : workers()) {
            next = Deadline.earlier(next, guarded("watching a worker", () -> workers.watch(worker, now)));
        }
        next = Deadline.earlier(
                next,
                guarded(
                        "sizing",
                        () -> stopping ? workers.dismiss(now) : workers.sizing().adjust(workers(), now)));
        next = Deadline.earlier(next, guarded("callbacks", () -> callbacks.check(now)));
        next = Deadline.earlier(next, guarded("telling of outcomes", () -> outcomes.report(now)));
        guarded("looking at the pool", () -> history.look(gauges));
        return Deadline.earlier(next, guarded("expiry of connections", () -> acceptor.expire(now)));
    }

    private long matchWaiting() {
        for (Slot slot : dispatcher.matchWaiting()) {
            DispatchedTask task = dispatcher.leased(slot);
            if (task != null
                    && !guarded("sending a task", () -> slot.connection().send(task, false))) {
                slot.connection().close(); // nobody knows how much of it was sent: the worker's end decides
            }
        }
        long sendAt = dispatcher.remote().sendAt();
        dispatcher.remote().sendWaiting();
        dispatcher.lending().returnWaiting();
        return Deadline.earlier(sendAt, dispatcher.lending().returnAt());
    }

    private long expireWaiting(long now) {
        Duration limit = options.queueTimeout();
        if (limit == null) {
            return Deadline.NEVER;
        }
        for (List<DispatchedTask> late = waiting.overdue(now); !late.isEmpty(); late = waiting.overdue(now)) {
            for (DispatchedTask task : late) {
                // Made first: once it is forgotten, it has to end.
                TaskTimeoutException failure = task.waitedTooLong(limit, aWorker());
                if (waiting.forget(task)) {
                    task.timedOut(failure);
                }
            }
        }
        return waiting.dueAt();
    }

    /** Returns what a task waited for in vain, as the end of a sentence. */
    private String aWorker() {
        if (workers.sizing().size().max() == 0) {
            int members = dispatcher.remote().members();
            return "a worker of another member, since max-workers is 0: "
                    + (members == 0 ? "no member offers" : Counts.text(members, "member offers", "members offer"))
                    + " pool '" + options.name() + "'" + (members == 0 ? "" : ", and no slot of it is free");
        }
        long ready = workers().stream().filter(Worker::isReady).count();
        return "a worker of pool '" + options.name() + "': "
                + (ready == 0
                        ? "none is ready"
                        : ready == 1 ? "one is ready, and busy" : ready + " are ready, and busy");
    }
}
