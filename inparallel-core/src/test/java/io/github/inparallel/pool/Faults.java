package io.github.inparallel.pool;

import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.protocol.WorkerReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes one point of the engine's seams throw, once or always. */
final class Faults {

    private final String point;
    private final Supplier<Throwable> failure;
    private final AtomicInteger left;
    final AtomicInteger thrown = new AtomicInteger();

    Faults(String point, Supplier<Throwable> failure, boolean always) {
        this.point = point;
        this.failure = failure;
        this.left = new AtomicInteger(always ? Integer.MAX_VALUE : 1);
    }

    void end() {
        left.set(0);
    }

    /** Throws if this is the point. */
    void at(String where) {
        if (where.equals(point)
                && left.getAndUpdate(count -> count == 0 || count == Integer.MAX_VALUE ? count : count - 1) > 0) {
            thrown.incrementAndGet();
            Faults.<RuntimeException>sneak(failure.get());
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    Executor executor(Executor target) {
        return body -> {
            at("executor");
            target.execute(body);
        };
    }

    WorkerLogs logs() {
        return new WorkerLogs() {
            @Override
            public Map<String, String> levels() {
                at("levels");
                return Map.of();
            }

            @Override
            public void publish(String pool, long pid, LogEvent event) {
                at("publish");
            }
        };
    }

    WorkerLauncher launcher(WorkerLauncher target) {
        return (LaunchDescription description, Path directory) -> {
            at("launch");
            WorkerProcess process = target.launch(description, directory);
            return new FaultyProcess(process);
        };
    }

    private final class FaultyProcess implements WorkerProcess {
        private final WorkerProcess target;

        FaultyProcess(WorkerProcess target) {
            this.target = target;
        }

        @Override
        public long pid() {
            at("pid");
            return target.pid();
        }

        @Override
        public CompletableFuture<Integer> exit() {
            at("exit");
            return target.exit();
        }

        @Override
        public CompletableFuture<Void> outputEnd() {
            at("outputEnd");
            return target.outputEnd();
        }

        @Override
        public void kill() {
            at("kill");
            target.kill();
        }

        @Override
        public List<String> lastLines() {
            at("lastLines");
            return target.lastLines();
        }

        @Override
        public boolean hasPrinted(String text) {
            at("hasPrinted");
            return target.hasPrinted(text);
        }

        @Override
        public OptionalLong residentMemory() {
            at("residentMemory");
            return OptionalLong.of(1);
        }
    }

    PoolObserver observer() {
        return new PoolObserver() {
            @Override
            public void taskStarted(String method, Duration queued) {
                at("taskStarted");
            }

            @Override
            public void taskEnded(String method, TaskState outcome, @Nullable Throwable failed, Duration elapsed) {
                at("taskEnded");
            }

            @Override
            public void taskRetried(String method) {
                at("taskRetried");
            }

            @Override
            public void workerStarting(String worker) {
                at("workerStarting");
            }

            @Override
            public void workerReady(String worker, Duration startup) {
                at("workerReady");
            }

            @Override
            public void workerReported(String worker, WorkerReport report) {
                at("workerReported");
            }

            @Override
            public void workerExited(String worker, WorkerExit exit) {
                at("workerExited");
            }

            @Override
            public void payload(boolean sent, int bytes) {
                at("payload");
            }
        };
    }
}
