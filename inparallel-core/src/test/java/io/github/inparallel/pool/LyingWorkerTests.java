package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.inparallel.InParallel;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.pool.StubWorkers.Stub;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.WireLimit;
import io.github.inparallel.protocol.WorkerReport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Workers whose frames are well-formed, and whose words cannot be true: they end as broken, and their callers know. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LyingWorkerTests {

    @InParallel
    public interface Work {
        CompletableFuture<Void> run();
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<Void> run() {
            throw new IllegalStateException("not here");
        }
    }

    /** Logs nothing. */
    private static final class NoLogs implements WorkerLogs {
        @Override
        public void publish(String pool, long pid, LogEvent event) {}

        @Override
        public Map<String, String> levels() {
            return Map.of();
        }
    }

    private final StubWorkers workers = new StubWorkers();
    private final WorkerPool pool = WorkerPool.create(
            PoolOptions.builder()
                    .name("stub")
                    .maxWorkers(1)
                    .killGrace(Duration.ofMillis(20))
                    .heartbeatTimeout(Duration.ofMinutes(10))
                    .shutdownTimeout(Duration.ZERO)
                    .logs(new NoLogs())
                    .build(),
            workers);
    private final Work work = pool.proxy(Work.class, Body.class);

    @AfterEach
    void close() {
        pool.shutdownNow();
        workers.exit();
        pool.close();
    }

    static byte[] bytes(Frame frame) {
        Frame.Outgoing outgoing = frame.encode();
        ByteBuffer body = outgoing.body();
        ByteBuffer all = ByteBuffer.allocate(outgoing.first().remaining() + (body == null ? 0 : body.remaining()));
        all.put(outgoing.first());
        if (body != null) {
            all.put(body);
        }
        return all.array();
    }

    private static Frame result(int nanos) {
        return new Frame(
                FrameType.RESULT,
                1,
                ByteBuffer.allocate(5).putInt(nanos).put((byte) 0xf6).array());
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                Arguments.of("a negative time", 0, result(-1)),
                Arguments.of("no fraction", 0, new ProgressReport(Double.NaN, "", 1).toFrame(1)),
                Arguments.of("no fraction, to the supervisor", -1, new ProgressReport(-1, "", 1).toFrame(1)),
                Arguments.of("no time", -1, new ProgressReport(0.5, "", Long.MAX_VALUE).toFrame(1)),
                Arguments.of("a task as old as the world", -1, new Inspection(Long.MAX_VALUE, List.of()).toFrame(1)),
                Arguments.of("a report too late", -1, WorkerReport.EMPTY.toFrame()),
                Arguments.of("a failed start too late", -1, new Frame(FrameType.START_FAILED, 0, new byte[0])),
                Arguments.of(
                        "threads without end",
                        -1,
                        new Frame(FrameType.DUMPED, 0, new byte[3 * WireLimit.THREAD_DUMP.most() + 1])));
    }

    private CompletableFuture<Void> begun(CompletableFuture<Stub> given) throws Exception {
        CompletableFuture<Void> future = work.run();
        Stub stub = workers.next();
        stub.request(0);
        given.complete(stub);
        return future;
    }

    private static void assertBroken(CompletableFuture<Void> future) {
        WorkerLostException lost = (WorkerLostException)
                Objects.requireNonNull(catchThrowable(future::get).getCause());
        assertThat(lost.exit().cause()).isEqualTo(Cause.BROKEN);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void workerThatLiesIsEnded(String what, int slot, Frame frame) throws Exception {
        CompletableFuture<Stub> stub = new CompletableFuture<>();
        CompletableFuture<Void> future = begun(stub);

        stub.get().write(slot, bytes(frame));

        assertBroken(future);
    }

    @Test
    void workerThatLogsWhatIsNoEventIsEnded() throws Exception {
        CompletableFuture<Stub> stub = new CompletableFuture<>();
        CompletableFuture<Void> future = begun(stub);

        stub.get().log(bytes(new Frame(FrameType.LOG, 0, new byte[9])));

        assertBroken(future);
    }
}
