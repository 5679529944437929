package io.github.inparallel.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.protocol.WorkerReport;
import io.github.inparallel.spring.PoolPlan;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.actuate.InParallelEndpoint.Pool;
import io.github.inparallel.spring.actuate.InParallelEndpoint.Task;
import io.github.inparallel.spring.actuate.InParallelEndpoint.Worker;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.event.ContextRefreshedEvent;

/** What the endpoint answers, of a pool whose workers are threads. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InParallelEndpointTests {

    interface Work {
        @InParallel
        CompletableFuture<String> report(double fraction, String message);
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<String> report(double fraction, String message) {
            TaskContext.current().orElseThrow().progress(fraction, message);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                return CompletableFuture.completedFuture("stopped");
            }
            throw new IllegalStateException();
        }
    }

    private static final class Plan implements PoolPlan {

        private final PoolOptions options = PoolOptions.builder()
                .name("ocr")
                .minWorkers(1)
                .maxWorkers(2)
                .maxMemory(1L << 30)
                .timeout(Duration.ofMinutes(2))
                .shutdownTimeout(Duration.ZERO)
                .build();

        @Override
        public PoolOptions options() {
            return options;
        }

        @Override
        public Marshaller marshaller() {
            return new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        }

        @Override
        public WorkerPool create(PoolObserver observer) {
            return WorkerPool.create(options, new InProcessLauncher(PlainBootstrap::new));
        }
    }

    private final WorkerPools pools = new WorkerPools(
            Set.of("ocr"), name -> new Plan(), List.of(), Duration.ofSeconds(5), ContextRefreshedEvent.class);
    private final WorkerPool pool = pools.get("ocr");
    private final Work work = pool.proxy(Work.class, Body.class);
    private final InParallelEndpoint endpoint = new InParallelEndpoint(pools);

    @AfterEach
    void close() {
        pools.destroy();
    }

    private Pool shown() {
        return Objects.requireNonNull(endpoint.pool("ocr"));
    }

    // ---- what it shows

    @Test
    void runningTaskIsShownWithItsLimitAndItsLastMessage() {
        work.report(0.25, "page 7");

        await().until(() -> shown().workers().stream()
                .flatMap(worker -> worker.tasks().stream())
                .anyMatch(task -> "page 7".equals(task.progressMessage())));
        Task task = shown().workers().stream()
                .flatMap(worker -> worker.tasks().stream())
                .findFirst()
                .orElseThrow();
        assertThat(task.progress()).isEqualTo(0.25);
        assertThat(task.timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(task.traceId()).isNull();
    }

    @Test
    void poolIsShownWithItsSizeAndItsLimitOfMemory() {
        pool.resize(0, 7);

        assertThat(shown().minWorkers()).isZero();
        assertThat(shown().maxWorkers()).isEqualTo(7);
        assertThat(shown().maxMemory()).isEqualTo(1L << 30);
    }

    private static Worker worker(WorkerReport report, WorkerReport first) {
        PoolStats.TaskStats task = new PoolStats.TaskStats(
                "ocr-1",
                "Ocr.read",
                Duration.ofSeconds(1),
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                Optional.of("4bf92f35"),
                0);
        return Worker.of(
                new PoolStats.WorkerStats(
                        "ocr-1",
                        4711,
                        WorkerState.BUSY,
                        Duration.ofSeconds(3),
                        17,
                        OptionalLong.empty(),
                        List.of(task),
                        2,
                        Optional.of(new PoolStats.HeapStats(1, 2, 3)),
                        report,
                        0),
                first);
    }

    @Test
    void workerIsShownWithItsHeapItsSlotsAndItsCallersTrace() {
        Worker worker = worker(WorkerReport.EMPTY, WorkerReport.EMPTY);

        assertThat(worker.slots()).isEqualTo(2);
        assertThat(worker.heap()).isEqualTo(new InParallelEndpoint.Heap(1, 2, 3));
        assertThat(worker.memory()).isNull();
        assertThat(worker.tasks()).extracting(Task::traceId).containsExactly("4bf92f35");
    }

    @Test
    void workerThatMadeSomethingElseThanTheFirstOneSaysWhat() {
        WorkerReport first = new WorkerReport(List.of("ocr"), List.of(), List.of());
        WorkerReport other = new WorkerReport(List.of("ocr", "late"), List.of("a server"), List.of("careful"));

        assertThat(worker(other, first).created()).containsExactly("ocr", "late");
        assertThat(worker(other, first).heldBack()).containsExactly("a server");
        assertThat(worker(other, first).warnings()).containsExactly("careful");
        assertThat(worker(first, first).created()).isNull();
        assertThat(worker(WorkerReport.EMPTY, first).created()).isNull(); // it is not ready
    }
}
