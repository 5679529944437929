package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.history.History;
import io.github.inparallel.pool.process.PrivateDirectory;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.PoisonGuard;
import java.util.concurrent.Executor;

/**
 * The parts of a pool that its supervisor works with.
 *
 * @param launcher starts workers
 * @param directory has the socket that workers connect to
 * @param methods what new workers prepare for
 * @param poison knows the methods that lose workers
 * @param results bounds what is read of large results at a time
 * @param chores runs what may take long
 * @param history is told what happens to workers
 */
public record SupervisedPool(
        PoolOptions options,
        Machine machine,
        Dispatcher dispatcher,
        PoolObserver observer,
        WorkerLauncher launcher,
        PrivateDirectory directory,
        KnownMethods methods,
        PoisonGuard poison,
        ResultBudget results,
        Executor chores,
        History history) {}
