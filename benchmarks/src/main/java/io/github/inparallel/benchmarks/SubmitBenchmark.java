package io.github.inparallel.benchmarks;

import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.worker.PlainBootstrap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A whole call with a stub for the worker's process: all of the engine, on threads of one JVM. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the fields up
public class SubmitBenchmark {

    private WorkerPool pool;
    private Tasks tasks;

    /** A pool with one worker that is a thread. */
    @Setup
    public void start() {
        pool = WorkerPool.create(
                PoolOptions.builder().minWorkers(1).maxWorkers(1).build(), new InProcessLauncher(PlainBootstrap::new));
        tasks = pool.proxy(Tasks.class, TasksInWorker.class);
    }

    @TearDown
    public void close() {
        pool.close();
    }

    /** One call, waited for. */
    @Benchmark
    public String echo() {
        return tasks.echo("hello, worker");
    }
}
