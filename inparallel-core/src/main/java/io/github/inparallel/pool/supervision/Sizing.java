package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.dispatch.Admission;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.WaitingTasks;
import io.github.inparallel.pool.dispatch.WorkerEntries;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.units.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides how many workers there are: starts those that are missing, lets surplus ones leave, and replaces those that have done
 * their share. A replacement is ready before a worker leaves because of its age; one that has had its last task, or too
 * much memory, makes room at once. On the supervisor's thread, but for {@link #resize} and {@link #size}.
 */
@ConfinedToSupervisor
final class Sizing {

    private final PoolOptions options;
    private final Admission admission;
    private final WaitingTasks waiting;
    private final WorkerEntries entries;
    private final StartBreaker breaker;
    private final WorkerControl control;
    private boolean wanted; // whether a task was ever submitted, or workers start without one
    private volatile PoolStats.Size size; // written by whoever resizes

    private volatile boolean complete; // written by the supervisor

    private final Set<Worker> toReplace = new HashSet<>(); // somebody wants others in their place
    private final Set<Worker> expired = new HashSet<>(); // older than they may be: each goes on until it is replaced

    Sizing(PoolOptions options, Dispatcher dispatcher, StartBreaker breaker, WorkerControl control) {
        this.options = options;
        this.admission = dispatcher.admission();
        this.waiting = dispatcher.waiting();
        this.entries = dispatcher.entries();
        this.breaker = breaker;
        this.control = control;
        this.wanted = options.startup() != PoolOptions.Startup.ON_DEMAND;
        this.size = new PoolStats.Size(options.minWorkers(), options.maxWorkers());
    }

    /** Of two at once, the one that comes last decides both. */
    @AnyThread
    synchronized void resize(int min, int max) {
        size = new PoolStats.Size(min, max);
        entries.maxWorkers(max);
    }

    /** Returns how many workers there may be; for any thread. */
    @AnyThread
    PoolStats.Size size() {
        return size;
    }

    /** Tells whether there are as many workers as there may be, so that more tasks call for no more of them. */
    @AnyThread
    boolean isComplete() {
        return complete;
    }

    /** Lets another worker take its place. */
    void replace(Worker worker) {
        toReplace.add(worker);
    }

    void forget(Worker worker) {
        toReplace.remove(worker);
        expired.remove(worker);
    }

    /** Tells whether it goes on only until it is replaced. */
    boolean isExpired(Worker worker) {
        return expired.contains(worker);
    }

    /** Does what is due. Returns when something is due next. */
    long adjust(List<Worker> workers, long now) {
        if (size.max() == 0 && breaker.ready()) {
            admission.reopen(); // a pool that is to have no workers does not lack any
        }
        int target = target();
        recycle(workers, now);
        long next = expire(workers, target, now);
        int alive = 0;
        int starting = 0;
        for (Worker worker : workers) {
            alive += counts(worker) ? 1 : 0;
            starting += counts(worker) && worker.isStarting() ? 1 : 0;
        }
        while (alive < target && breaker.mayStart(now, starting)) {
            control.launch();
            next = now; // it has deadlines of its own, which this turn has not seen
            alive++;
            starting++;
        }
        complete = alive >= most();
        if (alive < target) {
            next = Deadline.earlier(next, starting > 0 ? Deadline.NEVER : breaker.nextTry());
        }
        return Deadline.earlier(next, leave(workers, alive, target, now));
    }

    private int target() {
        int load = waiting.size() + entries.leases();
        wanted |= load > 0;
        if (!wanted) {
            return 0;
        }
        int needed = (load + options.concurrency() - 1) / options.concurrency();
        int least =
                breaker.isDown() ? 1 : 0; // it refuses what would want a worker, so only a start can bring it up again
        PoolStats.Size bounds = size;
        int running = Math.min(bounds.max(), Math.max(Math.max(bounds.min(), least), needed));
        return running + spares();
    }

    /** Returns how many workers there may be, with those that stand by. */
    private long most() {
        return (long) size.max() + spares();
    }

    private int spares() {
        return size.max() == 0 ? 0 : options.spareWorkers();
    }

    /** Tells whether it will run tasks in time to come. */
    private boolean counts(Worker worker) {
        return !isExpired(worker) && (worker.isStarting() || worker.isReady() && entries.accepts(worker.entry()));
    }

    /** Has workers leave that get no more tasks and have none. */
    private void recycle(List<Worker> workers, long now) {
        for (Worker worker : workers) {
            if (worker.isReady() && !entries.accepts(worker.entry()) && entries.leases(worker.entry()) == 0) {
                control.retire(worker, Cause.RECYCLED, now);
            }
        }
    }

    /** Replaces workers that are older than they may be: one at a time, which goes on until there are enough others. */
    private long expire(List<Worker> workers, int target, long now) {
        long next = Deadline.NEVER;
        Worker leaving = workers.stream()
                .filter(worker -> isExpired(worker) && entries.accepts(worker.entry()))
                .findFirst()
                .orElse(null);
        for (Worker worker : workers) {
            if (leaving == null && worker.isReady() && counts(worker)) {
                long due = due(worker, now);
                if (Deadline.isDue(due, now)) {
                    expired.add(worker);
                    leaving = worker;
                } else {
                    next = Deadline.earlier(next, due);
                }
            }
        }
        if (leaving != null
                && workers.stream()
                                .filter(other -> other.isReady() && counts(other))
                                .count()
                        >= target) {
            entries.close(leaving.entry());
            return now;
        }
        return next; // when its replacement is ready the supervisor wakes anyway
    }

    /** Returns when a worker's time ends. Its jitter of up to a quarter keeps a pool from retiring all at once. */
    private long due(Worker worker, long now) {
        if (toReplace.contains(worker)) {
            return now;
        }
        Duration lifetime = options.maxLifetime();
        if (lifetime == null) {
            return Deadline.NEVER;
        }
        long nanos = Durations.nanos(lifetime);
        return Deadline.after(worker.readyNanos(), nanos - nanos / 4 / 8 * (worker.number() % 8));
    }

    /** Has idle workers leave that are not needed: after a while, or at once if they are beyond the maximum. */
    private long leave(List<Worker> workers, int alive, int target, long now) {
        long next = Deadline.NEVER;
        int surplus = alive - target;
        long tooMany = alive - most();
        for (Worker worker : workers) {
            if (surplus > 0 && worker.isReady() && counts(worker) && entries.leases(worker.entry()) == 0) {
                long due = tooMany > 0
                        ? now
                        : Deadline.after(entries.idleSinceNanos(worker.entry()), options.idleTimeout());
                if (!Deadline.isDue(due, now)) {
                    next = Deadline.earlier(next, due);
                } else {
                    complete = false; // before its slots are gone: who misses them wakes this thread
                    if (entries.closeIfIdle(worker.entry())) {
                        control.retire(worker, Cause.IDLE, now);
                        surplus--;
                        tooMany--;
                    }
                }
            }
        }
        return next;
    }
}
