package io.github.inparallel.pool.runtime;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a pool: daemons, named {@code inparallel-<pool>-<role>}. */
public final class NamedThreads implements ThreadFactory {

    private final String name;
    private final AtomicInteger count = new AtomicInteger();

    public NamedThreads(String pool, String role) {
        this.name = "inparallel-" + pool + "-" + role;
    }

    @Override
    public Thread newThread(Runnable body) {
        return newThread(body, name + "-" + count.incrementAndGet());
    }

    /** Returns a daemon that is not started. */
    public static Thread newThread(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Returns an executor with as many threads as there is work that blocks, and none when there is none. */
    public ThreadPoolExecutor executor() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), this);
    }
}
