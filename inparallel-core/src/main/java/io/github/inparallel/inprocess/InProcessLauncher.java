package io.github.inparallel.inprocess;

import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.worker.Halt;
import io.github.inparallel.worker.WorkerBootstrap;
import io.github.inparallel.worker.WorkerRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts workers on threads of this process. Everything but the process is as ever: the socket, the frames, the
 * marshalling, the limits. A thread cannot be killed: a task that ignores its interrupt keeps its thread, and the pool
 * goes on with another worker. A task that halts the JVM halts the application.
 */
public final class InProcessLauncher implements WorkerLauncher {

    private static final Logger log = LoggerFactory.getLogger(InProcessLauncher.class);

    private final Supplier<? extends WorkerBootstrap> bootstrap;

    /** @param bootstrap gives each worker the bootstrap that finds its objects */
    public InProcessLauncher(Supplier<? extends WorkerBootstrap> bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public WorkerProcess launch(LaunchDescription description, Path directory) {
        ThreadWorker worker = new ThreadWorker(description, bootstrap.get());
        Thread thread = new Thread(worker, "inparallel-" + description.pool() + "-worker-" + description.worker());
        thread.setDaemon(true);
        thread.start();
        return worker;
    }

    /** A worker without a process. The exit code is set once, by whoever ends it first. */
    private static final class ThreadWorker implements WorkerProcess, Halt, Runnable {

        private static final int KILLED = 128 + 9;

        private final CompletableFuture<Integer> exit = new CompletableFuture<>();
        private final String pool;
        private final WorkerRuntime runtime;

        ThreadWorker(LaunchDescription description, WorkerBootstrap bootstrap) {
            this.pool = description.pool();
            this.runtime = new WorkerRuntime(description, this, bootstrap);
        }

        @Override
        public void run() {
            int code = 0;
            try {
                runtime.run();
            } catch (IOException | RuntimeException | Error e) {
                log.debug("A worker on a thread has ended", e);
                code = 1;
            }
            now(code);
        }

        @Override
        public void now(int exitCode) {
            runtime.disconnect();
            exit.complete(exitCode);
        }

        @Override
        public void now(int exitCode, String words, @Nullable Throwable cause) {
            try {
                log.error("A worker of pool '{}' that is threads of this process ends: {}", pool, words, cause);
            } finally {
                now(exitCode);
            }
        }

        @Override
        public boolean endsProcess() {
            return false;
        }

        @Override
        public void onExit(Runnable callback, long graceMillis) {
            // exit ends the application, and this worker with it
        }

        @Override
        public long pid() {
            return ProcessHandle.current().pid();
        }

        @Override
        public CompletableFuture<Integer> exit() {
            return exit;
        }

        @Override
        public CompletableFuture<Void> outputEnd() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void kill() {
            now(KILLED);
        }

        @Override
        public List<String> lastLines() {
            return List.of();
        }

        @Override
        public boolean hasPrinted(String text) {
            return false;
        }

        @Override
        public OptionalLong residentMemory() {
            return OptionalLong.empty(); // the application's own tells nothing of this worker
        }
    }
}
