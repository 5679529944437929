package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends of a real socket. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FrameChannelTests {

    private static final int MAX_PAYLOAD = 1 << 20;

    @TempDir
    private Path folder;

    private SocketChannel raw;
    private FrameChannel channel;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
            raw = SocketChannel.open(StandardProtocolFamily.UNIX);
            raw.connect(server.getLocalAddress());
            channel = new FrameChannel(server.accept(), MAX_PAYLOAD);
        }
    }

    @AfterEach
    void close() throws IOException {
        raw.close();
        channel.close();
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            raw.write(buffer);
        }
    }

    private static byte[] bytes(int length, byte type, int payload) {
        return ByteBuffer.allocate(Frame.HEADER + payload)
                .putInt(length)
                .put(type)
                .putLong(7)
                .array();
    }

    private static byte ping() {
        return (byte) FrameType.PING.ordinal();
    }

    @Test
    void frameThatDribblesInIsWhole() throws IOException {
        byte[] frame = bytes(Frame.HEADER - 4 + 3, ping(), 3);
        for (int i = 0; i < frame.length - 1; i++) {
            write(new byte[] {frame[i]});
            assertThat(channel.poll()).isNull();
        }
        write(new byte[] {9});

        Frame received = channel.receive();

        assertThat(received.type()).isEqualTo(FrameType.PING);
        assertThat(received.taskId()).isEqualTo(7);
        assertThat(received.payload()).containsExactly(0, 0, 9);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Integer.MIN_VALUE, Integer.MAX_VALUE, MAX_PAYLOAD + 100})
    void lengthThatIsNotAllowedIsRefused(int length) throws IOException {
        write(bytes(length, ping(), 0));

        assertThatThrownBy(() -> channel.receive()).isInstanceOf(ProtocolException.class);
    }

    @Test
    void unknownTypeIsRefused() throws IOException {
        write(bytes(Frame.HEADER - 4, (byte) 99, 0));

        assertThatThrownBy(() -> channel.receive()).isInstanceOf(ProtocolException.class);
    }

    @Test
    void endWithinAFrameIsSaid() throws IOException {
        write(Arrays.copyOf(bytes(Frame.HEADER - 4, ping(), 0), 5));
        raw.close();

        assertThatThrownBy(() -> channel.receive())
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("within");
    }

    @Test
    void largeFramesGoBothWaysAtOnce() throws Exception {
        FrameChannel other = new FrameChannel(raw, MAX_PAYLOAD);
        byte[] payload = new byte[MAX_PAYLOAD];
        new Random(1).nextBytes(payload);
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 3; i++) {
                    other.send(new Frame(FrameType.RESULT, i, payload));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        for (int i = 0; i < 3; i++) {
            Frame frame = channel.receive();
            assertThat(frame.taskId()).isEqualTo(i);
            assertThat(frame.payload()).isEqualTo(payload);
        }
        sent.get();
        other.close();
    }

    @Test
    void anAttachmentComesApartFromThePayload() throws Exception {
        FrameChannel other = FrameChannel.trusting(raw);
        byte[] attachment = new byte[MAX_PAYLOAD - 100];
        new Random(1).nextBytes(attachment);
        Frame frame = new Frame(FrameType.RESULT, 1, new byte[] {1, 2, 3}, attachment);
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                other.send(frame);
                other.send(new Frame(FrameType.RESULT, 2, new byte[0], new byte[0]));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        Frame received = channel.receive();
        Frame empty = channel.receive();

        assertThat(received.payload()).containsExactly(1, 2, 3);
        assertThat(received.attachment()).isEqualTo(attachment);
        assertThat(received.size()).isEqualTo(attachment.length + 3);
        assertThat(empty.attachment()).isEmpty();
        sent.get();
        other.close();
    }

    @Test
    void aPayloadLongerThanItsFrameIsRefused() throws Exception {
        write(ByteBuffer.allocate(Frame.HEADER + 4 + 10)
                .putInt(Frame.HEADER - 4 + 4 + 10)
                .put((byte) (FrameType.RESULT.ordinal() | Frame.ATTACHED))
                .putLong(1)
                .putInt(11)
                .array());

        assertThatThrownBy(() -> channel.receive()).isInstanceOf(ProtocolException.class);
    }

    @Test
    void offerNeverWaitsAndReceivingSendsTheRest() throws Exception {
        FrameChannel other = new FrameChannel(raw, MAX_PAYLOAD);
        byte[] payload = new byte[MAX_PAYLOAD];
        Frame frame = new Frame(FrameType.RESULT, 1, payload);

        assertThat(channel.offer(frame.encode())).isTrue();
        assertThat(channel.hasUnsent()).isTrue();
        CompletableFuture<Frame> echo = CompletableFuture.supplyAsync(() -> {
            try {
                Frame received = other.receive();
                other.send(Frame.of(FrameType.PONG, received.taskId()));
                return received;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        assertThat(channel.receive().type()).isEqualTo(FrameType.PONG);
        assertThat(echo.get().payload()).isEqualTo(payload);
        assertThat(channel.hasUnsent()).isFalse();
        other.close();
    }

    @Test
    void closeWakesTheReceiver() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread receiver = new Thread(() -> {
            try {
                channel.receive();
            } catch (IOException e) {
                ended.complete(e);
            }
        });
        receiver.start();
        await().until(() -> receiver.getState() == Thread.State.RUNNABLE);

        channel.close();

        assertThat(ended.get()).isInstanceOf(IOException.class);
        receiver.join();
    }
}
