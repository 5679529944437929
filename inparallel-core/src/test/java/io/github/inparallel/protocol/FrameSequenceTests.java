package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames of every size around every threshold, in every order, apart and joined: each byte that is announced is sent, and
 * each frame arrives as it was. The seed is the repetition's number.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FrameSequenceTests {

    private static final int MAX_PAYLOAD = (1 << 20) + 70_000;

    /** Where something changes in the way of a frame's parts. */
    private static final int[] THRESHOLDS = {
        0, 16 * 1024, Frame.SMALL, FrameReader.CHUNK, TaskRequest.LARGE, MAX_PAYLOAD
    };

    @TempDir
    private Path folder;

    private SocketChannel socket;
    private FrameChannel from;
    private FrameChannel to;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
            socket = SocketChannel.open(StandardProtocolFamily.UNIX);
            socket.connect(server.getLocalAddress());
            from = FrameChannel.trusting(socket);
            to = new FrameChannel(server.accept(), MAX_PAYLOAD);
        }
    }

    @AfterEach
    void close() throws IOException {
        from.close();
        to.close();
    }

    /** What is to be sent, and how it is to arrive. */
    private record Given(FrameType type, long taskId, byte[] head, byte[] body, byte @Nullable [] attachment) {

        static Given random(Random random, long taskId) {
            byte[] head = bytes(random, random.nextInt(4) == 0 ? size(random, MAX_PAYLOAD) : random.nextInt(100));
            byte[] body = bytes(random, size(random, MAX_PAYLOAD - head.length));
            int left = MAX_PAYLOAD - 4 - head.length - body.length;
            boolean attached = random.nextInt(3) == 0 && left >= 0;
            return new Given(
                    FrameType.values()[random.nextInt(FrameType.values().length)],
                    taskId,
                    head,
                    body,
                    attached ? bytes(random, size(random, left)) : null);
        }

        private static int size(Random random, int most) {
            int size = THRESHOLDS[random.nextInt(random.nextInt(3) == 0 ? THRESHOLDS.length : 3)];
            return Math.max(0, Math.min(most, size + random.nextInt(-20, 21)));
        }

        private static byte[] bytes(Random random, int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }

        Frame.Outgoing encode() {
            return Frame.encode(type, taskId, head, body, attachment);
        }

        void assertArrivedAs(Frame frame) {
            byte[] payload = ByteBuffer.allocate(head.length + body.length)
                    .put(head)
                    .put(body)
                    .array();
            assertThat(frame.type()).isEqualTo(type);
            assertThat(frame.taskId()).isEqualTo(taskId);
            assertThat(frame.payload()).isEqualTo(payload);
            assertThat(frame.attachment()).isEqualTo(attachment);
        }
    }

    @RepeatedTest(40)
    void eachFrameArrivesAsItWasSent(RepetitionInfo seed) throws Exception {
        Random random = new Random(seed.getCurrentRepetition());
        List<Given> all = IntStream.range(0, 1 + random.nextInt(20))
                .mapToObj(id -> Given.random(random, id))
                .toList();
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                sendInGroups(random, all);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        for (Given each : all) {
            each.assertArrivedAs(to.receive());
        }

        sent.get();
        assertThat(to.poll()).isNull();
        assertThat(to.hasBegun()).isFalse();
    }

    private void sendInGroups(Random random, List<Given> all) throws IOException {
        for (int i = 0; i < all.size(); ) {
            int end = Math.min(all.size(), i + 1 + random.nextInt(8));
            List<Frame.Outgoing> group = new ArrayList<>();
            for (Given each : all.subList(i, end)) {
                group.add(each.encode());
            }
            long announced =
                    group.stream().mapToLong(FrameSequenceTests::announced).sum();
            Frame.Outgoing outgoing = Frame.Outgoing.joined(group);
            assertThat(remaining(outgoing)).isEqualTo(announced);
            switch (random.nextInt(3)) {
                case 0 -> from.send(outgoing);
                case 1 -> assertThat(from.offer(outgoing)).isTrue();
                default -> {
                    while (!from.tryOffer(outgoing)) {
                        Thread.onSpinWait(); // the connection is full
                    }
                }
            }
            while (!from.flush()) {
                Thread.onSpinWait();
            }
            i = end;
        }
    }

    private static long announced(Frame.Outgoing frame) {
        return 4L + frame.first().getInt(0);
    }

    private static long remaining(Frame.@Nullable Outgoing frame) {
        return frame == null
                ? 0
                : remaining(frame.first())
                        + remaining(frame.body())
                        + remaining(frame.attachment())
                        + remaining(frame.next());
    }

    private static int remaining(@Nullable ByteBuffer buffer) {
        return buffer == null ? 0 : buffer.remaining();
    }

    /** As by want of memory, or of a descriptor to wait with. */
    @RepeatedTest(20)
    void aFrameThatFailsHalfWrittenGoesOnBeforeTheNext(RepetitionInfo seed) throws Exception {
        FailingSink sink = new FailingSink(new Random(seed.getCurrentRepetition()));
        FrameChannel failing = new FrameChannel(socket, new FrameReader(socket, MAX_PAYLOAD), sink);
        List<Given> all = IntStream.range(0, 20)
                .mapToObj(id -> Given.random(sink.random, id))
                .toList();
        CompletableFuture<Integer> begun = CompletableFuture.supplyAsync(() -> {
            int sent = 0;
            for (Given each : all) {
                sent += sendThough(failing, each) ? 1 << each.taskId() : 0;
            }
            sink.fails = false;
            try {
                failing.send(Frame.of(FrameType.RETIRE, all.size()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return sent;
        });

        List<Long> arrived = new ArrayList<>();
        for (Frame frame = to.receive(); frame.taskId() < all.size(); frame = to.receive()) {
            arrived.add(frame.taskId());
            all.get((int) frame.taskId()).assertArrivedAs(frame);
        }

        int sent = begun.get();
        assertThat(arrived)
                .containsExactlyElementsOf(all.stream()
                        .map(Given::taskId)
                        .filter(id -> (sent & 1 << id) != 0)
                        .toList());
        assertThat(arrived).isNotEmpty();
        failing.close();
    }

    /** Returns whether some of it is written. */
    private static boolean sendThough(FrameChannel failing, Given given) {
        Frame.Outgoing frame = given.encode();
        try {
            failing.send(frame);
        } catch (IOException | OutOfMemoryError e) {
            // for the test
        }
        return frame.hasBegun();
    }

    /** Fails every now and then. */
    private final class FailingSink implements WritableByteChannel {
        private final Random random;
        private volatile boolean fails = true;

        FailingSink(Random random) {
            this.random = random;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (fails && random.nextInt(6) == 0) {
                if (random.nextBoolean()) {
                    throw new IOException("for the test");
                }
                throw new OutOfMemoryError("for the test");
            }
            return socket.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
