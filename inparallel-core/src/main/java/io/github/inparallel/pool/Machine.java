package io.github.inparallel.pool;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** What a pool takes from the machine that it runs on: time, threads and room. A simulation gives it others. */
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
        public void letOthersRun() {
            Thread.yield();
        }

        @Override
        public Condition condition(Lock lock) {
            return lock.newCondition();
        }

        @Override
        public Executor chores(String pool) {
            return new NamedThreads(pool, "io").executor();
        }

        @Override
        public Executor callbacks(Executor poolsOwn) {
            return poolsOwn;
        }

        @Override
        public PrivateDirectory directory() throws IOException {
            return PrivateDirectory.create();
        }

        @Override
        public ResultBudget results() {
            return new ResultBudget(Runtime.getRuntime().maxMemory() / 4);
        }
    };

    /** As {@code System.nanoTime()}. */
    long nanoTime();

    /** Has this done on a thread of its own. */
    void start(Runnable body, String name);

    /** What a thread does that looks again and again. */
    void letOthersRun();

    /** What threads wait on that hold this lock. */
    Condition condition(Lock lock);

    /** What runs that which may take long. */
    Executor chores(String pool);

    /** What runs that which follows the ends of tasks. */
    Executor callbacks(Executor poolsOwn);

    /** For the pool's files. */
    PrivateDirectory directory() throws IOException;

    /** For large results that are being read. */
    ResultBudget results();
}
