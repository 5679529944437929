package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Deadline;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What may wait, in which order it is taken, and what counts as waiting. */
class TaskQueueTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final PoolOptions options = PoolOptions.builder()
            .name("queue")
            .queueCapacity(3)
            .queueMemory(1_000)
            .queueTimeout(TIMEOUT)
            .build();
    private final TestTasks tasks = new TestTasks(options);
    private final TaskQueue queue = new TaskQueue(options);

    private DispatchedTask added() {
        return added(0);
    }

    private DispatchedTask added(int bytes) {
        DispatchedTask task = tasks.quick(bytes);
        queue.addLast(task);
        return task;
    }

    private DispatchedTask cancelled() {
        DispatchedTask task = added();
        task.cancel(true);
        return task;
    }

    // ---- room

    @Test
    void thereIsRoomUntilCapacityIsReached() {
        added();
        added();
        assertThat(queue.hasRoom(tasks.quick())).isTrue();
        added();

        assertThat(queue.hasRoom(tasks.quick())).isFalse();
        assertThat(queue.size()).isEqualTo(3);
        TaskRefusedException refusal = queue.full(tasks.quick());
        assertThat(refusal.reason()).isEqualTo(Reason.QUEUE_FULL);
        assertThat(refusal).hasMessage("Work.quick was refused: 3 tasks wait in pool 'queue' (queue-capacity: 3)");
    }

    @Test
    void thereIsRoomUntilMemoryIsUsedUpToTheLastByte() {
        DispatchedTask first = added(600);
        int left = 1_000 - first.size();
        int head = tasks.quick(300).size() - 300;

        assertThat(queue.hasRoom(tasks.quick(left - head))).isTrue();
        assertThat(queue.hasRoom(tasks.quick(left - head + 1))).isFalse();
        TaskRefusedException refusal = queue.full(tasks.quick(500));
        assertThat(refusal.reason()).isEqualTo(Reason.QUEUE_MEMORY);
        assertThat(refusal.getMessage())
                .startsWith("Work.quick was refused: 60")
                .contains("of arguments wait in pool 'queue', ")
                .endsWith(" more do not fit (queue-memory: 1000B)");
    }

    @Test
    void oneThatIsLargerThanAllMemoryMayWaitAlone() {
        assertThat(queue.hasRoom(tasks.quick(5_000))).isTrue();
        added(5_000);
        assertThat(queue.hasRoom(tasks.quick())).isFalse();
    }

    @Test
    void bytesThatAreHeldCountUntilTheyAreLetGo() {
        DispatchedTask large = added(600);
        assertThat(queue.takeFirst(7)).isSameAs(large);
        assertThat(queue.bytes()).isZero();

        queue.hold(large);
        assertThat(queue.bytes()).isEqualTo(large.size());
        assertThat(queue.isEmpty()).isTrue();
        queue.letGo(large);
        queue.letGo(large);

        assertThat(queue.bytes()).isZero();
    }

    // ---- order

    @Test
    void tasksAreTakenInTheirOrder() {
        DispatchedTask first = added();
        DispatchedTask second = added();

        assertThat(queue.first()).isSameAs(first);
        assertThat(queue.takeFirst(7)).isSameAs(first);
        assertThat(queue.takeFirst(7)).isSameAs(second);
        assertThat(queue.takeFirst(7)).isNull();
        assertThat(first.workerPid()).hasValue(7);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void tasksThatNobodyWantsAreSkippedAndLetGoOfTheirArguments() {
        DispatchedTask ended = added(300);
        ended.cancel(true);
        DispatchedTask wanted = added();
        int before = TestTasks.requestBytes(ended);

        assertThat(queue.firstLive()).isSameAs(wanted);

        assertThat(TestTasks.requestBytes(ended)).isLessThanOrEqualTo(before - 300);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.bytes()).isEqualTo(wanted.size());
        assertThat(queue.takeFirst(7)).isSameAs(wanted);
    }

    @Test
    void queueOfTasksThatNobodyWantsIsAsGoodAsEmpty() {
        cancelled();
        cancelled();

        assertThat(queue.takeFirst(7)).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void taskThatIsPutBackStandsBeforeAllOthersAndIsNobodys() {
        DispatchedTask first = added();
        DispatchedTask second = added();
        queue.takeFirst(7);

        queue.putBack(first);

        assertThat(queue.first(5)).containsExactly(first, second);
        assertThat(first.workerPid()).isEmpty();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void taskThatIsPutBackAfterItsEndDoesNotWait() {
        DispatchedTask task = added(300);
        queue.takeFirst(7);
        task.cancel(true);
        int before = TestTasks.requestBytes(task);

        queue.putBack(task);

        assertThat(queue.isEmpty()).isTrue();
        assertThat(TestTasks.requestBytes(task)).isLessThanOrEqualTo(before - 300);
    }

    @Test
    void firstOnesAreShownInOrderAndNoMoreThanAskedFor() {
        DispatchedTask first = added();
        DispatchedTask gone = added();
        DispatchedTask third = added();
        DispatchedTask fourth = added();
        queue.remove(gone);

        assertThat(queue.first(2)).containsExactly(first, third);
        assertThat(queue.first(9)).containsExactly(first, third, fourth);
    }

    @Test
    void taskIsFoundByItsIdWhileItWaits() {
        DispatchedTask first = added();
        DispatchedTask second = added();

        assertThat(queue.find(second.taskId())).isSameAs(second);
        assertThat(queue.find("other")).isNull();
        queue.remove(second);
        assertThat(queue.find(second.taskId())).isNull();
        assertThat(queue.find(first.taskId())).isSameAs(first);
    }

    // ---- out of the middle

    @Test
    void taskIsRemovedOnce() {
        DispatchedTask first = added(10);
        DispatchedTask second = added(20);
        DispatchedTask third = added(30);

        assertThat(queue.remove(second)).isTrue();
        assertThat(queue.remove(second)).isFalse();
        assertThat(queue.remove(tasks.quick())).isFalse();

        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.bytes()).isEqualTo(first.size() + third.size());
        assertThat(queue.takeFirst(7)).isSameAs(first);
        assertThat(queue.takeFirst(7)).isSameAs(third);
    }

    @Test
    void orderStaysWhenManyAreTakenOutOfTheMiddle() {
        List<DispatchedTask> left = new ArrayList<>();
        List<DispatchedTask> out = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            (i % 50 == 0 ? left : out).add(added());
        }

        out.forEach(queue::remove);

        assertThat(queue.first(500)).isEqualTo(left);
        for (DispatchedTask each : left) {
            assertThat(queue.takeFirst(7)).isSameAs(each);
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void thoseThatAreChosenAreRemovedInOrder() {
        DispatchedTask first = added(10);
        DispatchedTask second = added(500);
        DispatchedTask third = added(600);

        assertThat(queue.removeAll(task -> task.size() > 400)).containsExactly(second, third);

        assertThat(queue.first(9)).containsExactly(first);
        assertThat(queue.bytes()).isEqualTo(first.size());
        assertThat(queue.remove(second)).isFalse();
        assertThat(queue.removeAll(task -> true)).containsExactly(first);
        assertThat(queue.removeAll(task -> true)).isEmpty();
    }

    // ---- how long

    @Test
    void nothingIsDueWhereNothingWaits() {
        assertThat(queue.dueAt()).isEqualTo(Deadline.NEVER);
        assertThat(queue.overdue(Long.MAX_VALUE - 1)).isEmpty();
    }

    @Test
    void nothingIsDueWithoutALimit() {
        TaskQueue unlimited = new TaskQueue(PoolOptions.builder().build());
        unlimited.addLast(tasks.quick());

        assertThat(unlimited.dueAt()).isEqualTo(Deadline.NEVER);
        assertThat(unlimited.overdue(Long.MAX_VALUE - 1)).isEmpty();
    }

    @Test
    void tasksAreDueWhenTheyHaveWaitedSoLong() {
        DispatchedTask first = added();
        long start = tasks.now;
        tasks.now += 100;
        DispatchedTask second = added();
        long due = start + TIMEOUT.toNanos();

        assertThat(queue.dueAt()).isEqualTo(due);
        assertThat(queue.overdue(due - 1)).isEmpty();
        assertThat(queue.overdue(due)).containsExactly(first);
        assertThat(queue.overdue(due + 100)).containsExactly(first, second);
        queue.remove(first);
        assertThat(queue.overdue(due)).isEmpty();
        assertThat(queue.dueAt()).isEqualTo(due + 100);
    }

    @Test
    void taskThatHadWaitedBeforeItCameInIsDueBeforeOthers() {
        DispatchedTask waitedForRoom = tasks.quick();
        tasks.now += 100;
        DispatchedTask first = added();
        queue.addLast(waitedForRoom);
        long due = waitedForRoom.queuedNanos() + TIMEOUT.toNanos();

        assertThat(queue.dueAt()).isEqualTo(due);
        assertThat(queue.overdue(due)).containsExactly(waitedForRoom);
        assertThat(queue.overdue(due + 100)).containsExactly(waitedForRoom, first);
    }

    @Test
    void eachIsDueInItsTimeWhereverItStandsAndHoweverManyWait() {
        Random random = new Random(4711);
        List<DispatchedTask> byAge = new ArrayList<>();
        List<DispatchedTask> some = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            tasks.now++;
            byAge.add(tasks.quick());
            some.add(byAge.get(i));
            if (some.size() > random.nextInt(20)) {
                DispatchedTask task = some.remove(random.nextInt(some.size()));
                if (random.nextBoolean()) {
                    queue.addLast(task);
                } else {
                    queue.putBack(task);
                }
            }
        }
        some.forEach(queue::addLast);
        assertThat(queue.first(20_000)).isNotEqualTo(byAge);

        for (DispatchedTask each : byAge) {
            long due = each.queuedNanos() + TIMEOUT.toNanos();
            assertThat(queue.dueAt()).isEqualTo(due);
            assertThat(queue.overdue(due)).containsExactly(each);
            queue.remove(each);
        }
        assertThat(queue.dueAt()).isEqualTo(Deadline.NEVER);
    }

    @Test
    void emptyQueueForgetsHowLongTasksHaveWaitedInIt() {
        queue.remove(added());
        tasks.now += 100;
        added();

        assertThat(queue.dueAt()).isEqualTo(tasks.now + TIMEOUT.toNanos());
    }

    // ---- the end

    @Test
    void whatWaitsWhenItIsClosedOrComesBackAfterThatIsHomelessOnce() {
        DispatchedTask taken = added();
        queue.takeFirst(7);
        DispatchedTask first = added(100);
        DispatchedTask second = added(100);
        assertThat(queue.nextHomeless()).isNull();

        queue.close();
        queue.putBack(taken);

        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.bytes()).isZero();
        assertThat(queue.nextHomeless()).isSameAs(first);
        assertThat(queue.nextHomeless()).isSameAs(second);
        assertThat(queue.nextHomeless()).isSameAs(taken);
        assertThat(queue.nextHomeless()).isNull();
    }

    @Test
    void whatComesBackEndedAfterTheCloseIsNotHomeless() {
        DispatchedTask taken = added();
        queue.takeFirst(7);
        queue.close();
        taken.cancel(true);

        queue.putBack(taken);

        assertThat(queue.nextHomeless()).isNull();
    }

    // ---- without memory

    /** Bytes that an action takes on this thread, when it runs for the second time. */
    private static long bytes(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(self);
        action.run();
        return threads.getThreadAllocatedBytes(self) - before;
    }

    @Test
    void taskThatWaitsTakesNoMemorySoThatNoneIsLostForWantOfIt() {
        List<DispatchedTask> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            all.add(tasks.quick());
        }
        bytes(() -> {});

        long in = bytes(() -> {
            for (int i = 0; i < 3_000; i++) {
                queue.addLast(all.get(i));
            }
        });
        long back = bytes(() -> {
            for (int i = 3_000; i < 5_000; i++) {
                queue.putBack(all.get(i));
            }
        });
        long out = bytes(() -> {
            for (int i = 0; i < 5_000; i++) {
                queue.remove(all.get(i));
            }
        });

        assertThat(in).isLessThan(1_000);
        assertThat(back).isLessThan(1_000);
        assertThat(out).isLessThan(1_000);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void tasksThatCannotAllBeTakenForWantOfMemoryGoOnWaiting() {
        List<DispatchedTask> all = List.of(added(), added(), added());
        int[] asked = {0};

        assertThatThrownBy(() -> queue.removeAll(task -> {
                    if (++asked[0] == 3) {
                        throw new OutOfMemoryError("planned");
                    }
                    return true;
                }))
                .isInstanceOf(OutOfMemoryError.class);

        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.first(9)).isEqualTo(all);
    }
}
