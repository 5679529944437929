package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
