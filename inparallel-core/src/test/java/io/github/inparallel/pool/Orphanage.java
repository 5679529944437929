package io.github.inparallel.pool;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** An application that is going to be killed, stopped or interrupted while its worker does something. */
final class Orphanage {

    /** How long a program sleeps: its command line differs from that of others. */
    static final String SECONDS = "600.0417";

    private Orphanage() {}

    public static void main(String[] args) throws Exception {
        WorkerPool pool = ProcessPool.create(options -> options.heartbeatInterval(Duration.ofMillis(100))
                .heartbeatTimeout(Duration.ofSeconds(1))
                .shutdownTimeout(Duration.ofSeconds(30)));
        Probe probe = ProcessPool.probe(pool);
        Path folder = Path.of(args[1]);
        switch (args[0]) {
            case "idle" -> say("worker", probe.pid().get());
            case "loop" -> say("worker", worker(probe.spin(TaskOptions.timeout(Duration.ofHours(1)))));
            case "return" -> {
                say("worker", worker(probe.spin(TaskOptions.declared())));
                return; // the pool's threads are daemons, so the JVM ends
            }
            case "child" -> {
                Path file = folder.resolve("child");
                long worker = worker(probe.spawn(file.toString()));
                while (!Files.exists(file)) {
                    LockSupport.parkNanos(1_000_000);
                }
                say("worker", worker);
                say("child", Long.parseLong(Files.readString(file)));
            }
            case "daemon" -> {
                Path file = folder.resolve("daemon");
                DaemonTests.Daemons daemons = pool.proxy(DaemonTests.Daemons.class, DaemonTests.Starter.class);
                daemons.start(file.toString(), "", "return").get();
                say("worker", daemons.pid().get());
                say("child", Long.parseLong(Files.readString(file).trim()));
            }
            case "programs" -> {
                TaskProgramsTests.Programs programs =
                        pool.proxy(TaskProgramsTests.Programs.class, TaskProgramsTests.Runner.class);
                long worker = worker(programs.oneAfterAnother(List.of("sleep", SECONDS)));
                while (TaskProgramsTests.running("sleep " + SECONDS).isEmpty()) {
                    LockSupport.parkNanos(1_000_000);
                }
                say("worker", worker);
            }
            case "drain" -> {
                Path mine = folder.resolve("mine");
                CompletableFuture<String> task =
                        probe.rendezvous(mine.toString(), folder.resolve("go").toString());
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    System.out.println("closing now");
                    pool.close();
                    System.out.println("outcome " + task.join());
                    System.out.println("late "
                            + probe.echoLater("late")
                                    .handle((value, failure) -> failure)
                                    .join());
                }));
                while (!Files.exists(mine)) {
                    LockSupport.parkNanos(1_000_000);
                }
                say("worker", worker(task));
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
        while (true) {
            LockSupport.park(pool);
        }
    }

    private static long worker(Future<?> future) {
        TaskFuture<?> task = TaskFuture.of(future).orElseThrow();
        while (task.workerPid().isEmpty()) {
            LockSupport.parkNanos(1_000_000);
        }
        return task.workerPid().getAsLong();
    }

    private static void say(String what, long pid) {
        System.out.println(what + " " + pid);
    }
}
