package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ends of tasks that cost no worker are in the pool's log too, with method and task. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoggedEndsTests {

    @InParallel
    public interface Work {
        CompletableFuture<Void> hang(TaskOptions options);
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<Void> hang(TaskOptions options) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // it stops politely
            }
            return TaskFuture.completed(null);
        }
    }

    private final LoggedLines lines = new LoggedLines("io.github.inparallel.pool");
    private final WorkerPool pool = WorkerPool.create(
            PoolOptions.builder()
                    .name("told")
                    .maxWorkers(1)
                    .queueCapacity(1)
                    .killGrace(Duration.ofMinutes(1))
                    .shutdownTimeout(Duration.ZERO)
                    .build(),
            new InProcessLauncher(PlainBootstrap::new));
    private final Work work = pool.proxy(Work.class, Body.class);

    @AfterEach
    void close() {
        pool.close();
        lines.close();
    }

    private static String id(CompletableFuture<?> future) {
        return TaskFuture.of(future).orElseThrow().taskId();
    }

    private void awaitLine(String level, CompletableFuture<?> task, String... words) {
        await().untilAsserted(() -> assertThat(lines.starting(level))
                .anySatisfy(line ->
                        assertThat(line).contains("told", "Work.hang", id(task)).contains(words)));
    }

    @Test
    void timeoutThatTheInterruptEndedIsLogged() {
        CompletableFuture<Void> task = work.hang(TaskOptions.timeout(Duration.ofMillis(20)));

        assertThat(catchThrowable(task::get)).hasCauseInstanceOf(TaskTimeoutException.class);

        awaitLine("WARN", task, "timeout: 20ms");
        assertThat(pool.stats().exits()).isEmpty();
    }

    @Test
    void cancelsOfRunningAndOfWaitingTasksAreLogged() {
        CompletableFuture<Void> running = running();
        CompletableFuture<Void> waiting = work.hang(TaskOptions.declared());
        waiting.cancel(true);
        running.cancel(true);

        // The second is counted with the first, as it comes within the same minute.
        awaitLine("INFO", waiting, "was cancelled");
        assertThat(pool.stats().exits()).isEmpty();
    }

    @Test
    void refusalIsLogged() {
        running();
        work.hang(TaskOptions.declared());
        CompletableFuture<Void> refused = work.hang(TaskOptions.declared());

        assertThat(catchThrowable(refused::get)).hasCauseInstanceOf(TaskRefusedException.class);

        awaitLine("WARN", refused, "queue-capacity: 1");
    }

    private CompletableFuture<Void> running() {
        CompletableFuture<Void> task = work.hang(TaskOptions.declared());
        await().until(() -> TaskFuture.of(task).orElseThrow().taskState() == TaskState.RUNNING);
        return task;
    }
}
