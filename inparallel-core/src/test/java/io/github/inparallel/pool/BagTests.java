package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.TaskState;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.protocol.Spinning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a slot, who waits, and what becomes of those who may not wait any more: without workers. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test makes its bag
class BagTests {

    interface Work {
        CompletableFuture<Void> quick(byte[] bytes);
    }

    private static final Slot.Listener NOBODY = new Slot.Listener() {
        @Override
        public void idle(Slot slot) {}

        @Override
        public void closed(Slot slot, boolean broken) {}

        @Override
        public void given(PoolTask task) {}

        @Override
        public void givenEarly(long due) {}

        @Override
        public void tasksWait() {}
    };

    private static final PoolTask.Owner OWNER = new PoolTask.Owner() {
        @Override
        public void ended(PoolTask task, TaskState state, @Nullable Throwable failure) {}

        @Override
        public void abandoned(PoolTask task, boolean interrupt) {}

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    };

    private Bag bag;
    private Slot slot;
    private TaskMethod method;
    private KnownMethod known;
    private long nextId = 1;

    private void make(UnaryOperator<PoolOptionsBuilder> settings) throws Exception {
        PoolOptions options = settings.apply(
                        PoolOptions.builder().name("bag").maxWorkers(1).queueCapacity(1))
                .build();
        bag = new Bag(options, Machine.REAL);
        Worker worker = new Worker("bag", 1, 0);
        slot = new Slot(worker, 0, bag, options, new PoolObserver() {}, new ResultBudget(1), NOBODY, Machine.REAL);
        worker.slots().add(slot);
        method = TaskMethod.of(
                "work",
                Work.class.getDeclaredMethod("quick", byte[].class),
                new Limits(null, -1),
                new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer()));
        known = new KnownMethod(method);
        for (int i = 0; i < 8; i++) {
            known.ran(1_000); // it is short
        }
        bag.accept(worker);
    }

    private PoolTask task() throws MarshallingException {
        return task(0);
    }

    private PoolTask task(int retries) throws MarshallingException {
        return task(new byte[0], Map.of(), retries);
    }

    private PoolTask task(byte[] bytes, Map<String, String> attributes, int retries) throws MarshallingException {
        @Nullable Object[] arguments = {bytes};
        PoolTask task = new PoolTask(
                nextId++,
                "bag",
                Call.of(method, arguments, false).with(attributes, Call.EndListener.NONE),
                known,
                0,
                retries,
                OWNER,
                Runnable::run,
                new Spinning(0));
        task.encode(arguments, false);
        return task;
    }

    private List<PoolTask> next() {
        List<PoolTask> sent = new ArrayList<>();
        bag.next(slot, sent);
        return sent;
    }

    private static TaskRefusedException shutDown() {
        return new TaskRefusedException("shut down", Reason.SHUT_DOWN, null);
    }

    // ---- when-full: block

    @Test
    void callerThatWaitedForRoomTakesTheSlotThatIsIdleByThen() throws Exception {
        for (int round = 0; round < 50; round++) {
            make(options -> options.whenFull(PoolOptions.WhenFull.BLOCK));
            next();
            bag.submit(task());
            bag.submit(task());
            PoolTask third = task();
            Thread caller = new Thread(() -> {
                try {
                    bag.submit(third);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            caller.start();
            await().pollInSameThread().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

            next(); // the second
            next(); // nothing, or the third if its caller was that quick
            caller.join();

            assertThat(bag.leased(slot)).isSameAs(third);
            assertThat(bag.waiting()).isZero();
        }
    }

    // ---- queue-timeout

    @Test
    void taskThatIsPutBackHidesNoneThatHasWaitedLonger() throws Exception {
        make(options -> options.queueCapacity(10).queueTimeout(Duration.ofSeconds(1)));
        PoolTask first = task(1);
        bag.submit(first);
        next();
        PoolTask second = task();
        bag.submit(second);
        bag.takeBack(slot);
        first.takeRetry(); // its time in the queue begins again
        bag.putBack(first);
        long due = second.queuedNanos() + Duration.ofSeconds(1).toNanos();

        assertThat(bag.dueAt()).isEqualTo(due);
        assertThat(bag.overdue(due - 1)).isEmpty();
        assertThat(bag.overdue(due)).containsExactly(second);
        bag.forget(second);
        assertThat(bag.overdue(due)).isEmpty();
        assertThat(bag.dueAt()).isGreaterThan(due);
        bag.forget(first);
        assertThat(bag.dueAt()).isEqualTo(Deadline.NEVER);
    }

    // ---- callers that are blocked

    private Thread submits(PoolTask task) {
        Thread caller = new Thread(() -> {
            try {
                bag.submit(task);
            } catch (InterruptedException | TaskRefusedException e) {
                // then it is gone
            }
        });
        caller.setDaemon(true);
        caller.start();
        return caller;
    }

    private static void awaitBlocked(Thread caller) {
        while (caller.getState() != Thread.State.TIMED_WAITING && caller.getState() != Thread.State.WAITING) {
            Thread.yield();
        }
    }

    @Test
    void callersThatAreBlockedAreServedInOrderWhoeverComesLater() throws Exception {
        for (int round = 0; round < 100; round++) {
            make(options -> options.whenFull(PoolOptions.WhenFull.BLOCK));
            bag.submit(task()); // the queue is full
            PoolTask first = task();
            Thread blocked = submits(first);
            awaitBlocked(blocked);
            PoolTask second = task();
            Thread behind = submits(second);
            awaitBlocked(behind);

            List<PoolTask> order = new ArrayList<>();
            Thread newcomer = null;
            for (int i = 0; i < 4; i++) {
                order.addAll(bag.takeAll(task -> true));
                if (newcomer == null) {
                    newcomer = submits(task()); // in the moment in which there is room
                }
                while (bag.waiting() == 0 && order.size() < 4) {
                    Thread.yield();
                }
            }
            Objects.requireNonNull(newcomer).join();

            assertThat(order.get(1)).isSameAs(first);
            assertThat(order.get(2)).isSameAs(second);
        }
    }

    @Test
    void blockedCallerThatGivesUpLetsTheNextOneLook() throws Exception {
        make(options -> options.whenFull(PoolOptions.WhenFull.BLOCK));
        bag.submit(task());
        Thread first = submits(task());
        awaitBlocked(first);
        PoolTask second = task();
        Thread behind = submits(second);
        awaitBlocked(behind);

        first.interrupt();
        first.join();
        bag.takeAll(task -> true);
        behind.join();

        assertThat(bag.waiting(1)).containsExactly(second);
    }

    @Test
    void theEndWakesAllThatAreBlocked() throws Exception {
        make(options -> options.whenFull(PoolOptions.WhenFull.BLOCK));
        bag.submit(task());
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            callers.add(submits(task()));
            awaitBlocked(callers.get(i));
        }

        bag.shut(shutDown());

        for (Thread caller : callers) {
            caller.join();
        }
    }

    // ---- the end

    @Test
    void whatWaitsAtTheEndOrComesBackAfterItEndsAtOnce() throws Exception {
        make(options -> options.queueCapacity(10));
        next();
        List<PoolTask> tasks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            tasks.add(task());
            bag.submit(tasks.get(i));
        }
        assertThat(next()).hasSize(5); // the second, and the others early
        PoolTask waiting = task();
        bag.submit(waiting);
        assertThat(bag.toRevoke(slot, 0, true)).isPositive();

        bag.end(shutDown(), task -> task.cancelled("the end"));

        assertThat(waiting).isCancelled();
        assertThat(tasks.get(1)).isNotDone(); // it runs
        bag.revoked(slot, 3, new ArrayList<>());
        assertThat(tasks.get(2)).isNotDone(); // it has begun, so it is the slot's
        assertThat(tasks.get(3)).isCancelled();
        bag.returnAllEarly(slot);
        assertThat(tasks.get(2)).isCancelled();
        bag.putBack(Objects.requireNonNull(bag.takeBack(slot)));
        assertThat(tasks.get(1)).isCancelled();
        assertThat(bag.waiting()).isZero();
        assertThat(bag.leases()).isZero();
    }

    @Test
    void workerThatIsKilledMakesRoomForTasksThatWait() throws Exception {
        make(options -> options.queueCapacity(10));
        PoolTask running = task();
        bag.submit(running);
        next();
        bag.submit(task());
        Worker spare = new Worker("bag", 2, 0);
        Slot free = new Slot(
                spare,
                0,
                bag,
                PoolOptions.builder().build(),
                new PoolObserver() {},
                new ResultBudget(1),
                NOBODY,
                Machine.REAL);
        bag.accept(spare);
        bag.next(free, new ArrayList<>());
        assertThat(bag.leased(free)).isNull(); // max-workers is kept

        assertThat(bag.writeOff(slot.worker())).isTrue();

        assertThat(bag.matchWaiting()).containsExactly(free);
        assertThat(bag.writeOff(slot.worker())).isFalse();
    }

    @Test
    void workerThatDiesWithTasksGivenEarlyTakesNoPlaceOfAnothersWithIt() throws Exception {
        make(options -> options.queueCapacity(10));
        next();
        for (int i = 0; i < 3; i++) {
            bag.submit(task());
        }
        assertThat(next()).hasSize(2); // the second, and the third early

        bag.writeOff(slot.worker());
        next(); // the answer to the second was there already
        bag.takeBack(slot);

        assertThat(bag.leases()).isZero();
        Worker other = new Worker("bag", 2, 0);
        Slot free = new Slot(
                other,
                0,
                bag,
                PoolOptions.builder().build(),
                new PoolObserver() {},
                new ResultBudget(1),
                NOBODY,
                Machine.REAL);
        bag.accept(other);
        bag.next(free, new ArrayList<>());
        assertThat(bag.submit(task())).isSameAs(free);
    }

    // ---- cancelled while it waits

    @Test
    void taskWhoseCallerGivesUpWhileAWorkerIsToHaveItIsNobodys() throws Exception {
        make(options -> options);
        PoolTask task = task();
        task.cancel(true);

        assertThat(task.claimed(4711)).isFalse();

        assertThat(task.workerPid()).isEmpty();
    }

    @Test
    void taskThatComesBackWaitsAgainUnlessNobodyWantsIt() throws Exception {
        make(options -> options.queueCapacity(10));
        next();
        for (int i = 0; i < 4; i++) {
            bag.submit(task());
        }
        List<PoolTask> sent = next();
        sent.get(1).cancel(true);

        bag.returnAllEarly(slot);

        assertThat(sent.get(1).workerPid()).isEmpty();
        assertThat(bag.waiting(1)).containsExactly(sent.get(2));
        assertThat(sent.get(2).taskState()).isEqualTo(TaskState.QUEUED);
    }

    // ---- what is given early

    @Test
    void requestsThatAreLargeForAnyReasonAreNeitherGivenEarlyNorHaveOthersBehindThem() throws Exception {
        Map<String, String> much = Map.of("mdc", "x".repeat(4000));
        List<PoolTask> large = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            make(options -> options.queueCapacity(10));
            large.clear();
            large.add(task(new byte[0], much, 0));
            large.add(task(new byte[40_000], Map.of(), 0));
            next();
            bag.submit(task());
            bag.submit(large.get(i));
            bag.submit(task());
            bag.submit(task());

            List<PoolTask> second = next();
            List<PoolTask> third = next();

            assertThat(second).containsExactly(large.get(i));
            assertThat(third).hasSize(2);
        }
    }
}
