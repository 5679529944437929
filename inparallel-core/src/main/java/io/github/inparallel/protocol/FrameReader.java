package io.github.inparallel.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames. Several small frames are taken from the stream at a time; large ones are read to
 * where they stay. From a side that is not trusted nothing is allocated from an announced length: memory grows as bytes
 * come. Used by one thread at a time, but for the longest payload.
 */
final class FrameReader {

    static final int CHUNK = 256 * 1024;

    private static final int READ_AHEAD = 16 * 1024;
    private static final int GROWTH = 16;

    private final ReadableByteChannel source;
    private final boolean trusted;
    private volatile int maxPayload;
    private volatile IntConsumer beforeLarge = length -> {};
    private final ByteBuffer ahead = ByteBuffer.allocate(READ_AHEAD).limit(0); // what has been read and not used
    private FrameType type = FrameType.HELLO;
    private long taskId;
    private @Nullable Part payload; // of the frame that is being read; null before its header has come
    private @Nullable Part attachment;
    private long taken; // bytes of large frames

    /** @param source gives no bytes, rather than wait, where there are none */
    FrameReader(ReadableByteChannel source, int maxPayload) {
        this(source, maxPayload, false);
    }

    FrameReader(ReadableByteChannel source, int maxPayload, boolean trusted) {
        this.source = source;
        this.maxPayload = maxPayload;
        this.trusted = trusted;
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
        Part body = payload;
        if (body == null) {
            body = begin();
            if (body == null) {
                return null;
            }
            payload = body;
        }
        Part rest = attachment;
        if (!fill(body) || rest != null && !fill(rest)) {
            return null;
        }
        payload = null;
        attachment = null;
        return new Frame(type, taskId, body.bytes, rest == null ? null : rest.bytes);
    }

    /** Reads the next frame's header; null if it has not come. */
    private @Nullable Part begin() throws IOException {
        if (!has(Frame.HEADER)) {
            return null;
        }
        int announced = ahead.getInt(ahead.position());
        int code = ahead.get(ahead.position() + 4);
        boolean attached = (code & Frame.ATTACHED) != 0;
        // In long, so that nothing announced can overflow into what is allowed.
        long length = (long) announced - (Frame.HEADER - 4);
        if (length < (attached ? 4 : 0) || length > maxPayload) {
            throw new ProtocolException("frame of " + announced + " bytes");
        }
        type = FrameType.of(code & ~Frame.ATTACHED & 0xff);
        if (attached && !has(Frame.HEADER + 4)) {
            return null;
        }
        ahead.position(ahead.position() + 5);
        taskId = ahead.getLong();
        if (length > TaskRequest.LARGE) {
            beforeLarge.accept((int) length);
        }
        if (!attached) {
            return new Part((int) length, trusted);
        }
        int first = ahead.getInt();
        if (first < 0 || first > length - 4) {
            throw new ProtocolException("payload of " + first + " bytes in a frame of " + announced);
        }
        attachment = new Part((int) length - 4 - first, trusted);
        return new Part(first, trusted);
    }

    /** Whether the next frame has begun to arrive. */
    boolean hasBegun() {
        return payload != null || ahead.hasRemaining();
    }

    /** How many bytes of large frames have been read. */
    long taken() {
        return taken;
    }

    /** Whether so many bytes are in the buffer, or can be had without waiting. */
    private boolean has(int count) throws IOException {
        while (ahead.remaining() < count) {
            ahead.compact();
            int read;
            try {
                read = source.read(ahead);
            } finally {
                ahead.flip();
            }
            if (isNothing(read)) {
                return false;
            }
        }
        return true;
    }

    private boolean fill(Part part) throws IOException {
        while (part.missing() > 0) {
            if (ahead.hasRemaining()) {
                part.take(ahead);
            } else if (part.missing() < READ_AHEAD) {
                if (!has(1)) {
                    return false;
                }
            } else {
                int count = part.read(source);
                if (isNothing(count)) {
                    return false;
                }
                taken += count;
            }
        }
        return true;
    }

    private boolean isNothing(int count) throws EOFException {
        if (count < 0) {
            throw new EOFException(hasBegun() ? "connection ended within a frame" : "connection ended");
        }
        return count == 0;
    }

    /** A piece of a frame that grows to its announced length. */
    private static final class Part {
        private final int length;
        private byte[] bytes;
        private int filled;

        Part(int length, boolean trusted) {
            this.length = length;
            this.bytes = new byte[trusted ? length : Math.min(length, CHUNK)];
        }

        int missing() {
            return length - filled;
        }

        /** Takes what there is room for. */
        void take(ByteBuffer source) {
            grow();
            int count = Math.min(source.remaining(), bytes.length - filled);
            source.get(bytes, filled, count);
            filled += count;
        }

        int read(ReadableByteChannel source) throws IOException {
            grow();
            int count = source.read(ByteBuffer.wrap(bytes, filled, Math.min(bytes.length - filled, CHUNK)));
            filled += Math.max(count, 0);
            return count;
        }

        private void grow() {
            if (filled == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, (long) GROWTH * bytes.length));
            }
        }
    }
}
