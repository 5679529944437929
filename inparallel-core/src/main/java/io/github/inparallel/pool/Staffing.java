package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.units.Durations;
import java.time.Duration;
import java.util.List;

/**
 * How many workers there are: starts those that are missing, lets surplus ones leave, and replaces those that have done
 * their share. A replacement is ready before a worker leaves because of its age; one that has had its last task, or too
 * much memory, makes room at once. On the supervisor's thread, but for {@link #resize}.
 */
final class Staffing {

    private final PoolOptions options;
    private final Bag bag;
    private final StartBreaker breaker;
    private final WorkerControl control;
    private boolean wanted; // whether a task was ever submitted, or workers start without one
    private volatile int minWorkers;
    private volatile int maxWorkers;

    private volatile boolean complete; // written by the supervisor

    Staffing(PoolOptions options, Bag bag, StartBreaker breaker, WorkerControl control) {
        this.options = options;
        this.bag = bag;
        this.breaker = breaker;
        this.control = control;
        this.wanted = options.startup() != PoolOptions.Startup.ON_DEMAND;
        this.minWorkers = options.minWorkers();
        this.maxWorkers = options.maxWorkers();
    }

    void resize(int min, int max) {
        minWorkers = min;
        maxWorkers = max;
        bag.maxWorkers(max);
    }

    /** Whether there are as many workers as there may be, so that more tasks call for no more of them. */
    boolean isComplete() {
        return complete;
    }

    /** Does what is due; returns when something is due next. */
    long staff(List<Worker> workers, long now) {
        int target = target();
        recycle(workers, now);
        long next = expire(workers, target, now);
        int alive = 0;
        int starting = 0;
        for (Worker worker : workers) {
            alive += counts(worker) ? 1 : 0;
            starting += counts(worker) && !worker.ready ? 1 : 0;
        }
        while (alive < target && breaker.mayStart(now, starting)) {
            control.launch();
            next = now; // it has deadlines of its own, which this turn has not seen
            alive++;
            starting++;
        }
        complete = alive >= maxWorkers + options.spareWorkers();
        if (alive < target) {
            next = Deadline.earlier(next, starting > 0 ? Deadline.NEVER : breaker.nextTry());
        }
        return Deadline.earlier(next, leave(workers, alive, target, now));
    }

    private int target() {
        int load = bag.waiting() + bag.leases();
        wanted |= load > 0;
        if (!wanted) {
            return 0;
        }
        int needed = (load + options.concurrency() - 1) / options.concurrency();
        int least =
                breaker.isDown() ? 1 : 0; // it refuses what would want a worker, so only a start can bring it up again
        return Math.min(maxWorkers, Math.max(Math.max(minWorkers, least), needed)) + options.spareWorkers();
    }

    /** Whether it will run tasks in time to come. */
    private boolean counts(Worker worker) {
        return !worker.lost && !worker.leaving && !worker.expired && (!worker.ready || bag.accepts(worker));
    }

    /** Workers that get no more tasks leave when their last has ended. */
    private void recycle(List<Worker> workers, long now) {
        for (Worker worker : workers) {
            if (worker.ready
                    && !bag.accepts(worker)
                    && !worker.leaving
                    && !worker.lost
                    && !worker.exitCalled
                    && bag.leases(worker) == 0) {
                control.retire(worker, Cause.RECYCLED, now);
            }
        }
    }

    /** One worker at a time that is older than it may be goes on until there are enough others. */
    private long expire(List<Worker> workers, int target, long now) {
        long next = Deadline.NEVER;
        Worker expired = workers.stream()
                .filter(worker -> worker.expired && bag.accepts(worker))
                .findFirst()
                .orElse(null);
        for (Worker worker : workers) {
            if (expired == null && worker.ready && counts(worker)) {
                long due = due(worker, now);
                if (Deadline.isDue(due, now)) {
                    worker.expired = true;
                    expired = worker;
                } else {
                    next = Deadline.earlier(next, due);
                }
            }
        }
        if (expired != null
                && workers.stream()
                                .filter(other -> other.ready && counts(other))
                                .count()
                        >= target) {
            bag.close(expired);
            return now;
        }
        return next; // when its replacement is ready the supervisor wakes anyway
    }

    /** When a worker's time ends; a lifetime has a jitter of up to a quarter, so that a pool never retires all at once. */
    private long due(Worker worker, long now) {
        if (worker.replace) {
            return now;
        }
        Duration lifetime = options.maxLifetime();
        if (lifetime == null) {
            return Deadline.NEVER;
        }
        long nanos = Durations.nanos(lifetime);
        return Deadline.after(worker.readyNanos, nanos - nanos / 4 / 8 * (worker.number() % 8));
    }

    /** Idle workers beyond what is needed leave after a while, those beyond the maximum at once. */
    private long leave(List<Worker> workers, int alive, int target, long now) {
        long next = Deadline.NEVER;
        int surplus = alive - target;
        int tooMany = alive - maxWorkers - options.spareWorkers();
        for (Worker worker : workers) {
            if (surplus > 0 && worker.ready && counts(worker) && bag.leases(worker) == 0) {
                long due = tooMany > 0 ? now : Deadline.after(bag.idleSinceNanos(worker), options.idleTimeout());
                if (!Deadline.isDue(due, now)) {
                    next = Deadline.earlier(next, due);
                } else if (bag.closeIfIdle(worker)) {
                    control.retire(worker, Cause.IDLE, now);
                    complete = false; // there is room for another
                    surplus--;
                    tooMany--;
                }
            }
        }
        return next;
    }
}
