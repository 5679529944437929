package io.github.inparallel.pool;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** An application that is going to be killed while its worker is in an endless loop. */
final class Orphanage {

    private Orphanage() {}

    public static void main(String[] args) {
        WorkerPool pool = ProcessPool.create(options -> options);
        Future<Long> loop = pool.proxy(Probe.class, ProbeWorker.class).spin(TaskOptions.timeout(Duration.ofHours(1)));
        TaskFuture<?> task = TaskFuture.of(loop).orElseThrow();
        while (task.workerPid().isEmpty()) {
            LockSupport.parkNanos(1_000_000);
        }
        System.out.println(task.workerPid().getAsLong());
        LockSupport.park(pool);
    }
}
