package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.pool.member.EncodedOutcome.NoSlot;
import io.github.inparallel.pool.member.EncodedOutcome.Succeeded;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.SentTask;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.supervision.Resilience;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that shares slots with other members, and may have no workers of its own, on stub workers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test makes its pool
class SpreadTests {

    @InParallel
    public interface Ocr {
        CompletableFuture<Void> read();
    }

    public static final class Body implements Ocr {
        @Override
        public CompletableFuture<Void> read() {
            throw new IllegalStateException("not here");
        }
    }

    /** Another member, which keeps what it is sent. */
    private static final class Member implements RemoteMember {
        final Queue<SentTask> sent = new ConcurrentLinkedQueue<>();
        final Queue<SentTask> cancelled = new ConcurrentLinkedQueue<>();

        @Override
        public String name() {
            return "10.0.0.7:7800";
        }

        @Override
        public void run(SentTask task) {
            sent.add(task);
        }

        @Override
        public void cancel(SentTask task) {
            cancelled.add(task);
        }

        SentTask next() {
            return Objects.requireNonNull(sent.poll());
        }
    }

    private static final class Nothing implements SimulatedMachine.Course {
        @Override
        public void happen() {}

        @Override
        public void look() {}

        @Override
        public String describe() {
            return "nothing";
        }
    }

    private static final Succeeded NULL =
            new Succeeded(new byte[] {0, 0, 0, 0, (byte) 0x82, (byte) 0xf4, (byte) 0xf6}, null);

    private final StubWorkers workers = new StubWorkers();
    private final Member member = new Member();
    private WorkerPool pool;
    private Ocr ocr;

    private void make(UnaryOperator<PoolOptionsBuilder> settings) {
        make(settings, workers);
    }

    private void make(UnaryOperator<PoolOptionsBuilder> settings, WorkerLauncher launcher) {
        make(settings, launcher, Machine.REAL);
    }

    private void make(UnaryOperator<PoolOptionsBuilder> settings, WorkerLauncher launcher, Machine machine) {
        pool = WorkerPool.create(
                settings.apply(PoolOptions.builder()
                                .name("ocr")
                                .maxWorkers(0)
                                .spread(PoolOptions.Spread.CLUSTER)
                                .killGrace(Duration.ofMillis(10))
                                .shutdownTimeout(Duration.ZERO))
                        .build(),
                launcher,
                Resilience.DEFAULT,
                machine);
        ocr = pool.proxy(Ocr.class, Body.class);
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        workers.exit();
        pool.close();
    }

    private TaskFuture<?> read() {
        return TaskFuture.of(ocr.read()).orElseThrow();
    }

    @Test
    void poolWithoutWorkersStartsNoneAndIsNotDown() {
        make(options -> options.startup(PoolOptions.Startup.BLOCKING).spareWorkers(2));
        TaskFuture<?> task = read();

        assertThat(task.taskState()).isEqualTo(TaskState.QUEUED);
        assertThat(pool.stats().down()).isFalse();
        assertThat(pool.stats().workers()).isEmpty();
        assertThat(pool.options().minWorkers()).isZero();
    }

    /** The call that came back has another place when the pause begins, so that the queue is empty. */
    @Test
    void callWithinThePauseAfterARefusalIsSentWhenThatIsOver() {
        SimulatedMachine machine =
                new SimulatedMachine(new Random(1), new Nothing(), null); // who wakes it is known there
        make(options -> options, workers, machine);
        Member other = new Member();
        pool.remoteSlots().free(member, new FreeSlots(8, 0));
        for (int i = 0; i < 8; i++) {
            read();
            member.next().ended(NULL); // it is short there
        }
        pool.remoteSlots().free(member, new FreeSlots(0, 0, 100));
        read();
        pool.remoteSlots().free(other, new FreeSlots(1, 0));
        member.next().ended(new NoSlot());
        assertThat(other.sent).hasSize(1);
        pool.remoteSlots().free(member, new FreeSlots(0, 0, 100));
        long refused = machine.nanoTime();
        machine.settle("supervisor sleeps", () -> machine.supervision().wakesAt() > machine.nanoTime());

        read();
        machine.settle("it is sent", () -> !member.sent.isEmpty());

        assertThat(machine.nanoTime() - refused).isEqualTo(20 * SimulatedMachine.MILLI);
        pool.shutdownNow();
        machine.settle("it ends", machine::hasStopped);
    }

    @Test
    void taskThatNoMemberTakesFailsAfterQueueTimeout() {
        make(options -> options.queueTimeout(Duration.ofMillis(20)));

        ExecutionException failure = catchThrowableOfType(ExecutionException.class, () -> read().get());

        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        TaskTimeoutException.class,
                        timeout -> assertThat(timeout.kind()).isEqualTo(Limit.QUEUE))
                .hasMessage("Ocr.read waited longer than queue-timeout: 20ms for a worker of another member, since"
                        + " max-workers is 0: no member offers pool 'ocr'");
    }

    @Test
    void membersThatAreBusyAreCounted() {
        make(options -> options.queueTimeout(Duration.ofMillis(20)));
        pool.remoteSlots().free(member, FreeSlots.NONE);

        assertThatThrownBy(() -> read().get())
                .hasMessageContaining("1 member offers pool 'ocr', and no slot of it is free");
    }

    @Test
    void anotherMemberRunsTheTask() throws Exception {
        make(options -> options);
        pool.remoteSlots().free(member, new FreeSlots(1, 0));

        TaskFuture<?> task = read();

        member.next().ended(NULL);
        assertThat(task.get()).isNull();
        assertThat(task.member()).contains("10.0.0.7:7800");
        assertThat(pool.history(0).methods().get(0).hour().ended()).containsEntry(TaskState.SUCCEEDED, 1L);
    }

    @Test
    void sentTaskCountsAsRunningOnceItHasBegunAndCanBeFound() {
        make(options -> options);
        pool.remoteSlots().free(member, new FreeSlots(1, 0));

        TaskFuture<?> task = read();

        assertThat(pool.stats().queued()).isEqualTo(1); // there, for a worker that starts
        assertThat(pool.stats().running()).isZero();
        assertThat(pool.remoteTasks(10)).singleElement().satisfies(shown -> {
            assertThat(shown.taskId()).isEqualTo(task.taskId());
            assertThat(shown.member()).isEqualTo("10.0.0.7:7800");
            assertThat(shown.pid()).isEmpty();
        });
        member.next().started("ocr-7", 4711);
        assertThat(pool.stats().queued()).isZero();
        assertThat(pool.stats().running()).isEqualTo(1);
        assertThat(pool.remoteTasks(0)).isEmpty();
        assertThat(pool.cancel(task.taskId())).isTrue();
        assertThat(pool.remoteTasks(10)).isEmpty();
        assertThat(member.cancelled).hasSize(1);
        assertThat(task).isCancelled();
    }

    @Test
    void futureThatIsCompletedFromOutsideIsStoppedThere() {
        make(options -> options);
        pool.remoteSlots().free(member, new FreeSlots(2, 0));

        ocr.read().complete(null);
        ocr.read().cancel(false);

        assertThat(member.cancelled).hasSize(1);
    }

    @Test
    void closingWaitsForWhatOthersRun() throws Exception {
        make(options -> options);
        pool.remoteSlots().free(member, new FreeSlots(1, 0));
        TaskFuture<?> task = read();
        CountDownLatch closed = new CountDownLatch(1);
        Thread closing = new Thread(() -> {
            pool.close(Duration.ofMinutes(1));
            closed.countDown();
        });
        closing.start();
        await().until(pool::isShutdown);
        assertThat(task).isNotDone();

        member.next().ended(NULL);

        closed.await();
        assertThat(task.get()).isNull();
    }

    @Test
    void closingCancelsWhatOthersDoNotFinish() {
        make(options -> options);
        pool.remoteSlots().free(member, new FreeSlots(1, 0));
        TaskFuture<?> task = read();

        pool.close();

        assertThat(task).isCancelled();
        assertThat(member.cancelled).hasSize(1);
    }

    @Test
    void drainedPoolStillHearsOfWhatItHasSent() throws Exception {
        make(options -> options);
        pool.remoteSlots().free(member, new FreeSlots(1, 0));
        TaskFuture<?> task = read();

        pool.drain();
        member.next().ended(NULL);

        assertThat(task.get()).isNull();
    }

    @Test
    void poolGetsWorkersAndLosesThemByResizing() throws Exception {
        make(options -> options);
        TaskFuture<?> task = read();

        pool.resize(0, 1);
        StubWorkers.Stub worker = workers.next();
        worker.answer(0, worker.request(0).taskId());
        task.get();
        pool.resize(0, 0);

        worker.retired();
        worker.exit(0);
        await().until(() -> pool.stats().workers().isEmpty());
        assertThat(pool.lentSlots().free()).isEqualTo(FreeSlots.NONE);
    }

    @Test
    void poolThatIsDownForWantOfWorkersIsNotWithoutAny() {
        make(options -> options.maxWorkers(1).restartLimit(1), (description, directory) -> {
            throw new IOException("planned");
        });
        await().until(() -> pool.stats().down());

        pool.resize(0, 0);

        await().until(() -> !pool.stats().down());
    }

    @Test
    void localPoolCannotBeWithoutWorkers() {
        make(options -> options.maxWorkers(1).spread(PoolOptions.Spread.LOCAL));

        assertThatThrownBy(() -> pool.resize(0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max-workers: 0 (expected: >= 1; 0 needs spread: cluster)");
    }

    @Test
    void poolWithoutWorkersMayNotHaveAFewAlways() {
        make(options -> options);

        assertThatThrownBy(() -> pool.resize(1, 0)).hasMessage("min-workers: 1 (expected: <= max-workers, which is 0)");
        assertThatThrownBy(() -> pool.resize(0, -1)).hasMessage("max-workers: -1 (expected: >= 0)");
    }
}
