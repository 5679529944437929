package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.HeapHistogram;
import io.github.inparallel.protocol.HeapUse;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.WorkerReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControlConnectionsTests {

    @TempDir
    private Path folder;

    private final List<String> heard = new ArrayList<>();

    private final ControlConnections.Listener listener = new ControlConnections.Listener() {
        @Override
        public void open(Worker worker) {
            heard.add("open");
        }

        @Override
        public void pong(Worker worker) {
            heard.add("pong");
        }

        @Override
        public void counted(Worker worker) {
            heard.add("counted");
        }

        @Override
        public void inspected(Worker worker, long task, Inspection inspection) {
            heard.add("inspected " + task);
        }

        @Override
        public void exitCalled(Worker worker, long task) {
            heard.add("exit");
        }

        @Override
        public void lost(Worker worker, @Nullable Cause cause) {
            heard.add("lost");
        }
    };

    @Test
    void workerThatTalksWithoutEndIsInterrupted() throws IOException {
        PoolOptions options = PoolOptions.builder().name("controls").build();
        Dispatcher dispatcher = new Dispatcher(options, Machine.REAL);
        ControlConnections controls = new ControlConnections(options, dispatcher, new PoolObserver() {}, listener);
        Worker worker = TestWorkers.launched();
        try (Channels channels = Channels.open(folder)) {
            worker.control().connect(channels.parent());
            for (int i = 0; i < 250; i++) {
                channels.worker().send(Frame.of(FrameType.EXITING, 0));
            }

            assertThat(controls.listen(worker)).isTrue();
            int first = heard.size();
            assertThat(first).isLessThan(250);
            while (controls.listen(worker)) {
                // the rest
            }
            assertThat(heard).hasSize(250).containsOnly("exit");
        }
        assertThat(controls.listen(worker)).isFalse();
    }

    // ---- each kind of frame, at the right time and the wrong one

    private Worker hears(Frame... frames) throws IOException {
        PoolOptions options = PoolOptions.builder().name("controls").build();
        Dispatcher dispatcher = new Dispatcher(options, Machine.REAL);
        PoolObserver observer = new PoolObserver() {
            @Override
            public void workerReported(String name, WorkerReport report) {
                heard.add("report");
            }

            @Override
            public void workerTold(String name, byte[] message) {
                heard.add("told " + message.length);
            }
        };
        ControlConnections controls = new ControlConnections(options, dispatcher, observer, listener);
        Worker worker = TestWorkers.launched();
        try (Channels channels = Channels.open(folder)) {
            worker.control().connect(channels.parent());
            for (Frame frame : frames) {
                channels.worker().send(frame);
            }
            while (controls.listen(worker)) {
                // more
            }
            if (heard.contains("lost")) {
                assertThat(worker.control().isConnected()).isFalse();
            }
        }
        return worker;
    }

    @Test
    void eachWordOfAWorkerIsHeard() throws IOException {
        Worker worker = hears(
                WorkerReport.EMPTY.toFrame(),
                Frame.of(FrameType.READY, 0),
                Frame.of(FrameType.PONG, 0),
                new Inspection(1, List.of()).toFrame(7),
                new ProgressReport(0.5, "of a task that it has not", 0).toFrame(7),
                new Frame(FrameType.DUMPED, 0, "that nobody asked for".getBytes(StandardCharsets.UTF_8)),
                new Frame(FrameType.TOLD, 0, new byte[17]),
                Frame.of(FrameType.EXITING, 0));

        assertThat(heard).containsExactly("report", "open", "pong", "inspected 7", "told 17", "exit");
        assertThat(worker.control().hasReportedReady()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameType.class,
            names = {"READY", "PONG", "EXITING", "DUMPED", "TOLD"},
            mode = EnumSource.Mode.EXCLUDE)
    void frameThatDoesNotBelongHereOrIsMalformedEndsTheConnection(FrameType type) throws IOException {
        hears(Frame.of(type, 0), Frame.of(FrameType.PONG, 0));

        if (type != FrameType.START_FAILED) { // says nothing: it has failed with nothing known
            assertThat(heard).containsExactly("lost");
        }
    }

    @Test
    void reportThatComesTwiceOrTooLateEndsTheConnection() throws IOException {
        hears(WorkerReport.EMPTY.toFrame(), WorkerReport.EMPTY.toFrame(), Frame.of(FrameType.PONG, 0));
        assertThat(heard).containsExactly("report", "lost");

        heard.clear();
        hears(Frame.of(FrameType.READY, 0), WorkerReport.EMPTY.toFrame());
        assertThat(heard).containsExactly("open", "lost");
    }

    @Test
    void countOfTheHeapIsForAllWhoWait() throws Exception {
        PoolOptions options = PoolOptions.builder().name("controls").build();
        ControlConnections controls =
                new ControlConnections(options, new Dispatcher(options, Machine.REAL), new PoolObserver() {}, listener);
        Worker worker = TestWorkers.launched();
        CompletableFuture<HeapHistogram> first = new CompletableFuture<>();
        CompletableFuture<HeapHistogram> second = new CompletableFuture<>();
        CompletableFuture<HeapHistogram> late = new CompletableFuture<>();
        HeapHistogram counted = HeapHistogram.failed("for the test");
        assertThat(worker.control().countAsked(first)).isTrue();
        assertThat(worker.control().countAsked(second)).as("it counts already").isFalse();
        try (Channels channels = Channels.open(folder)) {
            worker.control().connect(channels.parent());
            channels.worker().send(counted.toFrame());
            controls.listen(worker);
            assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(counted);
            assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(counted);

            channels.worker().send(counted.toFrame()); // that nobody asked for
            controls.listen(worker);
            assertThat(worker.control().countAsked(late)).isTrue();
            assertThat(late).isNotDone();
        }
        assertThat(heard).containsExactly("counted", "counted");
    }

    @Test
    void heapIsThatOfTheLastAnswerThatSaysOne() throws IOException {
        Worker worker =
                hears(new HeapUse(1, 2, 3).toFrame(), new HeapUse(2, 3, 4).toFrame(), Frame.of(FrameType.PONG, 0));

        assertThat(heard).containsExactly("pong", "pong", "pong");
        assertThat(worker.heap()).isEqualTo(new PoolStats.HeapStats(2, 3, 4));
    }

    @Test
    void heapThatCannotBeEndsTheConnection() throws IOException {
        hears(new HeapUse(-1, 2, 3).toFrame(), Frame.of(FrameType.PONG, 0));

        assertThat(heard).containsExactly("lost");
    }

    @Test
    void workersThatReportTheSameShareOneReport() throws IOException {
        PoolOptions options = PoolOptions.builder().name("controls").build();
        ControlConnections controls =
                new ControlConnections(options, new Dispatcher(options, Machine.REAL), new PoolObserver() {}, listener);
        List<WorkerReport> reports = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Worker worker = TestWorkers.launched();
            try (Channels channels = Channels.open(Files.createDirectory(folder.resolve("worker-" + i)))) {
                worker.control().connect(channels.parent());
                channels.worker().send(new WorkerReport(List.of("ocr"), List.of(), List.of()).toFrame());
                controls.listen(worker);
            }
            reports.add(worker.report());
        }

        assertThat(reports.get(0).created()).containsExactly("ocr");
        assertThat(reports.get(1)).isSameAs(reports.get(0));
    }

    @Test
    void startThatFailsAfterItWasReadyEndsTheConnection() throws IOException {
        Worker worker = hears(Frame.of(FrameType.READY, 0), Frame.of(FrameType.START_FAILED, 0));

        assertThat(heard).containsExactly("open", "lost");
        assertThat(worker.control().startFailure()).isNull();
    }

    @Test
    void dumpIsForWhoHasWaitedLongest() throws Exception {
        PoolOptions options = PoolOptions.builder().name("controls").build();
        ControlConnections controls =
                new ControlConnections(options, new Dispatcher(options, Machine.REAL), new PoolObserver() {}, listener);
        Worker worker = TestWorkers.launched();
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        worker.control().dumpAsked(first);
        worker.control().dumpAsked(second);
        try (Channels channels = Channels.open(folder)) {
            worker.control().connect(channels.parent());
            channels.worker().send(new Frame(FrameType.DUMPED, 0, "one".getBytes(StandardCharsets.UTF_8)));
            controls.listen(worker);

            assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("one");
            assertThat(second).isNotDone();
        }
    }

    @Test
    void whateverAWorkerSaysNothingIsHeardAfterItIsLost() throws IOException {
        FrameType[] types = FrameType.values();
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            heard.clear();
            Frame[] frames = new Frame[random.nextInt(12)];
            for (int i = 0; i < frames.length; i++) {
                byte[] payload = new byte[random.nextInt(3) == 0 ? random.nextInt(40) : 0];
                random.nextBytes(payload);
                frames[i] = new Frame(types[random.nextInt(types.length)], random.nextInt(3), payload);
            }

            hears(frames);

            int lost = heard.indexOf("lost");
            assertThat(lost).as("seed %d: %s", seed, heard).isIn(-1, heard.size() - 1);
        }
    }
}
