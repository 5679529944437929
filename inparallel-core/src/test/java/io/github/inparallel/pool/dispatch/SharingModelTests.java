package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.SentTask;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.pool.task.PoisonGuard;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever a pool and other members do with each other's slots, in whatever order: each task that has not ended is in one
 * place, nobody overlooks one that could go on, and what others know of free slots is told when it changes. The seed of what
 * fails is printed with what was done.
 */
class SharingModelTests {

    private static final int SEEDS = 200;
    private static final int STEPS = 250;

    @Test
    void eachTaskIsInOnePlaceAndNobodyOverlooksIt() {
        SeededRun.each(SEEDS, STEPS, Run::new);
    }

    /** One pool, its workers, and two other members. */
    private static final class Run implements SeededRun {
        private final Random random;
        private final PoolOptions options;
        private final TestTasks tasks;
        private final Dispatcher dispatcher;
        private final RemoteTasks remoteTasks;
        private final List<StubMember> members = List.of(new StubMember("a:1"), new StubMember("b:1"));
        private final List<WorkerEntry> workers = new ArrayList<>();
        private final Set<DispatchedTask> open = new LinkedHashSet<>(); // accepted, and not known to have ended
        private final List<String> done = new ArrayList<>();
        private FreeSlots free; // that are known
        private boolean told; // that there may be others
        private boolean woken; // somebody is to see to what waits
        private int maxWorkers;
        private int numbers;

        Run(int seed) {
            random = new Random(seed);
            maxWorkers = random.nextInt(4);
            options = PoolOptions.builder()
                    .name("shared")
                    .spread(PoolOptions.Spread.CLUSTER)
                    .minWorkers(0)
                    .maxWorkers(maxWorkers)
                    .concurrency(1 + random.nextInt(2))
                    .queueCapacity(1 + random.nextInt(12))
                    .retries(random.nextInt(2))
                    .build();
            tasks = new TestTasks(options);
            dispatcher = new Dispatcher(options, tasks.machine);
            dispatcher.watchedBy(() -> woken = true);
            dispatcher.lending().onFree(() -> {
                DispatchProbe.assertLockIsFree(dispatcher);
                told = true;
            });
            PoolObserver observer = new PoolObserver() {};
            LostTasks lost = new LostTasks(options, tasks.machine, dispatcher.waiting(), new PoisonGuard(0), observer);
            remoteTasks = new RemoteTasks(options, dispatcher.remote(), lost, observer);
            free = dispatcher.lending().free();
        }

        @Override
        public List<String> done() {
            return done;
        }

        @Override
        public void step() throws Exception {
            tasks.now += random.nextInt(1_000_000);
            int what = random.nextInt(100);
            if (what < 22) {
                submit();
            } else if (what < 34) {
                lend();
            } else if (what < 54) {
                answer();
            } else if (what < 62) {
                StubMember member = members.get(random.nextInt(2));
                FreeSlots slots = new FreeSlots(random.nextInt(3), random.nextInt(3), 3 * random.nextInt(3));
                done.add(member.name() + " has " + slots);
                remoteTasks.free(member, slots);
            } else if (what < 74) {
                memberEnds();
            } else if (what < 76) {
                StubMember member = members.get(random.nextInt(2));
                done.add(member.name() + " is gone");
                remoteTasks.gone(member);
                for (SentTask each : List.copyOf(member.sent)) {
                    each.memberLost("it is gone");
                }
                member.sent.clear();
            } else if (what < 81) {
                giveUp();
            } else if (what < 84) {
                maxWorkers = random.nextInt(4);
                done.add("max " + maxWorkers);
                dispatcher.entries().maxWorkers(maxWorkers);
                woken = true; // whoever resizes wakes the supervisor
            } else if (what < 88) {
                startWorker();
            } else if (what < 91) {
                endWorker();
            } else if (what < 93) {
                if (dispatcher.admission().drainingSince() == null) {
                    done.add("drain");
                    dispatcher.admission().drain(new TaskRefusedException("drained", Reason.DRAINED, null));
                } else {
                    done.add("resume");
                    dispatcher.admission().resume();
                }
            } else {
                supervise();
            }
        }

        private void submit() throws Exception {
            DispatchedTask task = random.nextBoolean() ? tasks.quick() : tasks.slow();
            done.add("submit " + task.taskId());
            try {
                Place place = dispatcher.submit(task);
                open.add(task);
                if (place instanceof SentAttempt attempt) {
                    attempt.send(task, false);
                }
            } catch (TaskRefusedException e) {
                assertThat(dispatcher.admission().drainingSince() != null
                                || dispatcher.waiting().first(100).size() >= options.queueCapacity())
                        .isTrue();
            }
        }

        private void lend() {
            DispatchedTask task = random.nextBoolean() ? tasks.lent() : tasks.lentQuick();
            done.add("lend " + task.taskId());
            FreeSlots before = dispatcher.lending().free();
            Place place = dispatcher.lending().lend(task);
            boolean mayComeAhead = before.ahead() > 0 && task.known().isShort();
            assertThat(place != null || before.sum() == 0)
                    .as("it takes what it says")
                    .isTrue();
            assertThat(place == null || before.sum() > 0 || mayComeAhead)
                    .as("it takes no more than it says")
                    .isTrue();
            if (place != null) {
                open.add(task);
            }
            if (place == Place.QUEUE) {
                assertThat(!task.ahead && isStranded())
                        .as("it would be given back at once")
                        .isFalse();
            }
        }

        /** A worker answers a task that it has, or comes for its first one. */
        private void answer() {
            List<Slot> busy = slots().stream()
                    .filter(slot -> dispatcher.leased(slot) != null)
                    .toList();
            if (!busy.isEmpty()) {
                Slot slot = busy.get(random.nextInt(busy.size()));
                DispatchedTask task = dispatcher.tasks(slot).get(0);
                done.add("answer " + task.taskId() + " by " + slot.worker().name() + "/" + slot.index());
                next(slot);
                task.cancelled("it has been answered");
            }
        }

        private void next(Slot slot) {
            if (dispatcher.next(slot, new ArrayList<>()) == null) {
                woken |= dispatcher.entries().needsCare(slot.worker());
            }
        }

        private List<Slot> slots() {
            return workers.stream().flatMap(worker -> worker.slots().stream()).toList();
        }

        private void memberEnds() {
            StubMember member = members.get(random.nextInt(2));
            if (member.sent.isEmpty()) {
                return;
            }
            SentTask attempt = member.sent.remove(random.nextInt(member.sent.size()));
            int how = random.nextInt(5);
            done.add(attempt + " ends in way " + how);
            switch (how) {
                case 0 -> attempt.ended(new EncodedOutcome.NoSlot());
                case 1 -> attempt.ended(new EncodedOutcome.Refused(Reason.QUEUE_FULL, "full"));
                case 2 -> attempt.ended(new EncodedOutcome.Cancelled("there"));
                case 3 ->
                    attempt.ended(new EncodedOutcome.WorkerLost(
                            "lost",
                            "w",
                            7,
                            new WorkerExit(1, Optional.empty(), Cause.CRASHED),
                            List.of(),
                            Optional.empty(),
                            Optional.empty()));
                default -> attempt.memberLost("it said so");
            }
            attempt.ended(new EncodedOutcome.Cancelled("twice"));
        }

        private void giveUp() {
            if (open.isEmpty()) {
                return;
            }
            DispatchedTask task = List.copyOf(open).get(random.nextInt(open.size()));
            boolean interrupt = random.nextBoolean();
            done.add("give up " + task.taskId() + " " + interrupt);
            task.cancel(interrupt);
            if (!dispatcher.waiting().forget(task)) {
                remoteTasks.abandoned(task, interrupt);
            }
        }

        private void startWorker() {
            if (workers.size() > 5) {
                return;
            }
            numbers++;
            WorkerEntry worker = new WorkerEntry(
                    "shared-" + numbers,
                    numbers,
                    numbers,
                    options.concurrency(),
                    dispatcher,
                    new SlotConnection.Surroundings(
                            options, new PoolObserver() {}, new ResultBudget(1), TestEntries.NOBODY, tasks.machine));
            worker.startedAs(1_000 + numbers);
            done.add("start " + worker.name());
            workers.add(worker);
            dispatcher.entries().accept(worker);
            worker.slots().forEach(this::next);
        }

        private void endWorker() {
            if (workers.isEmpty()) {
                return;
            }
            WorkerEntry worker = workers.get(random.nextInt(workers.size()));
            if (random.nextInt(3) == 0) {
                done.add("close " + worker.name());
                dispatcher.entries().close(worker);
                return;
            }
            done.add("end " + worker.name());
            woken |= dispatcher.entries().writeOff(worker);
            for (Slot slot : worker.slots()) {
                dispatcher.close(slot);
                dispatcher.returnAllEarly(slot);
                DispatchedTask task = dispatcher.takeBack(slot);
                if (task != null && (random.nextBoolean() || task.takeRetry())) {
                    dispatcher.waiting().putBack(task);
                } else if (task != null) {
                    task.cancelled("its worker was lost");
                }
            }
            woken = true; // whoever ends a worker looks again
            workers.remove(worker);
        }

        private void supervise() {
            done.add("supervise");
            woken = false;
            dispatcher.matchWaiting();
            dispatcher.remote().sendWaiting();
            dispatcher.lending().returnWaiting();
        }

        // ---- what has to be so

        /** A task of another member waits that was promised a slot, and none will come for it. */
        private boolean isStranded() {
            dispatcher.state.lock.lock();
            try {
                return dispatcher.state.queue.hasPromised()
                        && dispatcher.state.slots.isFull()
                        && !dispatcher.state.slots.hasRoom();
            } finally {
                dispatcher.state.lock.unlock();
            }
        }

        @Override
        public void look() {
            DispatchProbe.assertLockIsFree(dispatcher);
            FreeSlots now = dispatcher.lending().free();
            assertThat(told || now.idle() == free.idle() && now.startable() == free.startable())
                    .as("told of %s, not of %s", free, now)
                    .isTrue();
            free = now;
            told = false;
            assertThat(woken || !dispatcher.canMatch())
                    .as("somebody sees to what waits")
                    .isTrue();
            assertThat(woken || !isStranded())
                    .as("somebody gives back what waits in vain")
                    .isTrue();
            List<DispatchedTask> found = new ArrayList<>(dispatcher.waiting().first(1_000));
            slots().forEach(slot -> found.addAll(dispatcher.tasks(slot)));
            found.addAll(dispatcher.remote().tasks());
            assertThat(found).as("each is in one place").doesNotHaveDuplicates();
            open.removeIf(DispatchedTask::hasEnded);
            assertThat(found).as("none is nobody's").containsAll(open);
            assertThat(dispatcher.remote().tasks()).noneMatch(DispatchedTask::isLent);
        }

        @Override
        public void finish() {
            dispatcher
                    .admission()
                    .end(
                            new TaskRefusedException("the end", Reason.SHUT_DOWN, null),
                            task -> task.cancelled("the end"));
            remoteTasks.stopAll("the end");
            while (!workers.isEmpty()) {
                endWorker();
                workers.removeIf(worker -> !dispatcher.entries().accepts(worker)
                        && dispatcher.entries().leases(worker) == 0);
            }
            open.removeIf(DispatchedTask::hasEnded);
            assertThat(open).isEmpty();
            assertThat(dispatcher.waiting().size()).isZero();
            assertThat(dispatcher.waiting().bytes()).isZero();
            assertThat(dispatcher.entries().leases()).isZero();
            assertThat(dispatcher.remote().tasks()).isEmpty();
        }
    }
}
