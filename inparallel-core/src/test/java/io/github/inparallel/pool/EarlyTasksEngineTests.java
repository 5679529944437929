package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.pool.StubWorkers.Stub;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.Scarcity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of short methods that a busy slot is given early: they wait as others do, and are nobody's but the first's loss. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init")
class EarlyTasksEngineTests {

    private static final int LEARNED = 8; // answers that it takes to know that a method is short

    @InParallel
    public interface Work {
        TaskFuture<Void> quick(int number);

        TaskFuture<Void> other(int number);
    }

    public static final class Body implements Work {
        @Override
        public TaskFuture<Void> quick(int number) {
            throw new IllegalStateException("not here");
        }

        @Override
        public TaskFuture<Void> other(int number) {
            throw new IllegalStateException("not here");
        }
    }

    private final StubWorkers workers = new StubWorkers();
    private WorkerPool pool;
    private Work work;
    private Stub worker;

    @BeforeEach
    void start() throws Exception {
        pool = WorkerPool.create(
                PoolOptions.builder()
                        .name("stub")
                        .maxWorkers(1)
                        .killGrace(Duration.ofMillis(20))
                        .heartbeatTimeout(Duration.ofMinutes(10))
                        .shutdownTimeout(Duration.ZERO)
                        .build(),
                workers);
        work = pool.proxy(Work.class, Body.class);
        worker = workers.next();
        for (int i = 0; i < LEARNED; i++) {
            TaskFuture<Void> done = work.quick(i);
            worker.answer(0, worker.request(0).taskId());
            done.get();
        }
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        workers.exit();
        pool.close();
    }

    private static String id(Frame request) {
        return "stub-" + request.taskId();
    }

    /** The first of several tasks is answered, so the second runs and the others are the worker's early. */
    private List<TaskFuture<Void>> given(int count) throws Exception {
        List<TaskFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            all.add(work.quick(i));
        }
        worker.answer(0, worker.request(0).taskId());
        all.remove(0).get();
        for (TaskFuture<Void> each : all) {
            assertThat(id(worker.request(0))).isEqualTo(each.taskId());
        }
        return all;
    }

    @Test
    void aTaskThatWasGivenEarlyMayHaveBegunButCountsAsWaiting() throws Exception {
        List<TaskFuture<Void>> tasks = given(3);

        for (TaskFuture<Void> each : tasks) {
            assertThat(each.taskState()).isEqualTo(TaskState.RUNNING);
            assertThat(each.workerPid()).hasValue(worker.pid());
        }
        assertThat(pool.stats().queued()).isEqualTo(2);
        assertThat(pool.stats().running()).isEqualTo(1);
    }

    @Test
    void theyAreAnsweredOneByOneAndTheNextOnesCome() throws Exception {
        List<TaskFuture<Void>> tasks = given(4);

        for (TaskFuture<Void> each : tasks) {
            worker.answer(0, Long.parseLong(each.taskId().substring("stub-".length())));
            each.get();
        }
        TaskFuture<Void> later = work.other(1);
        worker.answer(0, worker.request(0).taskId());
        later.get();
    }

    @Test
    void whatAnExhaustedWorkerHasEarlyGoesToTheNextOne() throws Exception {
        List<TaskFuture<Void>> tasks = given(4);
        TaskFuture<Void> later = work.other(1);
        long first = Long.parseLong(tasks.get(0).taskId().substring("stub-".length()));

        worker.exhausted(0, first, Scarcity.DIRECT_MEMORY);

        Stub next = workers.next(); // which may run tasks when the first has ended its last
        assertThat(pool.stats().queued()).isEqualTo(4);
        worker.answer(0, first);
        tasks.remove(0).get();
        tasks.add(later);
        for (TaskFuture<Void> each : tasks) {
            Frame request = next.request(0);
            assertThat(id(request)).isEqualTo(each.taskId());
            next.answer(0, request.taskId());
            each.get();
        }
        worker.retired();
        worker.exit(0);
        await().until(() -> pool.stats().workers().size() == 1);
    }

    @Test
    void aMethodThatIsNotKnownToBeShortIsNotGivenEarly() throws Exception {
        TaskFuture<Void> first = work.quick(1);
        TaskFuture<Void> second = work.quick(2);
        TaskFuture<Void> unknown = work.other(3);

        worker.answer(0, worker.request(0).taskId());
        first.get();
        long running = worker.request(0).taskId();

        assertThat(second.taskState()).isEqualTo(TaskState.RUNNING);
        assertThat(pool.stats().queued()).isEqualTo(1);
        worker.answer(0, running);
        second.get();
        assertThat(id(worker.request(0))).isEqualTo(unknown.taskId());
    }

    @Test
    void whatIsNotAnsweredForAMomentIsTakenBackAndGivenAgain() throws Exception {
        List<TaskFuture<Void>> tasks = given(3);

        long last = worker.revoke();
        worker.revoked(0, last - 2); // it runs the first
        await().until(() -> tasks.get(2).taskState() == TaskState.QUEUED);
        assertThat(tasks.get(1).workerPid()).isEmpty();
        worker.answer(0, Long.parseLong(tasks.get(0).taskId().substring("stub-".length())));

        tasks.get(0).get();
        for (TaskFuture<Void> each : tasks.subList(1, 3)) {
            Frame again = worker.request(0);
            assertThat(id(again)).isEqualTo(each.taskId());
            worker.answer(0, again.taskId());
            each.get();
        }
    }

    @Test
    void aRevocationThatComesAfterTheAnswerTakesBackTheNext() throws Exception {
        List<TaskFuture<Void>> tasks = given(2);

        long last = worker.revoke();
        worker.answer(0, Long.parseLong(tasks.get(0).taskId().substring("stub-".length())));
        tasks.get(0).get();
        worker.revoked(0, last - 1);

        Frame again = worker.request(0);
        assertThat(id(again)).isEqualTo(tasks.get(1).taskId());
        worker.answer(0, again.taskId());
        tasks.get(1).get();
    }

    @Test
    void aRevocationOfWhatHasAllBeenAnsweredMeansNothing() throws Exception {
        List<TaskFuture<Void>> tasks = given(2);

        long last = worker.revoke();
        for (TaskFuture<Void> each : tasks) {
            worker.answer(0, Long.parseLong(each.taskId().substring("stub-".length())));
            each.get();
        }
        TaskFuture<Void> next = work.quick(1);
        long id = worker.request(0).taskId();
        worker.revoked(0, last);
        worker.answer(0, id);

        assertThat(next.get()).isNull();
    }

    @Test
    void aWorkerThatDiesTakesOnlyTheFirstWithIt() throws Exception {
        List<TaskFuture<Void>> tasks = given(3);

        worker.exit(1);

        WorkerLostException lost = (WorkerLostException)
                Objects.requireNonNull(catchThrowable(tasks.get(0)::get).getCause());
        assertThat(lost.exit().cause()).isEqualTo(Cause.EXITED);
        Stub next = workers.next();
        for (TaskFuture<Void> each : tasks.subList(1, 3)) {
            Frame again = next.request(0);
            assertThat(id(again)).isEqualTo(each.taskId());
            next.answer(0, again.taskId());
            each.get();
        }
    }

    @Test
    void oneThatIsCancelledNeverBegins() throws Exception {
        List<TaskFuture<Void>> tasks = given(3);

        assertThat(tasks.get(1).cancel(true)).isTrue();

        assertThatThrownBy(tasks.get(1)::get).isInstanceOf(CancellationException.class);
        worker.revoked(0, worker.revoke() - 2);
        worker.answer(0, Long.parseLong(tasks.get(0).taskId().substring("stub-".length())));
        tasks.get(0).get();
        Frame again = worker.request(0);
        assertThat(id(again)).isEqualTo(tasks.get(2).taskId());
        worker.answer(0, again.taskId());
        tasks.get(2).get();
    }

    @Test
    void aWorkerThatTakesBackUnaskedIsEnded() throws Exception {
        TaskFuture<Void> task = work.quick(1);
        worker.request(0);

        worker.revoked(0, 0);

        WorkerLostException lost = (WorkerLostException)
                Objects.requireNonNull(catchThrowable(task::get).getCause());
        assertThat(lost.exit().cause()).isEqualTo(Cause.BROKEN);
    }
}
