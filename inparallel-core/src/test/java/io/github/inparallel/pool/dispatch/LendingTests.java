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
