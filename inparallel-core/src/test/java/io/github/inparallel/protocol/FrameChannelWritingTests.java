package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a channel writes, and when, into a connection that takes as much as a test says. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FrameChannelWritingTests {

    @TempDir
    private Path folder;

    private final Sink sink = new Sink();
    private SocketChannel other;
    private SocketChannel socket;
    private FrameChannel channel;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
            other = SocketChannel.open(StandardProtocolFamily.UNIX);
            other.connect(server.getLocalAddress());
            socket = server.accept();
            channel = new FrameChannel(socket, new FrameReader(socket, 1_000), sink);
        }
    }

    @AfterEach
    void close() throws IOException {
        other.close();
        channel.close();
    }

    /** Takes what it has room for at each write, and everything when no more is said of that. */
    private final class Sink implements WritableByteChannel {
        private final Deque<Integer> rooms = new ArrayDeque<>();
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final List<Integer> offered = new ArrayList<>(); // how much each write would have written
        private Runnable meanwhile = () -> {};

        void hasRoom(Integer... each) {
            rooms.addAll(List.of(each));
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            meanwhile.run();
            offered.add(bytes.remaining());
            Integer room = rooms.poll();
            if (room != null && room < 0) {
                throw new IOException("for the test");
            }
            if (!socket.isOpen()) {
                throw new ClosedChannelException();
            }
            int count = room == null ? bytes.remaining() : Math.min(room, bytes.remaining());
            for (int i = 0; i < count; i++) {
                taken.write(bytes.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static Frame.Outgoing small(long task) {
        return new Frame(FrameType.RESULT, task, new byte[] {1, 2, 3}).encode();
    }

    private static Frame.Outgoing large() {
        return new Frame(FrameType.RESULT, 7, new byte[Frame.SMALL + 1]).encode();
    }

    /** All of these frames, as they are to arrive. */
    private static byte[] bytes(Frame.Outgoing... frames) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        for (Frame.Outgoing frame : frames) {
            bytes.put(frame.first());
            if (frame.body() != null) {
                bytes.put(frame.body());
            }
        }
        byte[] array = new byte[bytes.flip().remaining()];
        bytes.get(array);
        return array;
    }

    private static <T> T elsewhere(Callable<T> action) {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        return action.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                })
                .join();
    }

    private void assertThatAnyThreadMayWrite() {
        assertThat(elsewhere(() -> channel.tryOffer(small(9)))).isTrue();
    }

    // ---- offer

    @Test
    void smallFrameThatIsOfferedIsWrittenAtOnce() throws IOException {
        assertThat(channel.offer(small(1))).isTrue();

        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1)));
        assertThat(channel.hasUnsent()).isFalse();
        assertThatAnyThreadMayWrite();
    }

    @Test
    void largeFrameThatIsOfferedIsTheReceivingThreads() throws IOException {
        assertThat(channel.offer(large())).isTrue();
        assertThat(sink.offered).isEmpty();
        assertThat(channel.hasUnsent()).isTrue();

        assertThat(channel.poll(0)).isNull();

        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(large()));
        assertThat(channel.hasUnsent()).isFalse();
        assertThatAnyThreadMayWrite();
    }

    @Test
    void restOfWhatIsOfferedIsLeftAndNothingElseIsTakenMeanwhile() throws IOException {
        sink.hasRoom(5, 0, 2, 0);

        assertThat(channel.offer(small(1))).isTrue();
        assertThat(channel.hasUnsent()).isTrue();
        assertThat(channel.offer(small(2))).isFalse();
        assertThat(channel.tryOffer(small(3))).isFalse();
        assertThat(channel.flush()).isFalse();
        assertThat(channel.hasUnsent()).isTrue();
        assertThat(channel.flush()).isTrue();
        assertThat(channel.hasUnsent()).isFalse();

        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1)));
        assertThat(channel.flush()).isTrue();
        assertThatAnyThreadMayWrite();
    }

    // ---- tryOffer

    @Test
    void frameIsTriedWhereTheConnectionTakesNothing() throws IOException {
        sink.hasRoom(0);
        Frame.Outgoing frame = small(1);

        assertThat(channel.tryOffer(frame)).isFalse();
        assertThat(frame.hasBegun()).isFalse();
        assertThat(channel.hasUnsent()).isFalse();

        assertThat(channel.tryOffer(frame)).isTrue();
        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1)));
        assertThatAnyThreadMayWrite();
    }

    @Test
    void frameIsTriedWhereTheConnectionTakesSomeOfIt() throws IOException {
        sink.hasRoom(5, 0);

        assertThat(channel.tryOffer(small(1))).isTrue();
        assertThat(channel.hasUnsent()).isTrue();

        assertThat(channel.poll(0)).isNull();
        assertThat(channel.hasUnsent()).isFalse();
        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1)));
        assertThatAnyThreadMayWrite();
    }

    @Test
    void frameIsTriedWhileAnotherThreadWrites() throws IOException {
        List<Boolean> tried = new ArrayList<>();
        sink.meanwhile = () -> {
            sink.meanwhile = () -> {};
            tried.add(elsewhere(() -> channel.tryOffer(small(2))));
        };

        channel.send(small(1));

        assertThat(tried).containsExactly(false);
        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1)));
        assertThatAnyThreadMayWrite();
    }

    // ---- send

    @Test
    void sendWritesAllAndWhatWasLeftBeforeIt() throws IOException {
        sink.hasRoom(5, 0, 3, 0, 8, 1, 0, 4); // the second frame finds room only behind the first
        assertThat(channel.offer(small(1))).isTrue();

        channel.send(small(2));

        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1), small(2)));
        assertThat(channel.hasUnsent()).isFalse();
        assertThatAnyThreadMayWrite();
    }

    @Test
    void largeFrameIsWrittenInSlices() throws IOException {
        byte[] payload = new byte[2 * FrameReader.CHUNK + 5];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (i >> 8);
        }
        sink.hasRoom(Frame.HEADER, 100, 0, 1_000);

        channel.send(new Frame(FrameType.RESULT, 1, payload));

        assertThat(sink.offered.stream().mapToInt(each -> each).max()).hasValue(FrameReader.CHUNK);
        byte[] taken = sink.taken.toByteArray();
        assertThat(ByteBuffer.wrap(taken, Frame.HEADER, taken.length - Frame.HEADER))
                .isEqualTo(ByteBuffer.wrap(payload));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptIsKeptWhileItIsSent(boolean interrupted) throws IOException {
        sink.hasRoom(5, 0, 2, 0);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }

        channel.send(small(1));

        assertThat(Thread.interrupted()).isEqualTo(interrupted);
        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptIsKeptWhereSendingFails(boolean interrupted) {
        sink.hasRoom(5, 0, -1);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }

        assertThatThrownBy(() -> channel.send(small(1))).hasMessage("for the test");

        assertThat(Thread.interrupted()).isEqualTo(interrupted);
    }

    @Test
    void whatMovesIsNotWaitedForWithASelector() throws IOException {
        fill();
        channel.spin(1);
        for (int i = 0; i < 20; i++) {
            sink.hasRoom(1_000, 0); // a selector would wait for ever, since nobody reads what the real connection has
        }

        channel.send(large());

        assertThat(sink.taken.size()).isEqualTo(bytes(large()).length);
    }

    private void fill() throws IOException {
        socket.configureBlocking(false);
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        while (socket.write(bytes.clear()) > 0) {
            // more
        }
    }

    // ---- failures

    @Test
    void frameThatFailsHalfWrittenIsWrittenToItsEnd() throws IOException {
        for (int way = 0; way < 3; way++) {
            sink.taken.reset();
            sink.hasRoom(5, -1);
            int tried = way;

            assertThatThrownBy(() -> write(tried, small(1))).hasMessage("for the test");

            assertThat(channel.hasUnsent()).isTrue();
            assertThatThereIsNoOther();
            channel.send(small(2));
            assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1), small(2)));
            assertThatAnyThreadMayWrite();
        }
    }

    private void assertThatThereIsNoOther() throws IOException {
        assertThat(channel.offer(small(3))).isFalse();
    }

    private void write(int way, Frame.Outgoing frame) throws IOException {
        switch (way) {
            case 0 -> channel.send(frame);
            case 1 -> assertThat(channel.offer(frame)).isTrue();
            default -> assertThat(channel.tryOffer(frame)).isTrue();
        }
    }

    @Test
    void frameThatFailsBeforeItHasBegunIsGone() throws IOException {
        for (int way = 0; way < 3; way++) {
            sink.hasRoom(-1);
            int tried = way;

            assertThatThrownBy(() -> write(tried, small(1))).hasMessage("for the test");

            assertThat(channel.hasUnsent()).isFalse();
            assertThatAnyThreadMayWrite();
        }
    }

    @Test
    void frameBehindOneThatFailsIsGone() throws IOException {
        sink.hasRoom(5, 0, -1);
        assertThat(channel.offer(small(1))).isTrue();

        assertThatThrownBy(() -> channel.send(small(2))).hasMessage("for the test");

        assertThat(channel.flush()).isTrue();
        assertThat(sink.taken.toByteArray()).isEqualTo(bytes(small(1)));
    }

    // ---- the end

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void senderThatWaitsFailsWhenTheChannelIsClosed(boolean quietly) throws Exception {
        fill();
        channel.spin(1);
        sink.hasRoom(5);
        for (int i = 0; i < 1_000; i++) {
            sink.hasRoom(0);
        }
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread sender = new Thread(() -> {
            try {
                channel.send(small(1));
            } catch (IOException e) {
                ended.complete(e);
            }
        });
        sender.start();
        await().pollInterval(Duration.ofMillis(1)).until(() -> waitsInSelect(sender));

        if (quietly) {
            channel.closeQuietly();
        } else {
            channel.close();
        }

        assertThat(ended.get()).isInstanceOf(ClosedChannelException.class);
        sender.join();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> elsewhere(() -> {
                    channel.send(small(2));
                    return true;
                }))
                .hasCauseInstanceOf(ClosedChannelException.class);
    }

    private static boolean waitsInSelect(Thread thread) {
        for (StackTraceElement each : thread.getStackTrace()) {
            if (each.getMethodName().equals("select")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void channelIsThatOfItsSocketAndOpenUntilItIsClosed() throws IOException {
        assertThat(channel.channel()).isSameAs(socket);
        assertThat(channel.isOpen()).isTrue();

        channel.close();

        assertThat(channel.isOpen()).isFalse();
        assertThat(socket.isOpen()).isFalse();
        channel.closeQuietly();
    }
}
