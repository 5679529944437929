package io.github.inparallel.cluster;

import io.github.inparallel.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a message, of one array or of many that follow each other. Nothing is allocated that has not arrived:
 * each length is checked against the bytes that are left.
 */
final class WireReader {

    private static final char REPLACEMENT = '\ufffd';

    private final ByteBuffer[] parts; // what is left of each
    private final boolean owned; // a field that is a whole array need not be copied
    private final long missing; // bytes that follow these parts, but are not here
    private int part; // that is read
    private long left; // bytes, here and missing
    private long fieldLeft; // bytes that were left where the last field of bytes begins
    private int fieldLength; // of that one

    /** @param parts neither of them is changed */
    WireReader(ByteBuffer... parts) {
        this(false, 0, parts);
    }

    private WireReader(boolean owned, long missing, ByteBuffer... parts) {
        this.owned = owned;
        this.missing = missing;
        this.parts = new ByteBuffer[parts.length];
        left = missing;
        for (int i = 0; i < parts.length; i++) {
            this.parts[i] = parts[i].duplicate();
            left += parts[i].remaining();
        }
    }

    /** @param parts from now on they belong to what is read */
    static WireReader of(byte[]... parts) {
        return new WireReader(
                true, 0, Arrays.stream(parts).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new));
    }

    /** Of what begins with these bytes; the rest of it is not here yet. */
    static WireReader ofStart(ByteBuffer bytes, long size) {
        return new WireReader(false, size - bytes.remaining(), bytes);
    }

    /** Reads an item of a list or a map. */
    interface Item<T> {
        T read(WireReader in) throws ProtocolException;
    }

    int octet() throws ProtocolException {
        if (left == missing) {
            throw new ProtocolException("it ends too early");
        }
        left--;
        return piece().get() & 0xff;
    }

    boolean flag() throws ProtocolException {
        int octet = octet();
        if (octet > 1) {
            throw new ProtocolException("neither yes nor no: " + octet);
        }
        return octet == 1;
    }

    /** @throws ProtocolException also if it is below 0 */
    long number() throws ProtocolException {
        long number = bits();
        if (number < 0) {
            throw new ProtocolException("number " + number + " (expected: not below 0)");
        }
        return number;
    }

    int number(int most) throws ProtocolException {
        long number = number();
        if (number > most) {
            throw new ProtocolException("number " + number + " (expected: at most " + most + ")");
        }
        return (int) number;
    }

    long signed() throws ProtocolException {
        long bits = bits();
        return (bits >>> 1) ^ -(bits & 1);
    }

    int signedInt() throws ProtocolException {
        long number = signed();
        if (number != (int) number) {
            throw new ProtocolException("number " + number + " (expected: of 32 bits)");
        }
        return (int) number;
    }

    private long bits() throws ProtocolException {
        long bits = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            bits |= (long) (octet & 0x7f) << shift;
            if (octet < 0x80) {
                if (shift == 63 && octet > 1) {
                    break;
                }
                return bits;
            }
        }
        throw new ProtocolException("number of more than 64 bits");
    }

    double fraction() throws ProtocolException {
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = bits << 8 | octet();
        }
        return Double.longBitsToDouble(bits);
    }

    byte[] bytes() throws ProtocolException {
        return bytes(length());
    }

    private byte[] bytes(int length) {
        if (owned && length > 0 && isArray(piece(), length)) {
            left -= length;
            return parts[part++].array();
        }
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < bytes.length) {
            ByteBuffer piece = piece();
            int count = Math.min(piece.remaining(), bytes.length - done);
            piece.get(bytes, done, count);
            done += count;
        }
        left -= length;
        return bytes;
    }

    private static boolean isArray(ByteBuffer piece, int length) {
        return piece.arrayOffset() + piece.position() == 0
                && piece.remaining() == length
                && piece.array().length == length;
    }

    /** As {@link #bytes()}, but what is in one array is not copied. */
    ByteBuffer slice() throws ProtocolException {
        int length = length();
        if (length == 0) {
            return ByteBuffer.allocate(0);
        }
        ByteBuffer piece = piece();
        if (piece.remaining() < length) {
            return ByteBuffer.wrap(bytes(length));
        }
        ByteBuffer slice = piece.slice(piece.position(), length);
        piece.position(piece.position() + length);
        left -= length;
        return slice;
    }

    private int length() throws ProtocolException {
        long length = number();
        if (length > left || length > Integer.MAX_VALUE - 8) {
            throw new ProtocolException("field of " + length + " bytes, " + left + " there");
        }
        fieldLeft = left;
        fieldLength = (int) length;
        if (length > left - missing) {
            throw new ProtocolException("field of " + length + " bytes, " + (left - missing) + " here");
        }
        return (int) length;
    }

    /** How many bytes were left where the last field of bytes begins that has been read, if only in part. */
    long fieldLeft() {
        return fieldLeft;
    }

    /** How long that field is. */
    int fieldLength() {
        return fieldLength;
    }

    byte @Nullable [] bytesOrNull() throws ProtocolException {
        return flag() ? bytes() : null;
    }

    /** @throws ProtocolException also if it is no UTF-8: what we write always is */
    String text() throws ProtocolException {
        byte[] bytes = bytes();
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw new ProtocolException("text of " + bytes.length + " bytes that is no UTF-8");
        }
        return text;
    }

    @Nullable
    String textOrNull() throws ProtocolException {
        return flag() ? text() : null;
    }

    <E extends Enum<E>> E constant(Class<E> type) throws ProtocolException {
        String name = text();
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw new ProtocolException("unknown " + type.getSimpleName());
    }

    <T> List<T> list(int most, Item<T> item) throws ProtocolException {
        int count = number(most);
        List<T> list = new ArrayList<>(Math.min(count, 16));
        for (int i = 0; i < count; i++) {
            list.add(item.read(this));
        }
        return list;
    }

    <T> Map<String, T> map(int most, Item<T> value) throws ProtocolException {
        int count = number(most);
        Map<String, T> map = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            map.put(text(), value.read(this));
        }
        return map;
    }

    void end() throws ProtocolException {
        if (left > 0) {
            throw new ProtocolException(left + " bytes mean nothing");
        }
    }

    /** The part in which there is more. */
    private ByteBuffer piece() {
        while (!parts[part].hasRemaining()) {
            part++;
        }
        return parts[part];
    }
}
