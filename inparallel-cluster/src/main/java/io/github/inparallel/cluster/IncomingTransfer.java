package io.github.inparallel.cluster;

import io.github.inparallel.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * A long message on its way from a peer, in chunks that may overtake each other. They are put together as they come: each by
 * itself would be moved by every garbage collection until the last is here. Thread-safe.
 */
final class IncomingTransfer {

    /** Chunks in one array: about 4 MiB. */
    static final int TOGETHER = 128;

    private final long size;
    private final int chunks;
    private final byte[][] arrays; // each is made when its first chunk comes; guarded by this
    private final BitSet here = new BitSet(); // chunks; guarded by this
    private int count; // of those that are here; guarded by this

    /** @param size what was agreed to */
    IncomingTransfer(long size) {
        this.size = size;
        chunks = OutgoingTransfer.count(size);
        arrays = new byte[(chunks + TOGETHER - 1) / TOGETHER][];
    }

    /**
     * Takes a chunk.
     *
     * @return how many are here; 0 if it was here before
     */
    synchronized int add(int index, ByteBuffer bytes) throws ProtocolException {
        if (index >= chunks) {
            throw new ProtocolException("chunk " + index + " of " + chunks);
        }
        long start = (long) index * OutgoingTransfer.CHUNK;
        long expected = Math.min(OutgoingTransfer.CHUNK, size - start);
        if (bytes.remaining() != expected) {
            throw new ProtocolException(
                    "chunk " + index + " of " + bytes.remaining() + " bytes (expected: " + expected + ")");
        }
        if (here.get(index)) {
            return 0;
        }
        int array = index / TOGETHER;
        long arrayStart = (long) array * TOGETHER * OutgoingTransfer.CHUNK;
        if (arrays[array] == null) {
            arrays[array] = new byte[(int) Math.min(TOGETHER * OutgoingTransfer.CHUNK, size - arrayStart)];
        }
        bytes.get(bytes.position(), arrays[array], (int) (start - arrayStart), bytes.remaining());
        here.set(index);
        return ++count;
    }

    boolean isWhole(int count) {
        return count == chunks;
    }

    /** Returns the message; only if it is whole. */
    synchronized Message message() throws ProtocolException {
        return MessageCodec.decode(arrays);
    }

    /** Bytes that are not here yet. */
    synchronized long left() {
        return Math.max(0, size - (long) count * OutgoingTransfer.CHUNK);
    }
}
