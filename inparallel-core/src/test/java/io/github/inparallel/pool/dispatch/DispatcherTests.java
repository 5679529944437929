package io.github.inparallel.pool.dispatch;

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
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.task.KnownMethod;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.PoolTask;
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
@SuppressWarnings("NullAway.Init") // each test makes its dispatcher
class DispatcherTests {

    interface Work {
        CompletableFuture<Void> quick(byte[] bytes);
    }

    private static final DispatchedTask.Owner OWNER = new DispatchedTask.Owner() {
        @Override
        public void ended(DispatchedTask task, TaskState state, @Nullable Throwable failure) {}

        @Override
        public void abandoned(DispatchedTask task, boolean interrupt) {}
    };

    private Dispatcher dispatcher;
    private Slot slot;
    private TaskMethod method;
    private KnownMethod known;
    private long nextId = 1;

    private void make(UnaryOperator<PoolOptionsBuilder> settings) throws Exception {
        PoolOptions options = settings.apply(
                        PoolOptions.builder().name("dispatcher").maxWorkers(1).queueCapacity(1))
                .build();
        dispatcher = new Dispatcher(options, Machine.REAL);
        slot = TestEntries.entry("dispatcher-1", dispatcher).slots().get(0);
        Marshaller marshaller = new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        method = TaskMethod.of(
                "work", Work.class.getDeclaredMethod("quick", byte[].class), new Limits(null, -1), marshaller);
        known = new KnownMethods(marshaller).of(method);
        for (int i = 0; i < 8; i++) {
            known.ran(1_000); // it is short
        }
        dispatcher.entries().accept(slot.worker());
    }

    private DispatchedTask task() throws MarshallingException {
        return task(0);
    }

    private DispatchedTask task(int retries) throws MarshallingException {
        return task(new byte[0], Map.of(), retries);
    }

    private DispatchedTask task(byte[] bytes, Map<String, String> attributes, int retries) throws MarshallingException {
        @Nullable Object[] arguments = {bytes};
        PoolOptions options =
                PoolOptions.builder().name("dispatcher").retries(retries).build();
        DispatchedTask task = new DispatchedTask(
                nextId++,
                Call.of(method, arguments, false).with(attributes, Call.EndListener.NONE),
                known,
                new PoolTask.Surroundings(options, System::nanoTime, Runnable::run, new Spinning(0)),
                OWNER);
        task.arguments(method.codec().encodeArguments(arguments), false);
        return task;
    }

    private List<DispatchedTask> next() {
        List<DispatchedTask> sent = new ArrayList<>();
        dispatcher.next(slot, sent);
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
            dispatcher.submit(task());
            dispatcher.submit(task());
            DispatchedTask third = task();
            Thread caller = new Thread(() -> {
                try {
                    dispatcher.submit(third);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            caller.start();
            await().pollInSameThread().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

            next(); // the second
            next(); // nothing, or the third if its caller was that quick
            caller.join();

            assertThat(dispatcher.leased(slot)).isSameAs(third);
            assertThat(dispatcher.waiting().size()).isZero();
        }
    }

    // ---- queue-timeout

    @Test
    void taskThatIsPutBackHidesNoneThatHasWaitedLonger() throws Exception {
        make(options -> options.queueCapacity(10).queueTimeout(Duration.ofSeconds(1)));
        DispatchedTask first = task(1);
        dispatcher.submit(first);
        next();
        DispatchedTask second = task();
        dispatcher.submit(second);
        dispatcher.takeBack(slot);
        first.takeRetry(); // its time in the queue begins again
        dispatcher.waiting().putBack(first);
        long due = second.queuedNanos() + Duration.ofSeconds(1).toNanos();

        assertThat(dispatcher.waiting().dueAt()).isEqualTo(due);
        assertThat(dispatcher.waiting().overdue(due - 1)).isEmpty();
        assertThat(dispatcher.waiting().overdue(due)).containsExactly(second);
        dispatcher.waiting().forget(second);
        assertThat(dispatcher.waiting().overdue(due)).isEmpty();
        assertThat(dispatcher.waiting().dueAt()).isGreaterThan(due);
        dispatcher.waiting().forget(first);
        assertThat(dispatcher.waiting().dueAt()).isEqualTo(Deadline.NEVER);
    }

    // ---- callers that are blocked

    private Thread submits(DispatchedTask task) {
        Thread caller = new Thread(() -> {
            try {
                dispatcher.submit(task);
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
            dispatcher.submit(task()); // the queue is full
            DispatchedTask first = task();
            Thread blocked = submits(first);
            awaitBlocked(blocked);
            DispatchedTask second = task();
            Thread behind = submits(second);
            awaitBlocked(behind);

            List<DispatchedTask> order = new ArrayList<>();
            Thread newcomer = null;
            for (int i = 0; i < 4; i++) {
                order.addAll(dispatcher.waiting().takeAll(task -> true));
                if (newcomer == null) {
                    newcomer = submits(task()); // in the moment in which there is room
                }
                while (dispatcher.waiting().size() == 0 && order.size() < 4) {
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
        dispatcher.submit(task());
        Thread first = submits(task());
        awaitBlocked(first);
        DispatchedTask second = task();
        Thread behind = submits(second);
        awaitBlocked(behind);

        first.interrupt();
        first.join();
        dispatcher.waiting().takeAll(task -> true);
        behind.join();

        assertThat(dispatcher.waiting().first(1)).containsExactly(second);
    }

    @Test
    void theEndWakesAllThatAreBlocked() throws Exception {
        make(options -> options.whenFull(PoolOptions.WhenFull.BLOCK));
        dispatcher.submit(task());
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            callers.add(submits(task()));
            awaitBlocked(callers.get(i));
        }

        dispatcher.admission().shut(shutDown());

        for (Thread caller : callers) {
            caller.join();
        }
    }

    // ---- the end

    @Test
    void whatWaitsAtTheEndOrComesBackAfterItEndsAtOnce() throws Exception {
        make(options -> options.queueCapacity(10));
        next();
        List<DispatchedTask> tasks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            tasks.add(task());
            dispatcher.submit(tasks.get(i));
        }
        assertThat(next()).hasSize(5); // the second, and the others early
        DispatchedTask waiting = task();
        dispatcher.submit(waiting);
        assertThat(dispatcher.toRevoke(slot, 0, true)).isPositive();

        dispatcher.admission().end(shutDown(), task -> task.cancelled("the end"));

        assertThat(waiting).isCancelled();
        assertThat(tasks.get(1)).isNotDone(); // it runs
        dispatcher.revoked(slot, 3, new ArrayList<>());
        assertThat(tasks.get(2)).isNotDone(); // it has begun, so it is the slot's
        assertThat(tasks.get(3)).isCancelled();
        dispatcher.returnAllEarly(slot);
        assertThat(tasks.get(2)).isCancelled();
        dispatcher.waiting().putBack(Objects.requireNonNull(dispatcher.takeBack(slot)));
        assertThat(tasks.get(1)).isCancelled();
        assertThat(dispatcher.waiting().size()).isZero();
        assertThat(dispatcher.entries().leases()).isZero();
    }

    @Test
    void workerThatIsKilledMakesRoomForTasksThatWait() throws Exception {
        make(options -> options.queueCapacity(10));
        DispatchedTask running = task();
        dispatcher.submit(running);
        next();
        dispatcher.submit(task());
        Slot free = TestEntries.entry("dispatcher-2", dispatcher).slots().get(0);
        dispatcher.entries().accept(free.worker());
        dispatcher.next(free, new ArrayList<>());
        assertThat(dispatcher.leased(free)).isNull(); // max-workers is kept

        assertThat(dispatcher.entries().writeOff(slot.worker())).isTrue();

        assertThat(dispatcher.matchWaiting()).containsExactly(free);
        assertThat(dispatcher.entries().writeOff(slot.worker())).isFalse();
    }

    @Test
    void workerThatDiesWithTasksGivenEarlyTakesNoPlaceOfAnothersWithIt() throws Exception {
        make(options -> options.queueCapacity(10));
        next();
        for (int i = 0; i < 3; i++) {
            dispatcher.submit(task());
        }
        assertThat(next()).hasSize(2); // the second, and the third early

        dispatcher.entries().writeOff(slot.worker());
        next(); // the answer to the second was there already
        dispatcher.takeBack(slot);

        assertThat(dispatcher.entries().leases()).isZero();
        Slot free = TestEntries.entry("dispatcher-2", dispatcher).slots().get(0);
        dispatcher.entries().accept(free.worker());
        dispatcher.next(free, new ArrayList<>());
        assertThat(dispatcher.submit(task())).isSameAs(free);
    }

    // ---- cancelled while it waits

    @Test
    void taskWhoseCallerGivesUpWhileAWorkerIsToHaveItIsNobodys() throws Exception {
        make(options -> options);
        DispatchedTask task = task();
        task.cancel(true);

        assertThat(task.claimed(4711)).isFalse();

        assertThat(task.workerPid()).isEmpty();
    }

    @Test
    void taskThatComesBackWaitsAgainUnlessNobodyWantsIt() throws Exception {
        make(options -> options.queueCapacity(10));
        next();
        for (int i = 0; i < 4; i++) {
            dispatcher.submit(task());
        }
        List<DispatchedTask> sent = next();
        sent.get(1).cancel(true);

        dispatcher.returnAllEarly(slot);

        assertThat(sent.get(1).workerPid()).isEmpty();
        assertThat(dispatcher.waiting().first(1)).containsExactly(sent.get(2));
        assertThat(sent.get(2).taskState()).isEqualTo(TaskState.QUEUED);
    }

    // ---- what is given early

    @Test
    void requestsThatAreLargeForAnyReasonAreNeitherGivenEarlyNorHaveOthersBehindThem() throws Exception {
        Map<String, String> much = Map.of("mdc", "x".repeat(4000));
        List<DispatchedTask> large = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            make(options -> options.queueCapacity(10));
            large.clear();
            large.add(task(new byte[0], much, 0));
            large.add(task(new byte[40_000], Map.of(), 0));
            next();
            dispatcher.submit(task());
            dispatcher.submit(large.get(i));
            dispatcher.submit(task());
            dispatcher.submit(task());

            List<DispatchedTask> second = next();
            List<DispatchedTask> third = next();

            assertThat(second).containsExactly(large.get(i));
            assertThat(third).hasSize(2);
        }
    }
}
