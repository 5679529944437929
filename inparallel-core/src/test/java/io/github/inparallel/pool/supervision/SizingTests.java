package io.github.inparallel.pool.supervision;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerStartException;
import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.dispatch.AssignedTasks;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.TestEntries;
import io.github.inparallel.pool.runtime.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many workers there are, and which of them leave; in a time of the test's own. */
@SuppressWarnings("NullAway.Init") // each test makes its pool
class SizingTests {

    private static final long SECOND = SECONDS.toNanos(1);

    private final RecordedControl control = new RecordedControl();
    private final List<Worker> workers = new ArrayList<>();
    private PoolOptions options;
    private Dispatcher dispatcher;
    private StartBreaker breaker;
    private Sizing sizing;
    private long now = Long.MAX_VALUE - 2 * SECOND; // the clock passes its end

    private void make(UnaryOperator<PoolOptionsBuilder> settings) {
        options = settings.apply(PoolOptions.builder().name("ocr")).build();
        dispatcher = new Dispatcher(options, new OtherTime(() -> now));
        breaker =
                new StartBreaker(options.restartLimit(), options.restartWindow().toNanos());
        sizing = new Sizing(options, dispatcher, breaker, control);
    }

    private long staff() {
        long next = sizing.adjust(workers, now);
        for (String asked : control.taken()) {
            if (asked.equals("launch")) {
                workers.add(TestWorkers.launched(workers.size() + 1, dispatcher, now));
            } else {
                left.add(asked);
            }
        }
        return next;
    }

    private final List<String> left = new ArrayList<>();

    private void ready() {
        for (Worker worker : workers) {
            if (worker.becomesReady(now)) {
                dispatcher.entries().accept(worker.entry());
            }
        }
    }

    private static boolean isAlive(Worker worker) {
        return worker.isStarting() || worker.isReady();
    }

    private long alive() {
        return workers.stream().filter(SizingTests::isAlive).count();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void leastWorkersAreStartedOnceAndAreEnough(int least) {
        make(options -> options.minWorkers(least).maxWorkers(4));

        staff();
        assertThat(workers).hasSize(least);
        staff();
        ready();
        staff();

        assertThat(workers).hasSize(least);
        assertThat(left).isEmpty();
    }

    @Test
    void sparesAreBeyondTheMost() {
        make(options -> options.minWorkers(1).maxWorkers(1).spareWorkers(2));

        staff();

        assertThat(workers).hasSize(3);
        assertThat(sizing.isComplete()).isTrue();
    }

    @Test
    void sparesAloneDoNotCompleteAPool() {
        make(options -> options.minWorkers(1).maxWorkers(3).spareWorkers(1));

        staff();

        assertThat(workers).hasSize(2);
        assertThat(sizing.isComplete()).isFalse();
    }

    @Test
    void nobodyIsStartedOnDemandBeforeThereIsAny() {
        make(options -> options.minWorkers(2).maxWorkers(4).startup(PoolOptions.Startup.ON_DEMAND));

        staff();

        assertThat(workers).isEmpty();
    }

    @Test
    void lostWorkerIsReplaced() {
        make(options -> options.minWorkers(2).maxWorkers(2));
        staff();
        ready();

        workers.get(0).loses(Deadline.NEVER);
        staff();

        assertThat(workers).hasSize(3);
    }

    @Test
    void afterAFailedStartOneAtATimeIsTriedAndOnlyWhenItsPauseIsOver() {
        make(options -> options.minWorkers(3).maxWorkers(3));
        breaker.failed(now, now, false, new WorkerStartException("for the test", 1, "", null));

        long next = staff();
        assertThat(workers).isEmpty();
        assertThat(next).isEqualTo(breaker.nextTry());

        now = next;
        staff();
        assertThat(workers).hasSize(1);
        assertThat(staff()).as("nothing more is tried while it starts").isEqualTo(Deadline.NEVER);
        assertThat(workers).hasSize(1);
    }

    @Test
    void surplusLeavesWhenItHasBeenIdleForLong() {
        make(options -> options.minWorkers(1).maxWorkers(3).idleTimeout(Duration.ofSeconds(10)));
        sizing.resize(3, 3);
        staff();
        ready();
        sizing.resize(1, 3);

        assertThat(staff()).isEqualTo(now + 10 * SECOND);
        now += 10 * SECOND - 1;
        staff();
        assertThat(left).isEmpty();
        now += 1;
        staff();

        assertThat(left).containsExactly("retire ocr-1 IDLE", "retire ocr-2 IDLE");
        staff();
        assertThat(alive()).isEqualTo(1);
    }

    @Test
    void busyOnesStayAndThoseBeyondTheMostLeaveAtOnce() {
        make(options -> options.minWorkers(3).maxWorkers(3).idleTimeout(Duration.ofSeconds(10)));
        staff();
        ready();
        TestEntries.leases(workers.get(0).entry(), 1);

        sizing.resize(1, 1);
        staff();

        assertThat(left).containsExactly("retire ocr-2 IDLE", "retire ocr-3 IDLE");
        assertThat(sizing.isComplete())
                .as("whoever calls now has the supervisor look again")
                .isFalse();
    }

    @Test
    void oldOneLeavesWhenItsReplacementIsReadyAndOneAtATime() {
        make(options -> options.minWorkers(2).maxWorkers(2).maxLifetime(Duration.ofHours(1)));
        staff();
        ready();
        assertThat(staff())
                .as("with a jitter of at most a quarter")
                .isBetween(now + 45 * 60 * SECOND, now + 60 * 60 * SECOND);

        now += 60 * 60 * SECOND;
        staff();
        assertThat(workers).as("one is replaced").hasSize(3);
        staff();
        assertThat(left).isEmpty();
        ready();
        staff();
        staff();

        assertThat(left).containsExactly("retire ocr-1 RECYCLED");
        staff();
        assertThat(workers).as("now the other").hasSize(4);
    }

    @Test
    void whoMayHaveNoMoreTasksMakesRoomAtOnce() {
        make(options -> options.minWorkers(1).maxWorkers(1));
        staff();
        ready();

        dispatcher.entries().close(workers.get(0).entry());
        staff();

        assertThat(left).containsExactly("retire ocr-1 RECYCLED");
        assertThat(workers).hasSize(2);
    }

    // ---- as many as there are tasks for

    /** So many tasks wait. */
    private void waiting(int number) {
        AssignedTasks tasks = new AssignedTasks(options, () -> now);
        for (int i = 0; i < number; i++) {
            dispatcher.waiting().putBack(tasks.task());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "2, 1", "3, 2", "4, 2", "5, 3", "6, 3", "7, 3", "20, 3"})
    void asManyAreStartedAsTheTasksNeed(int tasks, int expected) {
        make(options -> options.minWorkers(0).maxWorkers(3).concurrency(2));
        waiting(tasks);

        long next = staff();

        assertThat(workers).hasSize(expected);
        assertThat(sizing.isComplete()).isEqualTo(expected == 3);
        assertThat(next)
                .as("one that was started has deadlines of its own")
                .isEqualTo(expected > 0 ? now : Deadline.NEVER);
    }

    @Test
    void tasksThatRunAreCountedToo() {
        make(options -> options.minWorkers(1).maxWorkers(3));
        staff();
        ready();
        AssignedTasks.assign(dispatcher, workers.get(0).slots().get(0), new AssignedTasks(options, () -> now).task());
        waiting(1);

        staff();

        assertThat(workers).hasSize(2);
    }

    @Test
    void whoMayRunMoreLetsWaitingTasksRun() {
        make(options -> options.minWorkers(1).maxWorkers(1).spareWorkers(1));
        staff();
        ready();
        for (Worker worker : workers) {
            AssignedTasks.next(dispatcher, worker.slots().get(0));
        }
        waiting(2);
        assertThat(dispatcher.matchWaiting()).hasSize(1);
        assertThat(dispatcher.matchWaiting()).as("the other is a spare").isEmpty();

        sizing.resize(1, 2);

        assertThat(dispatcher.matchWaiting()).hasSize(1);
    }

    @Test
    void firstTaskCallsForAllOnDemand() {
        make(options -> options.minWorkers(2).maxWorkers(4).startup(PoolOptions.Startup.ON_DEMAND));
        assertThat(staff()).isEqualTo(Deadline.NEVER);
        waiting(1);

        staff();

        assertThat(workers).hasSize(2);
        dispatcher.waiting().takeAll(task -> true);
        workers.get(0).loses(Deadline.NEVER);
        staff();
        assertThat(alive()).as("also when there is none any more").isEqualTo(2);
    }

    @Test
    void poolThatIsDownTriesOneThoughNobodyWantsIt() {
        make(options -> options.minWorkers(0).maxWorkers(3).restartLimit(1));
        breaker.failed(now, now, false, new WorkerStartException("for the test", 1, "", null));
        assertThat(breaker.isDown()).isTrue();
        now = breaker.nextTry();

        staff();

        assertThat(workers).hasSize(1);
        assertThat(staff()).as("nothing is tried while one starts").isEqualTo(Deadline.NEVER);
        assertThat(workers).hasSize(1);
    }

    @Test
    void sizeIsWhatWasSaidLast() {
        make(options -> options.minWorkers(1).maxWorkers(2));
        assertThat(sizing.size()).isEqualTo(new PoolStats.Size(1, 2));

        sizing.resize(3, 4);

        assertThat(sizing.size()).isEqualTo(new PoolStats.Size(3, 4));
        staff();
        assertThat(workers).hasSize(3);
    }

    // ---- when each leaves

    @ParameterizedTest
    @CsvSource({"1, 31", "2, 30", "7, 25", "8, 32", "9, 31"})
    void lifetimesOfNeighboursDiffer(int number, int seconds) {
        make(options -> options.minWorkers(1).maxWorkers(1).maxLifetime(Duration.ofSeconds(32)));
        workers.add(TestWorkers.ready(number, 1, dispatcher, now));
        long due = now + seconds * SECOND;

        assertThat(staff()).isEqualTo(due);
        now = due - 1;
        staff();
        assertThat(workers).hasSize(1);
        now = due;
        staff();
        assertThat(workers).as("its replacement").hasSize(2);
        assertThat(sizing.isExpired(workers.get(0))).isTrue();
        assertThat(sizing.isExpired(workers.get(1))).isFalse();
    }

    @Test
    void supervisorLooksAgainWhenTheOldOneMayLeave() {
        now = -SECOND; // as the clock may show
        make(options -> options.minWorkers(1).maxWorkers(1));
        staff();
        ready();
        assertThat(staff()).isEqualTo(Deadline.NEVER);
        sizing.replace(workers.get(0));
        staff();
        assertThat(staff()).as("its replacement starts").isEqualTo(Deadline.NEVER);
        ready();

        assertThat(staff()).isEqualTo(now);
        assertThat(staff()).isEqualTo(Deadline.NEVER);

        assertThat(left).containsExactly("retire ocr-1 RECYCLED");
    }

    @Test
    void whoMayHaveNoMoreTasksEndsTheOneThatItHas() {
        make(options -> options.minWorkers(1).maxWorkers(1));
        staff();
        ready();
        TestEntries.leases(workers.get(0).entry(), 1);
        dispatcher.entries().close(workers.get(0).entry());

        staff();

        assertThat(left).isEmpty();
        assertThat(workers).hasSize(2);
        TestEntries.leases(workers.get(0).entry(), 0);
        staff();
        assertThat(left).containsExactly("retire ocr-1 RECYCLED");
    }

    @Test
    void ofThoseBeyondTheMostOnlySoManyLeaveAtOnce() {
        make(options -> options.minWorkers(3).maxWorkers(3).idleTimeout(Duration.ofSeconds(10)));
        staff();
        ready();
        now += SECOND;
        sizing.resize(1, 2);

        assertThat(staff()).isEqualTo(now + 9 * SECOND);

        assertThat(left).containsExactly("retire ocr-1 IDLE");
    }

    @Test
    void sparesAreNotBeyondTheMost() {
        make(options -> options.minWorkers(3).maxWorkers(3).spareWorkers(1).idleTimeout(Duration.ofSeconds(10)));
        staff();
        ready();
        sizing.resize(1, 2);

        staff();

        assertThat(left).containsExactly("retire ocr-1 IDLE");
    }

    @Test
    void sparesAreNoSurplus() {
        make(options -> options.minWorkers(1).maxWorkers(1).spareWorkers(1).idleTimeout(Duration.ofSeconds(10)));
        staff();
        ready();
        now += 20 * SECOND;

        assertThat(staff()).isEqualTo(Deadline.NEVER);

        assertThat(left).isEmpty();
        assertThat(sizing.isComplete()).isTrue();
    }

    @Test
    void surplusThatStartsOrHasTasksDoesNotLeave() {
        make(options -> options.minWorkers(3).maxWorkers(3).idleTimeout(Duration.ofSeconds(10)));
        staff();
        workers.get(1).becomesReady(now);
        dispatcher.entries().accept(workers.get(1).entry());
        TestEntries.leases(workers.get(1).entry(), 1);
        sizing.resize(0, 0);

        assertThat(staff()).isEqualTo(Deadline.NEVER);

        assertThat(left).isEmpty();
    }

    @Test
    void whateverHappensThereAreNeverTooManyAndInTheEndEnough() {
        for (int seed = 0; seed < 500; seed++) {
            workers.clear();
            left.clear();
            Random random = new Random(seed);
            int most = 1 + random.nextInt(4);
            int spares = random.nextInt(2);
            make(options -> options.minWorkers(random.nextInt(most + 1))
                    .maxWorkers(most)
                    .spareWorkers(spares)
                    .idleTimeout(Duration.ofSeconds(1 + random.nextInt(5)))
                    .maxLifetime(Duration.ofSeconds(5 + random.nextInt(20))));
            for (int step = 0; step < 60; step++) {
                staff();
                // One that is too old, or has its last task, goes on beside its replacement.
                long going = workers.stream()
                        .filter(worker -> !sizing.isExpired(worker))
                        .filter(worker -> worker.isStarting()
                                || worker.isReady() && dispatcher.entries().accepts(worker.entry()))
                        .count();
                assertThat(going).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(most + spares);
                change(random);
                now += random.nextInt((int) SECOND);
            }
            for (Worker worker : workers) {
                TestEntries.leases(worker.entry(), 0);
            }
            for (int step = 0; step < 10; step++) {
                staff();
                ready();
            }
            long accepting = workers.stream()
                    .filter(worker -> isAlive(worker) && dispatcher.entries().accepts(worker.entry()))
                    .count();
            assertThat(accepting).as("seed %d", seed).isGreaterThanOrEqualTo(options.minWorkers() + spares);
        }
    }

    private void change(Random random) {
        for (Worker worker : workers) {
            if (!isAlive(worker)) {
                continue;
            }
            switch (random.nextInt(12)) {
                case 0 -> worker.loses(Deadline.NEVER);
                case 1 -> dispatcher.entries().close(worker.entry());
                case 2 -> sizing.replace(worker);
                case 3, 4 -> TestEntries.leases(worker.entry(), 1 - TestEntries.leases(worker.entry()));
                case 5, 6, 7 -> ready();
                default -> {}
            }
        }
    }

    @Test
    void taskThatComesWhileTheLastIdleWorkerLeavesHasSomebodySeeToIt() {
        make(options -> options.minWorkers(0).maxWorkers(1).idleTimeout(Duration.ofSeconds(1)));
        waiting(1);
        staff();
        ready();
        dispatcher.waiting().takeAll(task -> true);
        now += 2 * SECOND;
        List<Boolean> seen = new ArrayList<>();
        control.onRetire = () -> seen.add(sizing.isComplete());

        staff();

        assertThat(seen).containsExactly(false);
    }

    @Test
    void poolWithoutABoundWantsMoreWorkersAsAnyOther() {
        make(options -> options.minWorkers(1).maxWorkers(Integer.MAX_VALUE).spareWorkers(1));
        staff();
        assertThat(workers).hasSize(2);
        ready();

        staff();

        assertThat(sizing.isComplete()).isFalse();
        assertThat(left).isEmpty();
    }

    @Test
    void ofTwoWhoResizeAtOnceOneHasTheLastWord() throws Exception {
        make(options -> options.minWorkers(0).maxWorkers(1));
        int rounds = 5_000;
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Thread other = new Thread(() -> {
            for (int round = 1; round <= rounds; round++) {
                while (begun.get() < round) {
                    Thread.yield();
                }
                sizing.resize(0, 3);
                done.set(round);
            }
        });
        other.setDaemon(true);
        other.start();
        for (int round = 1; round <= rounds; round++) {
            begun.set(round);
            sizing.resize(0, 7);
            while (done.get() < round) {
                Thread.yield();
            }

            assertThat(dispatcher.lending().free().startable())
                    .isEqualTo(sizing.size().max());
        }
    }
}
