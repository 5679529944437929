package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.dispatch.DispatcherModel.ModelSlot;
import io.github.inparallel.pool.dispatch.DispatcherModel.ModelWorker;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.TaskRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever is done to a dispatcher, in whatever order, it says and does what a plain {@link DispatcherModel} does. The seed
 * of what fails is printed with what was done.
 */
class DispatcherModelTests {

    private static final int SEEDS = 200;
    private static final int STEPS = 250;

    @Test
    void dispatcherDoesWhatItsModelDoesInWhateverOrder() {
        SeededRun.each(SEEDS, STEPS, Run::new);
    }

    /** One dispatcher and its model. */
    private static final class Run implements SeededRun {
        private final Random random;
        private final PoolOptions options;
        private final TestTasks tasks;
        private final Dispatcher dispatcher;
        private final DispatcherModel model;
        private final List<WorkerEntry> workers = new ArrayList<>();
        private final List<DispatchedTask> all = new ArrayList<>();
        private final List<DispatchedTask> loose = new ArrayList<>(); // taken back, and not put back yet
        private final List<DispatchedTask> homeless = new ArrayList<>();
        private final List<String> done = new ArrayList<>();
        private FreeSlots free = FreeSlots.NONE; // that are known
        private boolean told; // that there may be others

        Run(int seed) {
            random = new Random(seed);
            options = PoolOptions.builder()
                    .name("model")
                    .maxWorkers(1 + random.nextInt(3))
                    .queueCapacity(1 + random.nextInt(12))
                    .queueMemory(random.nextBoolean() ? 2_000 : 3L << 20)
                    .queueTimeout(random.nextBoolean() ? Duration.ofMillis(5) : null)
                    .maxTasksPerWorker(random.nextInt(4) == 0 ? 1 + random.nextInt(10) : null)
                    .retries(random.nextInt(2))
                    .whenFull(PoolOptions.WhenFull.REFUSE)
                    .build();
            tasks = new TestTasks(options);
            dispatcher = new Dispatcher(options, tasks.machine);
            dispatcher.lending().onFree(() -> {
                DispatchProbe.assertLockIsFree(dispatcher);
                told = true;
            });
            model = new DispatcherModel(options);
            for (int i = 0; i < 3; i++) {
                addWorker();
            }
        }

        private void addWorker() {
            int concurrency = 1 + random.nextInt(3);
            WorkerEntry worker = new WorkerEntry(
                    "model-" + workers.size(),
                    workers.size(),
                    workers.size(),
                    concurrency,
                    dispatcher,
                    new SlotConnection.Surroundings(
                            options, new PoolObserver() {}, new ResultBudget(1), TestEntries.NOBODY, tasks.machine));
            worker.startedAs(1_000 + workers.size());
            workers.add(worker);
            ModelWorker modelWorker = new ModelWorker(concurrency);
            model.workers.add(modelWorker);
            done.add("accept " + worker.name() + " with " + concurrency);
            dispatcher.entries().accept(worker);
            model.accept(modelWorker, tasks.now);
            for (int i = 0; i < concurrency; i++) {
                next(worker.slots().get(i), modelWorker.slots.get(i));
            }
        }

        @Override
        public List<String> done() {
            return done;
        }

        @Override
        public void step() throws Exception {
            tasks.now += random.nextInt(4) == 0 ? random.nextInt(2_000_000) : random.nextInt(1_000);
            int worker = random.nextInt(workers.size());
            int place = random.nextInt(workers.get(worker).slots().size());
            WorkerEntry entry = workers.get(worker);
            Slot slot = entry.slots().get(place);
            ModelWorker modelWorker = model.workers.get(worker);
            ModelSlot modelSlot = modelWorker.slots.get(place);
            String at = " " + entry.name() + "/" + place;
            int what = random.nextInt(100);
            if (what < 35) {
                submit();
            } else if (what < 65) {
                if (!model.idle.contains(modelSlot)) {
                    done.add("next" + at);
                    next(slot, modelSlot);
                }
            } else if (what < 70) {
                cancelOne();
            } else if (what < 74) {
                boolean atOnce = random.nextBoolean();
                done.add("toRevoke" + at + " " + atOnce);
                assertThat(dispatcher.toRevoke(slot, tasks.now, atOnce))
                        .isEqualTo(model.toRevoke(modelSlot, tasks.now, atOnce));
            } else if (what < 80) {
                revoked(slot, modelSlot, at);
            } else if (what < 83) {
                done.add("requestRead" + at);
                dispatcher.requestRead(slot);
                model.requestRead(modelSlot);
            } else if (what < 85) {
                done.add("matchWaiting");
                assertThat(dispatcher.matchWaiting().stream().map(this::model).toList())
                        .isEqualTo(model.matchWaiting());
            } else if (what < 87) {
                done.add("returnAllEarly" + at);
                model.returnAllEarly(modelSlot); // before what comes back is ended
                dispatcher.returnAllEarly(slot);
            } else if (what < 89) {
                done.add("takeBack" + at);
                DispatchedTask task = dispatcher.takeBack(slot);
                assertThat(task).isSameAs(model.takeBack(modelSlot));
                if (task != null) {
                    loose.add(task);
                }
            } else if (what < 91) {
                if (!loose.isEmpty()) {
                    done.add("putBack");
                    DispatchedTask task = loose.remove(random.nextInt(loose.size()));
                    if (task.takeRetry()) {
                        done.add("as a retry");
                    }
                    model.putBack(task);
                    dispatcher.waiting().putBack(task);
                }
            } else if (what < 93) {
                int most = random.nextInt(4);
                done.add("maxWorkers " + most);
                dispatcher.entries().maxWorkers(most);
                model.maxWorkers = most;
            } else if (what < 96) {
                endOfWorker(entry, slot, modelWorker, modelSlot, at);
                if (model.workers.stream().filter(each -> each.accepting).count() < 2 && workers.size() < 12) {
                    addWorker();
                }
            } else if (what < 98) {
                takeSome();
            } else {
                openOrShut();
            }
        }

        private void submit() throws Exception {
            int kind = random.nextInt(50);
            DispatchedTask task = kind == 0
                    ? tasks.quick(TaskRequest.LARGE + 1)
                    : kind < 4 ? tasks.quick(3_000) : kind < 10 ? tasks.slow() : tasks.quick(random.nextInt(300));
            done.add("submit " + task.taskId() + " of " + task.size());
            Reason refusal = model.refusal(task);
            if (refusal != null) {
                assertThatThrownBy(() -> dispatcher.submit(task))
                        .isInstanceOfSatisfying(
                                TaskRefusedException.class,
                                refused -> assertThat(refused.reason()).isEqualTo(refusal));
                return;
            }
            all.add(task);
            Slot slot = (Slot) dispatcher.submit(task);
            assertThat(slot == null ? null : model(slot)).isSameAs(model.submit(task));
        }

        private void next(Slot slot, ModelSlot modelSlot) {
            List<DispatchedTask> expected = model.next(modelSlot, tasks.now);
            List<DispatchedTask> sent = new ArrayList<>();
            assertThat(dispatcher.next(slot, sent)).isSameAs(modelSlot.task);
            assertThat(sent).isEqualTo(expected);
        }

        private void cancelOne() {
            if (all.isEmpty()) {
                return;
            }
            DispatchedTask task = all.get(random.nextInt(all.size()));
            done.add("cancel " + task.taskId());
            task.cancel(true);
            if (random.nextBoolean()) {
                done.add("forget");
                assertThat(dispatcher.waiting().forget(task)).isEqualTo(model.queue.remove(task));
            }
        }

        private void revoked(Slot slot, ModelSlot modelSlot, String at) throws ProtocolException {
            List<DispatchedTask> sent = new ArrayList<>();
            if (modelSlot.revoking == 0) {
                assertThatThrownBy(() -> dispatcher.revoked(slot, 0, sent)).isInstanceOf(ProtocolException.class);
                return;
            }
            long begun = Math.max(0, modelSlot.revoking - random.nextInt(9));
            done.add("revoked" + at + " after " + begun);
            List<DispatchedTask> expected = model.revoked(modelSlot, begun, tasks.now);
            assertThat(dispatcher.revoked(slot, begun, sent)).isSameAs(modelSlot.task);
            assertThat(sent).isEqualTo(expected);
        }

        private void endOfWorker(
                WorkerEntry entry, Slot slot, ModelWorker modelWorker, ModelSlot modelSlot, String at) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    done.add("close" + at);
                    assertThat(dispatcher.close(slot)).isEqualTo(modelSlot.task == null);
                    model.close(modelSlot);
                }
                case 1 -> {
                    done.add("close " + entry.name());
                    dispatcher.entries().close(entry);
                    model.close(modelWorker);
                }
                case 2 -> {
                    done.add("writeOff " + entry.name());
                    assertThat(dispatcher.entries().writeOff(entry)).isEqualTo(model.writeOff(modelWorker));
                }
                case 3 -> {
                    done.add("closeIfIdle " + entry.name());
                    boolean idle = modelWorker.leases() == 0;
                    assertThat(dispatcher.entries().closeIfIdle(entry)).isEqualTo(idle);
                    if (idle) {
                        model.close(modelWorker);
                    }
                }
                default -> {
                    DispatchedTask task = all.isEmpty() ? tasks.quick() : all.get(random.nextInt(all.size()));
                    task = modelSlot.task == null || random.nextBoolean() ? task : modelSlot.task;
                    done.add("closeIfLeased" + at + " " + task.taskId());
                    boolean leased = modelSlot.task == task;
                    assertThat(dispatcher.entries().closeIfLeased(slot, task)).isEqualTo(leased);
                    if (leased) {
                        model.close(modelWorker);
                    }
                }
            }
        }

        private void takeSome() {
            if (random.nextBoolean()) {
                List<DispatchedTask> overdue = model.queue.stream()
                        .filter(task -> options.queueTimeout() != null
                                && tasks.now - task.queuedNanos()
                                        >= options.queueTimeout().toNanos())
                        .toList();
                done.add("overdue " + overdue.size());
                assertThat(dispatcher.waiting().overdue(tasks.now)).containsExactlyInAnyOrderElementsOf(overdue);
                for (DispatchedTask each : overdue) {
                    assertThat(dispatcher.waiting().forget(each)).isTrue();
                    model.queue.remove(each);
                }
            } else {
                int part = random.nextInt(3);
                done.add("takeAll");
                assertThat(dispatcher.waiting().takeAll(task -> task.id() % 3 == part))
                        .isEqualTo(model.takeAll(task -> task.id() % 3 == part));
            }
        }

        private void openOrShut() {
            switch (random.nextInt(20)) {
                case 0 -> {
                    done.add("end");
                    model.end();
                    dispatcher.admission().end(why(Reason.SHUT_DOWN), this::end);
                }
                case 1 -> {
                    done.add("shut down");
                    dispatcher.admission().shut(why(Reason.SHUT_DOWN));
                    model.closed = Reason.SHUT_DOWN;
                }
                case 2, 3, 4 -> {
                    done.add("down");
                    dispatcher.admission().shut(why(Reason.POOL_DOWN));
                    model.closed = model.closed == null ? Reason.POOL_DOWN : model.closed;
                }
                case 5, 6, 7 -> {
                    done.add("drain");
                    assertThat(dispatcher.admission().drain(why(Reason.DRAINED)))
                            .isEqualTo(!model.draining);
                    model.draining = true;
                }
                case 8, 9, 10, 11, 12 -> {
                    done.add("resume");
                    assertThat(dispatcher.admission().resume()).isEqualTo(model.draining);
                    model.draining = false;
                }
                default -> {
                    done.add("reopen");
                    dispatcher.admission().reopen();
                    model.closed = model.closed == Reason.POOL_DOWN ? null : model.closed;
                }
            }
        }

        private void end(DispatchedTask task) {
            homeless.add(task);
            task.cancelled("the end");
        }

        private static TaskRefusedException why(Reason reason) {
            return new TaskRefusedException("not now", reason, null);
        }

        @Override
        public void look() {
            DispatchProbe.assertLockIsFree(dispatcher);
            FreeSlots now = dispatcher.lending().free();
            assertThat(told || now.equals(free))
                    .as("told of %s, not of %s", free, now)
                    .isTrue();
            free = now;
            told = false;
            assertThat(dispatcher.waiting().size()).isEqualTo(model.waiting());
            assertThat(dispatcher.waiting().first(100)).isEqualTo(model.queue);
            assertThat(dispatcher.waiting().bytes()).isEqualTo(model.bytes());
            assertThat(dispatcher.entries().leases()).isEqualTo(model.leases());
            assertThat(dispatcher.canMatch()).isEqualTo(model.canMatch());
            assertThat(dispatcher.admission().drainingSince() != null).isEqualTo(model.draining);
            assertThat(dispatcher.admission().isShutDown()).isEqualTo(model.closed == Reason.SHUT_DOWN);
            assertThat(homeless).isEqualTo(model.homeless);
            for (int i = 0; i < workers.size(); i++) {
                compare(workers.get(i), model.workers.get(i));
            }
            for (DispatchedTask each : model.queue) {
                assertThat(dispatcher.waiting().find(each.taskId())).isSameAs(each);
                if (options.queueTimeout() != null) {
                    assertThat(dispatcher.waiting().dueAt())
                            .isLessThanOrEqualTo(
                                    each.queuedNanos() + options.queueTimeout().toNanos());
                }
            }
            DispatchProbe.assertLockIsFree(dispatcher);
        }

        private void compare(WorkerEntry worker, ModelWorker modelWorker) {
            assertThat(dispatcher.entries().accepts(worker)).isEqualTo(modelWorker.accepting);
            assertThat(dispatcher.entries().leases(worker)).isEqualTo(modelWorker.leases());
            assertThat(dispatcher.entries().idleSinceNanos(worker)).isEqualTo(modelWorker.idleSince);
            assertThat(dispatcher.entries().needsCare(worker))
                    .isEqualTo(!modelWorker.accepting || !model.queue.isEmpty());
            for (int i = 0; i < worker.slots().size(); i++) {
                Slot slot = worker.slots().get(i);
                ModelSlot modelSlot = modelWorker.slots.get(i);
                assertThat(dispatcher.leased(slot)).isSameAs(modelSlot.task);
                assertThat(dispatcher.tasks(slot)).isEqualTo(modelSlot.tasks());
                for (DispatchedTask each : modelSlot.tasks()) {
                    assertThat(each.ordinal()).isEqualTo(model.ordinal(each));
                    assertThat(dispatcher.earlySlot(each)).isSameAs(each == modelSlot.task ? null : slot);
                }
            }
        }

        /** After the end, when all workers are gone, nothing is left anywhere. */
        @Override
        public void finish() {
            dispatcher.admission().end(why(Reason.SHUT_DOWN), this::end);
            for (WorkerEntry worker : workers) {
                dispatcher.entries().writeOff(worker);
                for (Slot slot : worker.slots()) {
                    dispatcher.close(slot);
                    dispatcher.returnAllEarly(slot);
                    DispatchedTask last = dispatcher.takeBack(slot);
                    if (last != null) {
                        dispatcher.waiting().putBack(last);
                    }
                }
            }
            assertThat(dispatcher.waiting().size()).isZero();
            assertThat(dispatcher.entries().leases()).isZero();
            assertThat(dispatcher.waiting().bytes()).isZero();
        }

        private @Nullable ModelSlot model(Slot slot) {
            return model.workers.get(workers.indexOf(slot.worker())).slots.get(slot.index());
        }
    }
}
