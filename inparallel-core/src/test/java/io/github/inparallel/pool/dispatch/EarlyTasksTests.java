package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.history.Lane;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which tasks a busy slot is assigned early, and how they are taken back. */
class EarlyTasksTests {

    private static final int MOST_BYTES = 2 * 1024;

    private final PoolOptions options = PoolOptions.builder().name("early").build();
    private final TestTasks tasks = new TestTasks(options);
    private final TaskQueue queue = new TaskQueue(options);
    private final EarlyTasks early = new EarlyTasks(queue);
    private final WorkerEntry worker = TestEntries.entry("early-1", new Dispatcher(options, tasks.machine));
    private final Slot slot = worker.slots().get(0);
    private final List<DispatchedTask> sent = new ArrayList<>();
    private final DispatchedTask current = tasks.quick();

    @BeforeEach
    void run() {
        worker.startedAs(77);
        current.ordinal = slot.nextOrdinal();
        current.assigned(77, new Lane(1, 0));
        slot.task = current;
    }

    private List<DispatchedTask> waiting(int count) {
        List<DispatchedTask> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(wait(tasks.quick()));
        }
        return all;
    }

    private DispatchedTask wait(DispatchedTask task) {
        queue.addLast(task);
        return task;
    }

    private void assign(int share) {
        early.assign(slot, current, share, sent);
    }

    // ---- assigning

    @Test
    void slotGetsItsShareInOrder() {
        List<DispatchedTask> all = waiting(5);

        assign(3);

        assertThat(sent).isEqualTo(all.subList(0, 3));
        assertThat(slot.early).containsExactlyElementsOf(sent);
        assertThat(early.size()).isEqualTo(3);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(sent).extracting(task -> task.ordinal).containsExactly(2L, 3L, 4L);
        assertThat(sent).allSatisfy(task -> {
            assertThat(task.earlySlot).isSameAs(slot);
            assertThat(task.workerPid()).hasValue(77);
        });
    }

    @Test
    void slotHasAtMost32TasksAtATime() {
        waiting(40);

        assign(40);

        assertThat(sent).hasSize(31);
    }

    @Test
    void slotIsFilledUpOnlyWhenItHasNoMoreThanSixteen() {
        waiting(60);
        assign(17);
        sent.clear();

        assign(40);
        assertThat(sent).isEmpty();
        early.takeFirst(slot);
        assign(40);

        assertThat(sent).hasSize(15);
        assertThat(slot.early).hasSize(31);
    }

    @Test
    void slotHasAtMostSixteenKibibytesAtATime() {
        int head = tasks.quick(1_000).requestSize() - 1_000;
        for (int i = 0; i < 12; i++) {
            wait(tasks.quick(MOST_BYTES - head));
        }

        assign(5);
        assertThat(sent).hasSize(5);
        assign(12);

        assertThat(sent).hasSize(7); // with the one that runs, which is small
    }

    @Test
    void slotWhoseTaskIsNotShortGetsNone() {
        DispatchedTask slow = tasks.slow();
        waiting(2);

        early.assign(slot, slow, 2, sent);

        assertThat(sent).isEmpty();
    }

    @Test
    void taskThatIsNotShortIsNotAssignedNorAreThoseBehindIt() {
        DispatchedTask first = wait(tasks.quick());
        wait(tasks.slow());
        waiting(2);

        assign(4);

        assertThat(sent).containsExactly(first);
    }

    @Test
    void largestRequestThatIsAssignedHasTwoKibibytes() {
        int head = tasks.quick(1_000).requestSize() - 1_000;
        DispatchedTask fits = wait(tasks.quick(MOST_BYTES - head));
        wait(tasks.quick(MOST_BYTES - head + 1));
        assertThat(fits.requestSize()).isEqualTo(MOST_BYTES);

        assign(4);

        assertThat(sent).containsExactly(fits);
    }

    @Test
    void nothingIsAssignedBehindALargerRequest() {
        int head = tasks.quick(1_000).requestSize() - 1_000;
        waiting(1);

        early.assign(slot, tasks.quick(MOST_BYTES - head + 1), 2, sent);
        assertThat(sent).isEmpty();
        early.assign(slot, tasks.quick(MOST_BYTES - head), 2, sent);

        assertThat(sent).hasSize(1);
    }

    @Test
    void taskThatNobodyWantsIsSkipped() {
        List<DispatchedTask> all = waiting(3);
        all.get(1).cancel(true);

        assign(3);

        assertThat(sent).containsExactly(all.get(0), all.get(2));
        assertThat(early.size()).isEqualTo(2);
    }

    @Test
    void nothingIsAssignedWhileTasksAreTakenBack() throws ProtocolException {
        waiting(5);
        assign(1);
        assertThat(early.toRevoke(slot, tasks.now, true)).isEqualTo(2);
        sent.clear();

        assign(4);
        assertThat(sent).isEmpty();
        early.revoked(slot, 2);
        assign(4);

        assertThat(sent).hasSize(4);
    }

    // ---- whose turn it is

    @Test
    void firstOneIsTakenWhenItIsItsTurn() {
        waiting(2);
        assign(2);

        assertThat(early.takeFirst(slot)).isSameAs(sent.get(0));
        assertThat(sent.get(0).earlySlot).isNull();
        assertThat(early.size()).isEqualTo(1);
        assertThat(early.takeFirst(slot)).isSameAs(sent.get(1));
        assertThat(early.takeFirst(slot)).isNull();
        assertThat(early.size()).isZero();
    }

    // ---- taking back

    @Test
    void slotThatHasNoneIsNotAsked() {
        assertThat(early.toRevoke(slot, tasks.now, true)).isZero();
        assertThat(early.revokeAt(slot)).isEqualTo(Deadline.NEVER);
    }

    @Test
    void slotWithoutATaskIsNotAsked() {
        waiting(2);
        assign(2);
        slot.task = null;

        assertThat(early.toRevoke(slot, tasks.now, true)).isZero();
        assertThat(early.revokeAt(slot)).isEqualTo(Deadline.NEVER);
    }

    @Test
    void slotIsAskedOnceWhenItHasNotAnsweredForSoLong() {
        waiting(2);
        assign(2);
        long due = current.assignedNanos() + EarlyTasks.LONGEST_NANOS;

        assertThat(early.revokeAt(slot)).isEqualTo(due);
        assertThat(early.toRevoke(slot, due - 1, false)).isZero();
        assertThat(early.toRevoke(slot, due, false)).isEqualTo(3);

        assertThat(early.toRevoke(slot, due, false)).isZero();
        assertThat(early.toRevoke(slot, due, true)).isZero();
        assertThat(early.revokeAt(slot)).isEqualTo(Deadline.NEVER);
    }

    @Test
    void tasksThatWillNotBeginWaitAgainInTheirOrder() throws ProtocolException {
        waiting(4);
        assign(3);
        early.toRevoke(slot, tasks.now, true);

        assertThat(early.revoked(slot, 2)).isEqualTo(4);

        assertThat(slot.early).containsExactly(sent.get(0));
        assertThat(queue.first(2)).containsExactly(sent.get(1), sent.get(2));
        assertThat(queue.size()).isEqualTo(3);
        assertThat(sent.get(1).earlySlot).isNull();
        assertThat(sent.get(1).workerPid()).isEmpty();
        assertThat(early.size()).isEqualTo(1);
    }

    @Test
    void workerThatWasNotAskedBreaksTheProtocol() {
        waiting(1);
        assign(1);

        assertThatThrownBy(() -> early.revoked(slot, 1)).isInstanceOf(ProtocolException.class);
        assertThat(slot.early).hasSize(1);
    }

    @Test
    void allOfThemWaitAgainInTheirOrder() {
        List<DispatchedTask> all = waiting(4);
        assign(3);

        early.returnAll(slot);

        assertThat(queue.first(9)).isEqualTo(all);
        assertThat(early.size()).isZero();
        assertThat(slot.early).isEmpty();
    }
}
