package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlDeskTests {

    @TempDir
    private Path folder;

    private final List<String> heard = new ArrayList<>();

    private final ControlDesk.Listener listener = new ControlDesk.Listener() {
        @Override
        public void open(Worker worker) {
            heard.add("open");
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

    private static final WorkerControl NOBODY = new WorkerControl() {
        @Override
        public void launch() {}

        @Override
        public void retire(Worker worker, Cause cause, long now) {}

        @Override
        public void send(Worker worker, Frame frame) {}

        @Override
        public void kill(Worker worker, @Nullable Cause cause, @Nullable String culprit) {}
    };

    @Test
    void workerThatTalksWithoutEndIsInterrupted() throws IOException {
        PoolOptions options = PoolOptions.builder().name("desk").build();
        Bag bag = new Bag(options, Machine.REAL);
        ControlDesk desk = new ControlDesk(
                options, bag, new TaskWatcher(options, bag, NOBODY, Machine.REAL), new PoolObserver() {}, listener);
        Worker worker = new Worker("desk", 1, 0);
        try (Channels channels = Channels.open(folder)) {
            worker.control = channels.parent();
            for (int i = 0; i < 250; i++) {
                channels.worker().send(Frame.of(FrameType.EXITING, 0));
            }

            assertThat(desk.listen(worker)).isTrue();
            int first = heard.size();
            assertThat(first).isLessThan(250);
            while (desk.listen(worker)) {
                // the rest
            }
            assertThat(heard).hasSize(250).containsOnly("exit");
        }
        assertThat(desk.listen(worker)).isFalse();
    }
}
