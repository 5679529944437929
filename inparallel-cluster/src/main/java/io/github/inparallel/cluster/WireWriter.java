package io.github.inparallel.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes the fields of a message one after another. Large arrays are not copied: they must not change any more. */
final class WireWriter {

    private static final int APART = 64 * 1024; // bytes from which on an array is not copied

    private final List<byte[]> parts = new ArrayList<>(4);
    private long size; // of the parts
    private byte[] buffer;
    private int length; // of what the buffer has

    WireWriter(int expected) {
        buffer = new byte[expected];
    }

    WireWriter octet(int value) {
        room(1);
        buffer[length++] = (byte) value;
        return this;
    }

    WireWriter flag(boolean value) {
        return octet(value ? 1 : 0);
    }

    /** A number that is not below 0; small ones are short. */
    WireWriter number(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("number " + value + " (expected: not below 0)");
        }
        return bits(value);
    }

    WireWriter signed(long value) {
        return bits((value << 1) ^ (value >> 63));
    }

    private WireWriter bits(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[length++] = (byte) rest;
        return this;
    }

    WireWriter fraction(double value) {
        room(8);
        long bits = Double.doubleToLongBits(value);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (bits >>> shift);
        }
        return this;
    }

    WireWriter bytes(byte[] bytes) {
        number(bytes.length);
        if (bytes.length < APART) {
            room(bytes.length);
            System.arraycopy(bytes, 0, buffer, length, bytes.length);
            length += bytes.length;
        } else {
            endPart();
            append(bytes);
        }
        return this;
    }

    /** Writes what the buffer has left, and leaves it as it is. */
    WireWriter bytes(ByteBuffer bytes) {
        int count = bytes.remaining();
        number(count);
        room(count);
        bytes.get(bytes.position(), buffer, length, count);
        length += count;
        return this;
    }

    WireWriter bytesOrNull(byte @Nullable [] bytes) {
        flag(bytes != null);
        return bytes == null ? this : bytes(bytes);
    }

    WireWriter text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    WireWriter textOrNull(@Nullable String text) {
        flag(text != null);
        return text == null ? this : text(text);
    }

    /** The first of them. */
    <T> WireWriter list(List<T> items, int most, BiConsumer<WireWriter, T> item) {
        int count = Math.min(items.size(), most);
        number(count);
        for (T each : items.subList(0, count)) {
            item.accept(this, each);
        }
        return this;
    }

    <T> WireWriter map(Map<String, T> map, BiConsumer<WireWriter, T> value) {
        number(map.size());
        map.forEach((key, each) -> {
            text(key);
            value.accept(this, each);
        });
        return this;
    }

    Parts parts() {
        endPart();
        return new Parts(List.copyOf(parts), size);
    }

    private void room(int count) {
        if (buffer.length - length < count) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
        }
    }

    private void endPart() {
        if (length > 0) {
            append(length == buffer.length ? buffer : Arrays.copyOf(buffer, length));
            buffer = new byte[64];
            length = 0;
        }
    }

    private void append(byte[] part) {
        parts.add(part);
        size += part.length;
    }
}
