package io.github.inparallel.cluster;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A message that is written, in one or more arrays, which nobody writes to any more.
 *
 * @param size bytes of all together
 */
record Parts(List<byte[]> parts, long size) {

    /** Whether it may be sent in one piece. */
    boolean isShort() {
        return size <= Transport.LONGEST_MESSAGE;
    }

    /** All of it in one array; only if it is short. */
    byte[] whole() {
        return parts.size() == 1 ? parts.get(0) : copy(0, (int) size);
    }

    /** Returns so many bytes of it, which are not copied if they lie in one array. */
    ByteBuffer bytes(long from, int count) {
        long start = 0; // of the part
        for (byte[] part : parts) {
            if (from >= start && from + count <= start + part.length) {
                return ByteBuffer.wrap(part, (int) (from - start), count);
            }
            start += part.length;
        }
        return ByteBuffer.wrap(copy(from, count));
    }

    /** Returns a copy of so many bytes of it. */
    byte[] copy(long from, int count) {
        byte[] copy = new byte[count];
        int done = 0;
        long start = 0; // of the part
        for (byte[] part : parts) {
            int at = (int) Math.min(Math.max(from + done - start, 0), part.length);
            int piece = Math.min(part.length - at, count - done);
            System.arraycopy(part, at, copy, done, piece);
            done += piece;
            start += part.length;
        }
        return copy;
    }
}
