package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.InParallel;
import io.github.inparallel.protocol.ProcessMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Processes that a task starts and that detach themselves, so that they are nobody's children, go with its worker. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DaemonTests {

    @TempDir
    private Path folder;

    private long daemon = -1;

    /** Starts daemons. */
    @InParallel
    public interface Daemons {
        /** @param then what it does when it has started one: {@code return}, {@code hang} or {@code stop} when interrupted */
        CompletableFuture<Void> start(String file, String variable, String then);

        CompletableFuture<Long> pid();

        /** Has forty shells sleep, again and again, until it is interrupted. */
        CompletableFuture<Void> sleepAgainAndAgain(String seconds);
    }

    public static final class Starter implements Daemons {

        @Override
        public CompletableFuture<Void> start(String file, String variable, String then) {
            // Its parent ends at once, and it has a session of its own.
            String script = "setsid sleep 600 >/dev/null 2>&1 </dev/null & echo $! > '" + file + ".part'; mv '" + file
                    + ".part' '" + file + "'";
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
            if (!variable.isEmpty()) {
                builder.environment().remove(variable);
            }
            try {
                builder.start().waitFor();
                if (!then.equals("return")) {
                    new CountDownLatch(1).await();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                while (then.equals("hang")) {
                    LockSupport.park();
                    Thread.interrupted();
                }
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(ProcessHandle.current().pid());
        }

        @Override
        public CompletableFuture<Void> sleepAgainAndAgain(String seconds) {
            try {
                String loops = "for i in $(seq 40); do (while :; do sleep " + seconds + "; done) & done; wait";
                new ProcessBuilder("sh", "-c", loops).start();
                new CountDownLatch(1).await();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                // it is to stop
            }
            return CompletableFuture.completedFuture(null);
        }
    }

    private static WorkerPool pool() {
        return ProcessPool.create(options -> options.killGrace(Duration.ofMillis(200)));
    }

    private static Daemons daemons(WorkerPool pool) {
        return pool.proxy(Daemons.class, Starter.class);
    }

    private CompletableFuture<Void> start(Daemons daemons, String variable, String then) throws IOException {
        Path file = folder.resolve("daemon");
        CompletableFuture<Void> task = daemons.start(file.toString(), variable, then);
        await().until(() -> Files.exists(file));
        daemon = Long.parseLong(Files.readString(file).trim());
        Files.delete(file);
        assertThat(isAlive(daemon)).isTrue();
        // What started it may need a moment to end.
        await().until(() -> ProcessHandle.current().descendants().noneMatch(each -> each.pid() == daemon));
        return task;
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @AfterEach
    void end() {
        ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void endsWhenItsWorkerIsKilledForTheTask() throws Exception {
        try (WorkerPool pool = pool()) {
            CompletableFuture<Void> task = start(daemons(pool), "", "hang");

            task.cancel(true);

            await().until(() -> !isAlive(daemon));
        }
    }

    @Test
    void endsWithATaskThatStopsPolitelyAndTheWorkerLives() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.killGrace(Duration.ofSeconds(30)))) {
            Daemons daemons = daemons(pool);
            long worker = daemons.pid().get();
            CompletableFuture<Void> task = start(daemons, "", "stop");

            task.cancel(true);

            assertThat(daemons.pid().get()).isEqualTo(worker);
            await().until(() -> !isAlive(daemon));
            assertThat(daemons.pid().get()).isEqualTo(worker);
        }
    }

    @RepeatedTest(5)
    void shellsThatGoOnWithTheirNextCommandWhenOneIsKilledEndToo() throws Exception {
        String seconds = "600." + System.nanoTime();
        try (WorkerPool pool = ProcessPool.create(options -> options.killGrace(Duration.ofSeconds(30)))) {
            Daemons daemons = daemons(pool);
            long worker = daemons.pid().get();
            CompletableFuture<Void> task = daemons.sleepAgainAndAgain(seconds);
            await().until(() -> running("sleep " + seconds).size() > 40);

            task.cancel(true);

            assertThat(daemons.pid().get()).isEqualTo(worker);
            assertThat(running(seconds)).isEmpty();
        }
    }

    private static List<ProcessHandle> running(String command) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(command))
                .toList();
    }

    @Test
    void endsWhenSomebodyKillsTheWorker() throws Exception {
        try (WorkerPool pool = pool()) {
            Daemons daemons = daemons(pool);
            start(daemons, "", "return").get();
            assertThat(isAlive(daemon)).as("while its worker lives").isTrue();

            ProcessHandle.of(daemons.pid().get()).orElseThrow().destroyForcibly();

            await().until(() -> !isAlive(daemon));
        }
    }

    @Test
    void hasEndedWhenThePoolIsClosed() throws Exception {
        try (WorkerPool pool = pool()) {
            start(daemons(pool), "", "return").get();
        }
        await().until(() -> !isAlive(daemon)); // killed, and reaped by whoever does that here
    }

    @Test
    void onlyWhatCarriesTheMarkOfThisWorkerEnds() throws Exception {
        Process own = new ProcessBuilder("sleep", "600").start();
        try (WorkerPool other = pool()) {
            long neighbour = daemons(other).pid().get();
            try (WorkerPool pool = pool()) {
                CompletableFuture<Void> task = start(daemons(pool), ProcessMark.VARIABLE, "hang");
                long worker = daemonsWorker(pool);
                task.cancel(true);
                await().until(() -> !isAlive(worker));
            }
            assertThat(isAlive(daemon))
                    .as("it was started without the variable")
                    .isTrue();
            assertThat(own.isAlive()).isTrue();
            assertThat(daemons(other).pid().get()).isEqualTo(neighbour);
        } finally {
            own.destroyForcibly();
        }
    }

    private static long daemonsWorker(WorkerPool pool) {
        return pool.stats().workers().get(0).pid();
    }

    @Test
    void anApplicationMayChooseAnotherValueForAPool() throws Exception {
        try (WorkerPool pool =
                ProcessPool.create(options -> options.environment(Map.of(ProcessMark.VARIABLE, "none")))) {
            start(daemons(pool), "", "return").get();
        }
        assertThat(isAlive(daemon)).isTrue();
    }

    @Test
    void signalToEndIsIgnoredAndTheLogSaysSoOnce() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("inparallel.worker.test");
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.list = new java.util.concurrent.CopyOnWriteArrayList<>();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
        try (WorkerPool pool = pool()) {
            long worker = daemons(pool).pid().get();
            for (int i = 0; i < 3; i++) {
                assertThat(new ProcessBuilder("kill", "-TERM", Long.toString(worker))
                                .start()
                                .waitFor())
                        .isZero();
            }
            await().until(() -> !appender.list.isEmpty());
            assertThat(daemons(pool).pid().get()).isEqualTo(worker);
        } finally {
            logger.detachAppender(appender);
            logger.setLevel(null);
        }
        List<ILoggingEvent> lines = List.copyOf(appender.list);
        assertThat(lines).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.INFO);
            assertThat(event.getFormattedMessage()).contains("test-1 ignores SIGTERM", "SIGKILL");
        });
    }
}
