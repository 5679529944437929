package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are written by whoever sends them, between those that JGroups writes in pieces of its own. */
class FrameOutputTests {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final FrameOutput output = new FrameOutput(written);

    private static byte[] frame(int bytes, byte content) {
        byte[] frame = ByteBuffer.allocate(Integer.BYTES + bytes).putInt(bytes).array();
        Arrays.fill(frame, Integer.BYTES, frame.length, content);
        return frame;
    }

    private List<byte[]> frames() throws IOException {
        List<byte[]> frames = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(written.toByteArray()));
        while (in.available() > 0) {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            frames.add(frame);
        }
        return frames;
    }

    @Test
    void nothingIsWrittenAtOnceBeforeFramesBegin() throws IOException {
        output.write(new byte[] {1, 2, 3});
        assertThat(output.tryWrite(frame(1, (byte) 0))).isFalse();

        output.begin();

        assertThat(output.tryWrite(frame(1, (byte) 0))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 103})
    void frameOfWhichAPartIsWrittenIsNotInterrupted(int part) throws IOException {
        output.begin();
        byte[] frame = frame(100, (byte) 7);
        output.write(frame, 0, part);
        assertThat(output.tryWrite(frame(1, (byte) 8))).isFalse();

        output.write(frame, part, frame.length - part);

        assertThat(output.tryWrite(frame(1, (byte) 8))).isTrue();
        assertThat(frames()).containsExactly(frame(100, (byte) 7, 0), new byte[] {8});
    }

    private static byte[] frame(int bytes, byte content, int prefix) {
        byte[] whole = frame(bytes, content);
        return Arrays.copyOfRange(whole, Integer.BYTES - prefix, whole.length);
    }

    @Test
    void noMoreIsWrittenAtOnceThanSystemsHaveRoomFor() throws IOException {
        output.begin();
        byte[] frame = frame(1020, (byte) 1); // 1,024 bytes
        for (int i = 0; i < 8; i++) {
            assertThat(output.tryWrite(frame)).isTrue();
        }
        assertThat(output.tryWrite(frame(0, (byte) 1))).isFalse();

        output.peerHasRead(1024);

        assertThat(output.tryWrite(frame(1021, (byte) 1))).isFalse();
        assertThat(output.tryWrite(frame)).isTrue();
        assertThat(output.tryWrite(frame(0, (byte) 1))).isFalse();
    }

    @Test
    void whatJGroupsWritesCountsToo() throws IOException {
        output.begin();
        output.write(frame(100_000, (byte) 1));
        assertThat(output.tryWrite(frame(1, (byte) 2))).isFalse();

        output.peerHasRead(100_004);

        assertThat(output.tryWrite(frame(1, (byte) 2))).isTrue();
    }

    @Test
    void peerThatHasReadMoreThanThereWasIsNotBelieved() throws IOException {
        output.begin();
        output.peerHasRead(1);

        assertThat(output.tryWrite(frame(1, (byte) 2))).isFalse();
    }

    @Test
    void longFrameIsNeverWrittenAtOnce() throws IOException {
        output.begin();

        assertThat(output.tryWrite(frame(FrameOutput.MOST_UNREAD - Integer.BYTES, (byte) 1)))
                .isTrue();
        output.peerHasRead(FrameOutput.MOST_UNREAD);
        assertThat(output.tryWrite(frame(FrameOutput.MOST_UNREAD - Integer.BYTES + 1, (byte) 1)))
                .isFalse();
    }

    @Test
    void numbersOfBytesMayOverflow() throws IOException {
        FrameOutput endless = new FrameOutput(OutputStream.nullOutputStream());
        endless.begin();
        byte[] frame = frame((1 << 20) - Integer.BYTES, (byte) 1);
        int sum = 0;
        for (int i = 0; i < 5_000; i++) { // more than an int can count without a sign, and with one
            endless.write(frame);
            sum += frame.length;
            endless.peerHasRead(sum);
            assertThat(endless.tryWrite(frame(1, (byte) 1))).isTrue();
            sum += 5;
        }
    }

    @Test
    void whoeverWritesAndWaitsHoldsUpNobody() throws Exception {
        CountDownLatch reads = new CountDownLatch(1);
        FrameOutput stuck = new FrameOutput(new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                try {
                    reads.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        });
        stuck.begin();
        Thread writer = new Thread(() -> {
            try {
                stuck.write(frame(10, (byte) 1));
            } catch (IOException e) {
                // the end of the test
            }
        });
        writer.start();
        await().until(stuck::isWriting);

        assertThat(stuck.tryWrite(frame(1, (byte) 2))).isFalse();

        reads.countDown();
        writer.join();
        assertThat(stuck.isWriting()).isFalse();
    }

    @Test
    void afterAFailureItCountsAsWriting() {
        FrameOutput broken = new FrameOutput(new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                throw new IOException("broken");
            }
        });
        broken.begin();

        assertThatThrownBy(() -> broken.tryWrite(frame(1, (byte) 1))).hasMessage("broken");
        assertThat(broken.isWriting()).isTrue();
    }

    @Test
    void framesOfAllWhoWriteArriveWhole() throws Exception {
        output.begin();
        AtomicInteger atOnce = new AtomicInteger();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random random = new Random(i);
            byte content = (byte) (i + 1);
            senders.add(new Thread(() -> {
                for (int n = 0; n < 3_000; n++) {
                    if (tryWrite(frame(random.nextInt(300), content))) {
                        atOnce.incrementAndGet();
                    }
                    output.peerHasRead(written.size()); // as if all that has arrived was read
                }
            }));
        }
        senders.forEach(Thread::start);
        Random random = new Random(42);
        for (int n = 0; n < 3_000; n++) {
            byte[] frame = frame(random.nextInt(3_000), (byte) 9);
            int begin = 0;
            while (begin < frame.length) {
                int part = Math.min(frame.length - begin, 1 + random.nextInt(2_000));
                output.write(frame, begin, part);
                begin += part;
            }
        }
        for (Thread each : senders) {
            each.join();
        }

        List<byte[]> frames = frames();
        assertThat(frames).hasSize(3_000 + atOnce.get()).allSatisfy(frame -> {
            for (byte each : frame) {
                assertThat(each).isEqualTo(frame[0]);
            }
        });
    }

    private boolean tryWrite(byte[] frame) {
        try {
            return output.tryWrite(frame);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
