package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are written by whoever sends them, between those that JGroups writes in pieces of its own. */
class FrameOutputTests {

    private static final int OVERHEAD = FrameOutput.COST + FrameOutput.HEADER + Integer.BYTES;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final FrameOutput output = output(written);

    private FrameOutput output(OutputStream out) {
        return new FrameOutput(out, () -> closed.set(true));
    }

    /** As JGroups writes it. */
    private static byte[] frame(int bytes, byte content) {
        byte[] frame = ByteBuffer.allocate(Integer.BYTES + bytes).putInt(bytes).array();
        Arrays.fill(frame, Integer.BYTES, frame.length, content);
        return frame;
    }

    private static byte[] content(int bytes, byte content) {
        byte[] whole = new byte[bytes];
        Arrays.fill(whole, content);
        return whole;
    }

    private static boolean tryWrite(FrameOutput output, int bytes, byte content) {
        try {
            return output.tryWrite(content(bytes, content), 0, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<byte[]> frames() throws IOException {
        List<byte[]> frames = new ArrayList<>();
        ByteArrayInputStream raw = new ByteArrayInputStream(written.toByteArray());
        DataInputStream in =
                new DataInputStream(new FrameInput(raw, new FrameOutput(OutputStream.nullOutputStream(), () -> {})));
        for (int first = in.read(); first >= 0; first = in.read()) {
            byte[] frame = new byte[first << 24 | in.read() << 16 | in.readUnsignedShort()];
            in.readFully(frame);
            frames.add(frame);
        }
        return frames;
    }

    @Test
    void nothingIsWrittenAtOnceBeforeFramesBegin() throws IOException {
        output.write(new byte[] {1, 2, 3});
        assertThat(tryWrite(output, 1, (byte) 0)).isFalse();

        output.begin();

        assertThat(tryWrite(output, 1, (byte) 0)).isTrue();
        assertThat(output.writtenAtOnce()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 103})
    void frameOfWhichAPartIsWrittenIsNotInterrupted(int part) throws IOException {
        output.begin();
        byte[] frame = frame(100, (byte) 7);
        output.write(frame, 0, part);
        assertThat(tryWrite(output, 1, (byte) 8)).isFalse();

        output.write(frame, part, frame.length - part);

        assertThat(tryWrite(output, 1, (byte) 8)).isTrue();
        assertThat(frames()).containsExactly(content(100, (byte) 7), new byte[] {8});
    }

    @Test
    void noMoreIsWrittenAtOnceThanSystemsHaveRoomFor() {
        output.begin();
        int bytes = 1024 - OVERHEAD;
        for (int i = 0; i < 8; i++) {
            assertThat(tryWrite(output, bytes, (byte) 1)).isTrue();
        }
        assertThat(tryWrite(output, 0, (byte) 1)).isFalse();

        output.peerHasRead(1024);

        assertThat(tryWrite(output, bytes + 1, (byte) 1)).isFalse();
        assertThat(tryWrite(output, bytes, (byte) 1)).isTrue();
        assertThat(tryWrite(output, 0, (byte) 1)).isFalse();
    }

    /** Linux needs 576 bytes or more for one of a single byte, and has room for 69,120. */
    @Test
    void manySmallOnesAreNotWrittenAtOnceEither() {
        output.begin();
        int count = 0;
        while (tryWrite(output, 1, (byte) 1)) {
            count++;
        }

        assertThat(count).isBetween(20, 32);
    }

    @Test
    void whatJGroupsWritesCountsToo() throws IOException {
        output.begin();
        output.write(frame(100_000, (byte) 1));
        assertThat(tryWrite(output, 1, (byte) 2)).isFalse();

        int pieces = 2;
        output.peerHasRead(Integer.BYTES + 100_000 + pieces * (FrameOutput.COST + FrameOutput.HEADER));

        assertThat(tryWrite(output, 1, (byte) 2)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {-1, 0, 1, FrameOutput.LONGEST_PIECE - 1, FrameOutput.LONGEST_PIECE, FrameOutput.LONGEST_PIECE + 1})
    void longFramesAreWrittenInPieces(int more) throws IOException {
        output.begin();
        int bytes = FrameOutput.LONGEST_PIECE - Integer.BYTES + more;

        output.write(frame(bytes, (byte) 1));
        output.write(frame(1, (byte) 2));

        assertThat(frames()).containsExactly(content(bytes, (byte) 1), content(1, (byte) 2));
        int pieces = (Integer.BYTES + bytes + FrameOutput.LONGEST_PIECE - 1) / FrameOutput.LONGEST_PIECE + 1;
        assertThat(written.size()).isEqualTo(2 * Integer.BYTES + bytes + 1 + pieces * FrameOutput.HEADER);
    }

    @Test
    void peerThatHasReadMoreThanThereWasIsNotBelieved() {
        output.begin();
        output.peerHasRead(1);

        assertThat(tryWrite(output, 1, (byte) 2)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {FrameOutput.MOST_UNREAD, Integer.MAX_VALUE})
    void longFrameIsNeverWrittenAtOnce(int bytes) throws IOException {
        output.begin();

        assertThat(tryWrite(output, FrameOutput.MOST_UNREAD - OVERHEAD, (byte) 1))
                .isTrue();
        output.peerHasRead(FrameOutput.MOST_UNREAD);
        assertThat(tryWrite(output, FrameOutput.MOST_UNREAD - OVERHEAD + 1, (byte) 1))
                .isFalse();
        assertThat(output.tryWrite(new byte[0], 0, bytes)).isFalse();
    }

    @Test
    void twoWhoAnswerEachOtherNeverNeedTheThread() throws IOException {
        PipedInputStream there = new PipedInputStream(4_096);
        PipedInputStream back = new PipedInputStream(4_096);
        FrameOutput one = output(new PipedOutputStream(there));
        FrameOutput two = output(new PipedOutputStream(back));
        DataInputStream ofOne = new DataInputStream(new FrameInput(back, one));
        DataInputStream ofTwo = new DataInputStream(new FrameInput(there, two));
        one.write(new byte[] {1, 2, 3}); // a word before the frames
        assertThat(ofTwo.readNBytes(3)).containsExactly(1, 2, 3);
        one.begin();
        two.begin();

        for (int i = 0; i < 100; i++) {
            assertThat(tryWrite(one, 1_000, (byte) i)).isTrue();
            assertThat(ofTwo.readNBytes(ofTwo.readInt())).containsOnly((byte) i);
            two.write(frame(100, (byte) i));
            assertThat(ofOne.readNBytes(ofOne.readInt())).containsOnly((byte) i);
        }
    }

    @Test
    void numbersOfBytesMayOverflow() throws IOException {
        FrameOutput endless = output(OutputStream.nullOutputStream());
        endless.begin();
        byte[] frame = new byte[1 << 20];
        ByteBuffer.wrap(frame).putInt(frame.length - Integer.BYTES);
        int sum = 0;
        for (int i = 0; i < 5_000; i++) { // more than an int can count without a sign, and with one
            endless.write(frame);
            int pieces = frame.length / FrameOutput.LONGEST_PIECE;
            sum += pieces * (FrameOutput.COST + FrameOutput.HEADER) + frame.length;
            endless.peerHasRead(sum);
            assertThat(tryWrite(endless, 1, (byte) 1)).isTrue();
            sum += OVERHEAD + 1;
        }
    }

    @Test
    void whoeverWritesAndWaitsHoldsUpNobody() throws Exception {
        CountDownLatch reads = new CountDownLatch(1);
        FrameOutput stuck = output(new OutputStream() {
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

        assertThat(tryWrite(stuck, 1, (byte) 2)).isFalse();

        reads.countDown();
        writer.join();
        assertThat(stuck.isWriting()).isFalse();
    }

    private FrameOutput broken(Throwable failure) {
        FrameOutput broken = output(new OutputStream() {
            @Override
            public void write(int single) {
                written.write(single);
                FrameOutputTests.<Error>sneaky(failure);
            }
        });
        broken.begin();
        return broken;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneaky(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void aFailureEndsTheConnectionAndNothingFollowsAPartOfAPiece() {
        FrameOutput broken = broken(new OutOfMemoryError("a test"));

        assertThatThrownBy(() -> broken.tryWrite(new byte[1], 0, 1)).hasMessage("a test");

        assertThat(closed).isTrue();
        assertThat(broken.isWriting()).isTrue();
        assertThat(tryWrite(broken, 1, (byte) 1)).isFalse();
        assertThatThrownBy(() -> broken.write(1)).hasMessage("Socket closed");
        assertThat(written.size()).isEqualTo(1);
    }

    @Test
    void aFailureOfJGroupsThreadEndsTheConnectionToo() {
        FrameOutput broken = broken(new OutOfMemoryError("a test"));

        assertThatThrownBy(() -> broken.write(frame(1, (byte) 1))).hasMessage("a test");

        assertThat(closed).isTrue();
        assertThat(tryWrite(broken, 1, (byte) 1)).isFalse();
        assertThat(written.size()).isEqualTo(1);
    }

    @Test
    void whatCannotBeSaidAtTheEndIsNoFailure() throws IOException {
        FrameOutput broken = broken(new IOException("a test"));
        broken.beginClosing();

        broken.write(new byte[] {-1, -1, -1, -5});
        broken.write(new byte[] {-1, -1, -1, -5});

        assertThat(closed).isTrue();
    }

    @Test
    void nothingIsWrittenAtOnceOnAConnectionThatIsBeingClosed() {
        output.begin();
        output.beginClosing();

        assertThat(tryWrite(output, 1, (byte) 1)).isFalse();
    }

    @Test
    void framesOfAllWhoWriteArriveWhole() throws Exception {
        output.begin();
        AtomicInteger counted = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random random = new Random(i);
            byte content = (byte) (i + 1);
            senders.add(new Thread(() -> {
                for (int n = 0; n < 3_000; n++) {
                    int bytes = random.nextInt(300);
                    if (tryWrite(output, bytes, content)) {
                        atOnce.incrementAndGet();
                        output.peerHasRead(counted.addAndGet(OVERHEAD + bytes));
                    }
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
                output.peerHasRead(counted.addAndGet(FrameOutput.COST + FrameOutput.HEADER + part));
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
        assertThat(output.writtenAtOnce()).isEqualTo(atOnce.get()).isPositive();
    }
}
