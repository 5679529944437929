package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.pool.runtime.Log;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a member gives to JGroups: one message or several, and since which view the peer is one to which they go. The view comes
 * first, in eight bytes; where several follow they are inverted, and each message has its length before it.
 */
final class Envelope {

    private static final Log log = Log.of(Envelope.class);

    private Envelope() {}

    /** Hears what is in it. */
    interface Opener {

        void take(long since, ByteBuffer message);
    }

    static byte[] of(long since, byte[] message) {
        return ByteBuffer.allocate(Long.BYTES + message.length)
                .putLong(since)
                .put(message)
                .array();
    }

    static byte[] of(long since, List<byte[]> messages) {
        if (messages.size() == 1) {
            return of(since, messages.get(0));
        }
        int size = Long.BYTES;
        for (byte[] message : messages) {
            size += Integer.BYTES + message.length;
        }
        ByteBuffer envelope = ByteBuffer.allocate(size).putLong(~since);
        for (byte[] message : messages) {
            envelope.putInt(message.length).put(message);
        }
        return envelope.array();
    }

    /** Takes the messages out, in order. What is cut off is taken for one message, which whoever reads it finds malformed. */
    static void open(ByteBuffer envelope, Opener opener) {
        if (envelope.remaining() < Long.BYTES) {
            return;
        }
        long since = envelope.getLong();
        if (since >= 0) {
            opener.take(since, envelope.slice());
            return;
        }
        while (envelope.hasRemaining()) {
            int length = envelope.remaining() < Integer.BYTES ? -1 : envelope.getInt();
            if (length < 0 || length > envelope.remaining()) {
                opener.take(~since, envelope.slice());
                return;
            }
            int start = envelope.position();
            envelope.position(start + length);
            try {
                opener.take(~since, envelope.slice(start, length));
            } catch (Throwable e) { // there is no memory for this one, perhaps; others are in it
                log.error("A message of another member could not be heard", e);
            }
        }
    }
}
