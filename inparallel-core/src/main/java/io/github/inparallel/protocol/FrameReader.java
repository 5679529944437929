package io.github.inparallel.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames. Nothing is allocated from an announced length: memory grows as bytes come. Confined
 * to the receiving thread, but for the longest payload.
 */
final class FrameReader {

    static final int CHUNK = 256 * 1024;

    private final ReadableByteChannel source;
    private volatile int maxPayload;
    private volatile IntConsumer beforeLarge = length -> {};
    private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER);
    private byte @Nullable [] payload;
    private int filled;

    /** @param source gives no bytes, rather than wait, where there are none */
    FrameReader(ReadableByteChannel source, int maxPayload) {
        this.source = source;
        this.maxPayload = maxPayload;
    }

    void maxPayload(int bytes) {
        maxPayload = bytes;
    }

    void beforeLarge(IntConsumer action) {
        beforeLarge = action;
    }

    /** Reads what is there, without waiting; null if that is not a whole frame yet. */
    @Nullable
    Frame poll() throws IOException {
        if (payload == null) {
            if (header.hasRemaining() && !fill(header)) {
                return null;
            }
            int length = length();
            if (length < 0 || length > maxPayload) {
                throw new ProtocolException("frame of " + header.getInt(0) + " bytes");
            }
            FrameType.of(header.get(4));
            if (length > TaskRequest.LARGE) {
                beforeLarge.accept(length);
            }
            payload = new byte[Math.min(length, CHUNK)];
            filled = 0;
        }
        int length = length();
        byte[] target = payload;
        while (filled < length) {
            if (filled == target.length) {
                target = Arrays.copyOf(target, (int) Math.min(length, 2L * target.length));
                payload = target;
            }
            int count = read(ByteBuffer.wrap(target, filled, Math.min(target.length - filled, CHUNK)));
            if (count == 0) {
                return null;
            }
            filled += count;
        }
        Frame frame = new Frame(FrameType.of(header.get(4)), header.getLong(5), target);
        payload = null;
        header.clear();
        return frame;
    }

    /** Of the payload. The subtraction cannot hide a negative number: it would be out of bounds too. */
    private int length() {
        return (int) Math.max(-1, (long) header.getInt(0) - (Frame.HEADER - 4));
    }

    /** Whether the next frame has begun to arrive. */
    boolean hasBegun() {
        return header.position() > 0;
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (read(buffer) == 0) {
                return false;
            }
        }
        return true;
    }

    private int read(ByteBuffer buffer) throws IOException {
        int count = source.read(buffer);
        if (count < 0) {
            throw new EOFException(hasBegun() ? "connection ended within a frame" : "connection ended");
        }
        return count;
    }
}
