package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.KnownProcess;
import io.github.inparallel.pool.LoggedLines;
import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.dispatch.AssignedTasks;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.TestEntries;
import io.github.inparallel.pool.history.History;
import io.github.inparallel.pool.process.PrivateDirectory;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.PoisonGuard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the tasks of a worker that has ended, and what is told of it; in a time of the test's own. */
@SuppressWarnings("NullAway.Init") // each test makes its pool
class ExitHandlerTests {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LoggedLines lines = new LoggedLines("io.github.inparallel.pool");
    private final List<String> observed = new ArrayList<>();
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final PrivateDirectory directory;
    private long now = Long.MAX_VALUE - SECOND / 3; // the clock passes its end
    private boolean observerFails;
    private Dispatcher dispatcher;
    private StartBreaker breaker;
    private ExitHandler exits;
    private AssignedTasks tasks;

    ExitHandlerTests() throws IOException {
        directory = PrivateDirectory.create(List.of(Path.of(System.getProperty("java.io.tmpdir"))));
    }

    @AfterEach
    void close() throws IOException {
        lines.close();
        directory.close();
    }

    private void make(UnaryOperator<PoolOptionsBuilder> settings) {
        PoolOptions options =
                settings.apply(PoolOptions.builder().name("ocr").maxWorkers(4)).build();
        OtherTime machine = new OtherTime(() -> now);
        dispatcher = new Dispatcher(options, machine);
        tasks = new AssignedTasks(options, () -> now);
        breaker =
                new StartBreaker(options.restartLimit(), options.restartWindow().toNanos());
        PoolObserver observer = new PoolObserver() {
            @Override
            public void workerExited(String worker, WorkerExit exit) {
                observed.add(worker + " " + exit);
                if (observerFails) {
                    throw new IllegalStateException("thrown by a test");
                }
            }

            @Override
            public void taskRetried(String method) {
                observed.add("retried " + method);
            }
        };
        exits = new ExitHandler(
                new SupervisedPool(
                        options,
                        machine,
                        dispatcher,
                        observer,
                        (description, folder) -> {
                            throw new AssertionError("exits launch nothing");
                        },
                        directory,
                        new KnownMethods(
                                new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer())),
                        new PoisonGuard(options.poisonLimit()),
                        new ResultBudget(1),
                        Runnable::run,
                        new History(options.name(), machine)),
                breaker,
                firstReady);
    }

    private Worker ready(int number) {
        Worker worker = TestWorkers.ready(number, 2, dispatcher, now);
        now += 2 * SECOND; // it has not died of its start
        return worker;
    }

    private DispatchedTask running(Worker worker, int slot) {
        return running(worker, slot, "read");
    }

    private DispatchedTask running(Worker worker, int slot, String method) {
        DispatchedTask task = tasks.task(method);
        AssignedTasks.assign(dispatcher, worker.slots().get(slot), task);
        return task;
    }

    private void ends(Worker worker, int code) {
        worker.exited(code, now);
        dispatcher.entries().writeOff(worker.entry());
        exits.handle(worker, code, true);
    }

    private static WorkerLostException lost(DispatchedTask task) {
        return (WorkerLostException) Objects.requireNonNull(
                catchThrowableOfType(ExecutionException.class, task::get).getCause());
    }

    private PoolStats.ExitStats last() {
        return exits.history().last().get(0);
    }

    // ---- tasks

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEMBER_LOST") // of no worker of this pool
    void taskWithoutRetriesLosesItsWorkerWhateverTheCause(Cause cause) {
        make(options -> options);
        Worker worker = ready(1);
        DispatchedTask task = running(worker, 0);
        worker.decide(cause, task.taskId());

        ends(worker, 137);

        assertThat(lost(task))
                .hasMessageStartingWith("Worker ocr-1, pid 4711, of pool 'ocr' ended while it ran Work.read: ")
                .hasMessageContaining("exit code 137 (SIGKILL), " + cause.label());
        assertThat(lost(task).exit().cause()).isEqualTo(cause);
        assertThat(lost(task).culprit()).isEmpty();
        assertThat(lines.all())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("WARN Worker ocr-1, pid 4711, has ended while");
        assertThat(last().tasks()).containsExactly(new PoolStats.LostTask("ocr-1", "Work.read"));
        assertThat(last().exit().cause()).isEqualTo(cause);
        assertThat(dispatcher.entries().leases()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"IDLE, INFO", "RECYCLED, INFO", "SHUTDOWN, INFO", "TIMEOUT, WARN", "MEMORY_LIMIT, WARN"})
    void workerThatLeavesInOrderIsNoWarning(Cause cause, String level) {
        make(options -> options);
        Worker worker = ready(1);
        worker.decide(cause, null);

        ends(worker, 0);

        assertThat(lines.all()).hasSize(1).first().asString().startsWith(level + " Worker ocr-1, pid 4711, has ");
        assertThat(observed).containsExactly("ocr-1 exit code 0, " + cause.label());
        assertThat(firstReady).isNotDone();
    }

    @Test
    void taskWithRetriesIsTriedAsOftenAndThenLost() {
        make(options -> options.retries(2));
        DispatchedTask task = tasks.task();
        dispatcher.waiting().putBack(task);
        for (int i = 1; i <= 2; i++) {
            Worker worker = ready(i);
            AssignedTasks.next(dispatcher, worker.slots().get(0));
            ends(worker, 1);
            assertThat(task.isDone()).isFalse();
            assertThat(dispatcher.waiting().size()).isEqualTo(1);
            assertThat(observed).contains("retried Work.read").hasSize(2 * i);
            assertThat(lines.starting("INFO Task ocr-1 (Work.read) is tried again: "))
                    .hasSize(i);
        }
        Worker third = ready(3);
        AssignedTasks.next(dispatcher, third.slots().get(0));
        assertThat(dispatcher.leased(third.slots().get(0))).isSameAs(task);

        ends(third, 1);

        assertThat(lost(task)).hasMessageContaining("exit code 1, exited");
    }

    @Test
    void taskThatHasEndedIsNotTriedAgain() {
        make(options -> options.retries(1));
        Worker worker = ready(1);
        DispatchedTask task = running(worker, 0);
        task.cancel(true);

        ends(worker, 137);

        assertThat(task.taskState()).isEqualTo(TaskState.CANCELLED);
        assertThat(dispatcher.waiting().size()).isZero();
        assertThat(observed).hasSize(1);
    }

    @Test
    void neighbourIsToldForWhoseSakeTheWorkerEnded() {
        make(options -> options);
        Worker worker = ready(1);
        DispatchedTask culprit = running(worker, 0);
        DispatchedTask victim = running(worker, 1, "scan");
        worker.decide(Cause.TIMEOUT, culprit.taskId());

        ends(worker, 137);

        assertThat(lost(victim).culprit()).contains(culprit.taskId());
        assertThat(lost(victim)).hasMessageContaining(". It shared the worker with Work.read (task ocr-1)");
        assertThat(lost(victim).getMessage()).doesNotContain("which may be why");
        assertThat(lost(culprit)).hasMessageNotContaining("shared");
    }

    @Test
    void neighboursMayBeWhyIfNobodyKnows() {
        make(options -> options);
        Worker worker = ready(1);
        DispatchedTask one = running(worker, 0);
        DispatchedTask other = running(worker, 1, "scan");

        ends(worker, 137);

        assertThat(lost(one)).hasMessageContaining("with Work.scan (task ocr-2), which may be why");
        assertThat(lost(other)).hasMessageContaining("with Work.read (task ocr-1), which may be why");
        assertThat(lost(one).culprit()).isEmpty();
    }

    @Test
    void lastLineIsToldUnlessItIsOfTheJvmsBanner() {
        make(options -> options);
        for (String line : List.of("out of paper", "# If you would like to submit a bug report")) {
            Worker worker = TestWorkers.launched(1, 1, dispatcher, now);
            worker.hasProcess(new KnownProcess(List.of("first", line), OptionalLong::empty), 4711);
            worker.becomesReady(now);
            dispatcher.entries().accept(worker.entry());
            DispatchedTask task = running(worker, 0);

            ends(worker, 1);

            assertThat(String.valueOf(lost(task).getMessage()).endsWith(". Last output: " + line))
                    .isEqualTo(!line.startsWith("#"));
            assertThat(lost(task).lastStderr()).containsExactly("first", line);
            assertThat(last().lastStderr()).containsExactly("first", line);
        }
    }

    @Test
    void observerThatThrowsKeepsNoTaskFromItsEnd() {
        make(options -> options);
        observerFails = true;
        Worker worker = ready(1);
        DispatchedTask task = running(worker, 0);

        ends(worker, 137);

        assertThat(lost(task)).isNotNull();
        assertThat(lines.starting("ERROR")).containsExactly("ERROR The end of worker ocr-1 could not be told");
    }

    // ---- poison

    @Test
    void methodThatLosesTooManyWorkersIsRefusedAndSoIsWhatWaits() {
        make(options -> options.retries(5).poisonLimit(2));
        DispatchedTask waiting = tasks.task();
        DispatchedTask other = tasks.task("scan");
        Worker first = ready(1);
        DispatchedTask task = running(first, 0);
        ends(first, 137);
        Worker second = ready(2);
        AssignedTasks.next(dispatcher, second.slots().get(0));
        dispatcher.waiting().putBack(waiting);
        dispatcher.waiting().putBack(other);

        ends(second, 137);

        assertThat(task.taskState()).isEqualTo(TaskState.WORKER_LOST);
        assertThat(waiting.taskState()).isEqualTo(TaskState.REFUSED);
        assertThat(other.isDone()).isFalse();
        assertThat(lines.starting("ERROR"))
                .containsExactly("ERROR Work.read is refused for a minute: its tasks lost 2 workers within a minute"
                        + " (poison-limit)");
    }

    @Test
    void victimsOfANeighbourAreNotCounted() {
        make(options -> options.poisonLimit(1));
        Worker worker = ready(1);
        DispatchedTask victim = running(worker, 0);
        worker.decide(Cause.TIMEOUT, "ocr-99");

        ends(worker, 137);

        assertThat(lost(victim).culprit()).contains("ocr-99");
        assertThat(lines.starting("ERROR")).isEmpty();
    }

    // ---- failed starts

    @Test
    void workerThatEndsBeforeItIsReadyIsAFailedStart() {
        make(options -> options.restartLimit(2));
        Worker worker = TestWorkers.withProcess(TestWorkers.launched(1, dispatcher, now));

        ends(worker, 3);

        assertThat(failure())
                .hasMessage("Worker ocr-1, pid 4711, of pool 'ocr' did not become ready: exit code 3, start-failed");
        assertThat(failure().exitCode()).hasValue(3);
        assertThat(last().exit().cause()).isEqualTo(Cause.START_FAILED);
        assertThat(breaker.mayStart(now, 0)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "137, 'if nobody did, it was the kernel, short of memory'",
        "143, 'exit code 143 (SIGTERM), start-failed. Somebody killed it'"
    })
    void startThatSomebodyElseKilledSaysSo(int code, String hint) {
        make(options -> options);
        Worker worker = TestWorkers.withProcess(TestWorkers.launched(1, dispatcher, now));

        ends(worker, code);

        assertThat(failure()).hasMessageContaining(hint);
        assertThat(last().explanation()).contains("Somebody killed it");
    }

    private WorkerStartException failure() {
        return (WorkerStartException) Objects.requireNonNull(
                catchThrowableOfType(ExecutionException.class, firstReady::get).getCause());
    }

    @ParameterizedTest
    @CsvSource({
        ", 'not ready after startup-timeout: '",
        "START_FAILED, 'not ready after startup-timeout: '",
        "BROKEN, 'exit code 137 (SIGKILL), broken'",
        "UNRESPONSIVE, 'exit code 137 (SIGKILL), unresponsive'"
    })
    void startThatWasKilledIsToldWithWhatItWasKilledOf(@Nullable Cause cause, String why) {
        make(options -> options);
        Worker worker = TestWorkers.withProcess(TestWorkers.launched(1, dispatcher, now));
        worker.decide(cause, null);
        worker.condemn();
        worker.killsFirst(Deadline.NEVER);

        ends(worker, 137);

        assertThat(failure()).hasMessageContaining("did not become ready: " + why);
        assertThat(failure().exitCode()).isEmpty();
    }

    @Test
    void applicationsOwnReasonIsWhyItDidNotStart() {
        make(options -> options);
        Worker worker = TestWorkers.withProcess(TestWorkers.launched(1, dispatcher, now));
        worker.control().failedToStart(new IllegalStateException("outer", new IOException("no disk")));

        ends(worker, 1);

        assertThat(failure()).hasMessageContaining("no disk").hasMessageContaining(", reported as ");
        assertThat(failure().getCause()).hasMessage("outer");
    }

    @Test
    void workerThatEndsAtOnceWithoutATaskHasFailedToStart() {
        make(options -> options);
        Worker worker = TestWorkers.ready(1, 1, dispatcher, now);
        now += SECOND - 1;

        ends(worker, 1);

        assertThat(firstReady).isCompletedExceptionally();
    }

    @ParameterizedTest
    @CsvSource({"1000, 1, 0, 0", "1, 137, 0, 0", "1, 1, 1, 0", "1, 1, 0, 1"})
    void workerThatWorkedOrWasKilledHasNotFailedToStart(long millis, int code, int answered, int runs) {
        make(options -> options);
        Worker worker = TestWorkers.ready(1, 1, dispatcher, now);
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        if (answered > 0) {
            TestEntries.answered(worker.entry());
        }
        if (runs > 0) {
            running(worker, 0);
        }

        ends(worker, code);

        assertThat(firstReady).isNotDone();
    }

    @Test
    void poolIsDownAfterTooManyFailedStartsAndWhatWaitsIsRefused() {
        make(options -> options.restartLimit(2));
        DispatchedTask waiting = tasks.task();
        dispatcher.waiting().putBack(waiting);
        exits.notLaunched(TestWorkers.launched(1, dispatcher, now), false, new IOException("no java"));
        assertThat(waiting.isDone()).isFalse();

        exits.notLaunched(TestWorkers.launched(2, dispatcher, now), false, new IOException("no java"));

        assertThat(breaker.isDown()).isTrue();
        assertThat(catchThrowableOfType(ExecutionException.class, waiting::get).getCause())
                .isInstanceOf(WorkerStartException.class)
                .hasMessage("Worker ocr-2 cannot be started: no java");
        assertThat(catchThrowableOfType(TaskRefusedException.class, () -> dispatcher.submit(tasks.task())))
                .hasMessage("Pool 'ocr' is down: Worker ocr-2 cannot be started: no java");
        assertThat(exits.history().last()).hasSize(2);
        assertThat(observed).containsExactly("ocr-1 exit code -1, start-failed", "ocr-2 exit code -1, start-failed");
    }

    @Test
    void poolWithOtherWorkersIsNotDown() {
        make(options -> options.restartLimit(1));

        exits.notLaunched(TestWorkers.launched(1, dispatcher, now), true, new IOException("no java"));

        assertThat(breaker.isDown()).isFalse();
    }

    @Test
    void workerThatIsNotStartedSinceThePoolIsClosedIsNoFailure() {
        make(options -> options.restartLimit(1));

        exits.dismissed(TestWorkers.launched(1, dispatcher, now));

        assertThat(lines.all()).containsExactly("INFO Worker ocr-1 is not started: the pool is closed");
        assertThat(observed).containsExactly("ocr-1 exit code -1, shutdown");
        assertThat(firstReady).isNotDone();
    }

    @Test
    void historyKeepsTheLastOnes() {
        make(options -> options);
        for (int i = 1; i <= ExitHistory.MOST + 2; i++) {
            ends(ready(i), 0);
        }

        assertThat(exits.history().last()).hasSize(ExitHistory.MOST);
        assertThat(exits.history().last().get(0).worker()).isEqualTo("ocr-" + (ExitHistory.MOST + 2));
        assertThat(exits.history().last().get(ExitHistory.MOST - 1).worker()).isEqualTo("ocr-3");
    }
}
