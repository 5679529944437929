package io.github.inparallel.cluster;

import io.github.inparallel.protocol.ProtocolException;

/** A long message on its way from a peer, in chunks that may overtake each other. Thread-safe. */
final class IncomingTransfer {

    private final long size;
    private final byte[][] chunks; // guarded by this
    private int count; // of those that are here; guarded by this

    /** @param size what was agreed to */
    IncomingTransfer(long size) {
        this.size = size;
        chunks = new byte[OutgoingTransfer.count(size)][];
    }

    /**
     * Takes a chunk.
     *
     * @return how many are here; 0 if it was here before
     */
    synchronized int add(int index, byte[] bytes) throws ProtocolException {
        if (index >= chunks.length) {
            throw new ProtocolException("chunk " + index + " of " + chunks.length);
        }
        long expected = Math.min(OutgoingTransfer.CHUNK, size - (long) index * OutgoingTransfer.CHUNK);
        if (bytes.length != expected) {
            throw new ProtocolException(
                    "chunk " + index + " of " + bytes.length + " bytes (expected: " + expected + ")");
        }
        if (chunks[index] != null) {
            return 0;
        }
        chunks[index] = bytes;
        return ++count;
    }

    boolean isWhole(int count) {
        return count == chunks.length;
    }

    /** Returns the message; only if it is whole. */
    synchronized Message message() throws ProtocolException {
        return MessageCodec.decode(chunks);
    }

    /** Bytes that are not here yet. */
    synchronized long left() {
        return Math.max(0, size - (long) count * OutgoingTransfer.CHUNK);
    }
}
