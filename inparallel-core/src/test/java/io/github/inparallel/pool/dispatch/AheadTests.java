package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.SentTask;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.task.PoisonGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Short tasks that go ahead of the slots of another member: what may go wrong between the two. */
class AheadTests {

    /** A pool whose tasks only other members can run. */
    private static final class Caller {
        private final TestTasks tasks;
        private final Dispatcher dispatcher;
        private final RemoteTasks remoteTasks;

        Caller(@Nullable Duration queueTimeout) {
            PoolOptions options = PoolOptions.builder()
                    .name("ocr")
                    .minWorkers(0)
                    .maxWorkers(0)
                    .spread(PoolOptions.Spread.CLUSTER)
                    .queueCapacity(100_000)
                    .queueTimeout(queueTimeout)
                    .build();
            tasks = new TestTasks(options);
            dispatcher = new Dispatcher(options, tasks.machine);
            PoolObserver observer = new PoolObserver() {};
            LostTasks lost = new LostTasks(options, tasks.machine, dispatcher.waiting(), new PoisonGuard(2), observer);
            remoteTasks = new RemoteTasks(options, dispatcher.remote(), lost, observer);
        }

        /** A task that is short at other members. */
        DispatchedTask submit() throws InterruptedException {
            DispatchedTask task = tasks.quick();
            if (dispatcher.submit(task) instanceof SentAttempt attempt) {
                attempt.send(task, false);
            }
            return task;
        }
    }

    private final Caller from = new Caller(null);
    private final StubMember member = new StubMember("m");

    /** How many of the caller's tasks a runner refuses in a second in which it says each millisecond, and after each, what it has. */
    private int refusedInASecond(Dispatcher runner, TestTasks there, Supplier<DispatchedTask> asRunnerSeesThem)
            throws Exception {
        for (int i = 0; i < 900; i++) {
            from.submit();
        }
        int refused = 0;
        for (int ms = 0; ms < 1_000; ms++) {
            from.tasks.now += 1_000_000;
            there.now += 1_000_000;
            from.remoteTasks.free(member, runner.lending().free());
            while (!member.sent.isEmpty()) {
                assertThat(runner.lending().lend(asRunnerSeesThem.get())).isNull();
                member.sent.remove(0).ended(new EncodedOutcome.NoSlot());
                refused++;
                from.remoteTasks.free(member, runner.lending().free());
            }
        }
        return refused;
    }

    @Test
    void refusalForWantOfQueueMemoryIsNotRepeatedAtOnce() throws Exception {
        PoolOptions options = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(1)
                .queueCapacity(1000)
                .queueMemory(64)
                .build();
        TestTasks tasks = new TestTasks(options);
        Dispatcher dispatcher = new Dispatcher(options, tasks.machine);
        TestEntries.idleSlot("ocr-1", dispatcher);
        assertThat(dispatcher.lending().lend(tasks.lentQuick())).isInstanceOf(Slot.class);
        while (dispatcher.lending().lend(tasks.lentQuick()) != null) {
            // until there is no memory for more
        }
        assertThat(dispatcher.lending().free().ahead()).isPositive();
        assertThat(refusedInASecond(dispatcher, tasks, tasks::lentQuick)).isBetween(10, 51);
    }

    /** The first may be long after all, and nothing else is heard for as long. */
    @Test
    void nextGoesAheadWhenTheFirstHasItsSlot() throws Exception {
        from.submit();
        from.submit();
        from.remoteTasks.free(member, new FreeSlots(0, 0, 8));
        assertThat(member.sent).hasSize(1);

        member.last().started("ocr-7", 4711);

        assertThat(member.sent).hasSize(2);
    }

    /** As one that comes back in time: else a member that takes long keeps as many as go ahead, until each has waited too long. */
    @Test
    void fewerGoAheadAfterOneThatHasWaitedTooLong() throws Exception {
        Caller impatient = new Caller(Duration.ofMillis(10));
        for (int i = 0; i < 3; i++) {
            impatient.submit();
        }
        impatient.remoteTasks.free(member, new FreeSlots(0, 0, 8));
        assertThat(member.sent).hasSize(1);
        impatient.tasks.now += 10_000_000;

        member.sent.remove(0).ended(new EncodedOutcome.NoSlot());
        impatient.remoteTasks.free(member, new FreeSlots(0, 0, 8));

        assertThat(member.sent)
                .as("in the pause after one that came back alone")
                .isEmpty();
    }

    @Test
    void shortQueueIsNotPromised() {
        PoolOptions options =
                PoolOptions.builder().name("ocr").maxWorkers(1).queueCapacity(1).build();
        TestTasks tasks = new TestTasks(options);
        Dispatcher dispatcher = new Dispatcher(options, tasks.machine);
        TestEntries.idleSlot("ocr-1", dispatcher);
        assertThat(dispatcher.lending().lend(tasks.lentQuick())).isInstanceOf(Slot.class);
        assertThat(dispatcher.lending().free().ahead()).isLessThanOrEqualTo(1);
    }

    @Test
    void memberThatTellsOutcomesWhileItIsSentTasksIsCalledAgainOnlyThen() throws Exception {
        TestTasks tasks = from.tasks;
        Dispatcher dispatcher = from.dispatcher;
        RemoteTasks remoteTasks = from.remoteTasks;
        int[] depth = {0, 0};
        RemoteMember teller = new RemoteMember() {
            @Override
            public String name() {
                return "m";
            }

            @Override
            public void run(SentTask t) {
                depth[1] = Math.max(depth[1], ++depth[0]);
                t.ended(new EncodedOutcome.Cancelled("no memory"));
                depth[0]--;
            }

            @Override
            public void cancel(SentTask t) {}
        };
        List<DispatchedTask> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            DispatchedTask task = tasks.quick();
            all.add(task);
            assertThat(dispatcher.submit(task)).isNull();
        }
        remoteTasks.free(teller, new FreeSlots(0, 0, 32));
        assertThat(depth[1]).isLessThan(100);
        assertThat(all).allMatch(DispatchedTask::isDone);
    }

    /** Who tells an outcome has others to tell. */
    @Test
    void wantOfMemoryForTheNextDoesNotComeOutOfAnEnd() throws Exception {
        TestTasks tasks = from.tasks;
        Dispatcher dispatcher = from.dispatcher;
        RemoteTasks remoteTasks = from.remoteTasks;
        StubMember a = new StubMember("a");
        StubMember b = new StubMember("b");
        DispatchedTask one = tasks.quick();
        DispatchedTask two = tasks.quick();
        DispatchedTask three = tasks.quick();
        dispatcher.submit(one);
        dispatcher.submit(two);
        remoteTasks.free(a, new FreeSlots(2, 0));
        assertThat(a.sent).hasSize(2);
        dispatcher.submit(three);
        remoteTasks.gone(a);
        dispatcher.remote().free(b, new FreeSlots(1, 0), remoteTasks); // its word has come, sendWaiting is to follow
        one.whenComplete((r, f) -> tasks.failures = 1);
        for (SentTask each : List.copyOf(a.sent)) { // as SentCalls.close does
            each.memberLost("gone");
        }
        assertThat(two.isDone()).isTrue();
    }

    @Test
    void taskThatWasPromisedASlotWaitsForItsWorker() {
        PoolOptions options = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(2)
                .queueCapacity(100)
                .build();
        TestTasks tasks = new TestTasks(options);
        Dispatcher dispatcher = new Dispatcher(options, tasks.machine);
        TestEntries.idleSlot("ocr-1", dispatcher);
        assertThat(dispatcher.lending().lend(tasks.lentQuick())).isInstanceOf(Slot.class);
        assertThat(dispatcher.lending().free().startable()).isEqualTo(1);
        DispatchedTask promised = tasks.lentQuick();
        assertThat(dispatcher.lending().lend(promised)).isSameAs(Place.QUEUE);
        tasks.now += 25_000_000; // its worker starts for longer than that
        dispatcher.lending().returnWaiting();
        assertThat(promised.isDone()).isFalse();
    }

    @Test
    void asManyAreTakenAsWereToldBesideOwnTasks() throws Exception {
        PoolOptions options = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(2)
                .queueCapacity(1000)
                .build();
        TestTasks tasks = new TestTasks(options);
        Dispatcher dispatcher = new Dispatcher(options, tasks.machine);
        TestEntries.idleSlot("ocr-1", dispatcher);
        TestEntries.idleSlot("ocr-2", dispatcher);
        dispatcher.submit(tasks.quick());
        dispatcher.submit(tasks.quick());
        int told = dispatcher.lending().free().ahead();
        int taken = 0;
        for (int i = 0; i < told; i++) {
            taken += dispatcher.lending().lend(tasks.lentQuick()) == null ? 0 : 1;
        }
        assertThat(taken).isEqualTo(told);
    }

    @Test
    void callerAndRunnerThatDisagreeOnWhatIsShortAskFiftyTimesASecond() throws Exception {
        PoolOptions options = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(8)
                .queueCapacity(1000)
                .build();
        TestTasks tasks = new TestTasks(options);
        Dispatcher runner = new Dispatcher(options, tasks.machine);
        for (int i = 0; i < 8; i++) {
            TestEntries.idleSlot("ocr-" + i, runner);
            runner.lending().lend(tasks.lentQuick()); // of a third member, short
        }
        assertThat(refusedInASecond(runner, tasks, tasks::lent)).isBetween(10, 51);
    }

    /** The runner may know that they are long. */
    @Test
    void asManyGoAheadAsTheRunnerIsSeenToRun() throws Exception {
        for (int i = 0; i < 900; i++) {
            from.submit();
        }
        from.remoteTasks.free(member, new FreeSlots(0, 0, 100));
        EncodedOutcome run = new EncodedOutcome.Cancelled("its end does not matter");
        List<Integer> rounds = new ArrayList<>();
        while (rounds.size() < 9) {
            rounds.add(endAll(member, run));
        }
        assertThat(rounds).containsExactly(1, 2, 4, 8, 16, 32, 64, 100, 100);

        rounds.clear();
        while (rounds.size() < 7) { // it says each time that as many may come
            rounds.add(endAll(member, new EncodedOutcome.NoSlot()));
            from.remoteTasks.free(member, new FreeSlots(0, 0, 100));
        }
        assertThat(rounds).containsExactly(100, 50, 25, 12, 6, 3, 1);
        assertThat(member.sent).isEmpty(); // for a while
        from.tasks.now += 20_000_000;
        from.dispatcher.remote().sendWaiting();
        assertThat(member.sent).hasSize(1);
    }

    private static int endAll(StubMember member, EncodedOutcome outcome) {
        List<SentTask> round = List.copyOf(member.sent);
        member.sent.clear();
        round.forEach(each -> each.ended(outcome));
        return round.size();
    }

    /** Nothing else need happen meanwhile. */
    @Test
    void sendsOnWhenThePauseAfterARefusalIsOver() throws Exception {
        from.submit();
        from.remoteTasks.free(member, new FreeSlots(0, 0, 100));
        member.sent.remove(0).ended(new EncodedOutcome.NoSlot());
        from.remoteTasks.free(member, new FreeSlots(0, 0, 100));
        assertThat(member.sent).isEmpty();
        long due = from.dispatcher.remote().sendAt();
        assertThat(due - from.tasks.now).isBetween(1L, 20_000_000L);
        from.tasks.now = due;
        assertThat(from.dispatcher.remote().sendAt()).isEqualTo(Deadline.NEVER); // it is time now
        from.dispatcher.remote().sendWaiting();
        assertThat(member.sent).hasSize(1);
        assertThat(from.dispatcher.remote().sendAt()).isEqualTo(Deadline.NEVER);
    }

    /** What came back may have gone elsewhere at once: then none waits when the pause begins. */
    @Test
    void sendsOnAlsoWhatComesWithinThePause() throws Exception {
        StubMember a = new StubMember("a");
        StubMember b = new StubMember("b");
        from.remoteTasks.free(a, new FreeSlots(0, 0, 100));
        from.submit();
        from.remoteTasks.free(b, new FreeSlots(1, 0));
        a.sent.remove(0).ended(new EncodedOutcome.NoSlot());
        assertThat(b.sent).hasSize(1);
        from.remoteTasks.free(a, new FreeSlots(0, 0, 100));

        long wakesAt = from.dispatcher.remote().sendAt();
        assertThat(wakesAt - from.tasks.now).isBetween(1L, 20_000_000L);
        from.submit();
        assertThat(a.sent).isEmpty();
        from.tasks.now = wakesAt;
        from.dispatcher.remote().sendWaiting();

        assertThat(a.sent).hasSize(1);
    }

    @Test
    void oneThatRunsForLongKeepsNoOtherFromGoing() throws Exception {
        from.remoteTasks.free(member, new FreeSlots(0, 0, 100));
        from.submit();
        from.submit();
        assertThat(member.sent).hasSize(1);

        member.sent.get(0).started("ocr-1", 7);
        from.remoteTasks.free(member, new FreeSlots(0, 0, 99));

        assertThat(member.sent).hasSize(2);
    }

    @Test
    void oneThatWasGivenUpIsNotOneThatWasRun() throws Exception {
        from.remoteTasks.free(member, new FreeSlots(0, 0, 100));
        for (int i = 0; i < 30; i++) {
            DispatchedTask task = from.submit();
            task.cancel(true);
            from.remoteTasks.abandoned(task, true);
        }
        member.sent.clear();

        for (int i = 0; i < 100; i++) {
            from.submit();
        }

        assertThat(member.sent).hasSize(1);
    }

    @Test
    void endsOfThoseSentBeforeARefusalAreNoReasonToSendMore() throws Exception {
        EncodedOutcome run = new EncodedOutcome.Cancelled("its end does not matter");
        from.remoteTasks.free(member, new FreeSlots(0, 0, 64));
        for (int i = 0; i < 900; i++) {
            from.submit();
        }
        for (int round = 0; round < 6; round++) {
            endAll(member, run);
        }
        assertThat(member.sent).hasSize(64);

        member.sent.remove(0).ended(new EncodedOutcome.NoSlot());
        endAll(member, run);
        from.remoteTasks.free(member, new FreeSlots(0, 0, 64));

        assertThat(member.sent).hasSize(32);
    }

    @Test
    void slotsOfASpareThatMayNotRunDoNotCount() throws Exception {
        PoolOptions options = PoolOptions.builder()
                .name("ocr")
                .maxWorkers(1)
                .spareWorkers(1)
                .queueCapacity(1000)
                .build();
        TestTasks tasks = new TestTasks(options);
        Dispatcher runner = new Dispatcher(options, tasks.machine);
        Slot one = TestEntries.idleSlot("ocr-1", runner);
        assertThat(runner.submit(tasks.quick())).isSameAs(one);
        runner.next(one, new ArrayList<>()); // rests, and its last was short
        assertThat(runner.lending().free().ahead()).isEqualTo(128);
        Slot two = TestEntries.idleSlot("ocr-2", runner);
        assertThat(runner.submit(tasks.slow())).isSameAs(two);

        assertThat(runner.lending().free()).isEqualTo(FreeSlots.NONE);
        assertThat(runner.lending().lend(tasks.lentQuick())).isNull();
        runner.entries().maxWorkers(0);
        assertThat(runner.lending().free()).isEqualTo(FreeSlots.NONE);
    }
}
