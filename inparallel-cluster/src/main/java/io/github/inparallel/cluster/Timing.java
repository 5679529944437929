package io.github.inparallel.cluster;

import io.github.inparallel.pool.runtime.NamedThreads;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Time, and what is done later. A simulation has another. Thread-safe. */
interface Timing {

    /** Returns the time, as {@code System.nanoTime()} does. */
    long nanoTime();

    /** Runs an action later, on the one thread that there is for it; it neither waits nor throws. */
    void after(long nanos, Runnable action);

    /** Nothing more is run. */
    void close();

    /** Real time. */
    static Timing real() {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(1, body -> NamedThreads.newThread(body, "inparallel-cluster-timer"));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRejectedExecutionHandler((action, closed) -> {}); // it is too late
        return new Timing() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void after(long nanos, Runnable action) {
                executor.schedule(action, nanos, TimeUnit.NANOSECONDS);
            }

            @Override
            public void close() {
                executor.shutdown();
            }
        };
    }
}
