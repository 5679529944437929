package io.github.inparallel.pool;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.process.PrivateDirectory;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to everything that is due in a pool. One thread does all of it, so the lives of workers need no locks. It sleeps
 * until the next deadline or the next word from anybody: a command, a connection, a worker.
 */
final class Supervisor implements Runnable, Slot.Listener {

    private final PoolOptions options;
    private final Machine machine;
    private final Bag bag;
    private final Doorkeeper door;
    private final StartBreaker breaker;
    private final Workers workers;
    private final Staffing staffing;
    private final CallbackThreads callbacks;
    private final OutcomeLog outcomes;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private final Resilience resilience;
    private final Trouble trouble;

    private boolean stopping; // the supervisor thread's alone
    private long sleepsUntil; // the supervisor thread's alone

    /** Far in the past, as times of {@code System.nanoTime()} go. */
    private static final long NOW = Long.MIN_VALUE;

    // When others want it to look again. Whoever writes it looks at wakeAt afterwards, and the supervisor, which writes
    // wakeAt, looks at it afterwards: so one of the two sees the other, and nobody is woken for what is seen anyway.
    private final AtomicLong wantedBy = new AtomicLong(Deadline.NEVER);
    // When the supervisor wakes by itself; NOW while it is awake.
    private volatile long wakeAt = NOW;

    Supervisor(
            PoolOptions options,
            Bag bag,
            WorkerLauncher launcher,
            PrivateDirectory directory,
            PoisonGuard poison,
            PoolObserver observer,
            CallbackThreads callbacks,
            Executor chores,
            KnownMethods methods,
            OutcomeLog outcomes,
            Resilience resilience,
            Machine machine)
            throws IOException {
        this.options = options;
        this.machine = machine;
        this.resilience = resilience;
        this.trouble = new Trouble(options.name(), resilience.patience());
        this.sleepsUntil = machine.nanoTime();
        this.bag = bag;
        this.door = new Doorkeeper(directory.socket(), options.concurrency(), machine);
        this.breaker =
                new StartBreaker(options.restartLimit(), options.restartWindow().toNanos());
        this.workers = new Workers(
                options,
                bag,
                launcher,
                directory,
                breaker,
                poison,
                observer,
                this,
                this::post,
                chores,
                methods,
                machine);
        this.staffing = new Staffing(options, bag, breaker, workers);
        this.callbacks = callbacks;
        callbacks.watchedBy(this::wakeBy);
        this.outcomes = outcomes;
        outcomes.watchedBy(this::wakeBy);
    }

    // ---- called by any thread

    /** Has this done on the supervisor's thread. */
    void post(Runnable command) {
        commands.add(command);
        door.wakeup();
    }

    /** A task waits: there may be too few workers, and it may not wait for ever. */
    void queued(PoolTask task) {
        if (!staffing.isComplete() || options.maxTasksPerWorker() != null) { // one may have just got its last task
            wakeBy(machine.nanoTime());
        } else if (options.queueTimeout() != null) {
            wakeBy(Deadline.after(task.queuedNanos(), options.queueTimeout()));
        }
    }

    @Override
    public void tasksWait() {
        wakeBy(machine.nanoTime());
    }

    /** The task is to stop: its caller gave up. */
    void stop(PoolTask task) {
        post(() -> workers.stop(task));
    }

    /** The task, which was given to a worker early, is not to begin if it has not. */
    void revoke(PoolTask task) {
        post(() -> workers.revoke(task));
    }

    void recycle() {
        post(workers::recycle);
    }

    void logLevelsChanged() {
        post(workers::sendLevels);
    }

    CompletableFuture<String> threadDump(long pid) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        post(() -> workers.threadDump(pid, answer));
        return answer.orTimeout(5, TimeUnit.SECONDS);
    }

    void resize(int min, int max) {
        staffing.resize(min, max);
        door.wakeup();
    }

    /** Ends all workers; {@link #stopped()} completes when the last is gone. */
    void stop() {
        post(() -> stopping = true);
    }

    /** It will never run. */
    void discard() {
        door.close();
    }

    CompletableFuture<Void> stopped() {
        return stopped;
    }

    CompletableFuture<Void> firstReady() {
        return workers.firstReady();
    }

    List<Worker> workers() {
        return workers.snapshot();
    }

    List<PoolStats.ExitStats> exits() {
        return workers.exits();
    }

    /** Why and since when the pool is down; null if it is not. */
    PoolStats.@Nullable Outage outage() {
        PoolStats.Outage outage = trouble.outage(machine.nanoTime());
        return outage == null ? breaker.outage() : outage;
    }

    long rejectedConnections() {
        return door.rejected();
    }

    @Override
    public void givenEarly(long due) {
        wakeBy(due);
    }

    @Override
    public void given(PoolTask task) {
        if (task.isToStop()) {
            stop(task); // its caller gave up while a worker had it early
        }
        long run = task.timeoutNanos() == 0 ? Deadline.NEVER : Deadline.after(task.givenNanos(), task.timeoutNanos());
        long due = Deadline.earlier(run, Deadline.after(task.givenNanos(), options.stallTimeout()));
        if (due != Deadline.NEVER) {
            wakeBy(due);
        }
    }

    /** Has the supervisor look again by then. Most often it does so anyway, and nobody need wake it. */
    void wakeBy(long due) {
        long wanted = wantedBy.get();
        while (Deadline.earlier(wanted, due) != wanted) {
            if (wantedBy.compareAndSet(wanted, due)) {
                break;
            }
            wanted = wantedBy.get();
        }
        long next = wakeAt;
        if (next != NOW && Deadline.earlier(next, due) != next) {
            door.wakeup();
        }
    }

    @Override
    public void idle(Slot slot) {
        Worker worker = slot.worker();
        if (bag.needsCare(worker) || options.maxMemory() != null || worker.tasksDone() == 1) {
            wakeBy(machine.nanoTime());
        }
    }

    @Override
    public void closed(Slot slot, boolean broken) {
        post(() -> {
            if (broken) {
                workers.blame(slot);
            }
            workers.lost(slot.worker(), broken ? Cause.BROKEN : null);
        });
    }

    // ---- the loop

    @Override
    public void run() {
        trouble.begins(Thread.currentThread());
        try {
            while (!isOver()) {
                turn(true);
            }
        } catch (Throwable e) {
            trouble.failed(e, machine.nanoTime());
        } finally {
            leave();
        }
    }

    /** All workers have ended; or it has to end, and cannot see to them. */
    private boolean isOver() {
        return stopping && (workers.isEmpty() || trouble.isDown());
    }

    /** For a simulation: what it does between one sleep and the next. */
    void step() {
        turn(false);
        if (isOver()) {
            leave();
        }
    }

    /** For a simulation: when it wakes by itself; now if somebody has woken it. */
    long wakesAt() {
        return door.hasNews() ? machine.nanoTime() : sleepsUntil;
    }

    /** Does what is due, and waits for more. A step that fails does not stop the others, and is tried again. */
    private void turn(boolean waits) {
        try {
            trouble.turnBegins(machine.nanoTime());
            look(waits);
        } catch (Throwable e) {
            trouble.failed(e, machine.nanoTime());
        }
        boolean wasDown = trouble.isDown();
        long pause = trouble.turnEnds(machine.nanoTime());
        if (trouble.isDown()) {
            failTasks();
        } else if (wasDown && !breaker.isDown()) {
            bag.reopen();
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
        wakeAt = NOW;
        wantedBy.set(Deadline.NEVER);
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            guarded("a command", command);
        }
        long next = Deadline.earlier(tick(machine.nanoTime()), wantedBy.get());
        wakeAt = next;
        next = Deadline.earlier(next, wantedBy.get());
        boolean rests = commands.isEmpty() && !isOver() && !trouble.isInThisTurn();
        sleepsUntil = rests ? next : machine.nanoTime();
        if (rests) {
            trouble.rests();
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
        door.await(until == Deadline.NEVER ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        trouble.goesOn(machine.nanoTime());
    }

    private void serve() {
        guarded("the door", () -> door.serve(workers::find, workers::connected));
        for (Worker worker : workers.list()) {
            guarded("what a worker says", () -> {
                if (workers.listen(worker)) {
                    door.wakeup(); // it has said more: after all others have been heard
                }
            });
        }
    }

    /** Whatever happens to the supervisor, no task waits for ever. */
    private void failTasks() {
        guarded("refusing tasks", () -> bag.shut(refusal()));
        for (Worker worker : workers.snapshot()) {
            guarded("ending a worker", () -> workers.kill(worker, null, null));
            for (Slot slot : worker.slots()) {
                guarded("ending its tasks", () -> bag.tasks(slot).forEach(task -> task.refused(refusal())));
            }
        }
        guarded("ending tasks that wait", () -> {
            bag.waiting(Integer.MAX_VALUE).forEach(task -> task.refused(refusal())); // taken out when they have ended
            bag.takeAll(PoolTask::hasEnded);
        });
    }

    /** Each caller has an exception of its own. */
    private TaskRefusedException refusal() {
        PoolStats.Outage outage = trouble.outage(machine.nanoTime());
        return new TaskRefusedException(
                "Pool '" + options.name() + "' is down: " + (outage == null ? "" : outage.reason()),
                Reason.POOL_DOWN,
                trouble.lastFailure());
    }

    private void leave() {
        wakeAt = NOW;
        boolean inOrder = stopping && workers.isEmpty();
        if (!inOrder) {
            trouble.gaveUp();
            // What comes back to the queue from here on ends there: nobody would give it to a worker.
            guarded("the end of waiting", () -> bag.end(refusal(), task -> task.refused(refusal())));
            failTasks();
            workers.list().forEach(worker -> guarded("letting go of a worker", () -> workers.abandon(worker)));
        }
        guarded("closing the door", door::close);
        if (stopping) {
            trouble.ends();
        }
        stopped.complete(null);
    }

    /** What fails in one step must not stop the others. */
    private boolean guarded(String what, Runnable step) {
        try {
            trouble.doing(what);
            resilience.beforeStep().accept(what);
            step.run();
            return true;
        } catch (Throwable e) {
            trouble.failed(e, machine.nanoTime());
            return false;
        }
    }

    private long guarded(String what, LongSupplier step) {
        try {
            trouble.doing(what);
            resilience.beforeStep().accept(what);
            return step.getAsLong();
        } catch (Throwable e) {
            trouble.failed(e, machine.nanoTime());
            return Deadline.NEVER; // this turn has no rest
        }
    }

    /** Does what is due; returns when something is due next. */
    private long tick(long now) {
        long next = guarded("expiry of waiting tasks", () -> expireWaiting(now));
        guarded("matching of waiting tasks", this::matchWaiting);
        guarded("ending of lost tasks", workers::settle);
        for (Worker worker : workers.list()) {
            next = Deadline.earlier(next, guarded("watching a worker", () -> workers.watch(worker, now)));
        }
        next = Deadline.earlier(
                next, guarded("staffing", () -> stopping ? workers.dismiss(now) : staffing.staff(workers.list(), now)));
        next = Deadline.earlier(next, guarded("callbacks", () -> callbacks.check(now)));
        next = Deadline.earlier(next, guarded("telling of outcomes", () -> outcomes.report(now)));
        return Deadline.earlier(next, guarded("expiry of strangers", () -> door.expire(now)));
    }

    private void matchWaiting() {
        for (Slot slot : bag.matchWaiting()) {
            PoolTask task = bag.leased(slot);
            if (task != null && !guarded("giving a task", () -> slot.give(task, false))) {
                slot.close(); // nobody knows how much of it was sent: the worker's end decides
            }
        }
    }

    private long expireWaiting(long now) {
        Duration limit = options.queueTimeout();
        if (limit == null) {
            return Deadline.NEVER;
        }
        for (List<PoolTask> late = bag.overdue(now); !late.isEmpty(); late = bag.overdue(now)) {
            for (PoolTask task : late) {
                // Made first: once it is forgotten, it has to end.
                TaskTimeoutException failure = task.waitedTooLong(limit, aWorker());
                if (bag.forget(task)) {
                    task.timedOut(failure);
                }
            }
        }
        return bag.dueAt();
    }

    /** What a task waited for in vain, as the end of a sentence. */
    private String aWorker() {
        long ready = workers.list().stream().filter(worker -> worker.ready).count();
        return "a worker of pool '" + options.name() + "': "
                + (ready == 0
                        ? "none is ready"
                        : ready == 1 ? "one is ready, and busy" : ready + " are ready, and busy");
    }
}
