package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.task.KnownMethod;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.Spinning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a slot, and who waits: without workers. */
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
        return task(new byte[0], Map.of());
    }

    private DispatchedTask task(byte[] bytes, Map<String, String> attributes) throws MarshallingException {
        @Nullable Object[] arguments = {bytes};
        PoolOptions options = PoolOptions.builder().name("dispatcher").build();
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

    // ---- when-full: block

    @AfterEach
    void lockIsFree() {
        DispatchProbe.assertLockIsFree(dispatcher);
    }

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
            large.add(task(new byte[0], much));
            large.add(task(new byte[40_000], Map.of()));
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

    // ---- without memory

    /** Where there is no memory for a second element. */
    private static final class NoMemory extends ArrayList<DispatchedTask> {
        @Override
        public boolean add(DispatchedTask task) {
            throw new OutOfMemoryError("planned");
        }
    }

    @Test
    void taskThatCannotBeSentForWantOfMemoryIsTheSlots() throws Exception {
        make(options -> options);
        next();
        dispatcher.submit(task());
        DispatchedTask waits = task();
        dispatcher.submit(waits);

        assertThatThrownBy(() -> dispatcher.next(slot, new NoMemory())).isInstanceOf(OutOfMemoryError.class);

        assertThat(dispatcher.leased(slot)).isSameAs(waits); // whose end will see to it
    }
}
