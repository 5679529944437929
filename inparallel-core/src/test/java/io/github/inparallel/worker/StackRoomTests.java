package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recursion without end that writes to a connection at each step. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StackRoomTests {

    @TempDir
    private Path folder;

    private boolean sending;
    private int sent;

    @SuppressWarnings("InfiniteRecursion") // what is tested
    private void recurse(Channels channels) throws IOException {
        StackRoom.require();
        sending = true;
        channels.worker().send(Frame.of(FrameType.LOG, sent + 1));
        sending = false;
        sent++;
        if (sent % 100 == 0) {
            drain(channels, sent);
        }
        recurse(channels);
    }

    private static void drain(Channels channels, int last) throws IOException {
        Frame frame = channels.parent().receive();
        while (frame.taskId() != last) {
            frame = channels.parent().receive();
        }
    }

    @Test
    void nothingBreaksOffWithinAFrame() throws Exception {
        try (Channels channels = Channels.open(folder)) {
            for (int round = 0; round < 50; round++) {
                int before = sent;
                Thread thread = new Thread(
                        null,
                        () -> {
                            try {
                                recurse(channels);
                            } catch (StackOverflowError e) {
                                // as it should be
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        },
                        "recursion",
                        256 * 1024 + 1024 * round);
                thread.start();
                thread.join();
                assertThat(sent).isGreaterThan(before);
                assertThat(sending).isFalse();
                channels.worker().send(Frame.of(FrameType.LOG, -round - 1));
                drain(channels, -round - 1);
            }
        }
    }
}
