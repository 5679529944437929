package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.MethodCodec;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.history.Lane;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.Spinning;
import io.github.inparallel.protocol.TaskRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A task from its call to its one end. */
class PoolTaskTests {

    interface Work {
        CompletableFuture<Void> read(byte[] bytes);
    }

    private static final byte[] NULL = {(byte) 0x82, (byte) 0xf4, (byte) 0xf6}; // an array: no identities, null

    private long now = 1_000_000;
    private final List<TaskState> ends = new ArrayList<>();
    private final List<Boolean> givenUp = new ArrayList<>();

    private final class Task extends PoolTask {
        private final MethodCodec codec;

        Task(Call call, KnownMethod known, Surroundings pool) {
            super(17, call, known, pool);
            codec = call.method().codec();
        }

        void encode(Object[] values, boolean callerWaits) {
            arguments(codec.encodeArguments(values), callerWaits);
        }

        @Override
        protected void resolved(Resolution<Object> end) {
            ends.add(end.state());
        }

        @Override
        protected void endedFromOutside(boolean interrupt) {
            givenUp.add(interrupt);
        }
    }

    private Task task() {
        return task(PoolOptions.builder().name("ocr").build(), Limits.OF_THE_POOL, TaskOptions.declared());
    }

    private Task task(PoolOptions options, Limits declared, TaskOptions asked) {
        return task(options, declared, asked, Map.of(), false);
    }

    private Task task(
            PoolOptions options, Limits declared, TaskOptions asked, Map<String, String> attributes, boolean awaited) {
        Marshaller marshaller = new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        TaskMethod method;
        try {
            method = TaskMethod.of("bean", Work.class.getDeclaredMethod("read", byte[].class), declared, marshaller);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
        @Nullable Object[] arguments = {new byte[0]};
        return new Task(
                new Call(method, arguments, asked, attributes, Call.EndListener.NONE, awaited),
                new KnownMethods(marshaller).of(method),
                new PoolTask.Surroundings(options, () -> now, Runnable::run, new Spinning(0)));
    }

    // ---- limits

    /** 0 is a limit of the method alone, and means none. */
    @ParameterizedTest
    @CsvSource({
        "    ,     ,     , 0",
        " 300,     ,     , 300",
        " 300,  200,     , 200",
        " 300,    0,     , 0",
        " 300,  200,  100, 100",
        " 300,     ,  100, 100",
        "    ,  200,     , 200",
    })
    void timeLimitIsTheCallsOrTheMethodsOrThePools(
            @Nullable Integer pool, @Nullable Integer method, @Nullable Integer call, int expected) {
        Task task = task(
                PoolOptions.builder().timeout(millis(pool)).build(),
                new Limits(millis(method), -1),
                new TaskOptions(millis(call), null));

        assertThat(task.timeoutNanos()).isEqualTo(expected * 1_000_000L);
    }

    private static @Nullable Duration millis(@Nullable Integer number) {
        return number == null ? null : Duration.ofMillis(number);
    }

    @ParameterizedTest
    @CsvSource({"0, -1, , 0", "3, -1, , 3", "3, 2, , 2", "3, 0, , 0", "3, 2, 1, 1", "3, 2, 0, 0", "0, -1, 4, 4"})
    void retriesAreTheCallsOrTheMethodsOrThePools(int pool, int method, @Nullable Integer call, int expected) {
        Task task = task(
                PoolOptions.builder().retries(pool).build(), new Limits(null, method), new TaskOptions(null, call));

        for (int i = 0; i < expected; i++) {
            assertThat(task.hasRetries()).isTrue();
            assertThat(task.takeRetry()).isTrue();
        }
        assertThat(task.hasRetries()).isFalse();
        assertThat(task.takeRetry()).isFalse();
    }

    @Test
    void retryWaitsAnewAndOneThatIsNotTakenDoesNot() {
        Task task = task(PoolOptions.builder().retries(1).build(), Limits.OF_THE_POOL, TaskOptions.declared());
        assertThat(task.queuedNanos()).isEqualTo(task.submittedNanos()).isEqualTo(1_000_000);
        Duration limit = Duration.ofSeconds(2);
        assertThat(task.waitedTooLong(limit, "a worker").started()).isFalse();
        now += 5;

        task.takeRetry();
        now += 5;
        task.takeRetry();

        assertThat(task.queuedNanos()).isEqualTo(1_000_005);
        assertThat(task.submittedNanos()).isEqualTo(1_000_000);
        assertThat(task.waitedTooLong(limit, "a worker").started()).isTrue();
    }

    @Test
    void fourWorkersMayEndBeforeTheyHaveReadTheRequest() {
        Task task = task();

        for (int i = 0; i < 4; i++) {
            assertThat(task.mayGoElsewhere()).isTrue();
        }
        assertThat(task.mayGoElsewhere()).isFalse();
    }

    @Test
    void timeInTheQueueIsNamedWithItsLimit() {
        TaskTimeoutException failure = task().waitedTooLong(Duration.ofSeconds(2), "a worker of pool 'ocr'");

        assertThat(failure).hasMessage("Work.read waited longer than queue-timeout: 2s for a worker of pool 'ocr'");
        assertThat(failure.kind()).isEqualTo(Limit.QUEUE);
        assertThat(failure.limit()).isEqualTo(Duration.ofSeconds(2));
        assertThat(failure.taskId()).isEqualTo("ocr-17");
    }

    // ---- its request

    @Test
    void requestSaysWhichMethodIsCalledWithWhatAndForHowLong() throws Exception {
        Map<String, String> attributes = new LinkedHashMap<>(Map.of("trace", "abc"));
        Task task = task(
                PoolOptions.builder().timeout(Duration.ofMillis(250)).build(),
                Limits.OF_THE_POOL,
                TaskOptions.declared(),
                attributes,
                false);
        attributes.put("late", "x"); // the caller's own map
        task.encode(new Object[] {new byte[300]}, false);

        byte[] payload = payload(task.toFrame());

        TaskRequest request = TaskRequest.of(payload, null);
        assertThat(request.address().target()).isEqualTo("bean");
        assertThat(request.address().method()).isEqualTo("read([B)");
        assertThat(request.timeoutMillis()).isEqualTo(250);
        assertThat(request.attributes()).containsExactly(Map.entry("trace", "abc"));
        assertThat(payload.length - TaskRequest.argumentsOffset(payload)).isEqualTo(task.size());
        assertThat(task.size()).isGreaterThan(300);
    }

    @Test
    void requestIsNeverLargerThanItSays() throws Exception {
        for (Map<String, String> attributes :
                List.of(Map.<String, String>of(), Map.of("", ""), Map.of("größe", "日本語", "b", "\uD83D\uDE00"))) {
            Task task =
                    task(PoolOptions.builder().build(), Limits.OF_THE_POOL, TaskOptions.declared(), attributes, false);
            task.encode(new Object[] {new byte[300]}, false);

            assertThat(payload(task.toFrame()).length)
                    .isBetween(task.requestSize() - 64 - 24 * attributes.size() - 20, task.requestSize());
        }
    }

    @Test
    void requestHasNoArgumentsOnceTheyAreDroppedAndItsSizeStays() throws Exception {
        Task task = task();
        task.encode(new Object[] {new byte[300]}, false);
        int size = task.size();

        task.dropArguments();

        byte[] payload = payload(task.toFrame());
        assertThat(TaskRequest.argumentsOffset(payload)).isEqualTo(payload.length);
        assertThat(task.size()).isEqualTo(size);
    }

    @Test
    void callerThatGoesOnMayChangeItsArray() throws Exception {
        byte[] large = new byte[100_000];
        Task task = task();
        task.encode(new Object[] {large}, false);
        Task waiting = task();
        waiting.encode(new Object[] {large}, true);

        large[50_000] = 99;

        assertThat(contains99(task.toFrame())).isFalse();
        assertThat(contains99(waiting.toFrame())).isTrue(); // whose caller cannot
    }

    private static boolean contains99(Frame.Outgoing frame) {
        for (ByteBuffer each : new ByteBuffer[] {frame.body(), frame.attachment()}) {
            for (int i = 0; each != null && i < each.limit(); i++) {
                if (each.get(i) == 99) {
                    return true;
                }
            }
        }
        return false;
    }

    private static byte[] payload(Frame.Outgoing frame) {
        byte[] payload = new byte[frame.first().remaining() - 13];
        frame.first().get(13, payload);
        return payload;
    }

    // ---- whose it is

    @Test
    void taskWaitsUntilAWorkerHasIt() {
        Task task = task();
        assertThat(task.taskState()).isEqualTo(TaskState.QUEUED);
        assertThat(task.workerPid()).isEmpty();

        assertThat(task.claimed(4711)).isTrue();
        assertThat(task.taskState()).isEqualTo(TaskState.RUNNING);
        assertThat(task.workerPid()).hasValue(4711);
        task.unassigned();

        assertThat(task.taskState()).isEqualTo(TaskState.QUEUED);
        assertThat(task.workerPid()).isEmpty();
    }

    @Test
    void clockRunsFromWhenItIsItsTurn() {
        Task task = task();
        now += 7;

        task.assigned(4711, new Lane(1, 0));

        assertThat(task.assignedNanos()).isEqualTo(now);
        assertThat(task.progressNanos()).isEqualTo(now);
        assertThat(task.workerPid()).hasValue(4711);
    }

    @Test
    void progressIsToldAndCountsForTheStallLimit() {
        Task task = task();
        task.assigned(4711, new Lane(1, 0));
        now += 7;

        task.progressed(new ProgressReport(0.25, "page 1", 1_234));

        assertThat(task.progressNanos()).isEqualTo(now);
        assertThat(task.assignedNanos()).isEqualTo(now - 7);
        assertThat(task.progress()).hasValueSatisfying(report -> {
            assertThat(report.fraction()).isEqualTo(0.25);
            assertThat(report.message()).isEqualTo("page 1");
            assertThat(report.at()).isEqualTo(Instant.ofEpochMilli(1_234));
        });
    }

    @Test
    void taskIsStoppedOnlyWhenItIsToldTo() {
        Task task = task();
        assertThat(task.isToStop()).isFalse();

        task.toStop();

        assertThat(task.isToStop()).isTrue();
    }

    @Test
    void taskNamesItselfAndItsMethod() {
        Task task = task();

        assertThat(task.id()).isEqualTo(17);
        assertThat(task.taskId()).isEqualTo("ocr-17");
        assertThat(task.displayName()).isEqualTo("Work.read");
        assertThat(task.method()).isEqualTo("bean#read([B)");
        assertThat(task.listener()).isSameAs(Call.EndListener.NONE);
    }

    // ---- the endings

    private record End(String name, TaskState state, Predicate<PoolTask> ending) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<End> ends() {
        WorkerExit exit = new WorkerExit(1, Optional.empty(), WorkerExit.Cause.EXITED);
        return List.of(
                new End("succeeded", TaskState.SUCCEEDED, task -> task.succeeded(result(NULL), () -> {})),
                new End(
                        "failed in the worker",
                        TaskState.FAILED,
                        task -> task.failed(
                                ThrowableCodec.encode(new IllegalStateException("broken")),
                                PoolTaskTests.class.getClassLoader(),
                                null)),
                new End("failed", TaskState.FAILED, task -> task.failed(new IllegalStateException("broken"))),
                new End(
                        "timed out",
                        TaskState.TIMED_OUT,
                        task -> task.timedOut(((Task) task).waitedTooLong(Duration.ofSeconds(1), "x"))),
                new End("cancelled", TaskState.CANCELLED, task -> task.cancelled("the pool is shut down")),
                new End(
                        "lost",
                        TaskState.WORKER_LOST,
                        task -> task.workerLost(new WorkerLostException("lost", 1, exit, List.of(), null, null))),
                new End(
                        "refused",
                        TaskState.REFUSED,
                        task -> task.refused(
                                new TaskRefusedException("full", TaskRefusedException.Reason.QUEUE_FULL, null))),
                new End(
                        "not started",
                        TaskState.REFUSED,
                        task -> task.refused(new WorkerStartException("no start", null, "", null))));
    }

    private static Frame result(byte[] encoded) {
        byte[] payload = new byte[Answer.OFFSET + encoded.length];
        System.arraycopy(encoded, 0, payload, Answer.OFFSET, encoded.length);
        return new Frame(FrameType.RESULT, 17, payload);
    }

    @ParameterizedTest
    @MethodSource("ends")
    void taskEndsOnceAndItsFirstEndStands(End first) {
        for (End second : ends()) {
            ends.clear();
            Task task = task();

            assertThat(first.ending().test(task)).isTrue();
            assertThat(second.ending().test(task)).isFalse();

            assertThat(task.hasEnded()).isTrue();
            assertThat(task.taskState()).isEqualTo(first.state());
            assertThat(ends).containsExactly(first.state());
            assertThat(givenUp).isEmpty();
            assertThat(task.claimed(4711)).isFalse();
            assertThat(task.workerPid()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("ends")
    void taskThatItsCallerGaveUpHasNoOtherEnd(End second) {
        Task task = task();

        assertThat(task.cancel(false)).isTrue();
        assertThat(second.ending().test(task)).isFalse();

        assertThat(ends).containsExactly(TaskState.CANCELLED);
        assertThat(givenUp).containsExactly(false);
    }

    @Test
    void resultIsLetGoOnceItIsDecodedOrNobodyWantsIt() throws Exception {
        List<String> done = new ArrayList<>();
        Task wanted = task();
        wanted.succeeded(result(NULL), () -> done.add("wanted"));
        assertThat(wanted.get()).isNull();
        wanted.succeeded(result(NULL), () -> done.add("second"));
        Task broken = task();
        broken.succeeded(result(new byte[] {1, 2, 3}), () -> done.add("broken"));

        assertThat(done).containsExactly("wanted", "second", "broken");
        assertThat(failureOf(broken)).isInstanceOf(MarshallingException.class);
        assertThat(broken.taskState()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void failureHasTheFramesOfWhoCalled() {
        Task task = task();

        task.failed(
                ThrowableCodec.encode(new IllegalStateException("broken")), PoolTaskTests.class.getClassLoader(), null);

        assertThat(failureOf(task)).hasMessage("broken").hasNoSuppressedExceptions();
        assertThat(failureOf(task).getStackTrace())
                .extracting(StackTraceElement::getMethodName)
                .isNotEmpty();
    }

    @Test
    void failureIsAnnotatedAndItsMessageStays() {
        Task task = task();

        task.failed(
                ThrowableCodec.encode(new IllegalStateException("broken")),
                PoolTaskTests.class.getClassLoader(),
                "The worker is replaced");

        Throwable failure = failureOf(task);
        assertThat(failure).hasMessage("broken");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0]).hasMessage("The worker is replaced");
        assertThat(failure.getSuppressed()[0].getStackTrace()).isEmpty();
    }

    @Test
    void cancellationSaysWhy() {
        Task task = task();
        task.assigned(4711, new Lane(1, 0));

        task.cancelled("the pool is shut down");

        assertThatThrownBy(task::get)
                .isInstanceOf(CancellationException.class)
                .hasMessage(
                        "Task ocr-17 (Work.read, in the worker with pid 4711) was cancelled: the pool is shut down");
    }

    private static Throwable failureOf(PoolTask task) {
        try {
            task.get();
            throw new AssertionError("it succeeded");
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
