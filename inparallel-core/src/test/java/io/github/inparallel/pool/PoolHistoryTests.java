package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskState;
import io.github.inparallel.pool.PoolHistory.FailedTask;
import io.github.inparallel.pool.PoolHistory.Interval;
import io.github.inparallel.pool.PoolHistory.TaskSpan;
import io.github.inparallel.pool.PoolHistory.WorkerStart;
import io.github.inparallel.pool.StubWorkers.Stub;
import io.github.inparallel.pool.supervision.Resilience;
import io.github.inparallel.protocol.Frame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool tells of its last hour, with workers that do what a test says. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolHistoryTests {

    interface Work {
        @InParallel
        CompletableFuture<@Nullable Void> one();
    }

    static final class Body implements Work {
        @Override
        public CompletableFuture<@Nullable Void> one() {
            throw new AssertionError("stubs run nothing");
        }
    }

    private final StubWorkers workers = new StubWorkers();
    private final AtomicLong jump = new AtomicLong(); // time that has passed for the pool alone
    private @Nullable WorkerPool pool;

    private WorkerPool start(UnaryOperator<PoolOptionsBuilder> settings) {
        PoolOptions options = settings.apply(PoolOptions.builder()
                        .name("stub")
                        .maxWorkers(2)
                        .killGrace(Duration.ofMillis(20))
                        .heartbeatTimeout(Duration.ofDays(10))
                        .shutdownTimeout(Duration.ZERO))
                .build();
        WorkerPool made = WorkerPool.create(
                options, workers, Resilience.DEFAULT, new OtherTime(() -> System.nanoTime() + jump.get()));
        pool = made;
        return made;
    }

    @AfterEach
    void close() {
        if (pool != null) {
            pool.shutdownNow();
            workers.exit();
            pool.close();
        }
    }

    @Test
    void taskIsToldWithTheWorkerThatHadIt() throws Exception {
        WorkerPool made = start(options -> options);
        CompletableFuture<@Nullable Void> call =
                made.proxy(Work.class, Body.class).one();
        Stub worker = workers.next();
        Frame request = worker.request(0);
        worker.answer(0, request.taskId());
        call.get();

        PoolHistory history = made.history(0);
        assertThat(history.spans()).singleElement().satisfies(span -> {
            assertThat(span.worker()).isEqualTo("stub-1");
            assertThat(span.method()).isEqualTo("Work.one");
            assertThat(span.outcome()).isEqualTo(TaskState.SUCCEEDED);
            assertThat(span.lane()).isZero();
            assertThat(span.elapsed()).isPositive();
        });
        assertThat(history.methods()).singleElement().satisfies(method -> {
            assertThat(method.hour().calls()).isOne();
            assertThat(method.hour().max()).isEqualTo(history.spans().get(0).elapsed());
        });
        assertThat(history.starts())
                .containsExactly(new WorkerStart(history.starts().get(0).at(), "stub-1", worker.pid(), 0));
    }

    @Test
    void taskThatIsLostIsToldWithTheEndOfItsWorker() throws Exception {
        WorkerPool made = start(options -> options);
        CompletableFuture<@Nullable Void> call =
                made.proxy(Work.class, Body.class).one();
        Stub worker = workers.next();
        worker.request(0);
        worker.exit(137);
        assertThat(catchThrowable(call::get)).isNotNull();

        PoolHistory history = made.history(0);
        assertThat(history.deaths()).singleElement().satisfies(death -> {
            assertThat(death.worker()).isEqualTo("stub-1");
            assertThat(death.exit().exitCode()).isEqualTo(137);
            assertThat(death.tasks()).extracting(PoolStats.LostTask::method).containsExactly("Work.one");
            assertThat(death.place()).isZero();
        });
        assertThat(history.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.outcome()).isEqualTo(TaskState.WORKER_LOST);
            assertThat(failure.worker()).isEqualTo("stub-1");
            assertThat(failure.type()).isEqualTo("io.github.inparallel.WorkerLostException");
        });
        assertThat(history.spans()).extracting(TaskSpan::outcome).containsExactly(TaskState.WORKER_LOST);
    }

    @Test
    void taskThatNoWorkerHadIsOnNoTimeLine() {
        workers.silent(); // before the first of them is launched
        WorkerPool made = start(options -> options.queueTimeout(Duration.ofMillis(1)));
        CompletableFuture<@Nullable Void> call =
                made.proxy(Work.class, Body.class).one();
        assertThat(catchThrowable(call::get)).isNotNull();

        PoolHistory history = made.history(0);
        assertThat(history.spans()).isEmpty();
        assertThat(history.failures()).extracting(FailedTask::worker).containsExactly("");
        assertThat(history.methods().get(0).hour().ended()).containsExactly(Map.entry(TaskState.TIMED_OUT, 1L));
    }

    @Test
    void replacementTakesThePlaceOfTheWorkerThatEnded() throws Exception {
        WorkerPool made = start(options -> options.minWorkers(2).concurrency(3));
        Stub first = workers.next();
        workers.next();
        await().until(() -> made.history(0).starts().size() == 2);
        for (int i = 0; i < 5; i++) {
            first.exit(1);
            first = workers.next();
            int ready = 3 + i;
            await().until(() -> made.history(0).starts().size() == ready);
        }
        assertThat(made.history(0).starts())
                .as("a replacement is launched before the end of the one before it has been handled")
                .extracting(WorkerStart::place)
                .allMatch(place -> place < 4);
    }

    @Test
    void slotsOfAWorkerHaveLanesOfTheirOwn() throws Exception {
        WorkerPool made = start(options -> options.maxWorkers(1).concurrency(2));
        Work work = made.proxy(Work.class, Body.class);
        List<CompletableFuture<@Nullable Void>> calls = List.of(work.one(), work.one());
        Stub worker = workers.next();
        // Both before either is answered: a slot that is free first would get the other task, too.
        List<Frame> requests = List.of(worker.request(0), worker.request(1));
        for (int slot = 0; slot < 2; slot++) {
            int at = slot;
            Frame request = requests.get(slot);
            assertThat(made.stats().workers().get(0).tasks())
                    .anyMatch(task -> task.lane() == at && task.taskId().equals("stub-" + request.taskId()));
            worker.answer(slot, request.taskId());
        }
        for (CompletableFuture<@Nullable Void> call : calls) {
            call.get();
        }
        assertThat(made.history(0).spans()).extracting(TaskSpan::lane).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void intervalsShowTheWorkersAndTheirMemory() throws Exception {
        WorkerPool made = start(options -> options.minWorkers(2));
        workers.next().resident(100);
        workers.next().resident(20);
        await().until(() -> made.stats().workers(WorkerState.IDLE) == 2);
        made.history(0);
        jump.addAndGet(5_000_000_000L);
        made.history(0);
        jump.addAndGet(5_000_000_000L);

        List<Interval> intervals = made.history(0).intervals();
        assertThat(intervals.get(intervals.size() - 1).workers()).containsExactly(Map.entry(WorkerState.IDLE, 2));
        assertThat(intervals.get(intervals.size() - 1).memory()).isEqualTo(120);
    }

    @Test
    void closedPoolStillTellsWhatHappened() throws Exception {
        WorkerPool made = start(options -> options);
        CompletableFuture<@Nullable Void> call =
                made.proxy(Work.class, Body.class).one();
        Stub worker = workers.next();
        worker.answer(0, worker.request(0).taskId());
        call.get();
        long before = made.history(0).cursor();
        made.shutdownNow();
        workers.exit();
        made.close();
        jump.addAndGet(60_000_000_000L);

        PoolHistory history = made.history(before);
        assertThat(history.deaths()).hasSize(1);
        assertThat(history.methods().get(0).hour().calls()).isOne();
        assertThat(history.intervals()).hasSizeGreaterThanOrEqualTo(12);
        Interval last = history.intervals().get(history.intervals().size() - 1);
        assertThat(last.workers()).isEmpty();
        assertThat(last.memory()).isZero();
        assertThat(last.start()).isBetween(Instant.now().minusSeconds(15), Instant.now());
    }
}
