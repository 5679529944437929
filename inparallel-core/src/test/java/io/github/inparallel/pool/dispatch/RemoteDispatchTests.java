package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskState;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.task.PoisonGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which member gets a task, and when: without workers, and without a network. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test makes its dispatcher
class RemoteDispatchTests {

    private final StubMember first = new StubMember("10.0.0.1:7800");
    private final StubMember second = new StubMember("10.0.0.2:7800");
    private int wakeUps;
    private TestTasks tasks;
    private Dispatcher dispatcher;
    private RemoteDispatch remote;
    private RemoteTasks remoteTasks;

    private void make(UnaryOperator<PoolOptionsBuilder> settings) {
        PoolOptions options = settings.apply(
                        PoolOptions.builder().name("ocr").maxWorkers(1).queueCapacity(10))
                .build();
        tasks = new TestTasks(options);
        dispatcher = new Dispatcher(options, tasks.machine);
        dispatcher.watchedBy(() -> wakeUps++);
        remote = dispatcher.remote();
        PoolObserver observer = new PoolObserver() {};
        LostTasks lost = new LostTasks(options, tasks.machine, dispatcher.waiting(), new PoisonGuard(2), observer);
        remoteTasks = new RemoteTasks(options, remote, lost, observer);
    }

    private DispatchedTask submit(DispatchedTask task) throws InterruptedException {
        Place place = dispatcher.submit(task);
        if (place != null) {
            place.send(task, false);
        }
        return task;
    }

    private DispatchedTask submit() throws InterruptedException {
        return submit(tasks.slow());
    }

    private void free(StubMember member, int idle, int startable) {
        remote.free(member, new FreeSlots(idle, startable), remoteTasks);
        remote.sendWaiting();
    }

    /** The member runs so many short tasks ahead of its slots: one more may go. */
    private void runsAhead(StubMember member, int number) throws Exception {
        remote.free(member, new FreeSlots(0, 0, number), remoteTasks);
        for (int i = 0; i < number; i++) {
            submit(tasks.quick());
            member.sent.remove(0).ended(new EncodedOutcome.Cancelled("there"));
        }
        remote.free(member, FreeSlots.NONE, remoteTasks);
    }

    @Test
    void shortTasksGoAheadOfSlotsAsManyAsTheMemberTakes() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.CLUSTER).minWorkers(0).maxWorkers(0));
        runsAhead(first, 9);
        remote.free(first, new FreeSlots(1, 0, 3), remoteTasks);

        for (int i = 0; i < 5; i++) {
            submit(tasks.quick());
        }

        assertThat(first.sent).hasSize(3);
        assertThat(dispatcher.waiting().first(9)).hasSize(2);
        first.sent.get(0).ended(new EncodedOutcome.Cancelled("there"));
        remote.sendWaiting();
        assertThat(first.sent).hasSize(4);
    }

    @Test
    void whatMayBeLongGoesAheadOfNoSlotNorDoesWhatIsBehindIt() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.CLUSTER).minWorkers(0).maxWorkers(0));
        remote.free(first, new FreeSlots(0, 0, 30), remoteTasks);

        submit(tasks.slow());
        submit(tasks.quick());

        assertThat(first.sent).isEmpty();
        assertThat(dispatcher.canMatch()).isFalse();
    }

    @Test
    void tasksGoAheadToTheMemberThatTakesMost() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.CLUSTER).minWorkers(0).maxWorkers(0));
        runsAhead(first, 9);
        runsAhead(second, 9);
        remote.free(first, new FreeSlots(0, 0, 2), remoteTasks);
        remote.free(second, new FreeSlots(0, 0, 4), remoteTasks);

        for (int i = 0; i < 9; i++) {
            submit(tasks.quick());
        }

        assertThat(first.sent).hasSize(2);
        assertThat(second.sent).hasSize(4);
    }

    @Test
    void memberThatHasNoSlotAfterAllGetsNothingAheadUntilItSaysSo() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.CLUSTER).minWorkers(0).maxWorkers(0));
        remote.free(first, new FreeSlots(0, 0, 2), remoteTasks);
        submit(tasks.quick());

        first.sent.remove(0).ended(new EncodedOutcome.NoSlot());
        tasks.now += 20_000_000;
        remote.sendWaiting();
        assertThat(first.sent).isEmpty();
        remote.free(first, new FreeSlots(0, 0, 2), remoteTasks);
        remote.sendWaiting();

        assertThat(first.sent).hasSize(1);
    }

    @Test
    void nothingGoesAheadAsLongAsTheOwnPoolMayStartWorkers() throws Exception {
        make(options -> options.maxWorkers(1));
        remote.free(first, new FreeSlots(0, 0, 9), remoteTasks);
        submit(tasks.quick());
        assertThat(first.sent).isEmpty();

        Slot slot = idleSlot("ocr-1");
        assertThat(dispatcher.leased(slot)).isNotNull();
        submit(tasks.quick());

        assertThat(first.sent).hasSize(1);
    }

    private Slot idleSlot(String name) {
        return TestEntries.idleSlot(name, dispatcher);
    }

    /** A worker runs a task. */
    private void busySlot() throws InterruptedException {
        Slot slot = idleSlot("ocr-1");
        assertThat(dispatcher.submit(tasks.slow())).isSameAs(slot);
    }

    // ---- who gets it

    @AfterEach
    void lockIsFree() {
        DispatchProbe.assertLockIsFree(dispatcher);
    }

    @Test
    void taskGoesToAnIdleSlotOfItsOwnPoolFirst() throws Exception {
        make(options -> options);
        Slot slot = idleSlot("ocr-1");
        free(first, 5, 5);

        assertThat(dispatcher.submit(tasks.slow())).isSameAs(slot);
    }

    @Test
    void taskGoesToTheMemberWithMostIdleSlotsWhileNoneIsIdleHere() throws Exception {
        make(options -> options.maxWorkers(2));
        free(first, 1, 9);
        free(second, 3, 0);

        submit();
        submit();
        submit();
        submit();

        assertThat(second.sent).hasSize(3);
        assertThat(first.sent).hasSize(1);
        assertThat(submit().taskState()).isEqualTo(TaskState.QUEUED); // a worker of its own is to be started
    }

    @Test
    void taskGoesToTheMemberThatCanStartMostWhenAllWorkersHereAreBusy() throws Exception {
        make(options -> options);
        busySlot();
        free(first, 0, 1);
        free(second, 0, 2);

        submit();

        assertThat(second.sent).hasSize(1);
        assertThat(first.sent).isEmpty();
    }

    @Test
    void poolWithoutWorkersHasOthersStartSome() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.CLUSTER).maxWorkers(0));
        free(first, 0, 1);

        submit();

        assertThat(first.sent).hasSize(1);
        assertThat(submit().taskState()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void memberThatIsGoneGetsNothing() throws Exception {
        make(options -> options);
        busySlot();
        free(first, 3, 3);
        assertThat(remote.members()).isEqualTo(1);

        remote.gone(first);

        submit();
        assertThat(first.sent).isEmpty();
        assertThat(remote.members()).isZero();
    }

    @Test
    void membersAreNeededByAPoolWithoutWorkersWhileATaskWaits() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.CLUSTER).maxWorkers(0));
        assertThat(remote.isNeeded()).isFalse();

        DispatchedTask task = submit();

        assertThat(remote.isNeeded()).isTrue();
        dispatcher.waiting().forget(task);
        assertThat(remote.isNeeded()).isFalse();
        submit();
        dispatcher.entries().maxWorkers(1);
        assertThat(remote.isNeeded()).isFalse();
    }

    // ---- tasks that wait

    @Test
    void taskThatWaitsGoesToAMemberThatGetsRoom() throws Exception {
        make(options -> options);
        busySlot();
        DispatchedTask task = submit();
        DispatchedTask next = submit();

        free(first, 1, 0);

        assertThat(first.last().call().orElseThrow().taskId()).isEqualTo(task.taskId());
        assertThat(task.taskState()).isEqualTo(TaskState.RUNNING);
        assertThat(task.member()).contains("10.0.0.1:7800");
        assertThat(task.workerPid()).isEmpty();
        assertThat(next.taskState()).isEqualTo(TaskState.QUEUED);
        assertThat(dispatcher.waiting().size()).isEqualTo(1);
    }

    @Test
    void taskThatWaitedForAWorkerHereGoesElsewhereWhenTheLastOneGetsBusy() throws Exception {
        make(options -> options);
        free(first, 0, 1);
        submit();
        DispatchedTask second = submit();
        assertThat(first.sent).isEmpty();

        idleSlot("ocr-1"); // which takes the first one
        assertThat(wakeUps).isEqualTo(1);
        remote.sendWaiting();

        assertThat(first.sent).hasSize(1);
        assertThat(second.member()).isPresent();
    }

    @Test
    void taskThatWaitsDoesNotPassByASlotHere() throws Exception {
        make(options -> options.maxWorkers(2));
        busySlot();
        Slot idle = idleSlot("ocr-2");
        dispatcher.waiting().putBack(tasks.slow());

        free(first, 1, 0);

        assertThat(first.sent).isEmpty();
        assertThat(dispatcher.matchWaiting()).containsExactly(idle);
    }

    @Test
    void taskOfWhichNobodyWantsToKnowIsNotSent() throws Exception {
        make(options -> options);
        busySlot();
        DispatchedTask task = submit();
        DispatchedTask next = submit();
        task.cancel(true);

        free(first, 1, 0);

        assertThat(first.sent).hasSize(1);
        assertThat(next.member()).isPresent();
        assertThat(task.member()).isEmpty();
    }

    @Test
    void taskOfAnotherMemberIsSentToNoThirdOne() throws Exception {
        make(options -> options);
        DispatchedTask lent = tasks.lent();
        assertThat(dispatcher.lending().lend(lent)).isSameAs(Place.QUEUE);
        DispatchedTask own = submit();

        free(first, 5, 0);

        assertThat(remote.tasks()).containsExactly(own);
        assertThat(dispatcher.waiting().first(2)).containsExactly(lent);
    }

    @Test
    void callerThatIsBlockedByAFullQueueGoesOnWhenAMemberTakesATask() throws Exception {
        make(options -> options.queueCapacity(1).whenFull(PoolOptions.WhenFull.BLOCK));
        busySlot();
        submit();
        DispatchedTask blocked = tasks.slow();
        Thread caller = new Thread(() -> {
            try {
                submit(blocked);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        caller.start();
        while (caller.getState() != Thread.State.WAITING && caller.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        free(first, 1, 0);

        caller.join();
        assertThat(dispatcher.waiting().first(2)).containsExactly(blocked);
    }

    // ---- what is there

    @Test
    void taskIsFoundUntilItsAttemptIsOver() throws Exception {
        make(options -> options);
        free(first, 2, 0);
        DispatchedTask task = submit();
        DispatchedTask other = submit();
        assertThat(remote.tasks()).containsExactly(task, other);
        assertThat(remote.find(task.taskId())).isSameAs(task);
        SentAttempt attempt = remote.attempts().get(0);
        assertThat(remote.attempt(task)).isSameAs(attempt);

        assertThat(remote.finish(attempt, true)).isTrue();

        assertThat(remote.finish(attempt, true)).isFalse();
        assertThat(remote.started(attempt, 4711)).isFalse();
        assertThat(remote.attempt(task)).isNull();
        assertThat(remote.find(task.taskId())).isNull();
        assertThat(remote.tasks()).containsExactly(other);
    }

    @Test
    void taskForWhichThereIsNoSlotWaitsAgainBeforeAllOthers() throws Exception {
        make(options -> options);
        busySlot();
        free(first, 1, 1);
        DispatchedTask task = submit();
        SentAttempt attempt = remote.attempts().get(0);
        dispatcher.waiting().putBack(tasks.slow());
        int before = wakeUps;

        assertThat(remote.putBack(attempt)).isTrue();

        assertThat(dispatcher.waiting().first(1)).containsExactly(task);
        assertThat(wakeUps).isGreaterThan(before);
        remote.sendWaiting();
        assertThat(first.sent).hasSize(1); // it has said that it has none
        assertThat(remote.putBack(attempt)).isFalse();
    }

    @Test
    void argumentsOfALargeTaskCountUntilItHasBegunThere() throws Exception {
        make(options -> options);
        free(first, 1, 0);
        DispatchedTask task = submit(tasks.slow(2 << 20));
        assertThat(dispatcher.waiting().bytes()).isEqualTo(task.size());

        assertThat(remote.started(remote.attempts().get(0), 4711)).isTrue();

        assertThat(dispatcher.waiting().bytes()).isZero();
        assertThat(task.workerPid()).hasValue(4711);
    }

    // ---- beside tasks of other members

    @Test
    void ownTaskGoesToAMemberAlthoughOneOfAnotherWaitsHereForAWorker() throws Exception {
        make(options -> options.maxWorkers(2));
        busySlot();
        free(first, 1, 0);
        assertThat(dispatcher.lending().lend(tasks.lent())).isSameAs(Place.QUEUE);

        DispatchedTask own = submit();

        assertThat(own.member()).isPresent(); // nobody would come back to it: the queue has been seen to
        assertThat(first.sent).hasSize(1);
    }

    @Test
    void ownTaskDoesNotOvertakeOwnOnesThatWait() throws Exception {
        make(options -> options);
        busySlot();
        DispatchedTask waits = submit();
        remote.free(first, new FreeSlots(1, 0), remoteTasks);

        assertThat(submit().member()).isEmpty();
        remote.sendWaiting();

        assertThat(waits.member()).isPresent();
    }

    @Test
    void queueThatIsFullOfTasksOfOthersKeepsNoOwnOneFromAMember() throws Exception {
        make(options -> options.maxWorkers(2).queueCapacity(1).whenFull(PoolOptions.WhenFull.BLOCK));
        busySlot();
        assertThat(dispatcher.lending().lend(tasks.lent())).isSameAs(Place.QUEUE);
        DispatchedTask own = tasks.slow();
        Thread caller = new Thread(() -> {
            try {
                submit(own);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        caller.setDaemon(true);
        caller.start();
        while (caller.getState() != Thread.State.WAITING && caller.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        free(first, 1, 0);

        caller.join(10_000);
        assertThat(own.member()).isPresent();
    }

    @Test
    void membersAreToldThatAWaitingTaskHasLeftItsPlaceToThem() throws Exception {
        make(options -> options.maxWorkers(2));
        busySlot();
        submit(); // waits for a worker
        assertThat(dispatcher.lending().free()).isEqualTo(FreeSlots.NONE);
        List<FreeSlots> heard = new ArrayList<>();
        dispatcher.lending().onFree(() -> heard.add(dispatcher.lending().free()));

        free(first, 1, 0);

        assertThat(first.sent).hasSize(1);
        assertThat(heard).contains(new FreeSlots(0, 1));
    }

    // ---- numbers

    @Test
    void membersThatMayStartAnyNumberOfWorkersAreNotTooMany() throws Exception {
        make(options -> options.spread(PoolOptions.Spread.CLUSTER).maxWorkers(0));
        free(first, 0, Integer.MAX_VALUE);
        free(second, 0, Integer.MAX_VALUE);

        assertThat(submit().member()).isPresent();
    }
}
