package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome.Cancelled;
import io.github.inparallel.pool.member.EncodedOutcome.Failed;
import io.github.inparallel.pool.member.EncodedOutcome.NoSlot;
import io.github.inparallel.pool.member.EncodedOutcome.Refused;
import io.github.inparallel.pool.member.EncodedOutcome.Succeeded;
import io.github.inparallel.pool.member.EncodedOutcome.TimedOut;
import io.github.inparallel.pool.member.EncodedOutcome.WorkerLost;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.ReceivedTask;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.TaskRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool does with tasks of other members, on stub workers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test makes its pool
class LentSlotsTests {

    private static final byte[] ADDRESS =
            TaskRequest.Address.of("work", "read()").bytes();
    private static final byte[] ARGUMENTS = {1, 2, 3};

    private final StubWorkers workers = new StubWorkers();
    private final List<String> observed = new CopyOnWriteArrayList<>();
    private WorkerPool pool;

    private void make(UnaryOperator<PoolOptionsBuilder> settings) {
        pool = WorkerPool.create(
                settings.apply(PoolOptions.builder()
                                .name("ocr")
                                .maxWorkers(1)
                                .spread(PoolOptions.Spread.CLUSTER)
                                .killGrace(Duration.ofMillis(10))
                                .shutdownTimeout(Duration.ZERO)
                                .observer(new Observer()))
                        .build(),
                workers);
    }

    private final class Observer implements PoolObserver {
        @Override
        public void taskStarted(String method, Duration queued) {
            observed.add("started " + method);
        }

        @Override
        public void taskEnded(String method, TaskState outcome, @Nullable Throwable failure, Duration elapsed) {
            observed.add("ended " + method);
        }
    }

    @AfterEach
    void close() {
        pool.shutdownNow(); // else a worker is started for the one that exits
        workers.exit();
        pool.close();
    }

    private static EncodedCall call(byte[] address, byte[] arguments, long timeoutMillis) {
        return new EncodedCall(
                "web-17", "Ocr.read", address, timeoutMillis, 0, Map.of("locale", "de"), arguments, null);
    }

    private static EncodedCall call() {
        return call(ADDRESS, ARGUMENTS, 0);
    }

    private Heard run(EncodedCall call) {
        Heard heard = new Heard();
        pool.lentSlots().run(call, "10.0.0.7:7800", heard);
        return heard;
    }

    private StubWorkers.Stub ready() throws Exception {
        StubWorkers.Stub worker = workers.next();
        awaitFree(1, pool.options().maxWorkers() - 1);
        return worker;
    }

    private void awaitFree(int idle, int startable) {
        await().until(() -> pool.lentSlots().free().equals(new FreeSlots(idle, startable)));
    }

    // ---- what is free

    @Test
    void idleSlotsAreFreeAndSoAreThoseThatCanBeStarted() throws Exception {
        make(options -> options.maxWorkers(3).concurrency(2));
        workers.next();

        awaitFree(2, 4);
    }

    @Test
    void slotThatHasATaskIsNotFree() throws Exception {
        make(options -> options.maxWorkers(2));
        ready();

        run(call());

        assertThat(pool.lentSlots().free()).isEqualTo(new FreeSlots(0, 1));
    }

    @Test
    void spareWorkersAreNotFree() throws Exception {
        make(options -> options.spareWorkers(1));
        workers.next();
        workers.next();

        awaitFree(1, 0);
        await().until(() -> pool.stats().workers().stream()
                        .filter(worker -> worker.state() == WorkerState.IDLE)
                        .count()
                == 2);
        assertThat(pool.lentSlots().free()).isEqualTo(new FreeSlots(1, 0));
    }

    @Test
    void poolThatIsNotToShareLendsNothing() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.LOCAL));
        workers.next();

        assertThat(pool.lentSlots().free()).isEqualTo(FreeSlots.NONE);
        assertThat(run(call()).outcome(NoSlot.class)).isNotNull();
    }

    @Test
    void poolThatIsDrainedOrShutDownLendsNothing() throws Exception {
        make(options -> options);
        ready();

        pool.drain();
        assertThat(pool.lentSlots().free()).isEqualTo(FreeSlots.NONE);
        assertThat(run(call()).words).containsExactly("ended");
        pool.resume();
        assertThat(pool.lentSlots().free()).isEqualTo(new FreeSlots(1, 0));
        pool.shutdown();
        assertThat(pool.lentSlots().free()).isEqualTo(FreeSlots.NONE);
    }

    @Test
    void poolWithoutWorkersLendsNothing() throws Exception {
        make(options -> options.maxWorkers(0));

        assertThat(pool.lentSlots().free()).isEqualTo(FreeSlots.NONE);
        assertThat(run(call()).outcome(NoSlot.class)).isNotNull();
    }

    @Test
    void whoWantsToKnowIsToldOfChanges() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();
        AtomicInteger changes = new AtomicInteger();
        pool.lentSlots().onChange(changes::incrementAndGet);

        run(call());
        assertThat(changes.getAndSet(0)).isPositive();
        worker.answer(0, worker.request(0).taskId());
        awaitFree(1, 0);
        await().until(() -> changes.getAndSet(0) > 0);
        pool.drain();
        assertThat(changes.getAndSet(0)).isPositive();
    }

    // ---- its way

    @Test
    void answerIsHandedOnAsItIs() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();

        Heard heard = run(call());

        Frame request = worker.request(0);
        worker.answer(0, request.taskId());
        assertThat(heard.outcome(Succeeded.class).answer())
                .containsExactly(0, 0, 0, 0, (byte) 0x82, (byte) 0xf4, (byte) 0xf6);
        assertThat(heard.words).containsExactly("started in ocr-1", "ended");
    }

    @Test
    void workerGetsTheCallAsItCame() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();

        run(call(ADDRESS, ARGUMENTS, 7_000));

        byte[] payload = worker.request(0).payload();
        TaskRequest request = TaskRequest.of(payload, null);
        assertThat(request.address().target()).isEqualTo("work");
        assertThat(request.timeoutMillis()).isEqualTo(7_000);
        assertThat(request.attributes())
                .containsOnly(
                        Map.entry("locale", "de"),
                        Map.entry(TaskRequest.TASK_ID, "web-17"),
                        Map.entry(TaskRequest.MEMBER, "10.0.0.7:7800"));
        assertThat(payload).endsWith(ARGUMENTS);
    }

    @Test
    void exceptionIsHandedOnAsItIs() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();
        byte[] failure = ThrowableCodec.encode(new IllegalStateException("planned"));

        Heard heard = run(call());

        worker.progressed(0, new Frame(FrameType.ERROR, worker.request(0).taskId(), failure));
        assertThat(heard.outcome(Failed.class).throwable()).isEqualTo(failure);
    }

    @Test
    void progressIsHandedOn() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();

        Heard heard = run(call());

        long task = worker.request(0).taskId();
        worker.progressed(0, new ProgressReport(0.5, "half", 1_000).toFrame(task));
        worker.answer(0, task);
        heard.outcome(Succeeded.class);
        assertThat(heard.words).containsExactly("started in ocr-1", "progressed to half", "ended");
    }

    @Test
    void taskIsNotCountedHereButKeptInTheHistory() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();

        Heard heard = run(call());
        worker.answer(0, worker.request(0).taskId());
        heard.outcome(Succeeded.class);

        awaitFree(1, 0);
        assertThat(observed).isEmpty();
        await().until(() -> pool.stats().inFlight() == 0);
        assertThat(pool.history(0).methods().get(0).hour().ended()).containsEntry(TaskState.SUCCEEDED, 1L);
    }

    @Test
    void taskWaitsOnlyForASlotThatStarts() throws Exception {
        workers.silent();
        make(options -> options);
        StubWorkers.Stub worker = workers.next();
        awaitFree(0, 1);

        Heard heard = run(call());

        assertThat(heard.hasEnded()).isFalse();
        assertThat(pool.lentSlots().free()).isEqualTo(FreeSlots.NONE);
        assertThat(run(call()).words).containsExactly("ended");
        worker.becomeReady();
        worker.answer(0, worker.request(0).taskId());
        heard.outcome(Succeeded.class);
    }

    @Test
    void taskWaitsForASlotThatStartsNoLongerThanItsCallerLetsIt() throws Exception {
        workers.silent();
        make(options -> options);
        StubWorkers.Stub worker = workers.next();
        awaitFree(0, 1);

        run(waitingFor(1)).outcome(Refused.class); // as a slot that is not there any more

        awaitFree(0, 1);
        Heard patient = run(waitingFor(Long.MAX_VALUE));
        worker.becomeReady();
        worker.answer(0, worker.request(0).taskId());
        patient.outcome(Succeeded.class);
    }

    @Test
    void taskThatHasBegunGoesNotBack() throws Exception {
        make(options -> options.maxWorkers(2));
        StubWorkers.Stub worker = ready();
        workers.silent();
        Heard running = run(waitingFor(1));
        Heard waiting = run(waitingFor(1));

        waiting.outcome(Refused.class); // so the supervisor has looked

        worker.answer(0, worker.request(0).taskId());
        running.outcome(Succeeded.class);
    }

    /** How long a call may wait is its caller's to say: else it would come here again and again, and no worker be started for it. */
    @Test
    void workerIsStartedForATaskOfAMemberWhateverTheQueueTimeoutHere() throws Exception {
        make(options -> options.minWorkers(0).queueTimeout(Duration.ofNanos(1)));
        awaitFree(0, 1);

        Heard heard = run(waitingFor(Long.MAX_VALUE));

        await().until(() -> heard.hasEnded() || !pool.stats().workers().isEmpty());
        assertThat(heard.hasEnded()).isFalse();
    }

    private static EncodedCall waitingFor(long queueMillis) {
        return new EncodedCall("web-17", "Ocr.read", ADDRESS, 0, queueMillis, Map.of(), ARGUMENTS, null);
    }

    // ---- limits

    @Test
    void limitOfTheCallerIsKeptHere() throws Exception {
        make(options -> options);
        ready();

        TimedOut outcome = run(call(ADDRESS, ARGUMENTS, 20)).outcome(TimedOut.class);

        assertThat(outcome.kind()).isEqualTo(Limit.RUN);
        assertThat(outcome.limit()).isEqualTo(Duration.ofMillis(20));
        assertThat(outcome.worker()).isEqualTo("ocr-1");
        assertThat(outcome.pid()).isPositive();
        assertThat(outcome.message()).startsWith("Ocr.read ran longer than timeout: 20ms in worker ocr-1, pid ");
    }

    @Test
    void taskThatIsCancelledIsToldToStopAndItsWorkerIsKilled() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();
        Heard heard = new Heard();
        ReceivedTask task = pool.lentSlots().run(call(), "10.0.0.7:7800", heard);
        worker.request(0);

        task.cancel("its caller gave up");

        assertThat(heard.outcome(Cancelled.class)).isNotNull();
        await().until(() -> worker.killed);
        task.cancel("again");
        assertThat(heard.words).containsExactly("started in ocr-1", "ended");
    }

    @Test
    void taskThatSomebodyCancelsHereIsCancelledThere() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();
        Heard heard = run(call());
        worker.request(0);

        String id = pool.stats().workers().get(0).tasks().get(0).taskId();
        assertThat(pool.cancel(id)).isTrue();

        assertThat(heard.outcome(Cancelled.class).why()).isEqualTo("somebody cancelled it where it ran");
    }

    @Test
    void workerThatIsLostIsToldAndNoRetryIsUsed() throws Exception {
        make(options -> options.retries(3));
        StubWorkers.Stub worker = ready();
        Heard heard = run(call());
        worker.request(0);

        worker.exit(137);

        WorkerLost outcome = heard.outcome(WorkerLost.class);
        assertThat(outcome.exit().cause()).isEqualTo(Cause.KILLED);
        assertThat(outcome.worker()).isEqualTo("ocr-1");
        assertThat(outcome.pid()).isEqualTo(worker.pid());
        assertThat(outcome.lastStderr()).containsExactly("what it printed");
        assertThat(outcome.message()).contains("of pool 'ocr' ended while it ran Ocr.read");
    }

    @Test
    void methodThatLosesWorkersIsRefused() throws Exception {
        make(options -> options.poisonLimit(1));
        StubWorkers.Stub worker = ready();
        Heard heard = run(call());
        worker.request(0);
        worker.exit(137);
        heard.outcome(WorkerLost.class);
        workers.next();
        awaitFree(1, 0);

        assertThat(run(call()).outcome(Refused.class).reason()).isEqualTo(Reason.POISON);
        assertThat(pool.lentSlots().free()).isEqualTo(new FreeSlots(1, 0));
    }

    // ---- the end of the pool

    @Test
    void poolThatIsShutDownFinishesWhatItHasTaken() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();
        Heard heard = run(call());
        long task = worker.request(0).taskId();

        pool.shutdown();
        worker.answer(0, task);

        heard.outcome(Succeeded.class);
        worker.retired();
    }

    @Test
    void taskThatHasNotRunWhenThePoolEndsMayRunElsewhere() throws Exception {
        workers.silent();
        make(options -> options);
        workers.next();
        awaitFree(0, 1);
        Heard heard = run(call());

        pool.shutdownNow();

        assertThat(heard.outcome(Refused.class).reason()).isEqualTo(Reason.SHUT_DOWN);
    }

    @Test
    void taskThatRunsWhenThePoolEndsIsLost() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();
        Heard heard = run(call());
        worker.request(0);

        pool.shutdownNow();

        WorkerLost outcome = heard.outcome(WorkerLost.class);
        assertThat(outcome.exit().cause()).isEqualTo(Cause.SHUTDOWN);
        assertThat(outcome.pid()).isEqualTo(worker.pid());
    }

    // ---- what others may send

    @Test
    void addressThatIsNoneFailsBeforeAWorkerSeesIt() throws Exception {
        make(options -> options);
        ready();

        Heard heard = run(call(new byte[] {1, 2, 3}, ARGUMENTS, 0));

        Throwable failure = ThrowableCodec.decode(
                heard.outcome(Failed.class).throwable(), getClass().getClassLoader());
        assertThat(failure).hasMessageContaining("10.0.0.7:7800 calls no method");
        assertThat(pool.lentSlots().free()).isEqualTo(new FreeSlots(1, 0));
    }

    @Test
    void callThatIsTooLargeFails() throws Exception {
        make(options -> options.maxPayload(2_000));
        ready();

        Heard arguments = run(call(ADDRESS, new byte[2_000 + 64 + 1], 0));
        Heard attributes = new Heard();
        pool.lentSlots()
                .run(
                        new EncodedCall(
                                "web-17", "Ocr.read", ADDRESS, 0, 0, Map.of("mdc", "x".repeat(2_100)), ARGUMENTS, null),
                        "10.0.0.7:7800",
                        attributes);

        for (Heard heard : List.of(arguments, attributes)) {
            assertThat(ThrowableCodec.decode(
                            heard.outcome(Failed.class).throwable(), getClass().getClassLoader()))
                    .hasMessageContaining("max-payload");
        }
    }

    @Test
    void nameOfTheMethodIsCutToWhatALineOfTheLogBears() throws Exception {
        make(options -> options);
        ready();

        pool.lentSlots()
                .run(
                        new EncodedCall("web-17", "a\n" + "b".repeat(500), ADDRESS, 0, 0, Map.of(), ARGUMENTS, null),
                        "10.0.0.7:7800",
                        new Heard());

        String shown = pool.stats().workers().get(0).tasks().get(0).method();
        assertThat(shown).startsWith("a?b").hasSize(200);
    }

    @Test
    void limitBeyondAllTimeIsALimitLikeOthers() throws Exception {
        make(options -> options);
        StubWorkers.Stub worker = ready();

        Heard heard = run(call(ADDRESS, ARGUMENTS, Long.MAX_VALUE));

        worker.answer(0, worker.request(0).taskId());
        heard.outcome(Succeeded.class);
    }
}
