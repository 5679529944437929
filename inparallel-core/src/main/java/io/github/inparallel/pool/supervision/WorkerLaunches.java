package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.process.LaunchDescriptions;
import io.github.inparallel.pool.process.PrivateDirectory;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.protocol.LaunchDescription;
import java.util.concurrent.Executor;

/** Has the processes of workers started, which may take long, on other threads. */
final class WorkerLaunches {

    /** Hears of each launch on the supervisor's thread. A launch that was given up may still be said to have failed. */
    interface Listener {
        void launched(Worker worker, WorkerProcess process);

        void notLaunched(Worker worker, Throwable failure);
    }

    private final WorkerLauncher launcher;
    private final PrivateDirectory directory;
    private final LaunchDescriptions descriptions;
    private final KnownMethods methods;
    private final Chores chores;
    private final Executor supervisor;
    private final Listener listener;

    /** @param supervisor runs commands on the supervisor's thread */
    WorkerLaunches(SupervisedPool pool, Chores chores, Executor supervisor, Listener listener) {
        this.launcher = pool.launcher();
        this.directory = pool.directory();
        this.descriptions = new LaunchDescriptions(pool.options(), directory.socket());
        this.methods = pool.methods();
        this.chores = chores;
        this.supervisor = supervisor;
        this.listener = listener;
    }

    void launch(Worker worker) {
        LaunchDescription description =
                descriptions.of(worker.number(), worker.credentials(), methods.needMapper(), methods.ids());
        chores.run(() -> launch(worker, description));
    }

    /** Launches; the supervisor ends what it does not hear of in time. */
    private void launch(Worker worker, LaunchDescription description) {
        WorkerProcess process = null;
        try {
            process = launcher.launch(description, directory.path());
            if (worker.hasProcess(process, process.pid())) {
                WorkerProcess known = process;
                supervisor.execute(() -> listener.launched(worker, known));
                return;
            }
        } catch (Throwable e) {
            supervisor.execute(() -> listener.notLaunched(worker, e));
        }
        if (process != null) {
            process.kill(); // nobody waits for it
        }
    }
}
