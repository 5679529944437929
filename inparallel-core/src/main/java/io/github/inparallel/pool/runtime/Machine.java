package io.github.inparallel.pool.runtime;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** What a pool takes from the machine that it runs on: time, threads, folders and memory. A simulation gives it others. */
public interface Machine {

    /** The real machine. */
    Machine REAL = new Machine() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Instant timeOfDay() {
            return Instant.now();
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
        public List<Path> folders() {
            List<Path> folders = new ArrayList<>();
            folders.add(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
            String runtime = System.getenv("XDG_RUNTIME_DIR");
            if (runtime != null) {
                folders.add(Path.of(runtime));
            }
            folders.add(Path.of("/tmp"));
            folders.add(Path.of("/dev/shm"));
            return folders;
        }

        @Override
        public ResultBudget results() {
            return new ResultBudget(Runtime.getRuntime().maxMemory() / 4);
        }
    };

    /** Returns the time, as {@code System.nanoTime()} does. */
    long nanoTime();

    /** Returns the time for people, which may jump: no deadline depends on it. */
    Instant timeOfDay();

    /** Runs a body on a thread of its own. */
    void start(Runnable body, String name);

    /** Lets other threads run; called by one that looks again and again. */
    void letOthersRun();

    /** Returns a condition on which threads wait that hold this lock. */
    Condition condition(Lock lock);

    /** Returns what runs the work of a pool that may take long. */
    Executor chores(String pool);

    /** Returns what runs the work that follows the ends of tasks. */
    Executor callbacks(Executor poolsOwn);

    /** Returns folders for what lives no longer than the process, the best first. */
    List<Path> folders();

    /** Returns the memory of one pool for large results that are being read. */
    ResultBudget results();
}
