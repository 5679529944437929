package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tasks that wait, as those see them who look after them. */
class WaitingTasksTests {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final PoolOptions options = PoolOptions.builder()
            .name("ocr")
            .maxWorkers(1)
            .queueCapacity(10)
            .queueTimeout(LIMIT)
            .retries(1)
            .build();
    private final TestTasks tasks = new TestTasks(options);
    private final Dispatcher dispatcher = new Dispatcher(options, tasks.machine);
    private final WaitingTasks waiting = dispatcher.waiting();

    private DispatchedTask submit() throws InterruptedException {
        DispatchedTask task = tasks.slow();
        dispatcher.submit(task);
        return task;
    }

    @AfterEach
    void lockIsFree() {
        DispatchProbe.assertLockIsFree(dispatcher);
    }

    @Test
    void taskThatIsPutBackHidesNoneThatHasWaitedLonger() throws Exception {
        Slot slot = TestEntries.idleSlot("ocr-1", dispatcher);
        DispatchedTask first = submit();
        DispatchedTask second = submit();
        tasks.now++;
        dispatcher.takeBack(slot);
        first.takeRetry(); // its time in the queue begins again
        waiting.putBack(first);
        long due = second.queuedNanos() + LIMIT.toNanos();

        assertThat(waiting.dueAt()).isEqualTo(due);
        assertThat(waiting.overdue(due - 1)).isEmpty();
        assertThat(waiting.overdue(due)).containsExactly(second);
        waiting.forget(second);
        assertThat(waiting.overdue(due)).isEmpty();
        assertThat(waiting.dueAt()).isGreaterThan(due);
        waiting.forget(first);
        assertThat(waiting.dueAt()).isEqualTo(Deadline.NEVER);
    }

    @Test
    void taskThatIsPutBackIsTheFirstAndSomebodyLooksForASlot() throws Exception {
        int[] wakeUps = {0};
        dispatcher.watchedBy(() -> wakeUps[0]++);
        DispatchedTask other = submit();
        DispatchedTask task = tasks.slow();

        waiting.putBack(task);

        assertThat(waiting.first(2)).containsExactly(task, other);
        assertThat(waiting.first(1)).containsExactly(task);
        assertThat(wakeUps[0]).isEqualTo(1);
    }

    @Test
    void taskThatIsForgottenKeepsNoArguments() throws Exception {
        DispatchedTask task = tasks.slow(300);
        dispatcher.submit(task);
        assertThat(waiting.find(task.taskId())).isSameAs(task);

        assertThat(waiting.forget(task)).isTrue();

        assertThat(waiting.forget(task)).isFalse();
        assertThat(waiting.find(task.taskId())).isNull();
        assertThat(waiting.bytes()).isZero();
        assertThat(task.encodedCall(null)).isEmpty();
    }

    @Test
    void onlyThoseThatAreMeantAreTaken() throws Exception {
        DispatchedTask first = submit();
        DispatchedTask second = submit();

        assertThat(waiting.takeAll(task -> task == second)).containsExactly(second);

        assertThat(waiting.first(2)).containsExactly(first);
        assertThat(waiting.size()).isEqualTo(1);
    }
}
