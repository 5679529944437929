package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.member.FreeSlots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether tasks are accepted, and what becomes of those that wait when none are any more: without workers. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // made before each test
class AdmissionTests {

    private Instant time = Instant.EPOCH;
    private TestTasks tasks;
    private Dispatcher dispatcher;
    private Admission admission;

    @BeforeEach
    void make() {
        make(options -> options.queueCapacity(10));
    }

    private void make(UnaryOperator<PoolOptionsBuilder> settings) {
        PoolOptions options =
                settings.apply(PoolOptions.builder().name("ocr").maxWorkers(1)).build();
        tasks = new TestTasks(options);
        dispatcher = new Dispatcher(options, new OtherTime(() -> tasks.now).showing(() -> time));
        admission = dispatcher.admission();
    }

    private static TaskRefusedException why(Reason reason) {
        return new TaskRefusedException("it is " + reason, reason, new IllegalStateException("cause"));
    }

    /** Why a task is refused now; null if it is not. */
    private @Nullable Reason refusal() throws InterruptedException {
        try {
            dispatcher.submit(tasks.slow());
            return null;
        } catch (TaskRefusedException e) {
            return e.reason();
        }
    }

    // ---- open or not

    @AfterEach
    void lockIsFree() {
        DispatchProbe.assertLockIsFree(dispatcher);
    }

    @Test
    void poolThatIsDrainedAcceptsAgainWhenItIsResumed() throws Exception {
        time = Instant.ofEpochSecond(1);
        assertThat(admission.drain(why(Reason.DRAINED))).isTrue();
        time = Instant.ofEpochSecond(2);
        assertThat(admission.drain(why(Reason.DRAINED))).isFalse();

        assertThat(refusal()).isEqualTo(Reason.DRAINED);
        assertThat(admission.drainingSince()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(admission.resume()).isTrue();
        assertThat(refusal()).isNull();
        assertThat(admission.drainingSince()).isNull();
        assertThat(admission.resume()).isFalse();
    }

    @Test
    void poolThatIsDownAcceptsAgainWhenItIsUp() throws Exception {
        admission.shut(why(Reason.POOL_DOWN));
        assertThat(refusal()).isEqualTo(Reason.POOL_DOWN);
        assertThat(admission.isShutDown()).isFalse();

        admission.reopen();

        assertThat(refusal()).isNull();
    }

    @Test
    void poolThatIsShutDownStaysSo() throws Exception {
        admission.shut(why(Reason.POOL_DOWN));
        admission.shut(why(Reason.SHUT_DOWN));

        admission.shut(why(Reason.POOL_DOWN));
        admission.reopen();
        admission.resume();

        assertThat(refusal()).isEqualTo(Reason.SHUT_DOWN);
        assertThat(admission.isShutDown()).isTrue();
    }

    @Test
    void poolThatIsDrainedAndDownIsStillDrainedWhenItIsUp() throws Exception {
        admission.drain(why(Reason.DRAINED));
        admission.shut(why(Reason.POOL_DOWN));
        assertThat(refusal()).isEqualTo(Reason.POOL_DOWN);

        admission.reopen();

        assertThat(refusal()).isEqualTo(Reason.DRAINED);
    }

    @Test
    void eachCallerGetsAnExceptionOfItsOwn() {
        TaskRefusedException why = why(Reason.POOL_DOWN);
        admission.shut(why);

        TaskRefusedException seen =
                catchThrowableOfType(TaskRefusedException.class, () -> dispatcher.submit(tasks.slow()));

        assertThat(seen).isNotSameAs(why).hasMessage("it is POOL_DOWN").hasCause(why.getCause());
    }

    // ---- who hears of it

    private static Stream<Consumer<Admission>> closings() {
        return Stream.of(
                admission -> admission.drain(why(Reason.DRAINED)),
                admission -> admission.shut(why(Reason.POOL_DOWN)),
                admission -> admission.end(why(Reason.SHUT_DOWN), task -> {}));
    }

    @ParameterizedTest
    @MethodSource("closings")
    void callersThatAreBlockedAreRefusedAtOnce(Consumer<Admission> closing) throws Exception {
        make(options -> options.queueCapacity(1).whenFull(PoolOptions.WhenFull.BLOCK));
        dispatcher.submit(tasks.slow());
        List<Throwable> refusals = new CopyOnWriteArrayList<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            DispatchedTask task = tasks.slow();
            Thread caller = new Thread(() -> {
                try {
                    dispatcher.submit(task);
                } catch (InterruptedException | TaskRefusedException e) {
                    refusals.add(e);
                }
            });
            caller.setDaemon(true);
            caller.start();
            callers.add(caller);
            while (caller.getState() != Thread.State.TIMED_WAITING && caller.getState() != Thread.State.WAITING) {
                Thread.yield();
            }
        }

        closing.accept(admission);

        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(refusals).hasSize(5).hasOnlyElementsOfType(TaskRefusedException.class);
    }

    @ParameterizedTest
    @MethodSource("closings")
    void otherMembersHearThatTheyGetNothing(Consumer<Admission> closing) {
        List<FreeSlots> heard = new ArrayList<>();
        dispatcher.lending().onFree(() -> heard.add(elsewhere()));

        closing.accept(admission);
        assertThat(heard).containsExactly(FreeSlots.NONE);

        admission.resume();
        admission.reopen();
        assertThat(heard).hasSize(3);
    }

    /** What another thread sees, which it cannot while this one has the dispatcher's lock. */
    private FreeSlots elsewhere() {
        List<FreeSlots> seen = new ArrayList<>();
        Thread other = new Thread(() -> seen.add(dispatcher.lending().free()));
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return seen.get(0);
    }

    // ---- the end

    @Test
    void whatWaitsAtTheEndOrComesBackAfterItEndsAtOnce() throws Exception {
        Slot slot = TestEntries.idleSlot("ocr-1", dispatcher);
        List<DispatchedTask> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(tasks.quick());
            dispatcher.submit(all.get(i));
        }
        List<DispatchedTask> sent = new ArrayList<>();
        dispatcher.next(slot, sent);
        assertThat(sent).hasSize(5); // the second, and the others early
        DispatchedTask waiting = tasks.quick();
        dispatcher.submit(waiting);
        assertThat(dispatcher.toRevoke(slot, tasks.now, true)).isPositive();

        admission.end(why(Reason.SHUT_DOWN), task -> task.cancelled("the end"));

        assertThat(waiting).isCancelled();
        assertThat(all.get(1)).isNotDone(); // it runs
        dispatcher.revoked(slot, 3, new ArrayList<>());
        assertThat(all.get(2)).isNotDone(); // it has begun, so it is the slot's
        assertThat(all.get(3)).isCancelled();
        dispatcher.returnAllEarly(slot);
        assertThat(all.get(2)).isCancelled();
        dispatcher.waiting().putBack(Objects.requireNonNull(dispatcher.takeBack(slot)));
        assertThat(all.get(1)).isCancelled();
        assertThat(dispatcher.waiting().size()).isZero();
        assertThat(dispatcher.entries().leases()).isZero();
    }

    @Test
    void onlyTheFirstEndCounts() throws Exception {
        List<String> ends = new ArrayList<>();
        admission.end(why(Reason.SHUT_DOWN), task -> ends.add("first"));
        admission.end(why(Reason.POOL_DOWN), task -> ends.add("second"));

        dispatcher.waiting().putBack(tasks.slow());

        assertThat(ends).containsExactly("first");
        assertThat(refusal()).isEqualTo(Reason.SHUT_DOWN);
    }

    @Test
    void eachTaskThatWaitsAtTheEndEndsAlthoughOneCannotBeEnded() throws Exception {
        List<DispatchedTask> all = List.of(tasks.slow(), tasks.slow(), tasks.slow());
        for (DispatchedTask task : all) {
            dispatcher.submit(task);
        }

        admission.end(why(Reason.SHUT_DOWN), task -> {
            if (task == all.get(0)) {
                throw new StackOverflowError("planned");
            }
            task.cancelled("the end");
        });

        assertThat(all).allMatch(DispatchedTask::isDone);
    }
}
