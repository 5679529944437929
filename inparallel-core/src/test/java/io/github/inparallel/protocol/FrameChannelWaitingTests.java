package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a channel waits for frames, and what ends a wait. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FrameChannelWaitingTests {

    private static final long LONG = TimeUnit.SECONDS.toMillis(20);

    /** So late that whoever asks before has to wait; so that a wait is seen to be one. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

    @TempDir
    private Path folder;

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
            channel = new FrameChannel(socket, 1_000);
        }
    }

    @AfterEach
    void close() throws IOException {
        other.close();
        channel.close();
    }

    private void arrives(long task) {
        arrive(Frame.of(FrameType.PING, task));
    }

    private void arrive(Frame frame) {
        try {
            ByteBuffer bytes = frame.encode().first();
            while (bytes.hasRemaining()) {
                other.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertThatItIs(long task, @Nullable Frame frame) {
        assertThat(Objects.requireNonNull(frame).taskId()).isEqualTo(task);
    }

    // ---- waiting

    @Test
    void whatIsThereNeedsNoWait() throws IOException {
        assertThat(channel.poll()).isNull();
        assertThat(channel.poll(0)).isNull();
        arrives(1);
        arrives(2);
        arrives(3);

        assertThatItIs(1, channel.poll());
        assertThatItIs(2, channel.poll(0));
        assertThatItIs(3, channel.poll(Long.MAX_VALUE));
        assertThat(channel.poll(0)).isNull();
    }

    @Test
    void whatComesInTimeIsWaitedFor() throws IOException {
        LATER.execute(() -> arrives(1));
        assertThatItIs(1, channel.poll(LONG));

        LATER.execute(() -> arrives(2));
        assertThatItIs(2, channel.receive());
    }

    @Test
    void waitEndsWithItsTimeEvenWithinAFrame() throws IOException {
        assertThat(channel.poll(5)).isNull();
        channel.spin(1);
        other.write(Frame.of(FrameType.PING, 1).encode().first().limit(5));

        assertThat(channel.poll(5)).isNull();

        assertThat(channel.hasBegun()).isTrue();
    }

    @Test
    void frameHasBegunUntilItHasCome() throws IOException {
        ByteBuffer frame = Frame.of(FrameType.PING, 1).encode().first();
        assertThat(channel.hasBegun()).isFalse();

        other.write(frame.limit(5));
        assertThat(channel.poll()).isNull();
        assertThat(channel.hasBegun()).isTrue();

        other.write(frame.limit(frame.capacity()));
        assertThatItIs(1, channel.poll());
        assertThat(channel.hasBegun()).isFalse();
    }

    @Test
    void interruptIsKeptForLater() throws IOException {
        LATER.execute(() -> arrives(1));
        assertThatItIs(1, channel.poll(LONG));
        assertThat(Thread.interrupted()).isFalse();

        LATER.execute(() -> arrives(2));
        Thread.currentThread().interrupt();
        assertThatItIs(2, channel.poll(LONG));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptIsKeptHoweverTheWaitEnds() throws IOException {
        for (boolean interrupted : new boolean[] {false, true}) {
            interrupt(interrupted);
            assertThat(channel.poll(5)).isNull();
            assertThat(Thread.interrupted()).as("its time is over").isEqualTo(interrupted);

            LATER.execute(channel::wake);
            interrupt(interrupted);
            assertThat(channel.poll(LONG)).isNull();
            assertThat(Thread.interrupted()).as("it is woken").isEqualTo(interrupted);

            channel.spin(Duration.ofHours(1).toNanos());
            arrives(1);
            interrupt(interrupted);
            assertThatItIs(1, channel.poll(LONG));
            assertThat(Thread.interrupted()).as("it has not waited").isEqualTo(interrupted);
            channel.spin(0);
        }
        for (boolean interrupted : new boolean[] {true, false}) {
            LATER.execute(channel::end);
            interrupt(interrupted);
            assertThatThrownBy(() -> channel.poll(LONG)).isExactlyInstanceOf(EOFException.class);
            assertThat(Thread.interrupted()).as("it fails").isEqualTo(interrupted);
        }
    }

    private static void interrupt(boolean wanted) {
        if (wanted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what ends a wait

    @Test
    void whoIsWokenComesBackOnce() throws IOException {
        channel.wake();
        assertThat(channel.poll(LONG)).isNull();

        LATER.execute(channel::wake);
        assertThat(channel.poll(LONG)).isNull();

        LATER.execute(() -> arrives(1));
        assertThatItIs(1, channel.poll(LONG));
    }

    @Test
    void whatHasComeIsReceivedBeforeTheEnd() throws IOException {
        arrives(1);
        channel.end();

        assertThatItIs(1, channel.receive());
        assertThatThrownBy(channel::receive)
                .isExactlyInstanceOf(EOFException.class)
                .hasMessage("nothing can be sent any more");
    }

    @Test
    void endEndsAWait() {
        LATER.execute(channel::end);

        assertThatThrownBy(channel::receive).isExactlyInstanceOf(EOFException.class);
    }

    @Test
    void closeEndsAWait() {
        LATER.execute(channel::closeQuietly);

        assertThatThrownBy(channel::receive).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::receive).isInstanceOf(ClosedChannelException.class);
    }

    // ---- how much is received

    @Test
    void limitMayBeSetAnewAndLargePayloadsAreToldOf() throws IOException {
        List<Integer> told = new ArrayList<>();
        channel.beforeLarge(told::add);
        channel.maxPayload(1 << 21);
        int length = TaskRequest.LARGE + 1;
        other.write(Frame.encode(FrameType.RESULT, 1, new byte[0], new byte[length], null)
                .first());

        assertThat(channel.poll(0)).isNull();
        assertThat(told).containsExactly(length);
    }

    @Test
    void trustedSideMaySendWhatItLikes() throws IOException {
        FrameChannel trusting = FrameChannel.trusting(socket);
        arrive(new Frame(FrameType.RESULT, 1, new byte[2_000]));

        assertThat(trusting.receive().payload()).hasSize(2_000);
        trusting.close();
    }

    // ---- spinning

    /** Gives what each read is to give, then nothing; the selector hears nothing of it. */
    private static final class Unheard implements ReadableByteChannel {
        private final Deque<byte[]> gives = new ArrayDeque<>();
        private int reads;

        void gives(byte[] bytes) {
            gives.add(bytes);
        }

        void givesNothing(int times) {
            for (int i = 0; i < times; i++) {
                gives(new byte[0]);
            }
        }

        @Override
        public int read(ByteBuffer target) {
            reads++;
            byte[] bytes = gives.poll();
            if (bytes == null) {
                return 0;
            }
            int count = Math.min(bytes.length, target.remaining());
            target.put(bytes, 0, count);
            if (count < bytes.length) {
                gives.addFirst(Arrays.copyOfRange(bytes, count, bytes.length));
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

    /** Takes as much as is said at each write. */
    private static final class Narrow implements WritableByteChannel {
        private int room;
        private boolean takes;
        private int taken;

        @Override
        public int write(ByteBuffer bytes) {
            takes = !takes;
            int count = takes ? Math.min(room, bytes.remaining()) : 0;
            bytes.position(bytes.position() + count);
            taken += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private final Unheard source = new Unheard();
    private final Narrow sink = new Narrow();

    private FrameChannel spinning(long nanos) throws IOException {
        FrameChannel spinning = new FrameChannel(socket, new FrameReader(source, 1 << 20), sink);
        spinning.spin(nanos);
        return spinning;
    }

    private static byte[] ping() {
        return Frame.of(FrameType.PING, 1).encode().first().array();
    }

    /** How often a wait of no time looks. */
    private int looks(FrameChannel spinning) throws IOException {
        int before = source.reads;
        assertThat(spinning.poll(0)).isNull();
        return source.reads - before;
    }

    @Test
    void frameThatComesWhileItSpinsIsThere() throws IOException {
        FrameChannel spinning = spinning(Duration.ofHours(1).toNanos());
        source.givesNothing(100);
        source.gives(ping());

        assertThatItIs(1, spinning.poll(0));

        assertThat(source.reads).isEqualTo(101);
        spinning.close();
    }

    @Test
    void whoIsNotToSpinLooksOnce() throws IOException {
        FrameChannel spinning = spinning(0);

        assertThat(looks(spinning)).isEqualTo(1);
        spinning.close();
    }

    @Test
    void whoHasSpunInVainSpinsMoreRarely() throws IOException {
        FrameChannel spinning = spinning(1);

        for (int i = 0; i < 3; i++) {
            assertThat(looks(spinning)).isGreaterThan(1);
        }
        for (int i = 0; i < 8; i++) {
            assertThat(looks(spinning)).isEqualTo(1);
        }
        assertThat(looks(spinning)).isGreaterThan(1);
        spinning.close();
    }

    @Test
    void whoHasNotSpunInVainSpinsAsBefore() throws IOException {
        FrameChannel spinning = spinning(1);
        for (int round = 0; round < 3; round++) {
            assertThat(looks(spinning)).isGreaterThan(1);
            assertThat(looks(spinning)).isGreaterThan(1);
            source.gives(ping());
            assertThatItIs(1, spinning.poll(0));
        }
        spinning.close();
    }

    @Test
    void whoHasSomethingToWriteDoesNotSpin() throws IOException {
        FrameChannel spinning = spinning(Duration.ofHours(1).toNanos());
        assertThat(spinning.offer(Frame.encode(FrameType.RESULT, 1, new byte[0], new byte[Frame.SMALL + 1], null)))
                .isTrue();
        sink.room = Integer.MAX_VALUE;

        assertThat(spinning.poll(0)).isNull();

        assertThat(sink.taken).isEqualTo(Frame.HEADER + Frame.SMALL + 1);
        spinning.close();
    }

    // ---- large frames

    private static final int LARGE = 100_000;

    /** One that has waited in vain so often that it does not spin now. */
    private FrameChannel tired() throws IOException {
        FrameChannel spinning = spinning(1);
        for (int i = 0; i < 3; i++) {
            assertThat(looks(spinning)).isGreaterThan(1);
        }
        return spinning;
    }

    private void givesALargeFrameIn(int piece) {
        byte[] frame = Arrays.copyOf(
                Frame.encode(FrameType.RESULT, 1, new byte[0], new byte[LARGE], null)
                        .first()
                        .array(),
                Frame.HEADER + LARGE);
        source.gives(Arrays.copyOf(frame, 16 * 1024)); // as much as is read ahead
        for (int at = 16 * 1024; at < frame.length; at += piece) {
            source.givesNothing(1);
            source.gives(Arrays.copyOfRange(frame, at, Math.min(frame.length, at + piece)));
        }
    }

    @Test
    void frameThatMovesIsNotWaitedForWithASelector() throws IOException {
        FrameChannel spinning = tired();
        givesALargeFrameIn(20_000);

        assertThatItIs(1, spinning.poll(0));
        spinning.close();
    }

    @Test
    void frameThatMovesWhileAnotherIsWrittenIsNeither() throws IOException {
        FrameChannel spinning = tired();
        assertThat(spinning.offer(Frame.encode(FrameType.RESULT, 1, new byte[0], new byte[2 * LARGE], null)))
                .isTrue();
        sink.room = 20_000;
        givesALargeFrameIn(20_000);

        assertThatItIs(1, spinning.poll(0));

        assertThat(spinning.hasUnsent()).isTrue();
        assertThat(sink.taken).isBetween(50_000, LARGE);
        spinning.close();
    }

    @Test
    void frameThatDoesNotMoveIsWaitedForWithASelector() throws IOException {
        FrameChannel spinning = tired();
        source.gives(new byte[] {0});

        assertThat(looks(spinning)).isLessThan(5);
        spinning.close();
    }

    @Test
    void closedChannelIsNotWaitedFor() throws IOException {
        FrameChannel spinning = spinning(0);
        spinning.close();

        assertThatThrownBy(() -> spinning.poll(0)).isInstanceOf(ClosedChannelException.class);
    }
}
