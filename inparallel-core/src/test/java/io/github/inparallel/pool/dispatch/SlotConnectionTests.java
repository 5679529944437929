package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.inparallel.TaskState;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.Scarcity;
import io.github.inparallel.protocol.TaskRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each frame does to a slot and its tasks, at the right time and at the wrong one: the worker is the test. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init")
class SlotConnectionTests {

    private static final byte[] NULL = {(byte) 0x82, (byte) 0xf4, (byte) 0xf6}; // an array: no identities, null
    private static final long SPIN = Duration.ofMillis(1).toNanos();

    @TempDir
    private Path folder;

    private final PoolOptions options =
            PoolOptions.builder().name("slot").spin(Duration.ofNanos(SPIN)).build();
    private final TestTasks tasks = new TestTasks(options);
    private final ResultBudget results = new ResultBudget(100 << 20);
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>()); // by the supervisor
    private final List<String> observed = Collections.synchronizedList(new ArrayList<>());
    private Runnable meanwhile = () -> tasks.now += SPIN; // while a caller lets others run
    private final OtherTime machine = new OtherTime(() -> tasks.now, () -> meanwhile.run());
    private final Dispatcher dispatcher = new Dispatcher(options, machine);
    private final WorkerEntry entry = new WorkerEntry(
            "slot-1",
            1,
            0,
            1,
            dispatcher,
            new SlotConnection.Surroundings(options, new Observer(), results, new Supervisor(), machine));
    private final Slot slot = entry.slots().get(0);
    private final SlotConnection connection = slot.connection();
    private Channels channels;

    @BeforeEach
    void connect() throws IOException {
        channels = Channels.open(folder);
        assertThat(connection.isConnected()).isFalse();
        assertThat(connection.isReading()).isFalse();
        connection.connect(channels.parent(), 0);
        assertThat(connection.isConnected()).isTrue();
        assertThat(connection.isReading()).isTrue();
        entry.startedAs(4711);
        dispatcher.entries().accept(entry);
    }

    @AfterEach
    void close() {
        channels.close();
    }

    // ---- what the test does as a caller, as the worker and in place of the slot's thread

    private DispatchedTask submit(DispatchedTask task) throws InterruptedException {
        Place place = dispatcher.submit(task);
        if (place != null) {
            place.send(task, false);
        }
        return task;
    }

    /** The first is the slot's, and has been read by the worker. */
    private DispatchedTask running() throws Exception {
        return running(tasks.quick());
    }

    private DispatchedTask running(DispatchedTask task) throws Exception {
        connection.open();
        submit(task);
        assertThat(request().taskId()).isEqualTo(task.id());
        heard.clear();
        observed.clear();
        return task;
    }

    /** The first runs, and the others are the slot's early. All have been read by the worker. */
    private List<DispatchedTask> early(int count) throws Exception {
        DispatchedTask before = running();
        List<DispatchedTask> all = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            all.add(submit(tasks.quick()));
        }
        answer(before);
        assertThat(connection.step()).isTrue();
        for (DispatchedTask each : all) {
            assertThat(request().taskId()).isEqualTo(each.id());
        }
        return all;
    }

    private Frame request() throws IOException {
        return Objects.requireNonNull(channels.worker().poll(10_000));
    }

    private void answer(DispatchedTask task) throws IOException {
        channels.worker().send(Answer.encode(task.id(), 1_000, NULL, null));
    }

    private static Throwable failureOf(DispatchedTask task) {
        return Objects.requireNonNull(
                Objects.requireNonNull(catchThrowable(task::get)).getCause());
    }

    private void reads() {
        assertThat(connection.step()).isTrue();
    }

    private void readsToTheEnd() {
        for (int i = 0; i < 100 && connection.isReading(); i++) {
            connection.step();
        }
        assertThat(connection.isReading()).isFalse();
    }

    private void breaksTheProtocol() {
        readsToTheEnd();
        assertThat(heard).endsWith("closed, broken");
        assertThat(channels.parent().isOpen()).isFalse();
    }

    // ---- sending

    @Test
    void slotThatIsLetInIsIdleWhereNothingWaits() {
        connection.open();

        assertThat(connection.step()).isFalse();
        assertThat(heard).isEmpty();
        assertThat(dispatcher.leased(slot)).isNull();
    }

    @Test
    void slotThatIsLetInSendsWhatWaits() throws Exception {
        DispatchedTask task = submit(tasks.quick());

        connection.open();

        assertThat(request().taskId()).isEqualTo(task.id());
        assertThat(heard).containsExactly("assigned slot-1");
        answer(task);
        reads();
        assertThat(task.taskState()).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void requestIsSentAndItsSizeAndWaitAreObserved() throws Exception {
        connection.open();
        DispatchedTask task = tasks.quick(100);
        tasks.now += 30;

        submit(task);

        Frame request = request();
        assertThat(request.type()).isEqualTo(FrameType.TASK);
        assertThat(request.taskId()).isEqualTo(task.id());
        assertThat(observed).containsExactly("started Work.quick after PT0.00000003S", "sent " + task.size());
        assertThat(heard).containsExactly("assigned slot-1");
        assertThat(task.taskState()).isEqualTo(TaskState.RUNNING);
        assertThat(connection.step()).isFalse(); // there is no answer yet
    }

    @Test
    void taskIsSentThoughWhoHearsOfItFails() throws Exception {
        connection.open();
        tasks.onStart = () -> {
            throw new StackOverflowError("planned");
        };

        DispatchedTask task = submit(tasks.quick());

        assertThat(request().taskId()).isEqualTo(task.id());
        answer(task);
        reads();
        assertThat(task.taskState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(dispatcher.leased(slot)).isNull();
    }

    @Test
    void tasksThatAreAssignedEarlyGoInOneWriteAndAreToBeLookedAfter() throws Exception {
        List<DispatchedTask> all = early(2);

        long due = all.get(0).assignedNanos() + EarlyTasks.LONGEST_NANOS;
        assertThat(heard).containsSubsequence("assigned slot-2", "early by " + due);
        assertThat(heard).doesNotContain("idle");
        assertThat(observed).filteredOn(each -> each.startsWith("sent")).hasSize(3);
    }

    @Test
    void taskWhoseWorkerIsGoneBeforeItIsSentWaitsAgain() throws Exception {
        connection.open();
        channels.worker().close();

        DispatchedTask task = submit(tasks.quick());
        readsToTheEnd();

        assertThat(heard).containsExactly("closed");
        assertThat(observed).noneMatch(each -> each.startsWith("sent"));
        assertThat(dispatcher.waiting().first(9)).containsExactly(task);
        assertThat(dispatcher.leased(slot)).isNull();
        assertThat(entry.tasksDone()).isZero();
    }

    @Test
    void taskThatIsLeasedWhileTheConnectionEndsIsNotSent() throws Exception {
        connection.open();
        DispatchedTask task = tasks.quick();
        Place leased = dispatcher.submit(task);
        assertThat(leased).isSameAs(slot);
        channels.worker().close();
        connection.send(task, false);
        readsToTheEnd();
        heard.clear();

        connection.send(task, false);

        assertThat(heard).isEmpty();
    }

    @Test
    void answerThatComesBeforeItsRequestIsWrittenHasTheNextTaskGoElsewhere() throws Exception {
        connection.open();
        DispatchedTask large = submit(tasks.slow(8 << 20));
        DispatchedTask next = submit(tasks.quick());
        answer(large);

        readsToTheEnd();

        assertThat(large.taskState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(dispatcher.waiting().first(9)).containsExactly(next);
    }

    // ---- answers

    @Test
    void resultEndsTheTaskAndTheSlotIsIdle() throws Exception {
        DispatchedTask task = running();

        answer(task);
        reads();

        assertThat(task.get()).isNull();
        assertThat(heard).containsExactly("idle");
        assertThat(observed).containsExactly("received 7");
        assertThat(entry.tasksDone()).isEqualTo(1);
        assertThat(dispatcher.leased(slot)).isNull();
        assertThat(connection.step()).isFalse();
        assertThat(dispatcher.submit(tasks.quick())).isSameAs(slot);
    }

    @Test
    void resultSaysHowLongTheMethodRuns() throws Exception {
        DispatchedTask task = running();
        task.known().ran(1_000_000);
        task.known().ran(1_000_000);
        assertThat(task.known().isShort()).isTrue();

        channels.worker().send(Answer.encode(task.id(), 2_000_000_000, NULL, null));
        reads();

        assertThat(task.known().isShort()).isFalse();
    }

    @Test
    void errorEndsTheTaskWithItsException() throws Exception {
        DispatchedTask task = running();

        channels.worker()
                .send(new Frame(
                        FrameType.ERROR, task.id(), ThrowableCodec.encode(new IllegalStateException("no coins"))));
        reads();

        assertThat(failureOf(task))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no coins")
                .hasNoSuppressedExceptions();
        assertThat(task.taskState()).isEqualTo(TaskState.FAILED);
        assertThat(heard).containsExactly("idle");
        assertThat(entry.tasksDone()).isEqualTo(1);
    }

    @Test
    void argumentsAreLetGoWithTheAnswer() throws Exception {
        DispatchedTask task = running(tasks.quick(500));
        int before = TestTasks.requestBytes(task);

        answer(task);
        reads();

        assertThat(TestTasks.requestBytes(task)).isLessThanOrEqualTo(before - 500);
    }

    @Test
    void nextTaskIsSentBeforeTheAnsweredOneEnds() throws Exception {
        DispatchedTask first = running();
        DispatchedTask second = submit(tasks.quick());
        List<Boolean> sent = new ArrayList<>();
        first.whenComplete((value, failure) -> sent.add(observed.stream().anyMatch(each -> each.startsWith("sent"))));

        answer(first);
        reads();

        assertThat(sent).containsExactly(true);
        assertThat(request().taskId()).isEqualTo(second.id());
        assertThat(heard).containsExactly("assigned slot-2");
        answer(second);
        reads();
        assertThat(second.taskState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(heard).endsWith("idle");
    }

    @Test
    void answerToATaskThatItDoesNotHaveBreaksTheProtocol() throws Exception {
        DispatchedTask task = running();

        channels.worker().send(Answer.encode(task.id() + 1, 1_000, NULL, null));

        breaksTheProtocol();
        assertThat(dispatcher.leased(slot)).isSameAs(task); // what becomes of it is the supervisor's matter
        assertThat(dispatcher.entries().accepts(entry)).isFalse();
    }

    @Test
    void secondAnswerToATaskBreaksTheProtocolWhenTheNextIsSent() throws Exception {
        DispatchedTask first = running();
        answer(first);
        answer(first);
        reads();
        assertThat(first.taskState()).isEqualTo(TaskState.SUCCEEDED);

        DispatchedTask second = submit(tasks.quick());

        breaksTheProtocol();
        assertThat(dispatcher.leased(slot)).isSameAs(second);
    }

    static Stream<FrameType> wrongTypes() {
        return EnumSet.complementOf(EnumSet.of(
                        FrameType.RESULT,
                        FrameType.ERROR,
                        FrameType.STARTED,
                        FrameType.PROGRESS,
                        FrameType.EXHAUSTED,
                        FrameType.REVOKED))
                .stream();
    }

    @ParameterizedTest
    @MethodSource("wrongTypes")
    void frameOfAnotherConnectionBreaksTheProtocol(FrameType type) throws Exception {
        DispatchedTask task = running();

        channels.worker().send(Frame.of(type, task.id()));

        breaksTheProtocol();
        assertThat(task.isDone()).isFalse();
    }

    static Stream<FrameType> typesWithContent() {
        return Stream.of(FrameType.RESULT, FrameType.PROGRESS, FrameType.EXHAUSTED);
    }

    @ParameterizedTest
    @MethodSource("typesWithContent")
    void malformedFrameBreaksTheProtocolAndEndsNoTask(FrameType type) throws Exception {
        DispatchedTask task = running();

        channels.worker().send(new Frame(type, task.id(), new byte[] {-1, 2}));

        breaksTheProtocol();
        assertThat(task.isDone()).isFalse();
        assertThat(dispatcher.leased(slot)).isSameAs(task);
    }

    @Test
    void frameThatIsLongerThanAllowedBreaksTheProtocol() throws Exception {
        running();

        channels.worker()
                .channel()
                .write(ByteBuffer.allocate(13)
                        .putInt((16 << 20) + 10)
                        .put((byte) FrameType.RESULT.ordinal())
                        .putLong(1)
                        .flip());

        breaksTheProtocol();
        assertThat(results.taken()).isZero();
    }

    // ---- on the way to an answer

    @Test
    void progressIsReportedAndTheTaskGoesOn() throws Exception {
        DispatchedTask task = running();
        tasks.now += 50;

        channels.worker().send(new ProgressReport(0.5, "half", 17).toFrame(task.id()));
        reads();

        assertThat(task.progress()).hasValueSatisfying(report -> {
            assertThat(report.fraction()).isEqualTo(0.5);
            assertThat(report.message()).isEqualTo("half");
        });
        assertThat(task.progressNanos()).isEqualTo(tasks.now);
        assertThat(task.isDone()).isFalse();
        answer(task);
        reads();
        assertThat(task.isDone()).isTrue();
    }

    @Test
    void requestThatHasBeenReadNoLongerCountsAsWaiting() throws Exception {
        connection.open();
        DispatchedTask task = submit(tasks.slow(TaskRequest.LARGE + 1));
        assertThat(dispatcher.waiting().bytes()).isEqualTo(task.size());

        channels.worker().send(Frame.of(FrameType.STARTED, task.id()));
        reads();

        assertThat(dispatcher.waiting().bytes()).isZero();
        assertThat(TestTasks.requestBytes(task)).isLessThan(TaskRequest.LARGE); // the worker has its arguments now
        assertThat(task.isDone()).isFalse();
    }

    @Test
    void workerThatRunsOutOfSomethingGetsNoMoreTasksAndItsFailureSaysSo() throws Exception {
        List<DispatchedTask> all = early(2);
        heard.clear();

        channels.worker().send(Scarcity.HEAP.toFrame(all.get(0).id()));
        reads();

        assertThat(dispatcher.entries().accepts(entry)).isFalse();
        assertThat(dispatcher.waiting().first(9)).isEqualTo(all.subList(1, 3));
        assertThat(heard).containsExactly("tasksWait");
        Shortage shortage = Objects.requireNonNull(entry.shortage());
        assertThat(shortage.scarcity()).isEqualTo(Scarcity.HEAP);
        assertThat(shortage.task().taskId()).isEqualTo("slot-2");

        channels.worker()
                .send(new Frame(
                        FrameType.ERROR, all.get(0).id(), ThrowableCodec.encode(new OutOfMemoryError("Java heap"))));
        reads();

        Throwable failure = failureOf(all.get(0));
        assertThat(failure).hasMessage("Java heap");
        assertThat(failure.getSuppressed()[0].getMessage())
                .startsWith("Worker slot-1, pid 4711, of pool 'slot' is replaced: It ran out of memory with heap: ");
        assertThat(heard).endsWith("idle");
    }

    // ---- taking back

    @Test
    void tasksThatAreTakenBackWaitAgainAndTheFirstGoesOn() throws Exception {
        List<DispatchedTask> all = early(3);
        long last = dispatcher.toRevoke(slot, tasks.now, true);
        heard.clear();

        channels.worker().send(Frame.of(FrameType.REVOKED, last - 2));
        reads();

        assertThat(dispatcher.leased(slot)).isSameAs(all.get(0));
        assertThat(dispatcher.waiting().first(9)).isEqualTo(all.subList(2, 4));
        assertThat(heard).containsExactly("tasksWait");
        answer(all.get(0));
        reads();
        assertThat(all.get(0).isDone()).isTrue();
        assertThat(dispatcher.leased(slot)).isSameAs(all.get(1));
    }

    @Test
    void takingBackWhatIsItsTurnHasItSentAgain() throws Exception {
        List<DispatchedTask> all = early(1);
        long last = dispatcher.toRevoke(slot, tasks.now, true);
        answer(all.get(0));
        reads();

        channels.worker().send(Frame.of(FrameType.REVOKED, last - 1));
        reads();

        assertThat(request().taskId()).isEqualTo(all.get(1).id());
        answer(all.get(1));
        reads();
        assertThat(all.get(1).taskState()).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void takingBackUnaskedBreaksTheProtocol() throws Exception {
        List<DispatchedTask> all = early(1);

        channels.worker().send(Frame.of(FrameType.REVOKED, 0));

        breaksTheProtocol();
        assertThat(dispatcher.tasks(slot)).isEqualTo(all); // of whom nobody knows which has begun
    }

    // ---- the end of the connection

    @Test
    void endOfTheStreamLeavesTheTaskWithTheSlot() throws Exception {
        DispatchedTask task = running();

        channels.worker().close();
        readsToTheEnd();

        assertThat(heard).containsExactly("closed");
        assertThat(dispatcher.leased(slot)).isSameAs(task);
        assertThat(dispatcher.entries().accepts(entry)).isFalse();
        assertThat(channels.parent().isOpen()).isFalse();
    }

    @Test
    void endOfTheStreamHasTasksThatWereAssignedEarlyWaitAgain() throws Exception {
        List<DispatchedTask> all = early(2);

        channels.worker().close();
        readsToTheEnd();

        assertThat(dispatcher.tasks(slot)).containsExactly(all.get(0));
        assertThat(dispatcher.waiting().first(9)).isEqualTo(all.subList(1, 3));
    }

    @Test
    void whatWasSentBeforeTheEndIsRead() throws Exception {
        DispatchedTask task = running();

        answer(task);
        channels.worker().close();
        reads();

        assertThat(task.taskState()).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void requestThatWasNotReadGoesElsewhereWhenTheConnectionIsReset() throws Exception {
        connection.open();
        DispatchedTask task = submit(tasks.quick());

        channels.worker().close(); // with the request unread, which resets it
        readsToTheEnd();

        assertThat(dispatcher.leased(slot)).isNull();
        assertThat(dispatcher.waiting().first(9)).containsExactly(task);
        assertThat(heard).containsExactly("assigned slot-1", "closed");
    }

    @Test
    void taskThatHasReportedStaysWithTheSlotWhenTheConnectionIsReset() throws Exception {
        connection.open();
        DispatchedTask task = submit(tasks.quick());

        channels.worker().send(new ProgressReport(0.5, "half", 17).toFrame(task.id()));
        channels.worker().close();
        reads();
        readsToTheEnd();

        assertThat(dispatcher.leased(slot)).isSameAs(task);
    }

    @Test
    void taskWhoseAnswerHasBegunStaysWithTheSlotWhenTheConnectionIsReset() throws Exception {
        connection.open();
        DispatchedTask task = submit(tasks.quick());

        channels.worker().channel().write(ByteBuffer.wrap(new byte[] {0, 0, 0, 9, 6}));
        channels.worker().close();
        readsToTheEnd();

        assertThat(dispatcher.leased(slot)).isSameAs(task);
    }

    @Test
    void taskThatWasSentWithOthersStaysWithTheSlotWhenTheConnectionIsReset() throws Exception {
        DispatchedTask before = running();
        DispatchedTask first = submit(tasks.quick());
        DispatchedTask second = submit(tasks.quick());
        answer(before);
        reads();

        channels.worker().close(); // it may have read and begun the first
        readsToTheEnd();

        assertThat(dispatcher.leased(slot)).isSameAs(first);
        assertThat(dispatcher.waiting().first(9)).containsExactly(second);
    }

    @Test
    void requestThatIsNotWhollyWrittenGoesElsewhere() throws Exception {
        connection.open();
        DispatchedTask task = submit(tasks.slow(8 << 20));

        channels.worker().close();
        readsToTheEnd();

        assertThat(dispatcher.waiting().first(9)).containsExactly(task);
        assertThat(dispatcher.waiting().bytes()).isEqualTo(task.size());
    }

    @Test
    void slotWithoutATaskEndsWhenItIsClosed() {
        connection.open();

        connection.closeIfIdle();

        assertThat(connection.isReading()).isTrue();
        reads();
        assertThat(connection.isReading()).isFalse();
        assertThat(heard).containsExactly("closed");
        assertThat(dispatcher.entries().accepts(entry)).isFalse();
    }

    @Test
    void slotThatHasATaskReadsItsAnswerBeforeItEnds() throws Exception {
        DispatchedTask task = running();

        connection.closeIfIdle();
        assertThat(connection.step()).isFalse();
        answer(task);
        reads();
        assertThat(task.isDone()).isTrue();
        readsToTheEnd();

        assertThat(heard).containsExactly("idle", "closed");
    }

    @Test
    void closedConnectionLeavesTheTaskWithTheSlot() throws Exception {
        DispatchedTask task = running();

        connection.close();
        readsToTheEnd();

        assertThat(heard).containsExactly("closed");
        assertThat(dispatcher.leased(slot)).isSameAs(task);
    }

    @Test
    void slotThatGotNoThreadIsNotReadAnyMore() {
        connection.readsNever();

        assertThat(connection.isReading()).isFalse();
    }

    // ---- large results

    @Test
    void largeResultTakesOfTheBudgetUntilItIsDecoded() throws Exception {
        DispatchedTask task = running(tasks.awaited());
        byte[] large = new byte[TaskRequest.LARGE + 10];

        sendLarge(Answer.encode(task.id(), 1_000, large, null));
        assertThat(results.taken()).isEqualTo(large.length + Answer.OFFSET);
        assertThat(task.isDone()).isTrue(); // which decodes it

        assertThat(results.taken()).isZero();
    }

    @Test
    void largeAnswerThatNobodyWantsTakesNothing() throws Exception {
        DispatchedTask task = running();
        task.cancel(true);

        sendLarge(Answer.encode(task.id(), 1_000, new byte[TaskRequest.LARGE + 10], null));

        assertThat(results.taken()).isZero();
    }

    @Test
    void largeErrorTakesNothingOnceItIsRead() throws Exception {
        DispatchedTask task = running();

        sendLarge(new Frame(FrameType.ERROR, task.id(), new byte[TaskRequest.LARGE + 10]).encode());

        assertThat(task.taskState()).isEqualTo(TaskState.FAILED);
        assertThat(results.taken()).isZero();
    }

    @Test
    void largeResultThatBreaksOffTakesNothing() throws Exception {
        DispatchedTask task = running();
        channels.worker().offer(Answer.encode(task.id(), 1_000, new byte[TaskRequest.LARGE + 10], null));
        channels.worker().flush();
        connection.step();
        assertThat(results.taken()).isPositive();

        channels.worker().close();
        readsToTheEnd();

        assertThat(results.taken()).isZero();
        assertThat(dispatcher.leased(slot)).isSameAs(task);
    }

    /** Writes and reads by turns, on one thread. */
    private void sendLarge(Frame.Outgoing frame) throws IOException {
        channels.worker().offer(frame);
        do {
            channels.worker().flush();
        } while (!connection.step() || channels.worker().hasUnsent());
    }

    // ---- callers that read

    @Test
    void callerThatWaitsReadsItsAnswer() throws Exception {
        connection.open();
        DispatchedTask task = tasks.awaited();
        meanwhile = () -> answerQuietly(task);

        assertThat(dispatcher.submit(task)).isSameAs(slot);
        connection.send(task, true);

        assertThat(task.isDone()).isTrue();
        assertThat(heard).containsExactly("assigned slot-1", "idle");
        assertThat(connection.step()).isFalse(); // it is nobody's turn
    }

    @Test
    void callerReadsOnAfterAReport() throws Exception {
        connection.open();
        DispatchedTask task = tasks.awaited();
        meanwhile = () -> {
            try {
                channels.worker().send(new ProgressReport(0.5, "half", 17).toFrame(task.id()));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            meanwhile = () -> answerQuietly(task);
        };

        dispatcher.submit(task);
        connection.send(task, true);

        assertThat(task.isDone()).isTrue();
        assertThat(task.progress()).isPresent();
    }

    private void answerQuietly(DispatchedTask task) {
        try {
            request();
            answer(task);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void callerThatHasReadForSoLongHandsOver() throws Exception {
        connection.open();
        DispatchedTask task = tasks.awaited();
        List<Long> looks = new ArrayList<>();
        meanwhile = () -> {
            looks.add(tasks.now);
            tasks.now += SPIN / 2;
        };

        dispatcher.submit(task);
        connection.send(task, true);

        assertThat(looks).hasSize(2);
        assertThat(task.isDone()).isFalse();
        answer(task);
        reads();
        assertThat(task.isDone()).isTrue();
    }

    @Test
    void callersThatReadInVainNoLongerTry() throws Exception {
        connection.open();
        List<Long> looks = new ArrayList<>();
        meanwhile = () -> {
            looks.add(tasks.now);
            tasks.now += SPIN;
        };

        for (int i = 0; i < 4; i++) {
            DispatchedTask task = tasks.awaited();
            dispatcher.submit(task);
            connection.send(task, true);
            answer(task);
            reads();
        }

        assertThat(looks).hasSize(3);
    }

    @Test
    void callerWhoseTaskHasEndedHandsOver() throws Exception {
        connection.open();
        DispatchedTask task = tasks.awaited();
        List<Long> looks = new ArrayList<>();
        meanwhile = () -> {
            looks.add(tasks.now);
            task.cancel(true);
        };

        dispatcher.submit(task);
        connection.send(task, true);

        assertThat(looks).hasSize(1);
        answer(task);
        reads();
        assertThat(dispatcher.leased(slot)).isNull();
    }

    @Test
    void callerWhoseRequestIsNotWhollyWrittenHandsOver() throws Exception {
        connection.open();
        DispatchedTask task = tasks.slow(8 << 20);
        meanwhile = () -> {
            throw new AssertionError("it waits");
        };

        dispatcher.submit(task);
        connection.send(task, true);

        assertThat(connection.step()).isFalse(); // it is the thread's
        assertThat(task.isDone()).isFalse();
    }

    @Test
    void whatACallerFindsWrongIsSeenToByTheThread() throws Exception {
        connection.open();
        DispatchedTask task = tasks.awaited();
        meanwhile = () -> {
            try {
                request();
                channels.worker().send(Frame.of(FrameType.HELLO, task.id()));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };

        dispatcher.submit(task);
        connection.send(task, true);
        assertThat(heard).containsExactly("assigned slot-1");

        breaksTheProtocol();
        assertThat(dispatcher.leased(slot)).isSameAs(task);
    }

    // ---- its thread

    @Test
    void threadReadsAnswersUntilItIsClosed() throws Exception {
        Thread thread = new Thread(connection);
        thread.setDaemon(true);
        thread.start();
        connection.open();
        for (int i = 0; i < 5; i++) {
            DispatchedTask task = submit(tasks.quick());
            answer(task);
            task.get();
            thread.interrupt(); // it has no reason to care
        }

        connection.closeIfIdle();
        thread.join();

        assertThat(heard).endsWith("closed");
        assertThat(connection.isReading()).isFalse();
    }

    @Test
    void threadThatSleepsIsWokenForAnAnswerAndForTheEnd() throws Exception {
        Thread thread = new Thread(connection);
        thread.setDaemon(true);
        thread.start();
        connection.open();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        DispatchedTask task = submit(tasks.quick());
        answer(task);
        task.get();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        connection.closeIfIdle();
        thread.join();

        assertThat(heard).endsWith("closed");
    }

    private final class Supervisor implements SlotConnection.Listener {
        @Override
        public void idle(Slot idle) {
            heard.add("idle");
        }

        @Override
        public void closed(Slot closed, boolean broken) {
            heard.add(broken ? "closed, broken" : "closed");
        }

        @Override
        public void assigned(DispatchedTask task) {
            heard.add("assigned " + task.taskId());
        }

        @Override
        public void assignedEarly(long due) {
            heard.add("early by " + due);
        }

        @Override
        public void tasksWait() {
            heard.add("tasksWait");
        }
    }

    private final class Observer implements PoolObserver {
        @Override
        public void taskStarted(String method, Duration queued) {
            observed.add("started " + method + " after " + queued);
        }

        @Override
        public void payload(boolean sent, int bytes) {
            observed.add((sent ? "sent " : "received ") + bytes);
        }
    }
}
