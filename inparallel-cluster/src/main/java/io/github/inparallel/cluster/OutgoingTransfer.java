package io.github.inparallel.cluster;

import io.github.inparallel.protocol.ProtocolException;
import java.nio.ByteBuffer;

/**
 * A long message on its way to a peer: a few chunks at a time, the next when one has been acknowledged, so that what is
 * sent meanwhile never waits behind all of it. Thread-safe.
 */
final class OutgoingTransfer {

    /** Bytes of a chunk; with what is around it, it has 32 KiB at most: a short message waits behind those that are under way. */
    static final int CHUNK = 32 * 1024 - 64;

    /** Chunks that are under way at once. */
    static final int WINDOW = 4;

    private final Parts message;
    private final int chunks;
    private int next; // chunk to be sent; guarded by this
    private int acknowledged; // guarded by this

    OutgoingTransfer(Parts message) {
        this.message = message;
        chunks = count(message.size());
    }

    static int count(long size) {
        return Math.toIntExact((size + CHUNK - 1) / CHUNK);
    }

    /** Sends a chunk. */
    interface Sender {
        void send(int index, ByteBuffer bytes);
    }

    /**
     * The peer has so many chunks, or is ready for the first: sends those that may follow.
     *
     * @return whether it has all
     */
    boolean acknowledged(int count, Sender sender) throws ProtocolException {
        int from;
        int to;
        boolean all;
        synchronized (this) {
            if (count > next) {
                throw new ProtocolException("chunk " + count + " is acknowledged, " + next + " were sent");
            }
            acknowledged = Math.max(acknowledged, count);
            from = next;
            to = Math.min(acknowledged + WINDOW, chunks);
            next = to;
            all = acknowledged == chunks;
        }
        for (int i = from; i < to; i++) {
            long start = (long) i * CHUNK;
            sender.send(i, message.bytes(start, (int) Math.min(CHUNK, message.size() - start)));
        }
        return all;
    }

    /** Whether the last chunk is on its way. */
    synchronized boolean isSent() {
        return next == chunks;
    }

    /** Bytes that the peer does not have yet. */
    synchronized long left() {
        return Math.max(0, message.size() - (long) acknowledged * CHUNK);
    }
}
