package io.github.inparallel.marshal;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * How values are written: what is passed is what arrives, by constructor and field. What would be lost on the way is an
 * error instead. Both sides make theirs from the same settings. Thread-safe.
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
    public static final Consumer<MapperBuilder<?, ?>> UNCHANGED = builder -> {};

    private static final int MAX_DEPTH = 500;
    private static final long MAX_TOKENS = 50_000_000;

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

    private ObjectMapper build() {
        StreamReadConstraints read = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxTokenCount(MAX_TOKENS)
                .maxStringLength(maxPayload)
                .build();
        StreamWriteConstraints write =
                StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build();
        MapperBuilder<?, ?> builder = format == Format.CBOR
                ? CBORMapper.builder(CBORFactory.builder()
                        .streamReadConstraints(read)
                        .streamWriteConstraints(write)
                        .build())
                : JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(read)
                        .streamWriteConstraints(write)
                        .build());
        configure(builder);
        customizer.accept(builder);
        return builder.build();
    }

    private static void configure(MapperBuilder<?, ?> builder) {
        builder.changeDefaultVisibility(visibility -> visibility
                .withVisibility(PropertyAccessor.FIELD, Visibility.ANY)
                .withVisibility(PropertyAccessor.GETTER, Visibility.NONE)
                .withVisibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
                .withVisibility(PropertyAccessor.SETTER, Visibility.NONE));
        builder.configure(MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS, true);
        builder.configure(MapperFeature.USE_GETTERS_AS_SETTERS, false);
        builder.configure(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, false);
        builder.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true);
        builder.configure(SerializationFeature.FAIL_ON_EMPTY_BEANS, true);
        builder.configure(SerializationFeature.FAIL_ON_SELF_REFERENCES, true);
        builder.configure(SerializationFeature.WRITE_SELF_REFERENCES_AS_NULL, false);
        builder.configure(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID, true);
        builder.configure(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, false);
    }

    ObjectMapper mapper() {
        ObjectMapper made = mapper;
        return made != null ? made : made();
    }

    private synchronized ObjectMapper made() {
        ObjectMapper made = mapper;
        if (made == null) {
            made = build();
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
