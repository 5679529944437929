package io.github.inparallel.pool.history;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.TaskState;
import io.github.inparallel.pool.PoolHistory;
import io.github.inparallel.pool.PoolStats.ExitStats;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a pool has done in the last hour. Told by whoever ends a task and by the supervisor; read by anybody. What goes wrong
 * here harms no task and no worker: who tells it something never sees an exception. Thread-safe.
 */
public final class History {

    private static final Log log = Log.of(History.class);

    private static final long MEMORY_EACH = 5_000_000_000L;

    private final String pool;
    private final Machine machine;
    private final Journal journal = new Journal();
    private volatile boolean incomplete; // it has been said
    private volatile long memoryDue; // when somebody has to look at the memory of workers; by who looks

    private final Lock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Ledger ledger;

    /** @param pool its name, with which the names of its workers and tasks begin */
    public History(String pool, Machine machine) {
        this.pool = pool;
        this.machine = machine;
        long now = machine.nanoTime();
        this.ledger = new Ledger(pool, machine.timeOfDay(), now);
        this.memoryDue = now;
    }

    /** Returns the classes of this package in the order in which a pool needs them. */
    public static List<Class<?>> neededFirst() {
        return List.of(
                History.class,
                Journal.class,
                Ledger.class,
                Intervals.class,
                LogScale.class,
                Methods.class,
                Tally.class,
                RunTimes.class,
                Columns.class,
                Spans.class,
                Deaths.class,
                Recent.class,
                Sample.class,
                Lane.class,
                Outcomes.class,
                Texts.class);
    }

    // ---- what happens

    /**
     * A task has ended.
     *
     * @param now when, unless it knows better
     */
    public void ended(RecordedTask task, TaskState outcome, @Nullable Throwable failure, long now) {
        try {
            long end = task.endedNanos() == 0 ? now : task.endedNanos();
            boolean begun = task.hasBegun(); // asked once: a worker may get it in this moment
            long ran = begun ? Math.max(0, end - task.assignedNanos()) : -1;
            String method = Texts.cut(task.displayName(), Texts.NAME_BYTES);
            note(method, Outcomes.number(outcome), begun ? task.lane() : null, ran, end);
            if (outcome == TaskState.FAILED || outcome == TaskState.TIMED_OUT || outcome == TaskState.WORKER_LOST) {
                add(Failure.of(task, method, outcome, failure, end));
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Waits for the lock, which somebody who reads may have, only if there is no room at all. */
    private void note(String method, int outcome, @Nullable Lane lane, long nanos, long end) {
        boolean anywhere = false;
        while (!journal.add(method, outcome, lane, nanos, end, anywhere)) {
            boolean free = lock.tryLock();
            if (!free && anywhere) {
                lock.lock();
                free = true;
            }
            anywhere = true;
            if (free) {
                try {
                    ledger.advance(machine.nanoTime(), journal);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private void add(Failure failure) {
        lock.lock();
        try {
            ledger.failed(failure);
        } finally {
            lock.unlock();
        }
    }

    /** A worker has ended. */
    public void exited(ExitStats exit) {
        try {
            long now = machine.nanoTime();
            lock.lock();
            try {
                ledger.exited(exit, now);
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    /**
     * A worker is ready.
     *
     * @param worker its number
     */
    public void ready(int worker, long pid, int place) {
        try {
            long now = machine.nanoTime();
            lock.lock();
            try {
                ledger.ready(worker, pid, place, now);
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    /**
     * Looks at the pool, and finishes the intervals that are over. Those that nobody looked in are as the last look before
     * them was: whatever matters wakes the supervisor, and it looks before it sleeps again.
     */
    public void look(Gauges gauges) {
        try {
            Sample found = Sample.of(gauges);
            long now = machine.nanoTime();
            if (!found.hasWorkers()) {
                found.memory = 0;
                memoryDue = now;
            } else if (memoryDue - now <= 0) {
                memoryDue = now + MEMORY_EACH;
                found.memory = gauges.memory(); // not under the lock: it reads files
            }
            lock.lock();
            try {
                ledger.advance(now, journal);
                ledger.seen(found);
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        if (!incomplete) {
            incomplete = true;
            log.warn("The history of pool '{}' is incomplete; this is said once", pool, failure);
        }
    }

    // ---- reading

    /** @param since a cursor; one that was not given out from here asks for everything */
    public PoolHistory after(long since, Gauges gauges) {
        look(gauges);
        lock.lock();
        try {
            return ledger.after(since, machine.timeOfDay(), machine.nanoTime());
        } finally {
            lock.unlock();
        }
    }
}
