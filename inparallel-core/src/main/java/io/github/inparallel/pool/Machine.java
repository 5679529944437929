package io.github.inparallel.pool;

import java.util.concurrent.Executor;

/** What a pool takes from the machine that it runs on: time and threads. A simulation gives it others. */
interface Machine {

    /** The real one. */
    Machine REAL = new Machine() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void start(Runnable body, String name) {
            NamedThreads.newThread(body, name).start();
        }

        @Override
        public Executor chores(String pool) {
            return new NamedThreads(pool, "io").executor();
        }

        @Override
        public Executor callbacks(Executor poolsOwn) {
            return poolsOwn;
        }
    };

    /** As {@code System.nanoTime()}. */
    long nanoTime();

    /** Has this done on a thread of its own. */
    void start(Runnable body, String name);

    /** What runs that which may take long. */
    Executor chores(String pool);

    /** What runs that which follows the ends of tasks. */
    Executor callbacks(Executor poolsOwn);
}
