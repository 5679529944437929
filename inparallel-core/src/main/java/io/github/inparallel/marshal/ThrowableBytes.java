package io.github.inparallel.marshal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How texts and counts of exceptions are written. Texts arrive to the letter, half surrogate pairs too. */
final class ThrowableBytes {

    private static final int NULL = -1;

    private ThrowableBytes() {}

    /** Writes parts one after another. */
    interface Part {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] write(Part part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            part.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalStateException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    /** Its length in bytes doubled, one more if they are UTF-16: UTF-8 would lose half a pair. */
    static void text(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(NULL);
            return;
        }
        boolean wide = PlainValues.hasHalfPair(text);
        byte[] bytes = text.getBytes(wide ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8);
        if (wide) {
            bytes = new byte[2 * text.length()]; // the encoder would replace it as well
            ByteBuffer.wrap(bytes).asCharBuffer().put(text);
        }
        out.writeInt(bytes.length << 1 | (wide ? 1 : 0));
        out.write(bytes);
    }

    static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** @throws BufferUnderflowException if it is longer than what is left */
    static @Nullable String text(ByteBuffer in) {
        int header = in.getInt();
        if (header == NULL) {
            return null;
        }
        byte[] bytes = bytes(in, header >>> 1);
        return (header & 1) == 0
                ? new String(bytes, StandardCharsets.UTF_8)
                : ByteBuffer.wrap(bytes).asCharBuffer().toString();
    }

    /** One that must be there. */
    static String name(ByteBuffer in) {
        String text = text(in);
        if (text == null) {
            throw new BufferUnderflowException();
        }
        return text;
    }

    static byte[] bytes(ByteBuffer in) {
        return bytes(in, in.getInt());
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** How many follow, each of at least so many bytes: nothing is made for more than there can be. */
    static int count(ByteBuffer in, int most, int size) {
        int count = in.getInt();
        if (count < 0 || count > most || (long) count * size > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return count;
    }
}
