package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.dispatch.AssignedTasks;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.Shortage;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.dispatch.TestEntries;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.Scarcity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a task that passes a limit, or is given up by its caller, goes through; in a time of the test's own. */
@SuppressWarnings("NullAway.Init") // each test makes its pool
class TaskLimitsTests {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final long STACK_WAIT = 50 * MILLI;

    private final List<String> asked = new ArrayList<>();
    private long now = Long.MAX_VALUE - SECOND / 3; // the clock passes its end
    private Dispatcher dispatcher;
    private TaskLimits limits;
    private AssignedTasks tasks;
    private Worker worker;
    private Slot slot;
    private Slot neighbour;

    private final WorkerControl control = new WorkerControl() {
        @Override
        public void launch() {
            throw new AssertionError("limits start no workers");
        }

        @Override
        public void retire(Worker which, Cause cause, long at) {
            throw new AssertionError("limits end no worker in order");
        }

        @Override
        public void send(Worker which, Frame frame) {
            byte[] number = frame.payload();
            asked.add(frame.type() + " " + frame.taskId() + " of slot " + (number[0] << 8 | number[1] & 0xff));
        }

        @Override
        public void kill(Worker which, @Nullable Cause cause, @Nullable String culprit) {
            asked.add("kill of " + cause + " by " + culprit);
        }
    };

    private void make(UnaryOperator<PoolOptionsBuilder> settings) {
        PoolOptions options =
                settings.apply(PoolOptions.builder().name("ocr").maxWorkers(1)).build();
        OtherTime machine = new OtherTime(() -> now);
        dispatcher = new Dispatcher(options, machine);
        limits = new TaskLimits(options, dispatcher, control, machine);
        tasks = new AssignedTasks(options, () -> now);
        worker = TestWorkers.ready(1, 2, dispatcher, now);
        slot = worker.slots().get(0);
        neighbour = worker.slots().get(1);
    }

    private DispatchedTask running(Slot in) {
        DispatchedTask task = tasks.task();
        AssignedTasks.assign(dispatcher, in, task);
        return task;
    }

    private long watch() {
        return limits.watch(worker, slot, now);
    }

    private List<String> taken() {
        List<String> taken = List.copyOf(asked);
        asked.clear();
        return taken;
    }

    private void says(DispatchedTask task, long runningNanos) {
        limits.inspected(worker, task.id(), new Inspection(runningNanos, List.of()));
    }

    private static TaskTimeoutException timeout(DispatchedTask task) {
        return (TaskTimeoutException) Objects.requireNonNull(
                catchThrowableOfType(ExecutionException.class, task::get).getCause());
    }

    // ---- the way from running to killed

    @Test
    void slotWithoutTaskHasNothingDue() {
        make(options -> options.timeout(Duration.ofSeconds(1)));

        assertThat(watch()).isEqualTo(Deadline.NEVER);
        assertThat(limits.watched(slot)).isNull();
    }

    @Test
    void taskWithinItsTimeIsLeftAlone() {
        make(options -> options.timeout(Duration.ofSeconds(1)));
        running(slot);
        long limit = now + SECOND;

        now = limit - 1;

        assertThat(watch()).isEqualTo(limit);
        assertThat(taken()).isEmpty();
    }

    @Test
    void taskThatDoesNotEndIsAskedForThenToldToStopThenKilled() {
        make(options -> options.timeout(Duration.ofSeconds(1)).killGrace(Duration.ofSeconds(2)));
        DispatchedTask task = running(slot);

        now += SECOND;
        assertThat(watch()).isEqualTo(now + STACK_WAIT);
        assertThat(taken()).containsExactly("INSPECT 1 of slot 0");
        assertThat(task.isDone()).isFalse();

        now += STACK_WAIT - 1;
        watch();
        assertThat(taken()).isEmpty();

        now += 1;
        assertThat(watch()).isEqualTo(now + 2 * SECOND);
        assertThat(taken()).containsExactly("CANCEL 1 of slot 0");
        assertThat(timeout(task))
                .hasMessage("Work.read ran longer than timeout: 1s in worker ocr-1, pid 4711")
                .hasNoCause()
                .returns(Limit.RUN, TaskTimeoutException::kind)
                .returns(Duration.ofSeconds(1), TaskTimeoutException::limit);

        now += 2 * SECOND - 1;
        watch();
        assertThat(taken()).isEmpty();
        assertThat(dispatcher.entries().accepts(worker.entry())).isTrue();

        now += 1;
        assertThat(watch()).isEqualTo(Deadline.NEVER);
        assertThat(taken()).containsExactly("kill of TIMEOUT by ocr-1");
        assertThat(dispatcher.entries().accepts(worker.entry())).isFalse();
    }

    @Test
    void taskThatStopsInItsGraceCostsNoWorker() {
        make(options -> options.timeout(Duration.ofSeconds(1)).killGrace(Duration.ofSeconds(2)));
        running(slot);
        now += SECOND;
        watch();
        now += STACK_WAIT;
        watch();
        taken();

        AssignedTasks.next(dispatcher, slot);
        now += 2 * SECOND;

        assertThat(watch()).isEqualTo(Deadline.NEVER);
        assertThat(taken()).isEmpty();
        assertThat(dispatcher.entries().accepts(worker.entry())).isTrue();
    }

    @Test
    void nextTaskOfTheSlotHasItsOwnTime() {
        make(options -> options.timeout(Duration.ofSeconds(1)).killGrace(Duration.ofSeconds(2)));
        running(slot);
        now += SECOND;
        watch();
        now += STACK_WAIT;
        watch();
        taken();

        DispatchedTask next = running(slot);
        now += 2 * SECOND - STACK_WAIT; // the grace of the one before

        watch();
        assertThat(taken()).containsExactly("INSPECT 2 of slot 0");
        assertThat(next.isDone()).isFalse();
    }

    @Test
    void sameTaskInTheSameSlotAgainBeginsAnew() {
        make(options -> options.timeout(Duration.ofSeconds(1)).retries(1));
        DispatchedTask task = running(slot);
        now += SECOND;
        watch();
        taken();

        assertThat(dispatcher.takeBack(slot)).isSameAs(task);
        AssignedTasks.assign(dispatcher, slot, task);

        assertThat(watch()).isEqualTo(now + SECOND);
        assertThat(taken()).isEmpty();
    }

    @Test
    void neighboursHaveTheirGraceAsLongAsThereAreAny() {
        make(options -> options.timeout(Duration.ofSeconds(1)).killGrace(Duration.ofSeconds(2)));
        running(slot);
        running(neighbour);
        now += SECOND;
        watch();
        now += STACK_WAIT;
        watch();
        taken();

        now += 2 * SECOND;
        assertThat(watch()).isEqualTo(now + 2 * SECOND);
        assertThat(taken()).isEmpty();
        assertThat(dispatcher.entries().accepts(worker.entry())).isFalse();

        now += 2 * SECOND - 1;
        watch();
        assertThat(taken()).isEmpty();
        now += 1;
        watch();
        assertThat(taken()).containsExactly("kill of TIMEOUT by ocr-1");
    }

    @Test
    void lastNeighbourThatEndsEndsTheGrace() {
        make(options -> options.timeout(Duration.ofSeconds(1)).killGrace(Duration.ofSeconds(2)));
        running(slot);
        running(neighbour);
        now += SECOND;
        watch();
        now += STACK_WAIT;
        watch();
        now += 2 * SECOND;
        watch();
        taken();

        AssignedTasks.next(dispatcher, neighbour);

        watch();
        assertThat(taken()).containsExactly("kill of TIMEOUT by ocr-1");
    }

    @Test
    void graceOfZeroKillsAtTheNextLook() {
        make(options -> options.timeout(Duration.ofSeconds(1)).killGrace(Duration.ZERO));
        DispatchedTask task = running(slot);

        limits.stop(worker, slot, task);
        assertThat(watch()).isEqualTo(Deadline.NEVER);

        assertThat(taken()).containsExactly("CANCEL 1 of slot 0", "kill of CANCELLED by ocr-1");
    }

    @Test
    void longestLimitsDoNotPassInYears() {
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
        make(options -> options.timeout(longest).stallTimeout(longest).killGrace(longest));
        DispatchedTask task = running(slot);

        now += TimeUnit.DAYS.toNanos(3_000);
        watch();
        assertThat(taken()).isEmpty();
        limits.stop(worker, slot, task);
        now += TimeUnit.DAYS.toNanos(3_000);
        watch();
        assertThat(taken()).containsExactly("CANCEL 1 of slot 0");
    }

    // ---- what the worker says

    @Test
    void taskThatHasRunAsLongAsItMayTimesOutWithWhereItIs() {
        make(options -> options.timeout(Duration.ofSeconds(1)));
        DispatchedTask task = running(slot);
        now += SECOND;
        watch();
        taken();

        StackTraceElement here = new StackTraceElement("Ocr", "read", "Ocr.java", 7);
        limits.inspected(worker, task.id(), new Inspection(SECOND, List.of(here)));

        assertThat(taken()).containsExactly("CANCEL 1 of slot 0");
        Throwable cause = Objects.requireNonNull(timeout(task).getCause());
        assertThat(cause).hasMessage("The task was here, in worker ocr-1, pid 4711");
        assertThat(cause.getStackTrace()).containsExactly(here);
    }

    @Test
    void taskThatBeganLaterHasTheRestOfItsTime() {
        make(options -> options.timeout(Duration.ofSeconds(1)));
        DispatchedTask task = running(slot);
        now += SECOND;
        watch();

        now += MILLI;
        says(task, SECOND / 4);

        assertThat(task.isDone()).isFalse();
        assertThat(watch()).isEqualTo(now + SECOND * 3 / 4);
    }

    @Test
    void taskThatHasNotBegunHasAllItsTimeButNotForEver() {
        make(options -> options.timeout(Duration.ofSeconds(1)));
        DispatchedTask task = running(slot);
        long assigned = now;

        while (now - assigned < TaskStart.LONGEST_UNBEGUN) {
            assertThat(task.isDone()).isFalse();
            assertThat(watch()).isEqualTo(now + SECOND);
            now += SECOND;
            watch();
            says(task, -1);
        }

        assertThat(timeout(task).kind()).isEqualTo(Limit.RUN);
        assertThat(now - assigned).isEqualTo(TaskStart.LONGEST_UNBEGUN);
    }

    @Test
    void wordOfATaskThatNobodyAskedForChangesNothing() {
        make(options -> options.timeout(Duration.ofSeconds(1)));
        DispatchedTask task = running(slot);
        watch();

        says(task, SECOND);
        limits.inspected(worker, 99, new Inspection(SECOND, List.of()));

        assertThat(task.isDone()).isFalse();
        assertThat(watch()).isEqualTo(now + SECOND);
    }

    @Test
    void wordOfATaskThatTheSlotHasNoMoreChangesNothing() {
        make(options -> options.timeout(Duration.ofSeconds(1)));
        DispatchedTask task = running(slot);
        now += SECOND;
        watch();
        taken();
        dispatcher.takeBack(slot);
        dispatcher.waiting().putBack(task);

        says(task, SECOND);

        assertThat(task.isDone()).as("it waits for another slot").isFalse();
        assertThat(taken()).isEmpty();
    }

    @Test
    void wordThatComesAfterTheTaskWasToldToStopIsTooLate() {
        make(options -> options.timeout(Duration.ofSeconds(1)).killGrace(Duration.ofSeconds(2)));
        DispatchedTask task = running(slot);
        now += SECOND;
        watch();
        now += STACK_WAIT;
        long killAt = watch();
        taken();

        now += MILLI;
        says(task, 0);

        assertThat(watch()).isEqualTo(killAt);
        assertThat(taken()).isEmpty();
    }

    // ---- stalls

    @Test
    void taskThatReportsNothingStalls() {
        make(options -> options.stallTimeout(Duration.ofSeconds(1)).timeout(Duration.ofSeconds(9)));
        DispatchedTask task = running(slot);

        now += SECOND;
        watch();
        says(task, SECOND);

        assertThat(timeout(task))
                .hasMessage("Work.read made no progress for longer than stall-timeout: 1s in worker ocr-1, pid 4711"
                        + "; it has reported none")
                .returns(Limit.STALL, TaskTimeoutException::kind)
                .returns(Duration.ofSeconds(1), TaskTimeoutException::limit);
    }

    @Test
    void eachReportGivesTheTaskTimeUpToItsOtherLimit() {
        make(options -> options.stallTimeout(Duration.ofSeconds(2)).timeout(Duration.ofSeconds(3)));
        DispatchedTask task = running(slot);
        long begun = now;

        now += SECOND / 2;
        task.progressed(new ProgressReport(0.25, "page\n1", 0));
        assertThat(watch()).isEqualTo(begun + SECOND * 5 / 2);
        now += SECOND;
        task.progressed(new ProgressReport(0.5, "page 2", 0));
        assertThat(watch()).isEqualTo(begun + 3 * SECOND);
        now = begun + 3 * SECOND;
        watch();
        says(task, 3 * SECOND);

        assertThat(timeout(task).kind()).isEqualTo(Limit.RUN);
    }

    @Test
    void stallIsToldWithTheLastReportOnOneLine() {
        make(options -> options.stallTimeout(Duration.ofSeconds(2)));
        DispatchedTask task = running(slot);
        task.progressed(new ProgressReport(0.25, "page\n" + "1".repeat(300), 0));

        now += 2 * SECOND;
        watch();
        now += STACK_WAIT;
        watch();

        assertThat(timeout(task))
                .hasMessageContaining("; its last report: 25 %, 'page " + "1".repeat(195) + "…', 2050ms ago, at 1970-");
    }

    @Test
    void reportWhileTheWorkerIsAskedEndsTheStall() {
        make(options -> options.stallTimeout(Duration.ofSeconds(2)));
        DispatchedTask task = running(slot);
        now += 2 * SECOND;
        watch();

        task.progressed(new ProgressReport(0.25, "", 0));
        says(task, 2 * SECOND);

        assertThat(task.isDone()).isFalse();
        assertThat(watch()).isEqualTo(now + 2 * SECOND);
    }

    // ---- callers that give up

    @Test
    void taskWhoseCallerGaveUpIsToldToStopOnceAndKilledAfterItsGrace() {
        make(options -> options.killGrace(Duration.ofSeconds(2)));
        DispatchedTask task = running(slot);

        limits.stop(worker, slot, task);
        now += SECOND;
        limits.stop(worker, slot, task);
        assertThat(taken()).containsExactly("CANCEL 1 of slot 0");

        assertThat(watch()).isEqualTo(now + SECOND);
        now += SECOND;
        watch();
        assertThat(taken()).containsExactly("kill of CANCELLED by ocr-1");
    }

    @Test
    void callerThatGivesUpATaskThatHasTimedOutChangesNothing() {
        make(options -> options.timeout(Duration.ofSeconds(1)).killGrace(Duration.ofSeconds(2)));
        DispatchedTask task = running(slot);
        now += SECOND;
        watch();
        now += STACK_WAIT;
        watch();
        taken();

        limits.stop(worker, slot, task);
        now += 2 * SECOND;
        watch();

        assertThat(taken()).containsExactly("kill of TIMEOUT by ocr-1");
    }

    @Test
    void slotIsSaidByItsNumber() {
        make(options -> options);
        running(slot);
        DispatchedTask other = running(neighbour);

        limits.stop(worker, neighbour, other);

        assertThat(taken()).containsExactly("CANCEL 2 of slot 1");
    }

    // ---- tasks that were assigned early

    @Test
    void earlyTasksAreTakenBackFromAWorkerThatHasRunOut() {
        make(options -> options);
        giveEarly();

        assertThat(limits.watch(worker, slot, now)).isNotEqualTo(Deadline.NEVER);
        assertThat(taken()).as("it is not time").isEmpty();
        TestEntries.ranOut(
                worker.entry(), new Shortage(Scarcity.THREADS, new PoolStats.LostTask("ocr-1", "Work.read")));
        watch();
        assertThat(taken()).hasSize(1).first().asString().startsWith("REVOKE ").endsWith(" of slot 0");
        watch();
        assertThat(taken()).as("it was asked").isEmpty();
    }

    @Test
    void earlyTasksAreTakenBackInTime() {
        make(options -> options);
        giveEarly();

        now = watch();
        watch();

        assertThat(taken()).hasSize(1).first().asString().startsWith("REVOKE ");
    }

    private void giveEarly() {
        DispatchedTask first = tasks.task();
        for (int i = 0; i < 8; i++) {
            first.known().ran(1_000); // it is short
        }
        for (int i = 0; i < 6; i++) {
            dispatcher.waiting().putBack(tasks.task());
        }
        dispatcher.waiting().putBack(first);
        AssignedTasks.next(dispatcher, slot);
        assertThat(dispatcher.tasks(slot)).hasSizeGreaterThan(1);
    }

    // ---- all of it

    @Test
    void forgottenWorkerIsNotWatched() {
        make(options -> options.timeout(Duration.ofSeconds(1)));
        running(slot);
        watch();

        limits.forget(worker);

        assertThat(limits.watched(slot)).isNull();
    }

    @Test
    void whateverHappensEachTaskIsToldToStopOnceAndNoOtherIsKilled() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            make(options -> options.timeout(Duration.ofSeconds(1))
                    .stallTimeout(Duration.ofMillis(700))
                    .killGrace(Duration.ofMillis(300)));
            asked.clear();
            List<DispatchedTask> all = new ArrayList<>();
            List<String> told = new ArrayList<>();
            DispatchedTask task = running(slot);
            all.add(task);
            long next = now;
            while (dispatcher.entries().accepts(worker.entry()) && all.size() < 6) {
                switch (random.nextInt(6)) {
                    case 0 -> now += random.nextInt(400) * MILLI;
                    case 1 -> now = Deadline.earlier(next, now + SECOND);
                    case 2 -> says(task, random.nextInt(1_200) * MILLI - 100 * MILLI);
                    case 3 -> task.progressed(new ProgressReport(random.nextDouble(), "", 0));
                    case 4 -> limits.stop(worker, slot, task);
                    default -> {
                        if (random.nextInt(4) == 0) {
                            task = running(slot);
                            all.add(task);
                        }
                    }
                }
                next = watch();
                String id = task.taskId();
                for (String each : taken()) {
                    assertThat(each)
                            .as("seed %d", seed)
                            .satisfiesAnyOf(
                                    one -> assertThat(one).startsWith("INSPECT"),
                                    one -> assertThat(one).startsWith("CANCEL"),
                                    one -> assertThat(one).endsWith(" by " + id));
                    told.add(each);
                }
            }
            assertThat(told.stream().filter(each -> !each.startsWith("INSPECT")))
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates();
            for (DispatchedTask each : all) {
                assertThat(each.taskState() == TaskState.TIMED_OUT)
                        .as("seed %d, %s: %s", seed, each.taskId(), told)
                        .isIn(false, told.contains("CANCEL " + each.id() + " of slot 0"));
            }
        }
    }
}
