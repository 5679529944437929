package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskContext;
import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.HeapHistogram;
import io.github.inparallel.protocol.HeapUse;
import io.github.inparallel.protocol.LogLevels;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.Scarcity;
import io.github.inparallel.protocol.WorkerJvm;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a task does or the worker meets: the task is answered, or the worker ends; never neither. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerSlotTests {

    @TempDir
    private Path folder;

    private LoneWorker worker;
    private final CountDownLatch testEnds = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        worker = new LoneWorker(folder);
    }

    @AfterEach
    void stop() {
        testEnds.countDown();
        worker.close();
    }

    private void assertWorks() throws IOException {
        worker.give(() -> "works");
        assertThat(worker.outcome()).isEqualTo("works");
        assertPinged();
    }

    private void assertPinged() throws IOException {
        worker.control().send(Frame.of(FrameType.PING, 0));
        Frame said = worker.said();
        while (said.type() == FrameType.PROGRESS) {
            said = worker.said();
        }
        assertThat(said.type()).isEqualTo(FrameType.PONG);
    }

    private void assertEnds() throws Exception {
        assertThat(worker.exit().get(20, TimeUnit.SECONDS)).isEqualTo(WorkerJvm.FAILED);
    }

    private static Body waiting(CountDownLatch begun) {
        return () -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return "never";
        };
    }

    private interface Body extends LoneWorker.Body {}

    // ---- what is thrown

    static List<Throwable> kinds() {
        return List.of(
                new IllegalStateException("for the test"),
                new OutOfMemoryError("for the test"),
                new StackOverflowError("for the test"),
                new NoClassDefFoundError("for the test"),
                new Exception("for the test"),
                new Throwable("for the test"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whateverABodyThrowsIsAnswered(Throwable kind) throws IOException {
        worker.give(() -> {
            throw kind;
        });
        assertThat(worker.outcome()).isInstanceOf(Throwable.class);
        worker.giveLater(() -> CompletableFuture.failedFuture(kind));
        assertThat(worker.outcome()).isInstanceOf(Throwable.class);
        assertWorks();
    }

    @Test
    void afterAnOutOfMemoryErrorOfAProcessNoOtherTaskBegins() throws IOException {
        worker.asProcess();
        AtomicInteger begun = new AtomicInteger();
        long first = worker.give(() -> {
            throw new IllegalStateException(new OutOfMemoryError("Cannot reserve 8 bytes of direct buffer memory"));
        });
        worker.give(begun::incrementAndGet);

        Frame word = Objects.requireNonNull(worker.data().poll(20_000));
        assertThat(word.type()).isEqualTo(FrameType.EXHAUSTED);
        assertThat(word.taskId()).isEqualTo(first);
        assertThat(Scarcity.of(word)).isEqualTo(Scarcity.DIRECT_MEMORY);
        assertThat(worker.outcome()).isInstanceOf(IllegalStateException.class);
        assertPinged();
        assertThat(worker.answer(100)).isNull();
        assertThat(begun).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whateverFindingTheTargetThrowsIsAnswered(Throwable kind) throws IOException {
        worker.onFind(() -> {
            throw kind;
        });
        worker.give(() -> "not reached");
        assertThat(worker.outcome()).isInstanceOf(Throwable.class);
        worker.onFind(null);
    }

    /** An exception that throws when it is asked about itself: what each of its methods does is decided by the seed. */
    private static final class Unspeakable extends Exception {
        private final transient Random random;

        Unspeakable(int seed) {
            super("unspeakable");
            random = new Random(seed);
        }

        private boolean speaks() {
            if (random == null || random.nextInt(3) > 0) {
                return true;
            }
            List<Throwable> kinds = kinds();
            throw Channels.sneaky(kinds.get(random.nextInt(kinds.size())));
        }

        @Override
        public String getMessage() {
            return speaks() ? "unspeakable" : "";
        }

        @Override
        public String toString() {
            return speaks() ? "unspeakable" : "";
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            return speaks() ? (random.nextBoolean() ? this : null) : null;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            return speaks() ? new StackTraceElement[0] : new StackTraceElement[1];
        }
    }

    @RepeatedTest(20)
    void anExceptionThatThrowsIsAnswered(RepetitionInfo seed) throws IOException {
        worker.give(() -> {
            throw new Unspeakable(seed.getCurrentRepetition());
        });
        Frame answer = Objects.requireNonNull(worker.answer(20_000));
        assertThat(answer.type()).isEqualTo(FrameType.ERROR);
        assertWorks();
    }

    @Test
    void aDescriptionWithoutEndIsCutShort() throws IOException {
        Throwable failure = new IllegalStateException("x".repeat(1 << 20));
        for (int i = 0; i < 30; i++) {
            failure = new IllegalStateException("x".repeat(1 << 20), failure);
        }
        Throwable thrown = failure;
        worker.give(() -> {
            throw thrown;
        });
        Frame answer = Objects.requireNonNull(worker.answer(20_000));
        assertThat(answer.size()).isLessThan(9 << 20);
        assertWorks();
    }

    // ---- what the application sends

    @ParameterizedTest
    @EnumSource(value = FrameType.class, mode = EnumSource.Mode.EXCLUDE, names = "TASK")
    void whatIsNoTaskEndsTheWorker(FrameType type) throws Exception {
        worker.data().send(Frame.of(type, 1));
        assertEnds();
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PING", "DUMP", "HISTOGRAM", "RETIRE"})
    void whatTheControlThreadCannotReadEndsTheWorker(FrameType type) throws Exception {
        worker.control().send(new Frame(type, 1, new byte[] {99}));
        assertEnds();
    }

    @Test
    void aMalformedTaskIsAnswered() throws IOException {
        worker.data().send(new Frame(FrameType.TASK, 7, new byte[] {0, 0, 0, 9}));
        assertThat(worker.outcome()).isInstanceOf(Throwable.class);
        assertWorks();
    }

    // ---- errors in the worker's own work

    @RepeatedTest(30)
    void aTaskIsAnsweredOrTheWorkerEnds(RepetitionInfo seed) throws Exception {
        Random random = new Random(seed.getCurrentRepetition());
        List<Throwable> kinds = kinds();
        Supplier<@Nullable Throwable> failure = () -> {
            synchronized (random) {
                return random.nextInt(12) == 0 ? kinds.get(random.nextInt(kinds.size())) : null;
            }
        };
        worker.failData(failure);
        worker.failControl(failure);
        for (int i = 0; i < 20 && !worker.exit().isDone(); i++) {
            try {
                worker.give(() -> {
                    TaskContext.current().orElseThrow().progress(0.5, null);
                    return "x".repeat(100_000);
                });
                worker.control().send(Frame.of(FrameType.PING, 0));
                worker.control().send(new Frame(FrameType.INSPECT, i, new byte[2]));
                Frame answer = worker.answer(20_000);
                assertThat(answer).isNotNull();
            } catch (IOException e) {
                // its connections have ended
                assertEnds();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void levelsThatCannotBeSetEndNothing(Throwable kind) throws IOException {
        CountDownLatch called = new CountDownLatch(1);
        worker.onLevels(levels -> {
            called.countDown();
            throw Channels.sneaky(kind);
        });
        worker.control().send(new LogLevels(Map.of("logger", "INFO")).toFrame());
        assertWorks();
    }

    @Test
    void levelsThatTakeTheirTimeHoldUpNothing() throws IOException {
        worker.onLevels(levels -> awaitQuietly(testEnds));
        worker.control().send(new LogLevels(Map.of("logger", "INFO")).toFrame());
        assertWorks();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aDumpIsAnsweredAside() throws IOException {
        worker.control().send(Frame.of(FrameType.DUMP, 0));
        Frame dump = worker.said();
        assertThat(dump.type()).isEqualTo(FrameType.DUMPED);
        assertThat(new String(dump.payload(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("lone-control");
    }

    @Test
    void processAnswersAPingWithItsHeap() throws IOException {
        worker.control().send(Frame.of(FrameType.PING, 0));
        assertThat(HeapUse.of(worker.said())).isNull(); // the heap is the application's

        worker.asProcess();
        worker.control().send(Frame.of(FrameType.PING, 0));
        assertThat(HeapUse.of(worker.said())).isNotNull();
    }

    @Test
    void theHeapIsCountedAside() throws IOException {
        worker.control().send(Frame.of(FrameType.HISTOGRAM, 0));
        HeapHistogram counted = HeapHistogram.of(worker.said());
        assertThat(counted.failure()).isEmpty();
        assertThat(counted.classes()).isNotEmpty();
        assertPinged();
    }

    // ---- progress

    @Test
    void progressWithoutAMessageIsNoFault() throws IOException {
        worker.give(() -> {
            TaskContext.current().orElseThrow().progress(0.5, null);
            return "done";
        });
        Frame frame = worker.data().receive();
        assertThat(frame.type()).isEqualTo(FrameType.PROGRESS);
        assertThat(ProgressReport.of(frame).message()).isEmpty();
        assertThat(worker.outcome()).isEqualTo("done");
        assertWorks();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.1, 1.1})
    void progressThatIsNoFractionIsRefusedAtTheCall(double fraction) throws IOException {
        worker.give(() -> {
            TaskContext.current().orElseThrow().progress(fraction, "m");
            return "not reached";
        });
        assertThat(worker.outcome()).isInstanceOf(IllegalArgumentException.class);
        assertWorks();
    }

    @Test
    void progressIsSentWhileTheTaskRuns() throws IOException {
        CountDownLatch goOn = new CountDownLatch(1);
        worker.give(() -> {
            TaskContext.current().orElseThrow().progress(1, "\ud83d");
            goOn.await();
            return "done";
        });
        Frame report = worker.said();
        assertThat(report.type()).isEqualTo(FrameType.PROGRESS);
        assertThat(ProgressReport.of(report).message()).isEqualTo("?"); // half a surrogate pair is no character
        goOn.countDown();
        assertThat(worker.outcome()).isEqualTo("done");
    }

    @Test
    void aMessageWithoutEndArrivesCut() throws IOException {
        worker.give(() -> {
            TaskContext.current().orElseThrow().progress(1, "\ud83d\ude00".repeat(1 << 20));
            return "done";
        });
        String message = ProgressReport.of(worker.data().receive()).message();
        assertThat(message).hasSizeLessThanOrEqualTo(4_096).doesNotContain("?");
        assertThat(worker.outcome()).isEqualTo("done");
    }

    // ---- being stopped

    @Test
    void anInterruptThatComesLateHitsNoOtherTask() throws IOException {
        AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
        for (int i = 0; i < 20; i++) {
            worker.give(() -> {
                thread.set(Thread.currentThread());
                Thread.currentThread().interrupt(); // left behind
                return "first";
            });
            assertThat(worker.outcome()).isEqualTo("first");
            Objects.requireNonNull(thread.get()).interrupt(); // by whoever has kept the thread
            worker.give(() -> "interrupted: " + Thread.currentThread().isInterrupted());
            assertThat(worker.outcome()).isEqualTo("interrupted: false");
        }
    }

    @Test
    void aTaskIsInterruptedOnceItHasBegun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        long task = worker.give(waiting(begun));
        begun.await();
        worker.cancel(task);
        worker.cancel(task);
        assertThat(worker.outcome()).isInstanceOf(InterruptedException.class);
        assertWorks();
    }

    @Test
    void aTaskThatIsStoppedBeforeItHasComeDoesNotBegin() throws Exception {
        worker.cancel(1);
        assertPinged(); // the cancel has been read
        worker.give(() -> "not reached");
        assertThat(worker.outcome()).isInstanceOf(InterruptedException.class);
    }

    /** A future whose cancel is what a test says. */
    private static final class Own extends CompletableFuture<String> {
        private final transient Supplier<Boolean> cancel;

        Own(Supplier<Boolean> cancel) {
            this.cancel = cancel;
        }

        @Override
        public boolean cancel(boolean interrupt) {
            return cancel.get();
        }
    }

    private long giveWaitingFor(Future<String> future) throws Exception {
        CountDownLatch returned = new CountDownLatch(1);
        long task = worker.giveLater(() -> {
            returned.countDown();
            return future;
        });
        returned.await();
        return task;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFutureWhoseCancelThrowsHarmsNobodyElse(Throwable kind) throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        Own future = new Own(() -> {
            called.countDown();
            throw Channels.sneaky(kind);
        });
        long task = giveWaitingFor(future);
        worker.cancel(task);
        called.await();
        assertPinged();
        assertThat(worker.answer(50)).isNull(); // its work goes on
        future.complete("stopped");
        assertThat(worker.outcome()).isEqualTo("stopped");
        assertWorks();
    }

    @Test
    void aFutureWhoseCancelBlocksHoldsUpNobodyElse() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        Own future = new Own(() -> {
            called.countDown();
            awaitQuietly(testEnds);
            return true;
        });
        long task = giveWaitingFor(future);
        worker.cancel(task);
        called.await();
        assertPinged();
        worker.control().send(new Frame(FrameType.INSPECT, task, new byte[2]));
        assertThat(worker.said().type()).isEqualTo(FrameType.INSPECTED);
    }

    @Test
    void aTaskWhoseFutureOnlyTheCancelCompletedIsNotAnswered() throws Exception {
        long task = giveWaitingFor(new CompletableFuture<>());
        worker.cancel(task);
        assertThat(worker.answer(50)).isNull();
        assertWorks(); // it would be ended now
    }

    @Test
    void aTaskThatReturnsItsFutureAfterItWasStoppedIsNotAnsweredIfOnlyTheCancelCompletesIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        long task = worker.giveLater(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // goes on elsewhere
            }
            return new CompletableFuture<String>();
        });
        begun.await();
        worker.cancel(task);
        assertThat(worker.answer(50)).isNull();
        assertWorks();
    }

    @Test
    void aFutureThatIsCompletedByTheTaskItselfIsAnswered() throws Exception {
        CompletableFuture<String> future = new Own(() -> false);
        long task = giveWaitingFor(future);
        worker.cancel(task);
        future.complete("stopped in order");
        assertThat(worker.outcome()).isEqualTo("stopped in order");
        assertWorks();
    }

    /** Blocked in a channel of its own, whose close is the task's code and runs on whoever interrupts. */
    private static final class OwnChannel extends AbstractInterruptibleChannel implements Channel {
        private final transient Runnable closing;

        OwnChannel(Runnable closing) {
            this.closing = closing;
        }

        void block(CountDownLatch begun) throws IOException {
            boolean completed = false;
            begin();
            try {
                begun.countDown();
                while (isOpen()) { // an interrupt closes it, on JDK 25 only a moment after the thread can see the
                    // interrupt
                    LockSupport.parkNanos(this, 1_000_000);
                }
            } finally {
                end(completed);
            }
        }

        @Override
        protected void implCloseChannel() {
            closing.run();
        }
    }

    @Test
    void aChannelWhoseCloseBlocksHoldsUpNobodyElse() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        long task = worker.give(() -> {
            new OwnChannel(() -> {
                        closing.countDown();
                        awaitQuietly(testEnds);
                    })
                    .block(begun);
            return "not reached";
        });
        begun.await();
        worker.cancel(task);
        closing.await();
        assertPinged();
        worker.control().send(new Frame(FrameType.INSPECT, task, new byte[2]));
        assertThat(worker.said().type()).isEqualTo(FrameType.INSPECTED);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aChannelWhoseCloseThrowsHarmsNobodyElse(Throwable kind) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        long task = worker.give(() -> {
            new OwnChannel(() -> {
                        closing.countDown();
                        throw Channels.sneaky(kind);
                    })
                    .block(begun);
            return "not reached";
        });
        begun.await();
        worker.cancel(task);
        closing.await();
        assertPinged();
    }

    // ---- what a body does to its thread

    @Test
    void whatABodyDoesToItsThreadIsUndone() throws Exception {
        String state = "Thread.currentThread() of a clean slot";
        LoneWorker.Body describe = () -> {
            Thread self = Thread.currentThread();
            return self.getName()
                    + self.getPriority()
                    + self.getContextClassLoader()
                    + self.isInterrupted()
                    + self.getUncaughtExceptionHandler();
        };
        worker.give(describe);
        Object before = worker.outcome();
        worker.give(() -> {
            Thread self = Thread.currentThread();
            self.setName(state);
            self.setPriority(Thread.MIN_PRIORITY);
            self.setContextClassLoader(null);
            self.setUncaughtExceptionHandler((thread, failure) -> {});
            self.interrupt();
            return "done";
        });
        assertThat(worker.outcome()).isEqualTo("done");
        worker.give(describe);
        assertThat(worker.outcome()).isEqualTo(before);
    }

    @Test
    void aBodyThatSwallowsInterruptsIsAnsweredWhenItEnds() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger swallowed = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        long task = worker.give(() -> {
            begun.countDown();
            while (goOn.getCount() > 0) {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    swallowed.incrementAndGet();
                    goOn.countDown();
                }
            }
            return "at last";
        });
        begun.await();
        worker.cancel(task);
        assertThat(worker.outcome()).isEqualTo("at last");
        assertThat(swallowed).hasValue(1);
        assertWorks();
    }

    @Test
    void twoTasksMayReturnTheSameFuture() throws Exception {
        CompletableFuture<String> future = CompletableFuture.completedFuture("the same");
        for (int i = 0; i < 2; i++) {
            worker.giveLater(() -> future);
            assertThat(worker.outcome()).isEqualTo("the same");
        }
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        worker.cancel(giveWaitingFor(cancelled));
        assertThat(worker.answer(50)).isNull();
        worker.giveLater(() -> cancelled);
        assertThat(worker.outcome()).isInstanceOf(java.util.concurrent.CancellationException.class);
    }

    @Test
    void aConnectionThatEndsIsClosedOnThisSideToo() throws Exception {
        worker.data().close();
        // The worker is not asked for more; the end of the control connection is its end.
        worker.control().close();
        assertThat(worker.exit().get(20, TimeUnit.SECONDS)).isEqualTo(WorkerJvm.PARENT_GONE);
    }
}
