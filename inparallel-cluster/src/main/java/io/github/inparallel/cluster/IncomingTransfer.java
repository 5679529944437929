package io.github.inparallel.cluster;

import io.github.inparallel.cluster.MessageCodec.LongField;
import io.github.inparallel.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A long message on its way from a peer, in chunks that may overtake each other. They are put together as they come: each by
 * itself would be moved by every garbage collection until the last is here. The field for which the message is long comes into
 * an array of its own, and is not copied again: where it is can be told from the first chunk. Thread-safe.
 */
final class IncomingTransfer {

    /** Most bytes of an array with anything else than that field. */
    static final int TOGETHER = 128 * OutgoingTransfer.CHUNK;

    private final long size;
    private final int chunks;
    private final BitSet here = new BitSet(); // chunks; guarded by this
    private int count; // of those that are here; guarded by this
    private long @Nullable [] starts; // of the arrays, and the size; known since the first chunk came; guarded by this
    private byte[][] arrays = {}; // each is made when the first byte of it comes; guarded by this

    /** @param size what was agreed to */
    IncomingTransfer(long size) {
        this.size = size;
        chunks = OutgoingTransfer.count(size);
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
        put(start, bytes.duplicate(), starts(index, bytes));
        here.set(index);
        return ++count;
    }

    private void put(long start, ByteBuffer bytes, long[] starts) {
        int found = Arrays.binarySearch(starts, start);
        for (int array = found < 0 ? -found - 2 : found; bytes.hasRemaining(); array++) {
            if (arrays[array] == null) {
                arrays[array] = new byte[(int) (starts[array + 1] - starts[array])];
            }
            int at = (int) Math.max(0, start - starts[array]);
            bytes.get(arrays[array], at, Math.min(bytes.remaining(), arrays[array].length - at));
        }
    }

    /** Where the arrays begin; where the last one ends. A first chunk that was overtaken tells nothing any more. */
    private long[] starts(int index, ByteBuffer bytes) {
        long[] known = starts;
        if (known != null) {
            return known;
        }
        LongStream.Builder all = LongStream.builder();
        LongField field = index == 0 ? MessageCodec.longField(bytes, size) : null;
        long next = 0;
        if (field != null) {
            all.add(0); // there is something before every field
            all.add(field.at());
            next = field.at() + (long) field.length();
        }
        for (; next < size; next += TOGETHER) {
            all.add(next);
        }
        long[] made = all.add(size).build().toArray();
        arrays = new byte[made.length - 1][];
        starts = made;
        return made;
    }

    boolean isWhole(int count) {
        return count == chunks;
    }

    /** Returns the message, which takes the arrays; only once, and only if it is whole. */
    synchronized Message message() throws ProtocolException {
        byte[][] its = arrays;
        arrays = new byte[0][]; // they are the message's now
        return MessageCodec.decode(its);
    }

    /** What it is put together in; for tests. */
    synchronized List<byte[]> arrays() {
        return List.of(arrays);
    }

    /** Bytes that are not here yet. */
    synchronized long left() {
        return Math.max(0, size - (long) count * OutgoingTransfer.CHUNK);
    }
}
