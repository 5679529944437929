package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.FreeSlots;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pool of two workers has for tasks of other members: without workers, and without a network. */
class LendingTests {

    private final PoolOptions options =
            PoolOptions.builder().name("ocr").maxWorkers(2).queueCapacity(2).build();
    private final TestTasks tasks = new TestTasks(options);
    private final Dispatcher dispatcher = new Dispatcher(options, tasks.machine);
    private final Lending lending = dispatcher.lending();

    private Slot idleSlot(String name) {
        return TestEntries.idleSlot(name, dispatcher);
    }

    // ---- what is free

    @AfterEach
    void lockIsFree() {
        DispatchProbe.assertLockIsFree(dispatcher);
    }

    @Test
    void slotsAreFreeThatNoTaskHasOrWaitsFor() throws Exception {
        assertThat(lending.free()).isEqualTo(new FreeSlots(0, 2));
        idleSlot("ocr-1");
        assertThat(lending.free()).isEqualTo(new FreeSlots(1, 1));

        dispatcher.submit(tasks.slow());
        assertThat(lending.free()).isEqualTo(new FreeSlots(0, 1));
        dispatcher.submit(tasks.slow());
        assertThat(lending.free()).isEqualTo(FreeSlots.NONE);
    }

    @Test
    void poolThatAcceptsNothingLendsNothing() {
        idleSlot("ocr-1");
        dispatcher.admission().drain(new TaskRefusedException("drained", Reason.DRAINED, null));

        assertThat(lending.free()).isEqualTo(FreeSlots.NONE);
        assertThat(lending.lend(tasks.lent())).isNull();

        dispatcher.admission().resume();
        assertThat(lending.free().sum()).isEqualTo(2);
        dispatcher.admission().shut(new TaskRefusedException("down", Reason.POOL_DOWN, null));
        assertThat(lending.free()).isEqualTo(FreeSlots.NONE);
    }

    @Test
    void whoLendsIsToldWhenThereMayBeMoreOrLess() throws Exception {
        int[] told = {0};
        lending.onFree(() -> told[0]++);

        idleSlot("ocr-1");
        int before = told[0];
        dispatcher.submit(tasks.slow());

        assertThat(before).isPositive();
        assertThat(told[0]).isGreaterThan(before);
    }

    // ---- who gets it

    @Test
    void taskOfAnotherMemberGetsAnIdleSlotOrWaitsForOneThatStarts() {
        Slot idle = idleSlot("ocr-1");
        DispatchedTask second = tasks.lent();

        assertThat(lending.lend(tasks.lent())).isSameAs(idle);
        assertThat(lending.lend(second)).isSameAs(Place.QUEUE);
        assertThat(lending.lend(tasks.lent())).isNull();

        assertThat(dispatcher.waiting().first(2)).containsExactly(second);
    }

    @Test
    void taskThatDoesNotFitTheQueueIsNotTaken() {
        dispatcher.entries().maxWorkers(9);
        assertThat(lending.lend(tasks.lent())).isSameAs(Place.QUEUE);
        assertThat(lending.lend(tasks.lent())).isSameAs(Place.QUEUE);

        assertThat(lending.lend(tasks.lent())).isNull();

        assertThat(lending.free()).isEqualTo(FreeSlots.NONE);
    }

    @Test
    void idleSlotIsLentThoughTasksWaitThatAnotherSlotHasBeenAssignedEarly() throws Exception {
        Dispatcher dispatcher = new Dispatcher(
                PoolOptions.builder().name("ocr").maxWorkers(2).concurrency(2).build(), tasks.machine);
        WorkerEntry worker = TestEntries.entry("ocr-1", 2, dispatcher);
        dispatcher.entries().accept(worker);
        worker.slots().forEach(slot -> dispatcher.next(slot, new ArrayList<>()));
        for (int i = 0; i < 4; i++) {
            dispatcher.submit(tasks.quick());
        }
        dispatcher.next(worker.slots().get(0), new ArrayList<>()); // gets the two that wait
        dispatcher.next(worker.slots().get(1), new ArrayList<>());
        assertThat(dispatcher.waiting().size()).isEqualTo(1);

        assertThat(dispatcher.lending().lend(tasks.lent()))
                .isSameAs(worker.slots().get(1));
    }

    // ---- who gets it back

    @Test
    void taskThatWaitsForASlotThatOwnTasksHaveTakenGoesBack() throws Exception {
        DispatchedTask lent = tasks.lent();
        lending.lend(lent);
        lending.returnWaiting();
        assertThat(lent.isDone()).isFalse(); // a worker is to be started for it

        dispatcher.waiting().putBack(tasks.slow());
        dispatcher.waiting().putBack(tasks.slow());
        idleSlot("ocr-1");
        idleSlot("ocr-2");
        lending.returnWaiting();

        ExecutionException failure = catchThrowableOfType(ExecutionException.class, lent::get);
        assertThat(failure)
                .hasCauseInstanceOf(TaskRefusedException.class)
                .hasMessageContaining("No slot of pool 'ocr'");
        assertThat(dispatcher.waiting().size()).isZero();
    }

    @Test
    void ownTasksAreNotGivenBack() throws Exception {
        idleSlot("ocr-1");
        idleSlot("ocr-2");
        dispatcher.submit(tasks.slow());
        dispatcher.submit(tasks.slow());
        DispatchedTask own = tasks.slow();
        dispatcher.submit(own);

        lending.returnWaiting();

        assertThat(dispatcher.waiting().first(1)).containsExactly(own);
    }

    // ---- what others do

    @Test
    void whoLendsMayFailAndTheTaskStillHasItsPlace() throws Exception {
        Slot first = idleSlot("ocr-1");
        Slot second = idleSlot("ocr-2");
        lending.onFree(() -> {
            throw new StackOverflowError("planned");
        });

        assertThat(dispatcher.submit(tasks.slow())).isSameAs(second);
        assertThat(lending.lend(tasks.lent())).isSameAs(first);
    }

    // ---- short tasks may come ahead of a slot

    /** Both slots run short tasks, and 62 more may come. */
    private List<Slot> shortTasksRun(Dispatcher dispatcher) {
        List<Slot> slots =
                List.of(TestEntries.idleSlot("ocr-1", dispatcher), TestEntries.idleSlot("ocr-2", dispatcher));
        slots.forEach(
                slot -> assertThat(dispatcher.lending().lend(tasks.lentQuick())).isIn(slots));
        return slots;
    }

    private Dispatcher withQueueOf(int capacity) {
        PoolOptions roomy = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(2)
                .queueCapacity(capacity)
                .build();
        return new Dispatcher(roomy, tasks.machine);
    }

    private static int taken(Lending lending, TestTasks tasks) {
        int taken = 0;
        while (lending.lend(tasks.lentQuick()) == Place.QUEUE) {
            taken++;
        }
        return taken;
    }

    @Test
    void shortTasksMayComeAheadOfSlotsThatRunShortOnes() throws Exception {
        Dispatcher roomy = withQueueOf(1_000);
        shortTasksRun(roomy);

        assertThat(roomy.lending().free()).isEqualTo(new FreeSlots(0, 0, 256));
        assertThat(taken(roomy.lending(), tasks)).isEqualTo(254);
    }

    @Test
    void nothingComesAheadOfSlotsThatRunWhatMayBeLong() throws Exception {
        idleSlot("ocr-1");
        idleSlot("ocr-2");
        lending.lend(tasks.lent());
        lending.lend(tasks.lent());

        assertThat(lending.free()).isEqualTo(FreeSlots.NONE);
        assertThat(lending.lend(tasks.lentQuick())).isNull();
    }

    @Test
    void whatMayBeLongComesAheadOfNoSlot() throws Exception {
        Dispatcher roomy = withQueueOf(1_000);
        shortTasksRun(roomy);

        assertThat(roomy.lending().lend(tasks.lent())).isNull();
    }

    @Test
    void halfOfTheQueueIsKeptForOwnTasks() throws Exception {
        Dispatcher narrow = withQueueOf(9);
        shortTasksRun(narrow);

        assertThat(taken(narrow.lending(), tasks)).isEqualTo(4);
    }

    @Test
    void nothingComesAheadOfOwnTasksThatWait() throws Exception {
        Dispatcher roomy = withQueueOf(1_000);
        shortTasksRun(roomy);
        assertThat(roomy.submit(tasks.quick())).isNull();

        assertThat(roomy.lending().free()).isEqualTo(FreeSlots.NONE);
        assertThat(roomy.lending().lend(tasks.lentQuick())).isNull();
    }

    @Test
    void slotsGetThemAsTheyGetOwnOnes() throws Exception {
        Dispatcher roomy = withQueueOf(1_000);
        List<Slot> slots = shortTasksRun(roomy);
        List<DispatchedTask> toSend = new ArrayList<>();
        taken(roomy.lending(), tasks);

        assertThat(roomy.next(slots.get(0), toSend)).isSameAs(toSend.get(0));

        assertThat(toSend).hasSize(32).allMatch(DispatchedTask::isLent);
        assertThat(roomy.waiting().first(1_000)).hasSize(222);
    }

    @Test
    void oneThatHasWaitedTooLongIsGivenBack() throws Exception {
        Dispatcher roomy = withQueueOf(1_000);
        List<Slot> slots = shortTasksRun(roomy);
        DispatchedTask early = tasks.lentQuick();
        roomy.lending().lend(early);
        long due = early.submittedNanos() + Lending.LONGEST_WAIT;
        tasks.now += 5_000_000;
        DispatchedTask late = tasks.lentQuick();
        roomy.lending().lend(late);
        assertThat(roomy.lending().returnAt()).isEqualTo(due);

        tasks.now = due - 1;
        roomy.lending().returnWaiting();
        assertThat(early.hasEnded()).isFalse();
        tasks.now = due;
        roomy.lending().returnWaiting();

        assertThat(early.hasEnded()).isTrue();
        assertThat(catchThrowableOfType(ExecutionException.class, early::get))
                .hasCauseInstanceOf(TaskRefusedException.class);
        assertThat(roomy.waiting().first(9)).containsExactly(late);
        assertThat(roomy.lending().returnAt()).isEqualTo(due + 5_000_000);
        slots.forEach(slot -> roomy.next(slot, new ArrayList<>()));
        assertThat(roomy.waiting().first(9)).isEmpty();
    }

    @Test
    void recycledWorkersGetNothingAhead() throws Exception {
        PoolOptions recycled = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(2)
                .maxTasksPerWorker(100)
                .build();
        Dispatcher dispatcher = new Dispatcher(recycled, tasks.machine);
        shortTasksRun(dispatcher);

        assertThat(dispatcher.lending().free()).isEqualTo(FreeSlots.NONE);
    }

    @Test
    void slotCountsAsLongAsItsLastTaskWasShort() throws Exception {
        Dispatcher roomy = withQueueOf(1_000);
        List<Slot> slots = shortTasksRun(roomy);
        slots.forEach(slot -> roomy.next(slot, new ArrayList<>()));
        assertThat(roomy.lending().free()).isEqualTo(new FreeSlots(2, 0, 256)); // that is when it is told

        roomy.lending().lend(tasks.lent());
        assertThat(roomy.lending().free()).isEqualTo(new FreeSlots(1, 0, 128));

        roomy.close(slots.get(0));
        roomy.close(slots.get(1));
        assertThat(roomy.lending().free().ahead()).isZero();
    }

    // ---- what it says is what it does

    @Test
    void onlySoManyAreTakenAsFitTheQueueAndOthersAreToldSo() {
        dispatcher.entries().maxWorkers(9);
        assertThat(lending.free()).isEqualTo(new FreeSlots(0, 2));
        lending.lend(tasks.lent());
        assertThat(lending.free()).isEqualTo(new FreeSlots(0, 1));
        lending.lend(tasks.lent());

        assertThat(lending.free()).isEqualTo(FreeSlots.NONE);
    }

    @Test
    void placesOfAWorkerThatGetsNoMoreTasksAreNotLentWhileItIsBusy() throws Exception {
        PoolOptions two = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(1)
                .concurrency(2)
                .queueCapacity(2)
                .build();
        Dispatcher dispatcher = new Dispatcher(two, tasks.machine);
        WorkerEntry worker = TestEntries.entry("ocr-1", 2, dispatcher);
        dispatcher.entries().accept(worker);
        worker.slots().forEach(slot -> dispatcher.next(slot, new ArrayList<>()));
        assertThat(dispatcher.lending().free()).isEqualTo(new FreeSlots(2, 0));
        dispatcher.submit(tasks.slow());
        assertThat(dispatcher.lending().free()).isEqualTo(new FreeSlots(1, 0));

        dispatcher.entries().close(worker); // it is to be replaced when its task has ended

        assertThat(dispatcher.lending().free()).isEqualTo(FreeSlots.NONE);
        DispatchedTask lent = tasks.lent();
        assertThat(dispatcher.lending().lend(lent)).isNull(); // it would be given back at once, again and again
    }

    @Test
    void callersThatAreBlockedComeBeforeTasksOfOthers() throws Exception {
        PoolOptions blocking = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(3)
                .queueCapacity(1)
                .whenFull(PoolOptions.WhenFull.BLOCK)
                .build();
        Dispatcher dispatcher = new Dispatcher(blocking, tasks.machine);
        dispatcher.submit(tasks.slow());
        DispatchedTask own = tasks.slow();
        Thread caller = new Thread(() -> {
            try {
                dispatcher.submit(own);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        caller.setDaemon(true);
        caller.start();
        while (caller.getState() != Thread.State.WAITING && caller.getState() != Thread.State.TIMED_WAITING) {
            Thread.yield();
        }

        dispatcher.state.lock.lock(); // its caller is woken, and cannot look yet
        try {
            dispatcher.waiting().takeAll(task -> true);
            assertThat(dispatcher.lending().lend(tasks.lent())).isNull();
        } finally {
            dispatcher.state.lock.unlock();
        }

        caller.join();
        assertThat(dispatcher.waiting().first(2)).containsExactly(own);
    }

    // ---- whatever goes wrong

    @Test
    void eachTaskThatGoesBackEndsAlthoughOneCannotBeEnded() throws Exception {
        List<DispatchedTask> lent = List.of(tasks.lent(), tasks.lent());
        lent.forEach(lending::lend);
        dispatcher.entries().maxWorkers(0);
        tasks.failures = 1;

        lending.returnWaiting();

        assertThat(lent).allMatch(DispatchedTask::isDone);
    }
}
