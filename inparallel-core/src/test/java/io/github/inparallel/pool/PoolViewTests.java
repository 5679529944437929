package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.StubWorkers.Stub;
import io.github.inparallel.protocol.HeapUse;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.WorkerReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool shows of itself, its workers and tasks. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test starts its pool
class PoolViewTests {

    interface Work {
        @InParallel
        CompletableFuture<Void> one();
    }

    private final StubWorkers workers = new StubWorkers();
    private WorkerPool pool;

    private void start(UnaryOperator<PoolOptionsBuilder> settings) {
        pool = WorkerPool.create(
                settings.apply(PoolOptions.builder()
                                .name("stub")
                                .maxWorkers(2)
                                .killGrace(Duration.ofMillis(20))
                                .heartbeatTimeout(Duration.ofMinutes(10))
                                .shutdownTimeout(Duration.ZERO))
                        .build(),
                workers);
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        workers.exit();
        pool.close();
    }

    private void call(TaskOptions options, Map<String, String> attributes) throws NoSuchMethodException {
        TaskMethod method =
                TaskMethod.of("bean", Work.class.getDeclaredMethod("one"), Limits.OF_THE_POOL, pool.marshaller());
        @Nullable Object[] none = {};
        pool.submit(new Call(method, none, options, attributes, Call.EndListener.NONE, false));
    }

    private PoolStats.TaskStats task() {
        return pool.stats().workers().get(0).tasks().get(0);
    }

    @Test
    void runningTaskShowsItsLimitItsTraceAndWhatItLastSaid() throws Exception {
        start(options -> options.timeout(Duration.ofMinutes(3)));
        call(
                new TaskOptions(Duration.ofMinutes(2), null),
                Map.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "secret", "s"));
        Stub worker = workers.next();
        long id = worker.request(0).taskId();

        assertThat(task().timeout()).contains(Duration.ofMinutes(2));
        assertThat(task().traceId()).contains("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(task().progress()).isEmpty();
        assertThat(task().progressMessage()).isEmpty();
        assertThat(pool.stats().toString()).doesNotContain("secret");

        worker.progressed(-1, new ProgressReport(0.5, "page 7 of 14", 1).toFrame(id));
        await().until(() -> task().progressMessage().equals(Optional.of("page 7 of 14")));
        assertThat(task().progress()).contains(0.5);

        worker.progressed(-1, new ProgressReport(0.6, "", 2).toFrame(id));
        await().until(() -> task().progress().equals(Optional.of(0.6)));
        assertThat(task().progressMessage()).isEmpty();
    }

    @Test
    void taskWithoutLimitAndTraceShowsNone() throws Exception {
        start(options -> options);
        call(TaskOptions.declared(), Map.of());
        workers.next().request(0);

        assertThat(task().timeout()).isEmpty();
        assertThat(task().traceId()).isEmpty();
    }

    @Test
    void workerShowsWhatItLastSaidOfItsHeapAndWhatItMade() throws Exception {
        workers.silent();
        start(options -> options.concurrency(3).minWorkers(1));
        Stub worker = workers.next();
        await().until(() -> pool.stats().workers().size() == 1);
        PoolStats.WorkerStats before = pool.stats().workers().get(0);
        assertThat(before.slots()).isEqualTo(3);
        assertThat(before.heap()).isEmpty();
        assertThat(before.report()).isEqualTo(WorkerReport.EMPTY);

        WorkerReport report = new WorkerReport(List.of("ocr"), List.of("a server"), List.of("careful"));
        worker.becomeReady(report);
        worker.says(new HeapUse(10, 20, 30));

        await().until(() -> pool.stats().workers().get(0).heap().isPresent());
        PoolStats.WorkerStats shown = pool.stats().workers().get(0);
        assertThat(shown.heap()).contains(new PoolStats.HeapStats(10, 20, 30));
        assertThat(shown.report()).isEqualTo(report);

        worker.says(new HeapUse(11, 20, 30));
        await().until(() -> pool.stats().workers().get(0).heap().orElseThrow().used() == 11);
    }

    @Test
    void sizeIsThatOfTheLastResizing() {
        start(options -> options.minWorkers(0).maxMemory(1L << 30));
        assertThat(pool.stats().size()).isEqualTo(new PoolStats.Size(0, 2));
        assertThat(pool.stats().maxMemory()).hasValue(1L << 30);

        pool.resize(1, 5);

        assertThat(pool.stats().size()).isEqualTo(new PoolStats.Size(1, 5));
    }
}
