package io.github.inparallel.pool;

import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.history.History;
import io.github.inparallel.pool.process.JvmLauncher;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.NamedThreads;
import io.github.inparallel.pool.supervision.Supervisor;
import java.util.List;

/**
 * Loads what a pool is made of before there is one, so that a thread that has other things to do, such as the one that
 * starts an application, is held up less. Has no other effect.
 */
final class Preloading {

    private static final Log log = Log.of(Preloading.class);

    // In the order in which creating a pool needs them. Named as classes, so that a name cannot be stale.

    private static final List<Class<?>> DOOR = List.of(
            WorkerPool.class,
            InFlight.class,
            PoolView.class,
            LentTasks.class,
            GuardedObserver.class,
            ObserverGroup.class,
            NamedThreads.class);

    private Preloading() {}

    /** Does it on a thread of its own, where that is not the processor's only one. */
    static void inBackground() {
        if (Runtime.getRuntime().availableProcessors() > 1) {
            Thread thread = new Thread(Preloading::run, "inparallel-preload");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void run() {
        try {
            PoolOptions options = PoolOptions.builder().build();
            Marshaller marshaller = new Marshaller(options.format(), options.maxPayload(), Marshaller.UNCHANGED);
            TaskMethod.of("", Object.class.getMethod("toString"), Limits.OF_THE_POOL, marshaller)
                    .check();
            load(DOOR);
            load(Dispatcher.neededFirst());
            load(History.neededFirst());
            load(JvmLauncher.neededFirst());
            load(Supervisor.neededFirst());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            log.debug("Who creates a pool will see what is wrong", e);
        }
    }

    private static void load(List<Class<?>> types) throws ClassNotFoundException {
        for (Class<?> type : types) {
            Class.forName(type.getName(), true, type.getClassLoader());
        }
    }
}
