package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskOptions;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told by a real worker that lives, also one that is busy or frozen, and how it is killed. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveWorkerTests {

    private static PoolStats.WorkerStats worker(WorkerPool pool) {
        return pool.stats().workers().get(0);
    }

    @Test
    void busyWorkerShowsItsHeapItsClassesItsThreadsAndItsOutput() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.heartbeatInterval(Duration.ofMillis(100)))) {
            Probe probe = ProcessPool.probe(pool);
            probe.print(3, false).get();
            probe.print(60, true).get();
            long pid = probe.pid().get();
            probe.spin(TaskOptions.declared());
            await().until(() -> pool.stats().workers(WorkerState.BUSY) == 1);

            PoolStats.HeapHistogram heap = pool.heapHistogram(pid).join();
            assertThat(heap.classes())
                    .hasSizeBetween(10, 50)
                    .extracting(PoolStats.HeapClass::className)
                    .contains("byte[]", "java.lang.String");
            assertThat(heap.classes()).allMatch(each -> each.instances() > 0 && each.bytes() <= heap.bytes());
            assertThat(pool.threadDump(pid).join()).contains("ProbeWorker.spin");
            PoolStats.HeapStats stats = worker(pool).heap().orElseThrow();
            assertThat(stats.used()).isPositive().isLessThanOrEqualTo(stats.committed());
            assertThat(stats.max()).isBetween(stats.committed(), ProcessPool.HEAP);
            await().until(() ->
                    pool.lastOutput(pid).orElseThrow().stderr().contains("line 59 of what a library prints"));
            PoolStats.Output output = pool.lastOutput(pid).orElseThrow();
            assertThat(output.stdout()).hasSize(3).first().isEqualTo("line 0 of what a library prints");
            assertThat(output.stderr()).hasSize(50).first().isEqualTo("line 10 of what a library prints");
            assertThat(pool.kill(pid)).isTrue(); // nothing else ends it
        }
    }

    @Test
    void killedWorkerLosesItsTaskAndIsReplaced() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options.minWorkers(1))) {
            Probe probe = ProcessPool.probe(pool);
            long pid = probe.pid().get();
            CompletableFuture<Long> task = probe.spin(TaskOptions.declared());
            await().until(() -> pool.stats().workers(WorkerState.BUSY) == 1);

            assertThat(pool.kill(pid)).isTrue();

            assertThatThrownBy(task::join).cause().isInstanceOfSatisfying(WorkerLostException.class, lost -> {
                assertThat(lost.exit().cause()).isEqualTo(Cause.KILLED);
                assertThat(lost.exit().exitCode()).isEqualTo(137);
                assertThat(lost).hasMessageContaining("An operator killed it");
            });
            assertThat(probe.pid().get()).isNotEqualTo(pid);
            assertThat(pool.kill(pid)).isFalse();
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void frozenWorkerIsSaidToBeSoAndAnswersWhenItGoesOn() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            Probe probe = ProcessPool.probe(pool);
            long pid = probe.pid().get();
            Signals.stop(pid);
            CompletableFuture<String> dump = pool.threadDump(pid);
            CompletableFuture<PoolStats.HeapHistogram> heap = pool.heapHistogram(pid);

            for (CompletableFuture<?> each : new CompletableFuture<?>[] {dump, heap}) {
                assertThatThrownBy(each::join)
                        .isInstanceOf(CompletionException.class)
                        .cause()
                        .isInstanceOf(TimeoutException.class)
                        .hasMessageContaining(
                                "The worker with pid " + pid + " of pool 'test' has not answered for 5 s");
            }
            assertThat(pool.lastOutput(pid)).isPresent();

            CompletableFuture<PoolStats.HeapHistogram> again = pool.heapHistogram(pid);
            Signals.send("CONT", pid);
            assertThat(again.join().classes()).isNotEmpty();
            assertThat(probe.pid().get()).isEqualTo(pid);
        }
    }

    @Test
    void frozenWorkerCanBeKilled() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            Probe probe = ProcessPool.probe(pool);
            long pid = probe.pid().get();
            Signals.stop(pid);
            CompletableFuture<Long> task = probe.pid();
            CompletableFuture<PoolStats.HeapHistogram> heap = pool.heapHistogram(pid);

            assertThat(pool.kill(pid)).isTrue();

            assertThat(task.get()).isNotEqualTo(pid); // the first one had not read the request
            assertThatThrownBy(heap::join).cause().hasMessageContaining("has ended");
        }
    }

    @Test
    void whatIsNoWorkerTellsNothing() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            ProcessPool.probe(pool).pid().get();

            assertThat(pool.lastOutput(1)).isEmpty();
            assertThat(pool.lastOutput(-1)).isEmpty();
            assertThatThrownBy(() -> pool.heapHistogram(1).join())
                    .cause()
                    .hasMessage("Pool 'test' has no worker with pid 1");
        }
    }
}
