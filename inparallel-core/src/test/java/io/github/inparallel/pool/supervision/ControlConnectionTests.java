package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlConnectionTests {

    @TempDir
    private Path folder;

    private final ControlConnection control = new ControlConnection();

    @Test
    void whatIsSentBeforeThereIsAConnectionGoesOutInOrder() throws IOException {
        control.send(Frame.of(FrameType.PING, 1));
        control.send(Frame.of(FrameType.RETIRE, 2));
        assertThat(control.isConnected()).isFalse();
        try (Channels channels = Channels.open(folder)) {
            control.connect(channels.parent());
            control.send(Frame.of(FrameType.PING, 3));

            assertThat(channels.worker().receive().type()).isEqualTo(FrameType.PING);
            assertThat(channels.worker().receive().type()).isEqualTo(FrameType.RETIRE);
            assertThat(channels.worker().receive().taskId()).isEqualTo(3);
        }
    }

    @Test
    void workerThatDoesNotReadHoldsUpNobodyAndLosesNothing() throws IOException {
        try (Channels channels = Channels.open(folder)) {
            control.connect(channels.parent());
            int many = 2_000;
            for (int i = 0; i < many; i++) {
                control.send(new Frame(FrameType.LEVELS, i, new byte[1_000]));
            }

            for (int i = 0; i < many; i++) {
                for (Frame next = null; next == null; ) {
                    control.flush();
                    next = channels.worker().poll();
                    if (next != null) {
                        assertThat(next.taskId()).isEqualTo(i);
                    }
                }
            }
        }
    }

    @Test
    void closedConnectionSaysAndHearsNothing() throws IOException {
        try (Channels channels = Channels.open(folder)) {
            control.connect(channels.parent());
            channels.worker().send(Frame.of(FrameType.READY, 0));

            control.close();
            control.close();

            assertThat(control.isConnected()).isFalse();
            assertThat(control.poll()).isNull();
            control.send(Frame.of(FrameType.PING, 0));
            assertThat(channels.parent().isOpen()).isFalse();
        }
    }

    @Test
    void reportIsExpectedOnceBeforeItIsReady() {
        assertThat(control.takeReport()).isTrue();
        assertThat(control.takeReport()).isFalse();

        ControlConnection late = new ControlConnection();
        late.readyReported();
        assertThat(late.takeReport()).isFalse();
    }

    @Test
    void startMayFailOnceBeforeItIsReady() {
        assertThat(control.mayFailToStart()).isTrue();
        control.failedToStart(new IllegalStateException());
        assertThat(control.mayFailToStart()).isFalse();
        assertThat(control.startFailure()).isInstanceOf(IllegalStateException.class);

        ControlConnection ready = new ControlConnection();
        ready.readyReported();
        assertThat(ready.hasReportedReady()).isTrue();
        assertThat(ready.mayFailToStart()).isFalse();
    }

    @Test
    void dumpsAreAnsweredInTheOrderInWhichTheyWereAskedFor() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        control.dumpAsked(first);
        control.dumpAsked(second);

        assertThat(control.nextDump()).isSameAs(first);
        assertThat(control.nextDump()).isSameAs(second);
        assertThat(control.nextDump()).isNull();
    }
}
