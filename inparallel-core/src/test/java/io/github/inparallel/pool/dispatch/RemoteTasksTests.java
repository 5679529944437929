package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskProgress;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.EncodedOutcome.NoSlot;
import io.github.inparallel.pool.member.EncodedOutcome.Refused;
import io.github.inparallel.pool.member.EncodedOutcome.Succeeded;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.SentTask;
import io.github.inparallel.pool.task.PoisonGuard;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a task at another member: without workers, and without a network. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test makes its dispatcher
class RemoteTasksTests {

    private static final Succeeded NULL =
            new Succeeded(new byte[] {0, 0, 0, 0, (byte) 0x82, (byte) 0xf4, (byte) 0xf6}, null);

    private final StubMember first = new StubMember("10.0.0.1:7800");
    private final StubMember second = new StubMember("10.0.0.2:7800");
    private final List<String> observed = new ArrayList<>();
    private int wakeUps;
    private TestTasks tasks;
    private Dispatcher dispatcher;
    private RemoteTasks remote;

    private void make(UnaryOperator<PoolOptionsBuilder> settings) {
        PoolOptions options = settings.apply(PoolOptions.builder()
                        .name("ocr")
                        .maxWorkers(1)
                        .queueCapacity(10)
                        .timeout(Duration.ofSeconds(5))
                        .spread(PoolOptions.Spread.CLUSTER))
                .build();
        tasks = new TestTasks(options);
        dispatcher = new Dispatcher(options, tasks.machine);
        dispatcher.watchedBy(() -> wakeUps++);
        PoolObserver observer = new Observer();
        remote = new RemoteTasks(
                options,
                dispatcher.remote(),
                new LostTasks(
                        options, tasks.machine, dispatcher.waiting(), new PoisonGuard(options.poisonLimit()), observer),
                observer);
    }

    private final class Observer implements PoolObserver {
        @Override
        public void taskStarted(String method, Duration queued) {
            observed.add("started after " + queued.toMillis());
        }

        @Override
        public void taskRetried(String method) {
            observed.add("retried");
        }

        @Override
        public void payload(boolean sent, int bytes) {
            observed.add(sent ? "sent" : "received");
        }
    }

    private DispatchedTask submit(DispatchedTask task) throws Exception {
        Place place = dispatcher.submit(task);
        if (place != null) {
            place.send(task, false);
        }
        return task;
    }

    private DispatchedTask submit() throws Exception {
        return submit(tasks.slow());
    }

    /** Its only worker runs a task. */
    private void busySlot() throws Exception {
        Slot slot = TestEntries.idleSlot("ocr-1", dispatcher);
        assertThat(dispatcher.submit(tasks.slow())).isSameAs(slot);
    }

    private static FreeSlots free(int idle, int startable) {
        return new FreeSlots(idle, startable);
    }

    private static EncodedOutcome.WorkerLost lost(Cause cause, @Nullable String culprit) {
        return new EncodedOutcome.WorkerLost(
                "Worker ocr-7, pid 4711, of pool 'ocr' ended while it ran Work.slow: it is gone",
                "ocr-7",
                4711,
                new WorkerExit(137, Optional.of("SIGKILL"), cause),
                List.of("its last line"),
                Optional.of("/crash/hs_err.log"),
                Optional.ofNullable(culprit));
    }

    private static <E extends Throwable> E failure(Future<?> future, Class<E> type) {
        ExecutionException failure = catchThrowableOfType(ExecutionException.class, future::get);
        assertThat(failure).hasCauseInstanceOf(type);
        return type.cast(Objects.requireNonNull(failure.getCause()));
    }

    // ---- its way

    @AfterEach
    void lockIsFree() {
        DispatchProbe.assertLockIsFree(dispatcher);
    }

    @Test
    void localPoolKnowsNoMembers() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.LOCAL));
        busySlot();

        remote.free(first, free(3, 3));

        assertThat(submit().taskState()).isEqualTo(TaskState.QUEUED);
        assertThat(dispatcher.remote().members()).isZero();
    }

    private SentTask sent() throws Exception {
        return sent(tasks.slow());
    }

    private SentTask sent(DispatchedTask task) throws Exception {
        remote.free(first, free(1, 0));
        submit(task);
        return first.last();
    }

    @Test
    void memberGetsTheCallAsItIsEncoded() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow(300);
        EncodedCall call = sent(task).call().orElseThrow();

        assertThat(call.taskId()).isEqualTo(task.taskId());
        assertThat(call.displayName()).isEqualTo("Work.slow");
        assertThat(call.timeoutMillis()).isEqualTo(5_000);
        assertThat(call.size()).isEqualTo(task.size());
        assertThat(first.last().timeoutNanos()).isEqualTo(5_000_000_000L);
    }

    @Test
    void taskMayWaitAtAMemberForWhatIsLeftOfItsTime() throws Exception {
        make(options -> options.queueTimeout(Duration.ofMillis(100)));
        busySlot();
        DispatchedTask task = submit();
        tasks.now += 30_000_001L;

        remote.free(first, free(0, 1));

        assertThat(first.last().call()).map(EncodedCall::queueMillis).contains(70L);
        tasks.now += 1_000_000_000L;
        assertThat(first.last().call()).map(EncodedCall::queueMillis).contains(1L);
        assertThat(task.taskState()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void taskMayWaitForEverIfNothingElseIsSaid() throws Exception {
        make(options -> options);

        assertThat(sent().call()).map(EncodedCall::queueMillis).contains(0L);
    }

    @ParameterizedTest
    @ValueSource(longs = {99_999_999, 100_000_000})
    void taskThatComesBackAfterItsTimeHasWaitedTooLong(long nanos) throws Exception {
        make(options -> options.queueTimeout(Duration.ofMillis(100)).retries(3));
        DispatchedTask task = tasks.slow();
        SentTask sent = sent(task);
        tasks.now += nanos;

        sent.ended(new NoSlot());

        if (nanos < 100_000_000) {
            assertThat(task.taskState()).isEqualTo(TaskState.QUEUED);
            return;
        }
        TaskTimeoutException failure = failure(task, TaskTimeoutException.class);
        assertThat(failure)
                .hasMessage("Work.slow waited longer than queue-timeout: 100ms for a worker of pool 'ocr' at member"
                        + " 10.0.0.1:7800");
        assertThat(failure.kind()).isEqualTo(Limit.QUEUE);
        assertThat(dispatcher.waiting().size()).isZero();
        assertThat(task.hasBegun()).isFalse();
    }

    @Test
    void taskWaitsThereUntilAWorkerHasIt() throws Exception {
        make(options -> options);
        SentTask sent = sent();
        assertThat(dispatcher.remote().waiting()).isOne();

        sent.started("ocr-7", 4711);
        sent.started("ocr-8", 4712); // the first gave it back

        assertThat(dispatcher.remote().waiting()).isZero();
        sent.ended(NULL);
        assertThat(dispatcher.remote().waiting()).isZero();
        sent();
        first.last().ended(NULL);
        assertThat(dispatcher.remote().waiting()).isZero();
    }

    /** It is not told to stop, and may run; but it has ended, and counts as nothing any more. */
    @Test
    void taskWhoseCallerGaveItUpDoesNotWait() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        sent(task);

        task.cancel(false);
        assertThat(remote.abandoned(task, false)).isTrue();

        assertThat(dispatcher.remote().waiting()).isZero();
        first.last().started("ocr-7", 4711);
        assertThat(dispatcher.remote().waiting()).isZero();
        first.last().ended(NULL);
        assertThat(dispatcher.remote().waiting()).isZero();
    }

    @Test
    void timeItWaitedThereIsNoRunningTime() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask sent = sent(task);
        tasks.now += 3_000_000_000L;

        sent.started("ocr-7", 4711);
        tasks.now += 2_000_000_000L;
        sent.ended(NULL);

        assertThat(observed).contains("started after 3000");
        assertThat(task.endedNanos() - task.assignedNanos()).isEqualTo(2_000_000_000L);
        assertThat(task.hasBegun()).isTrue();
    }

    @Test
    void workerOfTheMemberIsKnownOnceTheMemberSaysSo() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask sent = sent(task);
        assertThat(task.workerPid()).isEmpty();

        sent.started("ocr-7", 4711);
        sent.progressed(new TaskProgress(0.5, "half", Instant.EPOCH));

        assertThat(task.workerPid()).hasValue(4711);
        assertThat(task.progress()).map(TaskProgress::message).contains("half");
        assertThat(observed).containsExactly("sent", "started after 0");
    }

    @Test
    void valueIsDecodedHere() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask sent = sent(task);

        sent.ended(NULL);

        assertThat(task.get()).isNull();
        assertThat(task.taskState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(task.member()).contains("10.0.0.1:7800");
        assertThat(sent.isOver()).isTrue();
        assertThat(sent.call()).isEmpty();
        assertThat(observed).containsExactly("sent", "started after 0", "received");
    }

    @Test
    void exceptionIsDecodedHereAndShowsTheCaller() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();

        sent(task)
                .ended(new EncodedOutcome.Failed(
                        ThrowableCodec.encode(new IllegalStateException("broken")), "and it is replaced"));

        IllegalStateException failure = failure(task, IllegalStateException.class);
        assertThat(failure).hasMessage("broken");
        assertThat(failure.getSuppressed()[0]).hasMessage("and it is replaced");
    }

    @Test
    void answerThatIsNoneFailsTheTask() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();

        sent(task).ended(new Succeeded(new byte[2], null));

        assertThat(failure(task, io.github.inparallel.MarshallingException.class))
                .hasMessageContaining("2 bytes");
    }

    @Test
    void timeoutThereIsATimeoutHere() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        StackTraceElement stuck = new StackTraceElement("app.Ocr", "read", "Ocr.java", 12);

        sent(task)
                .ended(new EncodedOutcome.TimedOut(
                        Duration.ofSeconds(5),
                        Limit.RUN,
                        "Work.slow ran longer than timeout: 5s in worker ocr-7, pid 4711",
                        "ocr-7",
                        4711,
                        List.of(stuck)));

        TaskTimeoutException failure = failure(task, TaskTimeoutException.class);
        assertThat(failure)
                .hasMessage("Work.slow ran longer than timeout: 5s in worker ocr-7, pid 4711, of member 10.0.0.1:7800");
        assertThat(failure.taskId()).isEqualTo(task.taskId());
        assertThat(failure.kind()).isEqualTo(Limit.RUN);
        assertThat(failure.started()).isTrue();
        assertThat(Objects.requireNonNull(failure.getCause()).getStackTrace()).containsExactly(stuck);
    }

    @Test
    void cancelThereIsACancelHere() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();

        sent(task).ended(new EncodedOutcome.Cancelled("somebody cancelled it where it ran"));

        assertThat(catchThrowableOfType(CancellationException.class, task::get))
                .hasMessageContaining("of member 10.0.0.1:7800) was cancelled: somebody cancelled it");
    }

    @Test
    void workerThatIsLostThereIsLostHere() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();

        sent(task).ended(lost(Cause.KILLED, "ocr-3"));

        WorkerLostException failure = failure(task, WorkerLostException.class);
        assertThat(failure)
                .hasMessage("Worker ocr-7, pid 4711, of member 10.0.0.1:7800, of pool 'ocr' ended while it ran"
                        + " Work.slow: it is gone");
        assertThat(failure.pid()).isEqualTo(4711);
        assertThat(failure.exit().cause()).isEqualTo(Cause.KILLED);
        assertThat(failure.lastStderr()).containsExactly("its last line");
        assertThat(failure.errorFile()).contains(Path.of("/crash/hs_err.log"));
        assertThat(failure.culprit()).contains("ocr-3");
        assertThat(failure.member()).contains("10.0.0.1:7800");
    }

    @Test
    void taskWithRetriesThatLosesItsWorkerThereWaitsAgainBeforeAllOthers() throws Exception {
        make(options -> options.retries(1));
        busySlot();
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);
        DispatchedTask other = submit();

        attempt.ended(lost(Cause.CRASHED, null));

        assertThat(dispatcher.waiting().first(2)).containsExactly(task, other);
        assertThat(task.member()).isEmpty();
        assertThat(observed).contains("retried");
        SentTask again = sent(tasks.slow());
        again.ended(lost(Cause.CRASHED, null));
        assertThat(task.taskState()).isEqualTo(TaskState.WORKER_LOST);
        assertThat(again.id()).isNotEqualTo(attempt.id());
    }

    @Test
    void methodThatLosesWorkersOfOthersIsRefused() throws Exception {
        make(options -> options.poisonLimit(2));
        busySlot();

        sent().ended(lost(Cause.CRASHED, null));
        sent().ended(lost(Cause.CRASHED, "ocr-3")); // for the sake of another
        sent().ended(lost(Cause.SHUTDOWN, null)); // by somebody there
        SentTask last = sent();
        DispatchedTask waits = submit();
        assertThat(waits.taskState()).isEqualTo(TaskState.QUEUED);

        last.ended(lost(Cause.CRASHED, null));

        assertThat(failure(waits, TaskRefusedException.class).reason()).isEqualTo(Reason.POISON);
    }

    // ---- outcomes that cannot be had

    @Test
    void resultThatIsTooLargeHereFailsAsIfItHadRunHereAndIsNotTriedAgain() throws Exception {
        make(options -> options.maxPayload(1_024).retries(3));
        for (EncodedOutcome.Succeeded result : List.of(
                new EncodedOutcome.Succeeded(new byte[4 + 1_024 + 64 + 1], null),
                new EncodedOutcome.Succeeded(new byte[4 + 65], new byte[1_024]))) {
            DispatchedTask task = tasks.slow();
            sent(task).ended(result);
            assertThat(failure(task, MarshallingException.class))
                    .hasMessageStartingWith("Work.slow: the result takes ")
                    .hasMessageEndingWith(
                            ", more than max-payload: 1KB. Pass a reference (a path, an id), or raise max-payload");
        }
        DispatchedTask task = tasks.slow();

        sent(task).resultTooLarge(1 << 20);

        assertThat(failure(task, MarshallingException.class)).hasMessageContaining("the result takes 1MB, more");
    }

    @Test
    void outcomeThatIsLostFailsAndIsNotTriedAgain() throws Exception {
        make(options -> options.retries(3));
        DispatchedTask task = tasks.slow();

        sent(task).outcomeLost("there was no memory here for its outcome");

        assertThat(failure(task, MarshallingException.class))
                .hasMessage(
                        "Work.slow: it has run at member 10.0.0.1:7800, and there was no memory here for its outcome");
    }

    // ---- members that are lost

    @Test
    void memberThatIsLostIsNamedByTheFailure() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);
        attempt.started("ocr-7", 4711);

        attempt.memberLost("it did not answer for 10 s");

        WorkerLostException failure = failure(task, WorkerLostException.class);
        assertThat(failure)
                .hasMessage("Work.slow of pool 'ocr' was lost in worker ocr-7, pid 4711, of member 10.0.0.1:7800, which"
                        + " is gone: it did not answer for 10 s");
        assertThat(failure.exit()).hasToString("member-lost");
        assertThat(failure.exit().cause()).isEqualTo(Cause.MEMBER_LOST);
        assertThat(failure.member()).contains("10.0.0.1:7800");
    }

    @Test
    void memberThatIsLostIsOneLossOfAMethodHoweverManyTasksItRan() throws Exception {
        make(options -> options.poisonLimit(2).maxWorkers(0));
        remote.free(first, free(3, 0));
        submit();
        submit();
        submit();

        first.sent.forEach(each -> each.memberLost("it left"));
        DispatchedTask task = submit();

        assertThat(task.taskState()).isEqualTo(TaskState.QUEUED);
        remote.free(second, free(1, 0));
        DispatchedTask other = submit();
        second.last().memberLost("it left");
        assertThat(failure(other, TaskRefusedException.class).reason()).isEqualTo(Reason.POISON);
    }

    @Test
    void taskWithRetriesWhoseMemberIsLostGoesToAnother() throws Exception {
        make(options -> options.retries(1).maxWorkers(0));
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);
        remote.free(second, free(1, 0));

        remote.gone(first);
        attempt.memberLost("it left");

        assertThat(second.last().call().orElseThrow().taskId()).isEqualTo(task.taskId());
        assertThat(task.member()).contains("10.0.0.2:7800");
    }

    // ---- members that have no slot after all

    @Test
    void taskForWhichThereIsNoSlotGoesElsewhereWithNoRetryUsed() throws Exception {
        make(options -> options.maxWorkers(0));
        remote.free(first, free(3, 3));
        remote.free(second, free(2, 0));
        DispatchedTask task = submit();

        first.last().ended(new NoSlot());

        assertThat(second.sent).hasSize(1);
        assertThat(task.member()).contains("10.0.0.2:7800");
        second.last().ended(new NoSlot());
        assertThat(task.taskState()).isEqualTo(TaskState.QUEUED);
        assertThat(first.sent).hasSize(1); // it has said that it has none
        remote.free(first, free(1, 0));
        first.last().ended(NULL);
        assertThat(task.get()).isNull();
        assertThat(observed).doesNotContain("retried");
    }

    @Test
    void memberMayRefuseWhileItIsSent() throws Exception {
        make(options -> options.maxWorkers(0));
        first.onRun = attempt -> attempt.ended(new NoSlot());
        remote.free(first, free(3, 0));
        remote.free(second, free(1, 0));

        DispatchedTask task = submit();

        assertThat(task.member()).contains("10.0.0.2:7800");
    }

    @Test
    void memberThatThrowsIsOneWithoutSlots() throws Exception {
        make(options -> options.maxWorkers(0));
        first.onRun = attempt -> {
            throw new IllegalStateException("planned");
        };
        remote.free(first, free(3, 0));

        assertThat(submit().taskState()).isEqualTo(TaskState.QUEUED);
    }

    @ParameterizedTest
    @EnumSource(value = Reason.class, mode = EnumSource.Mode.EXCLUDE, names = "POISON")
    void taskThatAMemberRefusesGoesElsewhere(Reason reason) throws Exception {
        make(options -> options.maxWorkers(0));
        DispatchedTask task = tasks.slow();
        sent(task).ended(new Refused(reason, "not now"));

        assertThat(task.taskState()).isEqualTo(TaskState.QUEUED);
        assertThat(wakeUps).isEqualTo(1); // a worker of its own may be wanted now
    }

    @Test
    void taskOfAMethodThatIsRefusedThereIsRefusedHere() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();

        sent(task).ended(new Refused(Reason.POISON, "Work.slow is refused for another 7 s"));

        TaskRefusedException failure = failure(task, TaskRefusedException.class);
        assertThat(failure.reason()).isEqualTo(Reason.POISON);
        assertThat(failure).hasMessage("Member 10.0.0.1:7800: Work.slow is refused for another 7 s");
    }

    @Test
    void taskThatWaitedTooLongThereGoesElsewhere() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();

        sent(task)
                .ended(new EncodedOutcome.TimedOut(Duration.ofSeconds(1), Limit.QUEUE, "it waited", "", -1, List.of()));

        assertThat(task.taskState()).isEqualTo(TaskState.QUEUED);
    }

    // ---- the first end counts

    @Test
    void whatIsToldOfAnAttemptThatIsOverDoesNothing() throws Exception {
        make(options -> options.maxWorkers(0));
        DispatchedTask task = tasks.slow();
        SentTask over = sent(task);
        over.ended(new NoSlot());
        SentTask next = sent(tasks.slow());

        over.started("ocr-7", 4711);
        over.progressed(new TaskProgress(0.5, "half", Instant.EPOCH));
        over.ended(NULL);
        over.memberLost("it left");
        over.overdue();

        assertThat(next.isOver()).isFalse();
        assertThat(task.isDone()).isFalse();
        assertThat(task.workerPid()).isEmpty();
        assertThat(task.progress()).isEmpty();
        assertThat(first.cancelled).isEmpty();
    }

    // ---- callers that give up

    @Test
    void taskThatIsCancelledIsCancelledThere() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);
        task.cancel(true);

        assertThat(remote.abandoned(task, true)).isTrue();

        assertThat(first.cancelled).containsExactly(attempt);
        assertThat(attempt.isOver()).isTrue();
        assertThat(remote.abandoned(task, true)).isFalse();
    }

    @Test
    void taskThatIsNotToBeInterruptedRunsOn() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);
        task.cancel(false);

        assertThat(remote.abandoned(task, false)).isTrue();

        assertThat(first.cancelled).isEmpty();
        assertThat(attempt.isOver()).isFalse();
        attempt.ended(NULL);
        assertThat(attempt.isOver()).isTrue();
        assertThat(tasks.ended).containsExactly(task.taskId() + " CANCELLED");
    }

    @Test
    void taskThatNobodyWantsDoesNotWaitAgain() throws Exception {
        make(options -> options.retries(1));
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);
        task.cancel(false);

        attempt.ended(new NoSlot());

        assertThat(dispatcher.waiting().size()).isZero();
    }

    @Test
    void endOfThePoolIsTheEndOfWhatItHasSent() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);

        remote.stopAll("pool 'ocr' was shut down");

        assertThat(first.cancelled).containsExactly(attempt);
        assertThat(task).isCancelled();
        assertThat(dispatcher.remote().attempts()).isEmpty();
    }

    @Test
    void taskThatComesBackAfterTheEndEnds() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);
        dispatcher
                .admission()
                .end(
                        new TaskRefusedException("shut down", Reason.SHUT_DOWN, null),
                        homeless -> homeless.cancelled("the end"));

        attempt.ended(new NoSlot());

        assertThat(task).isCancelled();
    }

    @Test
    void memberThatDoesNotKeepALimitIsToldToStop() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow();
        SentTask attempt = sent(task);

        attempt.overdue();

        TaskTimeoutException failure = failure(task, TaskTimeoutException.class);
        assertThat(failure)
                .hasMessage("Work.slow ran longer than timeout: 5s at member 10.0.0.1:7800, which has not ended it");
        assertThat(failure.kind()).isEqualTo(Limit.RUN);
        assertThat(first.cancelled).containsExactly(attempt);
    }

    @Test
    void taskWithoutALimitIsNeverOverdue() throws Exception {
        make(options -> options.timeout(null));
        DispatchedTask task = tasks.slow();

        sent(task).overdue();

        assertThat(task.isDone()).isFalse();
    }

    // ---- what it leaves

    @Test
    void argumentsAreLetGoWhenItEnds() throws Exception {
        make(options -> options);
        DispatchedTask task = tasks.slow(300);
        SentTask attempt = sent(task);

        attempt.ended(NULL);

        assertThat(task.encodedCall(null)).isEmpty();
        assertThat(TestTasks.requestBytes(task)).isLessThan(300);
    }

    @Test
    void methodIsNotTakenForShortByWhatItTakesElsewhere() throws Exception {
        make(options -> options.maxWorkers(0));
        DispatchedTask task = tasks.slow();
        for (int i = 0; i < 20; i++) {
            task = tasks.slow();
            sent(task).ended(NULL);
        }

        assertThat(task.known().isShort()).isFalse();
    }
}
