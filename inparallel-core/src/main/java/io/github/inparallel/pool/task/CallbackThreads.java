package io.github.inparallel.pool.task;

import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.NamedThreads;
import io.github.inparallel.protocol.Spinning;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs what follows the ends of tasks. One thread works through all there is, so that short callbacks cost no wake-up
 * each. If it does not come on for a moment, because a callback blocks, more threads join it: {@link #check} sees to that,
 * so a callback that blocks holds up no other for longer than a few milliseconds. Thread-safe.
 */
public final class CallbackThreads implements Executor {

    private static final long KEEP_ALIVE = TimeUnit.SECONDS.toNanos(10);
    private static final long BETWEEN_CHECKS = TimeUnit.MILLISECONDS.toNanos(1);

    private final NamedThreads threads;
    private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
    private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger active = new AtomicInteger(); // threads that take work; raised by who starts one
    private final AtomicInteger taken = new AtomicInteger(); // callbacks: whether it changes is all that counts
    private volatile boolean closed; // set once
    private volatile LongConsumer watch = due -> {}; // set once
    private final Spinning spinning; // a hint, of the threads that take work

    // Of the thread that checks.
    private int seen;
    private long nextCheck;

    public CallbackThreads(NamedThreads threads, long spinNanos) {
        this.threads = threads;
        this.spinning = new Spinning(spinNanos);
    }

    /** Has {@link #check} called by a given time. */
    public void watchedBy(LongConsumer supervisor) {
        watch = supervisor;
    }

    @Override
    public void execute(Runnable callback) {
        work.add(callback);
        if (active.compareAndSet(0, 1)) {
            if (start()) {
                return;
            }
        } else if (closed) {
            active.incrementAndGet(); // nobody checks any more
            if (start()) {
                return;
            }
        }
        if (!closed) {
            watch.accept(System.nanoTime() + BETWEEN_CHECKS);
        } else if (work.remove(callback)) {
            callback.run(); // nobody else will, and nobody reads any more
        }
    }

    /** One thread more takes work; false if there is none to be had now. */
    private boolean start() {
        Idle sleeper = idle.pollFirst();
        if (sleeper != null) {
            sleeper.woken = true;
            LockSupport.unpark(sleeper.thread);
            return true;
        }
        try {
            threads.newThread(this::run).start();
            return true;
        } catch (Throwable e) { // out of threads, or of memory
            active.decrementAndGet();
            return false;
        }
    }

    /** Lets more threads in where none has come on since the last time; returns when it is to be called again. */
    public long check(long now) {
        if (work.isEmpty()) {
            nextCheck = 0;
            return Deadline.NEVER;
        }
        if (nextCheck != 0 && now - nextCheck < 0) {
            return nextCheck;
        }
        int mark = taken.get();
        if (nextCheck != 0 && mark == seen) {
            for (int more = Math.max(1, active.get()); more > 0; more--) {
                active.incrementAndGet();
                start();
            }
        }
        seen = mark;
        nextCheck = now + BETWEEN_CHECKS;
        return nextCheck;
    }

    /** Idle threads leave now; what comes late is still served. */
    public void close() {
        closed = true;
        idle.forEach(sleeper -> LockSupport.unpark(sleeper.thread));
    }

    private void run() {
        do {
            drain();
        } while (awaitStart());
    }

    private void drain() {
        do {
            for (Runnable callback = next(); callback != null; callback = next()) {
                taken.incrementAndGet();
                try {
                    callback.run();
                } catch (Throwable e) {
                    report(e);
                }
            }
        } while (active.decrementAndGet() == 0 && !work.isEmpty() && active.compareAndSet(0, 1));
    }

    private static void report(Throwable failure) {
        try {
            Thread self = Thread.currentThread();
            self.getUncaughtExceptionHandler().uncaughtException(self, failure);
        } catch (Throwable e) {
            // The application's own handler failed; the thread goes on.
        }
    }

    /** What has waited longest; waits a moment for it, where that saves being woken. */
    private @Nullable Runnable next() {
        Runnable callback = work.poll();
        if (callback != null || active.get() > 1 || !spinning.isWorthwhile()) {
            return callback;
        }
        long start = System.nanoTime();
        do {
            Thread.yield();
            callback = work.poll();
        } while (callback == null && System.nanoTime() - start < spinning.limitNanos());
        spinning.spun(callback != null);
        return callback;
    }

    /** Sleeps until there is something to do again; false if that takes too long. */
    private boolean awaitStart() {
        Idle self = new Idle(Thread.currentThread());
        idle.addFirst(self);
        long until = System.nanoTime() + KEEP_ALIVE;
        while (!self.woken) {
            long left = until - System.nanoTime();
            if ((left <= 0 || closed) && idle.remove(self)) {
                return false;
            }
            LockSupport.parkNanos(this, Math.max(left, BETWEEN_CHECKS));
            Thread.interrupted();
        }
        return true;
    }

    /** A thread that sleeps. Whoever takes it out of the queue wakes it, or it leaves. */
    private static final class Idle {
        final Thread thread;
        volatile boolean woken;

        Idle(Thread thread) {
            this.thread = thread;
        }
    }
}
