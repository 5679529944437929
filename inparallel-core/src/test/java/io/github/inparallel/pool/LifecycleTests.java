package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskProgress;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How pools and workers begin and end. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LifecycleTests {

    @TempDir
    private Path folder;

    @Test
    void closeLeavesNothingBehind() throws Exception {
        cycle(); // what is loaded once
        await().untilAsserted(() -> assertThat(Leftovers.list()).isEmpty());
        long descriptors = Leftovers.descriptors();

        cycle();
        cycle();

        await().untilAsserted(() -> {
            assertThat(Leftovers.list()).isEmpty();
            assertThat(Leftovers.descriptors()).isLessThanOrEqualTo(descriptors);
        });
    }

    @Test
    void closeWhileWorkersAreBeingStartedLeavesNothingBehind() {
        for (int round = 0; round < 20; round++) {
            ProcessPool.create(options -> options.maxWorkers(2).minWorkers(2)).close();
        }

        await().untilAsserted(() -> assertThat(Leftovers.list()).isEmpty());
    }

    private static void cycle() throws Exception {
        try (WorkerPool pool =
                ProcessPool.create(options -> options.maxWorkers(2).minWorkers(2))) {
            assertThat(ProcessPool.probe(pool).pid().get()).isPositive();
        }
    }

    @Test
    void closeLetsTasksFinish() throws Exception {
        WorkerPool pool = ProcessPool.create(options -> options);
        Path go = folder.resolve("go");
        CompletableFuture<String> future =
                ProcessPool.probe(pool).rendezvous(folder.resolve("mine").toString(), go.toString());
        await().until(() -> Files.exists(folder.resolve("mine")));
        Thread closing = new Thread(pool::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);

        assertThatThrownBy(() -> ProcessPool.probe(pool).echo("late")).isInstanceOf(TaskRefusedException.class);
        Files.createFile(go);

        assertThat(future.get()).isEqualTo("met");
        closing.join();
    }

    @Test
    void closeCancelsAndKillsWhatDoesNotFinish() throws Exception {
        WorkerPool pool = ProcessPool.create(
                options -> options.shutdownTimeout(Duration.ofMillis(50)).killGrace(Duration.ofMillis(50)));
        long pid = ProcessPool.probe(pool).pid().get();
        CompletableFuture<Long> running = ProcessPool.probe(pool).spin(TaskOptions.declared());
        CompletableFuture<Long> queued = ProcessPool.probe(pool).spin(TaskOptions.declared());

        pool.close();

        assertThatThrownBy(running::get).isInstanceOf(CancellationException.class);
        assertThatThrownBy(queued::get).isInstanceOf(CancellationException.class);
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void closingTwiceAndSubmittingAfterwardsAreHarmless() { // B49
        WorkerPool pool = ProcessPool.create(options -> options);
        pool.close();
        pool.close();
        pool.shutdown();

        assertThatThrownBy(() -> ProcessPool.probe(pool).echo("late"))
                .isInstanceOfSatisfying(
                        TaskRefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(TaskRefusedException.Reason.SHUT_DOWN));
    }

    @Test
    void shutdownReturnsAtOnceAndWhatWasAcceptedFinishes() throws Exception { // B51
        WorkerPool pool = ProcessPool.create(options -> options);
        List<CompletableFuture<String>> futures = Stream.of("a", "b", "c")
                .map(text -> ProcessPool.probe(pool).echoLater(text))
                .toList();

        pool.shutdown();

        for (CompletableFuture<String> future : futures) {
            assertThat(future.get()).hasSize(1);
        }
        await().until(() -> pool.stats().workers().isEmpty());
        pool.close();
    }

    @Test
    void shutdownNowEndsACloseThatWaits() throws Exception { // B52, B53, B54, B55
        WorkerPool pool = ProcessPool.create(
                options -> options.shutdownTimeout(Duration.ofHours(1)).killGrace(Duration.ofMillis(50)));
        CompletableFuture<Long> running = ProcessPool.probe(pool).spin(TaskOptions.declared());
        CompletableFuture<Long> queued = ProcessPool.probe(pool).spin(TaskOptions.declared());
        await().until(() -> TaskFuture.of(running).orElseThrow().taskState() == TaskState.RUNNING);
        Thread closing = new Thread(pool::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);

        pool.shutdownNow();

        closing.join();
        assertThatThrownBy(running::get).isInstanceOf(CancellationException.class);
        assertThatThrownBy(queued::get).isInstanceOf(CancellationException.class);
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void workerThatCrashesWhileThePoolClosesHoldsNothingUp() throws Exception { // B56
        WorkerPool pool = ProcessPool.create(options -> options.shutdownTimeout(Duration.ofMinutes(1)));
        CompletableFuture<Void> crash = ProcessPool.probe(pool).halt(3);
        CompletableFuture<String> after = ProcessPool.probe(pool).echoLater("after");

        pool.close();

        assertThatThrownBy(crash::get).hasCauseInstanceOf(WorkerLostException.class);
        assertThat(after.get()).isEqualTo("after");
    }

    @Test
    void cancelledTaskDoesNotHoldUpTheClose() { // B47
        WorkerPool pool = ProcessPool.create(options -> options.shutdownTimeout(Duration.ofMinutes(1)));
        CompletableFuture<String> task = ProcessPool.probe(pool).sleep();

        task.cancel(true);
        pool.close();

        assertThat(task).isCancelled();
    }

    @Test
    void noThreadWakesUpWhenThePoolIsIdle() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.heartbeatInterval(Duration.ofHours(1))
                .heartbeatTimeout(Duration.ofHours(2))
                .idleTimeout(Duration.ofHours(1)))) {
            long worker = ProcessPool.probe(pool).pid().get();
            List<Long> processes = List.of(ProcessHandle.current().pid(), worker);
            // Once something has settled after the call, nothing moves for a while.
            await().pollInterval(Duration.ofSeconds(1)).until(() -> wakeups(processes), wakeups -> {
                Map<String, String> before = this.before;
                this.before = wakeups;
                return before.equals(wakeups);
            });
        }
    }

    private Map<String, String> before = Map.of();

    private static Map<String, String> wakeups(List<Long> processes) throws IOException {
        Map<String, String> wakeups = new TreeMap<>();
        for (long process : processes) {
            try (Stream<Path> threads = Files.list(Path.of("/proc/" + process + "/task"))) {
                for (Path thread : threads.toList()) {
                    if (Files.readString(thread.resolve("comm")).startsWith("inparallel-")) {
                        wakeups.put(
                                thread.toString(),
                                Files.readAllLines(thread.resolve("status")).stream()
                                        .filter(line -> line.startsWith("voluntary"))
                                        .findFirst()
                                        .orElse(""));
                    }
                }
            }
        }
        assertThat(wakeups).hasSizeGreaterThan(3);
        return wakeups;
    }

    @Test
    void workersComeWithTheLoadAndLeaveAfterIt() throws Exception {
        try (WorkerPool pool = ProcessPool.create(
                options -> options.minWorkers(0).maxWorkers(2).idleTimeout(Duration.ofMillis(200)))) {
            String a = folder.resolve("a").toString();
            String b = folder.resolve("b").toString();
            CompletableFuture<String> first = ProcessPool.probe(pool).rendezvous(a, b);
            CompletableFuture<String> second = ProcessPool.probe(pool).rendezvous(b, a);

            assertThat(first.get()).isEqualTo("met");
            assertThat(second.get()).isEqualTo("met");
            assertThat(TaskFuture.of(first).orElseThrow().workerPid())
                    .isNotEqualTo(TaskFuture.of(second).orElseThrow().workerPid());
            await().until(() -> pool.stats().workers().isEmpty());
            assertThat(ProcessPool.probe(pool).echo("again")).isEqualTo("again");
        }
    }

    @Test
    void queueThatIsFullRefuses() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.queueCapacity(1))) {
            String go = folder.resolve("go").toString();
            CompletableFuture<String> running =
                    ProcessPool.probe(pool).rendezvous(folder.resolve("mine").toString(), go);
            await().until(() -> Files.exists(folder.resolve("mine")));
            CompletableFuture<String> queued = ProcessPool.probe(pool).echoLater("queued");

            CompletableFuture<String> refused = ProcessPool.probe(pool).echoLater("refused");

            assertThatThrownBy(refused::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            TaskRefusedException.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(TaskRefusedException.Reason.QUEUE_FULL));
            assertThat(TaskFuture.of(refused).orElseThrow().taskState()).isEqualTo(TaskState.REFUSED);
            Files.createFile(Path.of(go));
            assertThat(running.get()).isEqualTo("met");
            assertThat(queued.get()).isEqualTo("queued");
        }
    }

    @Test
    void lostTaskIsTriedAgainSoManyTimes() {
        List<WorkerExit> exits = new CopyOnWriteArrayList<>();
        PoolObserver observer = new PoolObserver() {
            @Override
            public void workerExited(String worker, WorkerExit exit) {
                exits.add(exit);
            }
        };
        try (WorkerPool pool = ProcessPool.create(options -> options.retries(1).observer(observer))) {
            assertThatThrownBy(() -> ProcessPool.probe(pool).halt(3).get())
                    .cause()
                    .isInstanceOf(WorkerLostException.class);
            assertThat(exits).hasSize(2).allMatch(exit -> exit.exitCode() == 3);
        }
    }

    @Test
    void oneTaskPerWorkerGivesEachCallAFreshProcess() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.maxTasksPerWorker(1))) {
            long first = ProcessPool.probe(pool).pid().get();
            assertThat(ProcessPool.probe(pool).pid().get()).isNotEqualTo(first);
        }
    }

    @Test
    void severalTasksShareAWorkerWithConcurrency() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.concurrency(2))) {
            String a = folder.resolve("a").toString();
            String b = folder.resolve("b").toString();
            CompletableFuture<String> first = ProcessPool.probe(pool).rendezvous(a, b);
            assertThat(ProcessPool.probe(pool).rendezvous(b, a).get()).isEqualTo("met");
            assertThat(first.get()).isEqualTo("met");
        }
    }

    @RepeatedTest(3)
    void progressIsReported() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            List<TaskProgress> reports = new CopyOnWriteArrayList<>();
            CompletableFuture<String> future = ProcessPool.probe(pool).progress();
            TaskFuture.of(future).orElseThrow().onProgress(reports::add);

            future.get();

            // The last report is there with the outcome.
            TaskProgress last = TaskFuture.of(future).orElseThrow().progress().orElseThrow();
            assertThat(last.fraction()).isEqualTo(1);
            assertThat(last.message()).isEqualTo("all");
            await().until(() -> reports.contains(last));
        }
    }

    @Test
    void workerThatCannotStartSaysWhy() {
        assertThatThrownBy(() -> ProcessPool.create(
                        options -> options.startup(PoolOptions.Startup.BLOCKING).jvmArgs(List.of("-XX:+NoSuchOption"))))
                .isInstanceOfSatisfying(WorkerStartException.class, failure -> {
                    assertThat(failure.output()).contains("NoSuchOption");
                    assertThat(failure.exitCode()).hasValue(1);
                });
    }
}
