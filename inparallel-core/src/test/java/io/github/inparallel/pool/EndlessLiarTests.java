package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.pool.StubWorkers.Stub;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.supervision.Resilience;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that lies for as long as it lives: its tasks get what their limits promise all the same. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test has its pool
class EndlessLiarTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @InParallel
    public interface Work {
        TaskFuture<Void> run();
    }

    public static final class Body implements Work {
        @Override
        public TaskFuture<Void> run() {
            throw new IllegalStateException("not here");
        }
    }

    /** In which time passes a hundred times as fast. */
    private static Machine fast() {
        long begin = System.nanoTime();
        return new OtherTime(() -> begin + 100 * (System.nanoTime() - begin));
    }

    /** What it says when it is asked where its task is. */
    enum Word {
        NOTHING,
        NOT_RUNNING,
        JUST_BEGUN;

        @Nullable
        Inspection inspection() {
            return this == NOTHING ? null : new Inspection(this == NOT_RUNNING ? -1 : 0, List.of());
        }
    }

    private final StubWorkers workers = new StubWorkers();
    private WorkerPool pool;
    private Work work;

    private void start(Machine machine, @Nullable Duration limit) {
        pool = WorkerPool.create(
                PoolOptions.builder()
                        .name("liar")
                        .maxWorkers(1)
                        .timeout(limit)
                        .killGrace(Duration.ofMillis(20))
                        .heartbeatInterval(Duration.ofMillis(100))
                        .heartbeatTimeout(Duration.ofHours(10))
                        .shutdownTimeout(Duration.ZERO)
                        .build(),
                workers,
                Resilience.DEFAULT,
                machine);
        work = pool.proxy(Work.class, Body.class);
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        workers.exit();
        pool.close();
    }

    /** Answers what it is asked on the control connection, and obeys nothing. */
    private static void lies(Stub stub, Word word) {
        Thread liar = new Thread(
                () -> {
                    try {
                        while (true) {
                            Frame frame = stub.request(-1);
                            Inspection inspection = word.inspection();
                            if (frame.type() == FrameType.PING) {
                                stub.write(-1, LyingWorkerTests.bytes(Frame.of(FrameType.PONG, 0)));
                            } else if (frame.type() == FrameType.INSPECT && inspection != null) {
                                stub.write(-1, LyingWorkerTests.bytes(inspection.toFrame(frame.taskId())));
                            }
                        }
                    } catch (IOException e) {
                        // it was ended
                    }
                },
                "liar");
        liar.setDaemon(true);
        liar.start();
    }

    private static Throwable cause(TaskFuture<Void> future) {
        return Objects.requireNonNull(catchThrowable(future::get).getCause());
    }

    /** The next worker does what is asked. */
    private void assertGoesOn() throws Exception {
        TaskFuture<Void> next = work.run();
        Stub honest = workers.next();
        honest.answer(0, honest.request(0).taskId());
        next.get();
    }

    @ParameterizedTest
    @EnumSource
    void limitOfATaskThatItDeniesHolds(Word word) throws Exception {
        start(fast(), LIMIT);
        TaskFuture<Void> task = work.run();
        Stub stub = workers.next();
        lies(stub, word);
        stub.request(0);

        TaskTimeoutException timeout = (TaskTimeoutException) cause(task);

        assertThat(timeout.limit()).isEqualTo(LIMIT);
        workers.next(); // in its place
        await().until(() -> stub.killed);
    }

    @Test
    void tasksThatItDoesNotGiveBackGoToTheNextWorker() throws Exception {
        start(Machine.REAL, Duration.ofSeconds(1));
        Stub stub = workers.next();
        lies(stub, Word.NOTHING);
        for (int i = 0; i < 8; i++) { // answers that make the method short
            TaskFuture<Void> done = work.run();
            stub.answer(0, stub.request(0).taskId());
            done.get();
        }
        List<TaskFuture<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tasks.add(work.run());
        }
        stub.answer(0, stub.request(0).taskId());
        tasks.remove(0).get(); // now it has the others, and gives none of them back

        assertThat(cause(tasks.remove(0))).isInstanceOf(TaskTimeoutException.class);
        Stub honest = workers.next();
        for (TaskFuture<Void> each : tasks) {
            honest.answer(0, honest.request(0).taskId());
            each.get();
        }
    }

    @Test
    void answerToAnothersTaskEndsTheWorker() throws Exception {
        start(Machine.REAL, null);
        TaskFuture<Void> task = work.run();
        Stub stub = workers.next();
        stub.answer(0, stub.request(0).taskId() + 1);

        assertThat(((WorkerLostException) cause(task)).exit().cause()).isEqualTo(Cause.BROKEN);
        assertGoesOn();
    }

    @Test
    void secondAnswerIsNobodys() throws Exception {
        start(Machine.REAL, null);
        TaskFuture<Void> task = work.run();
        Stub stub = workers.next();
        long id = stub.request(0).taskId();
        stub.answer(0, id);
        stub.answer(0, id);
        task.get();

        TaskFuture<Void> next = work.run();

        assertThat(((WorkerLostException) cause(next)).exit().cause()).isEqualTo(Cause.BROKEN);
        assertGoesOn();
    }

    @Test
    void answerAfterTheEndChangesNothing() throws Exception {
        start(Machine.REAL, Duration.ofMillis(100));
        TaskFuture<Void> task = work.run();
        Stub stub = workers.next();
        lies(stub, Word.NOTHING);
        long id = stub.request(0).taskId();
        assertThat(cause(task)).isInstanceOf(TaskTimeoutException.class);

        try {
            stub.answer(0, id);
        } catch (IOException e) {
            // it was ended before
        }

        assertThat(cause(task)).isInstanceOf(TaskTimeoutException.class);
        TaskFuture<Void> next = work.run();
        assertThat(next.cancel(true)).isTrue();
    }
}
