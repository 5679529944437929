package io.github.inparallel.pool;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.WorkerExit.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to everything that is due in a pool. One thread does all of it, so the lives of workers need no locks. It sleeps
 * until the next deadline or the next word from anybody: a command, a connection, a worker.
 */
final class Supervisor implements Runnable, Slot.Listener {

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private static final long AFTER_FAILURE = TimeUnit.SECONDS.toNanos(1);

    private final PoolOptions options;
    private final Bag bag;
    private final Doorkeeper door;
    private final StartBreaker breaker;
    private final Workers workers;
    private final Staffing staffing;
    private final CallbackThreads callbacks;
    private final OutcomeLog outcomes;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private boolean stopping; // the supervisor thread's alone

    /** Far in the past, as times of {@code System.nanoTime()} go. */
    private static final long NOW = Long.MIN_VALUE;

    // When others want it to look again. Whoever writes it looks at wakeAt afterwards, and the supervisor, which writes
    // wakeAt, looks at it afterwards: so one of the two sees the other, and nobody is woken for what is seen anyway.
    private final AtomicLong wantedBy = new AtomicLong(Long.MAX_VALUE);
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
            OutcomeLog outcomes)
            throws IOException {
        this.options = options;
        this.bag = bag;
        this.door = new Doorkeeper(directory.socket(), options.concurrency());
        this.breaker =
                new StartBreaker(options.restartLimit(), options.restartWindow().toNanos());
        this.workers = new Workers(
                options, bag, launcher, directory, breaker, poison, observer, this, this::post, chores, methods);
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
            wakeBy(System.nanoTime());
        } else if (options.queueTimeout() != null) {
            wakeBy(task.queuedNanos() + options.queueTimeout().toNanos());
        }
    }

    @Override
    public void tasksWait() {
        wakeBy(System.nanoTime());
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

    boolean isDown() {
        return breaker.isDown();
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
        long limit = Math.min(
                task.timeoutNanos() == 0 ? Long.MAX_VALUE : task.timeoutNanos(),
                options.stallTimeout() == null
                        ? Long.MAX_VALUE
                        : options.stallTimeout().toNanos());
        if (limit != Long.MAX_VALUE) {
            wakeBy(task.givenNanos() + limit);
        }
    }

    /** Has the supervisor look again by then. Most often it does so anyway, and nobody need wake it. */
    void wakeBy(long due) {
        long wanted = wantedBy.get();
        while (wanted == Long.MAX_VALUE || due - wanted < 0) {
            if (wantedBy.compareAndSet(wanted, due)) {
                break;
            }
            wanted = wantedBy.get();
        }
        long next = wakeAt;
        if (next != NOW && (next == Long.MAX_VALUE || due - next < 0)) {
            door.wakeup();
        }
    }

    @Override
    public void idle(Slot slot) {
        Worker worker = slot.worker();
        if (bag.needsCare(worker) || options.maxMemory() != null || worker.tasksDone() == 1) {
            wakeBy(System.nanoTime());
        }
    }

    @Override
    public void closed(Slot slot, boolean broken) {
        post(() -> {
            slot.worker().openSlots--;
            workers.lost(slot.worker(), broken ? Cause.BROKEN : null);
        });
    }

    // ---- the loop

    @Override
    public void run() {
        try {
            while (!stopping || !workers.isEmpty()) {
                wakeAt = NOW;
                wantedBy.set(Long.MAX_VALUE);
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    guarded(command);
                }
                long next = earlier(tick(System.nanoTime()), wantedBy.get());
                wakeAt = next;
                next = earlier(next, wantedBy.get());
                if (commands.isEmpty() && (!stopping || !workers.isEmpty())) {
                    long nanos = next == Long.MAX_VALUE ? 0 : Math.max(1, next - System.nanoTime());
                    door.await(next == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
                }
                guarded(() -> door.serve(workers::find, workers::connected));
                for (Worker worker : workers.list()) {
                    guarded(() -> workers.listen(worker));
                }
            }
        } catch (Throwable e) {
            log.error("The supervisor of pool '{}' failed: the pool is closed", options.name(), e);
            giveUp(e);
        } finally {
            door.close();
            stopped.complete(null);
        }
    }

    private static long earlier(long one, long other) {
        return one == Long.MAX_VALUE || other != Long.MAX_VALUE && other - one < 0 ? other : one;
    }

    /** Whatever happens to the supervisor, no task waits for ever. */
    private void giveUp(Throwable failure) {
        bag.shut(failed(failure));
        workers.abandon(task -> task.refused(failed(failure)));
        bag.takeAll(task -> true).forEach(task -> task.refused(failed(failure)));
    }

    /** Each caller has an exception of its own. */
    private TaskRefusedException failed(Throwable failure) {
        return new TaskRefusedException(
                "Pool '" + options.name() + "' has failed: " + failure, Reason.SHUT_DOWN, failure);
    }

    /** What fails in one step must not stop the others. */
    private static boolean guarded(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException | Error e) {
            log.error("A step of supervision failed", e);
            return false;
        }
    }

    private static long guarded(LongSupplier step) {
        long[] next = {Long.MAX_VALUE};
        return guarded(() -> {
                    next[0] = step.getAsLong();
                })
                ? next[0]
                : System.nanoTime() + AFTER_FAILURE;
    }

    /** Does what is due; returns when something is due next. */
    private long tick(long now) {
        long next = guarded(() -> expireWaiting(now));
        guarded(this::matchWaiting);
        for (Worker worker : workers.list()) {
            next = Math.min(next, guarded(() -> workers.watch(worker, now)));
        }
        next = Math.min(next, guarded(() -> stopping ? workers.dismiss(now) : staffing.staff(workers.list(), now)));
        next = Math.min(next, guarded(() -> callbacks.check(now)));
        next = Math.min(next, guarded(() -> outcomes.report(now)));
        return Math.min(next, guarded(() -> door.expire(now)));
    }

    private void matchWaiting() {
        for (Slot slot : bag.matchWaiting()) {
            PoolTask task = bag.leased(slot);
            if (task != null) {
                slot.give(task, false);
            }
        }
    }

    private long expireWaiting(long now) {
        Duration limit = options.queueTimeout();
        while (limit != null) {
            PoolTask first = bag.first();
            if (first == null) {
                break;
            }
            long due = first.queuedNanos() + limit.toNanos();
            if (due - now > 0) {
                return due;
            }
            if (bag.forget(first)) {
                first.timedOut(first.waitedTooLong(limit));
            }
        }
        return Long.MAX_VALUE;
    }
}
