package io.github.inparallel.pool;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link SimulatedWorker}. It never waits. */
final class SimulatedConnection {

    private static final int HEADER = 13;

    private final SocketChannel socket;
    private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
    private ByteBuffer frame = ByteBuffer.allocate(HEADER); // that is being read
    private boolean begun; // its length is known
    private final ByteBuffer ahead; // what has been read and not used

    /** @param readsAhead as a real worker does; one that does not leaves more to be lost when it ends */
    SimulatedConnection(String path, boolean readsAhead) throws IOException {
        ahead = ByteBuffer.allocate(readsAhead ? 16 * 1024 : 0).limit(0);
        socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        socket.connect(UnixDomainSocketAddress.of(path));
        socket.configureBlocking(false);
    }

    void send(Frame toSend) throws IOException {
        send(toSend.encode());
    }

    void send(Frame.Outgoing toSend) throws IOException {
        for (ByteBuffer each : new ByteBuffer[] {toSend.first(), toSend.body(), toSend.attachment()}) {
            if (each != null) {
                unsent.add(each);
            }
        }
        flush();
    }

    /** The beginning of something, never all of it. */
    void sendPart(Frame.Outgoing toSend, int bytes) throws IOException {
        ByteBuffer first = toSend.first();
        unsent.add(first.limit(Math.min(first.limit() - 1, bytes)));
        flush();
    }

    /** Writes what goes at once; returns whether that is all there is. */
    boolean flush() throws IOException {
        for (ByteBuffer next = unsent.peek(); next != null; next = unsent.peek()) {
            while (next.hasRemaining()) {
                if (socket.write(next) == 0) {
                    return false;
                }
            }
            unsent.remove();
        }
        return true;
    }

    /** The next frame, if it is there as a whole. */
    @Nullable
    Frame receive() throws IOException {
        while (frame.hasRemaining()) {
            int count = read();
            if (count < 0) {
                throw new EOFException();
            }
            if (count == 0) {
                return null;
            }
            if (!frame.hasRemaining() && !begun) {
                begun = true;
                frame = ByteBuffer.allocate(4 + frame.getInt(0)).put(frame.flip());
            }
        }
        Frame received = new Frame(
                FrameType.values()[frame.get(4) & 0x7f],
                frame.getLong(5),
                Arrays.copyOfRange(frame.array(), HEADER, frame.capacity()));
        frame = ByteBuffer.allocate(HEADER);
        begun = false;
        return received;
    }

    private int read() throws IOException {
        if (ahead.capacity() == 0) {
            return socket.read(frame);
        }
        if (!ahead.hasRemaining()) {
            int count = socket.read(ahead.clear());
            ahead.flip();
            if (count <= 0) {
                return count;
            }
        }
        int count = Math.min(ahead.remaining(), frame.remaining());
        frame.put(ahead.slice(ahead.position(), count));
        ahead.position(ahead.position() + count);
        return count;
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
