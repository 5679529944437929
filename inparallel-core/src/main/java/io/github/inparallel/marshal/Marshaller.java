package io.github.inparallel.marshal;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    private final Format format;
    private final int maxPayload;
    private final Consumer<MapperBuilder<?, ?>> customizer;
    private volatile boolean needed; // set once
    private volatile @Nullable ObjectMapper mapper; // by whoever comes first, under the lock of this

    /**
     * @param maxPayload most bytes of one argument list or result
     * @param customizer adds the user's modules; {@link #UNCHANGED} if there are none
     */
    public Marshaller(Format format, int maxPayload, Consumer<MapperBuilder<?, ?>> customizer) {
        this.format = format;
        this.maxPayload = maxPayload;
        this.customizer = customizer;
    }

    /** Makes what is otherwise made with the first value: in the application not before its start is over. */
    public void prepare() {
        mapper();
    }

    /** Whether it is made. */
    public boolean isPrepared() {
        return mapper != null;
    }

    /** Whether a method is known whose values cannot be written without it. */
    public boolean isNeeded() {
        return needed;
    }

    void willBeNeeded() {
        needed = true;
    }

    ObjectMapper mapper() {
        ObjectMapper made = mapper;
        return made != null ? made : made();
    }

    private synchronized ObjectMapper made() {
        ObjectMapper made = mapper;
        if (made == null) {
            made = Mappers.create(format, maxPayload, customizer);
            mapper = made;
        }
        return made;
    }

    /** Whether {@link PlainValues} are to do where they can; a module of the user's may have its own view of a string. */
    boolean sparesMapper() {
        return format == Format.CBOR && customizer == UNCHANGED;
    }

    int maxPayload() {
        return maxPayload;
    }
}
