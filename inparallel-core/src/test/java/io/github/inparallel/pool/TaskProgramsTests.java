package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.protocol.ProcessMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that run programs, when they or their worker are stopped. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskProgramsTests {

    /** Runs programs. */
    @InParallel
    public interface Programs {

        CompletableFuture<Long> pid();

        /** Runs a program again and again, whatever becomes of it. */
        CompletableFuture<Void> oneAfterAnother(List<String> command);

        /** Returns what a program prints. */
        CompletableFuture<String> output(List<String> command);

        /** The same, while something else calls exit. */
        CompletableFuture<String> outputWhileItExits(List<String> command);

        /** Starts a program, and waits until it is interrupted. */
        CompletableFuture<Void> startAndWait(List<String> command);
    }

    public static final class Runner implements Programs {

        @Override
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(ProcessHandle.current().pid());
        }

        @Override
        public CompletableFuture<Void> oneAfterAnother(List<String> command) {
            while (true) {
                try {
                    new ProcessBuilder(command).start().waitFor();
                } catch (IOException | InterruptedException e) {
                    // the next one may have more luck
                }
            }
        }

        @Override
        public CompletableFuture<String> output(List<String> command) {
            try {
                Process process = new ProcessBuilder(command).start();
                byte[] printed = process.getInputStream().readAllBytes();
                return CompletableFuture.completedFuture(new String(printed, StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public CompletableFuture<String> outputWhileItExits(List<String> command) {
            new Thread(() -> System.exit(3)).start();
            return output(command);
        }

        @Override
        public CompletableFuture<Void> startAndWait(List<String> command) {
            try {
                new ProcessBuilder(command).start();
                new CountDownLatch(1).await();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                // it is to stop
            }
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Differs from those of other tests, and so do the processes that sleep for so long. */
    private final String seconds = "600." + System.nanoTime();

    @TempDir
    private Path folder;

    @AfterEach
    void end() throws IOException {
        Files.createFile(folder.resolve("stop"));
        running(seconds).forEach(ProcessHandle::destroyForcibly);
    }

    private static Programs programs(WorkerPool pool) {
        return pool.proxy(Programs.class, Runner.class);
    }

    static List<ProcessHandle> running(String command) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(command))
                .toList();
    }

    @RepeatedTest(3)
    void taskWhoseWorkerIsKilledDoesNotReturnWhatItGotBecauseItsProgramWasKilled() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            Programs programs = programs(pool);
            long worker = programs.pid().get();
            CompletableFuture<String> output = programs.output(List.of("sh", "-c", "echo half; exec sleep " + seconds));
            await().until(() -> !running("sleep " + seconds).isEmpty());

            pool.kill(worker);

            assertThatThrownBy(output::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(WorkerLostException.class);
        }
        assertThat(running(seconds)).isEmpty();
    }

    @RepeatedTest(3)
    void taskWhoseWorkerExitsDoesNotReturnWhatItGotBecauseItsProgramWasKilled() {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            Programs programs = programs(pool);

            CompletableFuture<String> output =
                    programs.outputWhileItExits(List.of("sh", "-c", "echo half; exec sleep " + seconds));

            assertThatThrownBy(output::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(WorkerLostException.class);
        }
        assertThat(running(seconds)).isEmpty();
    }

    @RepeatedTest(3)
    void chainOfDetachedProcessesEndsWithItsWorker() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            Programs programs = programs(pool);
            long worker = programs.pid().get();
            CompletableFuture<Void> task = startChain(programs);

            pool.kill(worker);

            assertThatThrownBy(task::get).hasCauseInstanceOf(WorkerLostException.class);
        }
        assertChainHasEnded();
    }

    @RepeatedTest(3)
    void chainOfDetachedProcessesEndsWithATaskThatStops() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.killGrace(Duration.ofSeconds(30)))) {
            Programs programs = programs(pool);
            long worker = programs.pid().get();

            startChain(programs).cancel(true);

            assertThat(programs.pid().get()).isEqualTo(worker);
            assertChainHasEnded();
        }
    }

    /** It is found as long as the shell that has started it is there. */
    @RepeatedTest(3)
    void programWithAnotherEnvironmentEndsWithATaskThatStops() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.killGrace(Duration.ofSeconds(30)))) {
            Programs programs = programs(pool);
            long worker = programs.pid().get();
            String program = "env -u " + ProcessMark.VARIABLE + " sleep " + seconds;
            CompletableFuture<Void> task = programs.startAndWait(List.of("sh", "-c", program + "; true"));
            await().until(() -> running(seconds).size()
                    > running(ProcessMark.VARIABLE + " sleep " + seconds).size());

            task.cancel(true);

            assertThat(programs.pid().get()).isEqualTo(worker);
            await().until(() -> running(seconds).isEmpty()); // killed, and reaped by whoever does that here
        }
    }

    /** Each process starts the next, detached, and ends: none is there for long. */
    private CompletableFuture<Void> startChain(Programs programs) throws IOException {
        Path script = folder.resolve("chain");
        Files.writeString(
                script,
                "#!/bin/sh\n: > \"$1\"\n[ -e \"$2\" ] || setsid \"$0\" \"$1\" \"$2\" \"$3\" >/dev/null 2>&1 </dev/null &\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Path runs = folder.resolve("runs");
        CompletableFuture<Void> task = programs.startAndWait(List.of(
                script.toString(), runs.toString(), folder.resolve("stop").toString(), seconds));
        await().until(() -> Files.exists(runs));
        return task;
    }

    private void assertChainHasEnded() {
        for (int i = 0; i < 20; i++) { // while one starts the next, none may be seen
            assertThat(running(seconds)).isEmpty();
        }
    }
}
