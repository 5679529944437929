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

    private static final Marshaller MARSHALLER = new Marshaller(Marshaller.Format.CBOR, LARGEST, Marshaller.UNCHANGED);

    private MappedFields() {}

    static byte[] write(Object value, Type declared) {
        return MARSHALLER.write(declared, value);
    }

    static @Nullable Object read(byte[] bytes, Type declared, ClassLoader loader) {
        return MARSHALLER.read(declared, bytes, loader);
    }
}
