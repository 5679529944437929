package io.github.inparallel.marshal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Strings, arrays of bytes and the primitive types as bytes, without a mapper: for most calls that is all, and a mapper is
 * the larger part of what a plain worker loads at its start and of what encoding a small call costs. Each value says what
 * it is. Stateless.
 */
final class PlainValues {

    private static final byte MARK = (byte) 0xFE; // nothing that a mapper writes begins with it

    private static final byte NULL = 0;
    private static final byte FALSE = 1;
    private static final byte TRUE = 2;
    private static final byte BYTE = 3;
    private static final byte SHORT = 4;
    private static final byte CHAR = 5;
    private static final byte INT = 6;
    private static final byte LONG = 7;
    private static final byte FLOAT = 8;
    private static final byte DOUBLE = 9;
    private static final byte STRING = 10; // in UTF-8
    private static final byte BYTES = 11;
    private static final byte BESIDE = 12; // the attachment

    private static final int LARGEST_PRIMITIVE = 1 + 8;

    private static final Set<Class<?>> TYPES = Set.of(
            String.class,
            byte[].class,
            boolean.class,
            Boolean.class,
            byte.class,
            Byte.class,
            short.class,
            Short.class,
            char.class,
            Character.class,
            int.class,
            Integer.class,
            long.class,
            Long.class,
            float.class,
            Float.class,
            double.class,
            Double.class,
            void.class,
            Void.class);

    private PlainValues() {}

    /** Whether all values of this type can be written here. */
    static boolean isPlain(Class<?> type) {
        return TYPES.contains(type);
    }

    /** Whether these bytes were written here. */
    static boolean isPlain(byte[] bytes, int offset) {
        return offset < bytes.length && bytes[offset] == MARK;
    }

    /**
     * Writes values.
     *
     * @param attachment the one that crosses beside the others
     * @return null if one of them cannot be written here: a string with half a surrogate pair
     */
    static byte @Nullable [] write(@Nullable Object[] values, byte @Nullable [] attachment) {
        byte[][] texts = new byte[values.length][];
        int size = 1;
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof String text) {
                if (hasHalfPair(text)) {
                    return null;
                }
                byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
                texts[i] = encoded;
                size += 1 + 4 + encoded.length;
            } else if (values[i] instanceof byte[] bytes) {
                size += bytes == attachment ? 1 : 1 + 4 + bytes.length;
            } else {
                size += LARGEST_PRIMITIVE;
            }
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(MARK);
        for (int i = 0; i < values.length; i++) {
            write(out, values[i], texts[i], attachment);
        }
        return out.position() == size ? out.array() : Arrays.copyOf(out.array(), out.position());
    }

    private static void write(
            ByteBuffer out, @Nullable Object value, byte @Nullable [] text, byte @Nullable [] attachment) {
        if (text != null) {
            out.put(STRING).putInt(text.length).put(text);
        } else if (value == null) {
            out.put(NULL);
        } else if (value == attachment) {
            out.put(BESIDE);
        } else if (value instanceof byte[] bytes) {
            out.put(BYTES).putInt(bytes.length).put(bytes);
        } else if (value instanceof Boolean flag) {
            out.put(flag ? TRUE : FALSE);
        } else if (value instanceof Integer number) {
            out.put(INT).putInt(number);
        } else if (value instanceof Long number) {
            out.put(LONG).putLong(number);
        } else if (value instanceof Double number) {
            out.put(DOUBLE).putDouble(number);
        } else if (value instanceof Float number) {
            out.put(FLOAT).putFloat(number);
        } else if (value instanceof Character character) {
            out.put(CHAR).putChar(character);
        } else if (value instanceof Short number) {
            out.put(SHORT).putShort(number);
        } else if (value instanceof Byte number) {
            out.put(BYTE).put(number);
        } else {
            throw new IllegalArgumentException(value.getClass() + " is not plain");
        }
    }

    /** A string that UTF-8 would change. */
    static boolean hasHalfPair(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (Character.isSurrogate(each)) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(each, text.charAt(i + 1));
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /**
     * Reads values that were written here.
     *
     * @throws IllegalArgumentException if they are not so many, or not well-formed
     */
    static @Nullable Object[] read(byte[] bytes, int offset, int length, int count, byte @Nullable [] attachment) {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset + 1, length - 1);
        @Nullable Object[] values = new Object[count];
        try {
            for (int i = 0; i < count; i++) {
                values[i] = read(in, attachment);
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends within a value", e);
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes too many");
        }
        return values;
    }

    private static @Nullable Object read(ByteBuffer in, byte @Nullable [] attachment) {
        byte kind = in.get();
        return switch (kind) {
            case NULL -> null;
            case FALSE -> false;
            case TRUE -> true;
            case BYTE -> in.get();
            case SHORT -> in.getShort();
            case CHAR -> in.getChar();
            case INT -> in.getInt();
            case LONG -> in.getLong();
            case FLOAT -> in.getFloat();
            case DOUBLE -> in.getDouble();
            case STRING -> text(in);
            case BYTES -> {
                byte[] bytes = new byte[length(in)];
                in.get(bytes);
                yield bytes;
            }
            case BESIDE -> {
                if (attachment == null) {
                    throw new IllegalArgumentException("there is nothing beside it");
                }
                yield attachment;
            }
            default -> throw new IllegalArgumentException("unknown kind of value " + kind);
        };
    }

    private static String text(ByteBuffer in) {
        int length = length(in);
        String text = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    /** Nothing is allocated for more than there is. */
    private static int length(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a value of " + length + " bytes where " + in.remaining() + " are left");
        }
        return length;
    }
}
