package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which workers may have tasks, and what follows when one may not any more: without processes. */
class WorkerEntriesTests {

    private final PoolOptions options =
            PoolOptions.builder().name("ocr").maxWorkers(1).queueCapacity(10).build();
    private final TestTasks tasks = new TestTasks(options);
    private final Dispatcher dispatcher = new Dispatcher(options, tasks.machine);
    private final WorkerEntries entries = dispatcher.entries();
    private final Slot slot = TestEntries.idleSlot("ocr-1", dispatcher);
    private final WorkerEntry worker = slot.worker();

    private DispatchedTask submit() throws InterruptedException {
        DispatchedTask task = tasks.quick();
        dispatcher.submit(task);
        return task;
    }

    // ---- no more tasks

    @AfterEach
    void lockIsFree() {
        DispatchProbe.assertLockIsFree(dispatcher);
    }

    @Test
    void workerThatIsClosedGetsNothingUntilItMayAgain() throws Exception {
        entries.close(worker);
        assertThat(entries.accepts(worker)).isFalse();
        DispatchedTask task = submit();
        assertThat(dispatcher.leased(slot)).isNull();

        tasks.now++;
        entries.accept(worker);
        dispatcher.next(slot, new ArrayList<>());

        assertThat(entries.accepts(worker)).isTrue();
        assertThat(entries.idleSinceNanos(worker)).isEqualTo(tasks.now);
        assertThat(dispatcher.leased(slot)).isSameAs(task);
    }

    @Test
    void workerIsClosedForATaskOnlyWhileItHasIt() throws Exception {
        DispatchedTask first = submit();
        submit();
        dispatcher.next(slot, new ArrayList<>());

        assertThat(entries.closeIfLeased(slot, first)).isFalse();
        assertThat(entries.accepts(worker)).isTrue();

        assertThat(entries.closeIfLeased(slot, dispatcher.tasks(slot).get(0))).isTrue();
        assertThat(entries.accepts(worker)).isFalse();
    }

    @Test
    void workerThatRunsSomethingIsNotClosedAsIdle() throws Exception {
        submit();
        assertThat(entries.closeIfIdle(worker)).isFalse();
        assertThat(entries.accepts(worker)).isTrue();
        dispatcher.next(slot, new ArrayList<>());

        assertThat(entries.closeIfIdle(worker)).isTrue();

        assertThat(entries.accepts(worker)).isFalse();
    }

    @Test
    void idleWorkerNeedsCareIfItIsClosedOrATaskWaits() {
        assertThat(entries.needsCare(worker)).isFalse();

        entries.close(worker);

        assertThat(entries.needsCare(worker)).isTrue();
        entries.accept(worker);
        assertThat(entries.needsCare(worker)).isFalse();
        dispatcher.waiting().putBack(tasks.slow());
        assertThat(entries.needsCare(worker)).isTrue();
    }

    // ---- how many may run

    @Test
    void spareRunsTasksWhenMoreWorkersMay() throws Exception {
        submit();
        Slot spare = TestEntries.idleSlot("ocr-2", dispatcher);
        submit();
        assertThat(dispatcher.matchWaiting()).isEmpty();

        entries.maxWorkers(2);

        assertThat(dispatcher.matchWaiting()).containsExactly(spare);
        assertThat(entries.leases()).isEqualTo(2);
        assertThat(entries.leases(worker)).isEqualTo(1);
    }

    // ---- the end of one

    @Test
    void workerThatIsKilledMakesRoomForTasksThatWait() throws Exception {
        submit();
        Slot free = TestEntries.idleSlot("ocr-2", dispatcher);
        submit();
        assertThat(dispatcher.leased(free)).isNull(); // max-workers is kept

        assertThat(entries.writeOff(worker)).isTrue();

        assertThat(dispatcher.matchWaiting()).containsExactly(free);
        assertThat(entries.writeOff(worker)).isFalse();
    }

    @Test
    void workerThatDiesWithTasksGivenEarlyTakesNoPlaceOfAnothersWithIt() throws Exception {
        for (int i = 0; i < 3; i++) {
            submit();
        }
        List<DispatchedTask> sent = new ArrayList<>();
        dispatcher.next(slot, sent);
        assertThat(sent).hasSize(2); // the second, and the third early

        entries.writeOff(worker);
        dispatcher.next(slot, sent); // the answer to the second was there already
        dispatcher.takeBack(slot);

        assertThat(entries.leases()).isZero();
        Slot free = TestEntries.idleSlot("ocr-2", dispatcher);
        assertThat(dispatcher.submit(tasks.quick())).isSameAs(free);
    }
}
