package io.github.inparallel.marshal;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Values of fields that are not simple, by the type that the field declares and the rules of arguments and results. A
 * class of its own, so that a worker whose exceptions have none loads nothing of it.
 */
final class MappedFields {

    /** Longest value. */
    static final int LARGEST = 1 << 20;

    private static final Marshaller WHOLE = new Marshaller(Marshaller.Format.CBOR, LARGEST, Marshaller.UNCHANGED);
    private static final Marshaller SERIAL = WHOLE.withoutTransients();

    private MappedFields() {}

    /** @param isSerial whether what Java's serialization leaves out is left out */
    static byte[] write(Object value, Type declared, boolean isSerial) {
        return (isSerial ? SERIAL : WHOLE).write(declared, value);
    }

    static @Nullable Object read(byte[] bytes, Type declared, ClassLoader loader, boolean isSerial) {
        return (isSerial ? SERIAL : WHOLE).read(declared, bytes, loader);
    }
}
