package io.github.inparallel.marshal;

import io.github.inparallel.MarshallingException;
import java.lang.reflect.Type;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperBuilder;

/**
 * How the values of a pool are written. Both sides make theirs from the same settings. Thread-safe.
 */
public final class Marshaller {

    /** How values are encoded. */
    public enum Format {
        /** Compact and binary. */
        CBOR,
        /** Readable, for debugging. */
        JSON
    }

    /** Adds nothing. With it, values that need no mapper are written without one. */
    public static final Consumer<MapperBuilder<?, ?>> UNCHANGED = new Consumer<>() {
        @Override
        public void accept(MapperBuilder<?, ?> builder) {
            // no lambda: linking it would load what is only loaded where there is a mapper
        }
    };

    /** What is not counted: so that an array of just max-payload bytes passes. */
    public static final int OVERHEAD = 64;

    private final Format format;
    private final int maxPayload;
    private final Consumer<MapperBuilder<?, ?>> customizer;
    private final boolean isSerial; // whether transient fields are left out
    private volatile boolean needed; // set once
    private volatile @Nullable Values values; // by whoever comes first, under the lock of this

    /**
     * @param maxPayload most bytes of one argument list or result
     * @param customizer adds the user's modules; {@link #UNCHANGED} if there are none
     */
    public Marshaller(Format format, int maxPayload, Consumer<MapperBuilder<?, ?>> customizer) {
        this(format, maxPayload, customizer, false);
    }

    private Marshaller(Format format, int maxPayload, Consumer<MapperBuilder<?, ?>> customizer, boolean isSerial) {
        this.format = format;
        this.maxPayload = maxPayload;
        this.customizer = customizer;
        this.isSerial = isSerial;
    }

    /** One that writes no transient fields, and asks objects what they write in their place, as Java's serialization does. */
    Marshaller withoutTransients() {
        return new Marshaller(format, maxPayload, customizer, true);
    }

    /** Makes what is otherwise made with the first value: in the application not before its start is over. */
    public void prepare() {
        values();
    }

    /** Whether it is made. */
    public boolean isPrepared() {
        return values != null;
    }

    /** Whether a method is known whose values cannot be written without it. */
    public boolean isNeeded() {
        return needed;
    }

    void willBeNeeded() {
        needed = true;
    }

    /**
     * Writes one value by the rules of arguments and results.
     *
     * @param declared its generic type, which has to be known to read it
     * @throws MarshallingException if it cannot cross
     */
    public byte[] write(Type declared, @Nullable Object value) {
        try {
            Codec codec = values().codecs().of(values().codecs().type(declared));
            return values().write(out -> out.write(codec, value));
        } catch (ValueFailure failure) {
            throw failed(declared, "cross", failure);
        }
    }

    /**
     * Reads one value that was written so.
     *
     * @param loader finds the classes of subclasses that it names
     * @throws MarshallingException if the bytes are no such value
     */
    public @Nullable Object read(Type declared, byte[] bytes, ClassLoader loader) {
        try {
            Codec codec = values().codecs().of(values().codecs().type(declared));
            @Nullable
            Object[] read =
                    values().read(bytes, 0, bytes.length, loader, in -> new @Nullable Object[] {in.readNext(codec)});
            return read[0];
        } catch (ValueFailure failure) {
            throw failed(declared, "be rebuilt", failure);
        }
    }

    private static MarshallingException failed(Type declared, String what, ValueFailure failure) {
        String type = TypeText.of(declared);
        return new MarshallingException(
                "A value of type " + type + " cannot " + what + ": " + failure.describe(type), failure.getCause());
    }

    Values values() {
        Values made = values;
        return made != null ? made : made();
    }

    private synchronized Values made() {
        Values made = values;
        if (made == null) {
            made = made(Mappers.factory(format, maxPayload));
            values = made;
        }
        return made;
    }

    private Values made(TokenStreamFactory factory) {
        JacksonTypes jackson =
                new JacksonTypes(customizer != UNCHANGED, codecs -> Mapped.by(factory, customizer, codecs));
        return new Values(factory, new Codecs(jackson, isSerial), format == Format.CBOR, (int)
                Math.min(Integer.MAX_VALUE - 8L, (long) maxPayload + OVERHEAD));
    }

    /** A class of its own: where there is no type for it, none of the mapper's classes is loaded. */
    private static final class Mapped {
        static ObjectMapper by(TokenStreamFactory factory, Consumer<MapperBuilder<?, ?>> customizer, Codecs codecs) {
            return Mappers.mapper(factory, customizer, codecs);
        }
    }

    /** Whether {@link PlainValues} are to do where they can; a module of the user's may have its own view of a string. */
    boolean sparesMapper() {
        return format == Format.CBOR && customizer == UNCHANGED;
    }

    boolean isCustomized() {
        return customizer != UNCHANGED;
    }

    int maxPayload() {
        return maxPayload;
    }
}
