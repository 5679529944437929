package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.protocol.WorkerJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real workers that are replaced after their share, and pools that change their size. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecyclingTests {

    @TempDir
    private Path folder;

    private final List<WorkerExit.Cause> exits = new CopyOnWriteArrayList<>();
    private final PoolObserver observer = new PoolObserver() {
        @Override
        public void workerExited(String worker, WorkerExit exit) {
            exits.add(exit.cause());
        }
    };

    @Test
    void workerIsReplacedAfterExactlySoManyTasks() throws Exception { // B69
        try (WorkerPool pool = ProcessPool.create(options -> options.maxTasksPerWorker(2))) {
            List<CompletableFuture<Long>> futures = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                futures.add(ProcessPool.probe(pool).pid());
            }
            List<Long> pids = new ArrayList<>();
            for (CompletableFuture<Long> future : futures) {
                pids.add(future.get());
            }
            for (int i = 0; i < 10; i += 2) {
                assertThat(pids.get(i)).isEqualTo(pids.get(i + 1));
            }
            assertThat(new HashSet<>(pids)).hasSize(5);
        }
    }

    @Test
    void memoryOfALargeCallIsGivenBackWhenTheWorkerIdles() throws Exception {
        int size = 48 << 20;
        try (WorkerPool pool = ProcessPool.create(
                options -> options.heap(256L << 20).minWorkers(1).maxWorkers(1))) {
            Path memory = Path.of("/proc/" + ProcessPool.probe(pool).pid().get() + "/statm");
            long before = residentPages(memory);
            assertThat(ProcessPool.probe(pool).bytes(new byte[size]).get()).hasSize(size);

            // The heap does not become smaller than it was at first, and now all of that has been used.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> (residentPages(memory) - before) * 4096 < WorkerJvm.INITIAL_HEAP);
        }
    }

    @Test
    void workersGetTheSystemPropertiesThatWereSetLater() throws Exception {
        System.setProperty("probe.later", "first");
        System.setProperty("probe.chosen", "ours");
        try (WorkerPool pool = ProcessPool.create(
                options -> options.maxTasksPerWorker(1).systemProperties(Map.of("probe.chosen", "theirs")))) {
            Probe probe = ProcessPool.probe(pool);
            assertThat(probe.environment("none", "probe.later").get()).endsWith(" first");
            assertThat(probe.environment("none", "probe.chosen").get()).endsWith(" theirs");
            System.setProperty("probe.later", "second");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> probe.environment("none", "probe.later").get().endsWith(" second"));
        } finally {
            System.clearProperty("probe.later");
            System.clearProperty("probe.chosen");
        }
    }

    private static long residentPages(Path statm) throws Exception {
        return Long.parseLong(Files.readString(statm).split(" ", -1)[1]);
    }

    @Test
    void tasksStillRunWhenTheLimitIsReachedWhileThePoolCloses() throws Exception { // B50, B70
        List<CompletableFuture<Long>> futures = new ArrayList<>();
        try (WorkerPool pool =
                ProcessPool.create(options -> options.maxTasksPerWorker(10).shutdownTimeout(Duration.ofSeconds(60)))) {
            for (int i = 0; i < 50; i++) {
                futures.add(ProcessPool.probe(pool).pid());
            }
        }
        for (CompletableFuture<Long> future : futures) {
            assertThat(future.get()).isPositive();
        }
    }

    @Test
    void workerThatIsTooOldGoesOnUntilItsReplacementIsReady() throws Exception { // B74
        try (WorkerPool pool = ProcessPool.create(
                options -> options.maxLifetime(Duration.ofSeconds(1)).observer(observer))) {
            Probe probe = ProcessPool.probe(pool);
            Set<Long> pids = new HashSet<>();
            await().pollInterval(Duration.ofMillis(10)).until(() -> {
                pids.add(probe.pid().get());
                long ready =
                        pool.stats().workers(WorkerState.IDLE) + pool.stats().workers(WorkerState.BUSY);
                assertThat(ready).isPositive();
                return pids.size() == 3;
            });
            assertThat(exits).containsOnly(WorkerExit.Cause.RECYCLED);
        }
    }

    @Test
    void oneCallerInSequenceUsesOneProcess() throws Exception { // B76, B108
        try (WorkerPool pool = ProcessPool.create(options -> options.maxWorkers(3))) {
            Set<Long> pids = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                pids.add(ProcessPool.probe(pool).pid().get());
            }
            assertThat(pids).hasSize(1);
        }
    }

    @Test
    void poolGrowsToItsMaximumAndShrinksToItsMinimum() throws Exception { // B76, B77, B78, B79, B111
        try (WorkerPool pool =
                ProcessPool.create(options -> options.maxWorkers(4).observer(observer))) {
            Probe probe = ProcessPool.probe(pool);
            String go = folder.resolve("go").toString();
            List<CompletableFuture<String>> futures = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                futures.add(probe.rendezvous(folder.resolve("task-" + i).toString(), go));
            }
            await().until(() -> pool.stats().workers(WorkerState.BUSY) == 4);
            assertThat(pool.stats().running()).isEqualTo(4);
            assertThat(pool.stats().queued()).isEqualTo(4);
            Set<Long> before = pids(pool);

            pool.resize(1, 2);
            assertThat(pids(pool)).isEqualTo(before);
            Files.createFile(Path.of(go));

            for (CompletableFuture<String> future : futures) {
                assertThat(future.get()).isEqualTo("met");
            }
            await().until(() -> pids(pool).size() <= 2);
            assertThat(before).containsAll(pids(pool));
            assertThat(exits).containsOnly(WorkerExit.Cause.IDLE);
        }
    }

    private static Set<Long> pids(WorkerPool pool) {
        Set<Long> pids = new HashSet<>();
        pool.stats().workers().forEach(worker -> pids.add(worker.pid()));
        return pids;
    }

    @Test
    void manyWorkersAndCyclesLeaveNothingBehind() throws Exception { // B27, B109
        ProcessPool.warmUp();
        await().untilAsserted(() -> assertThat(Leftovers.list()).isEmpty());
        long descriptors = Leftovers.descriptors();
        int again =
                Boolean.getBoolean("inparallel.test.full") ? 32 : 8; // each start takes half a second of a processor
        for (int workers : new int[] {32, again, again}) {
            try (WorkerPool pool = ProcessPool.create(options -> options.minWorkers(workers)
                    .maxWorkers(workers)
                    .restartLimit(100)
                    .startupTimeout(Duration.ofMinutes(2)))) {
                List<CompletableFuture<?>> futures = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    futures.add(
                            i % 10 == 9
                                    ? ProcessPool.probe(pool).halt(1)
                                    : ProcessPool.probe(pool).pid());
                }
                CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                        .handle((all, failure) -> "ended")
                        .get();
            }
        }
        await().untilAsserted(() -> {
            assertThat(Leftovers.list()).isEmpty();
            assertThat(Leftovers.descriptors()).isLessThanOrEqualTo(descriptors);
        });
    }
}
