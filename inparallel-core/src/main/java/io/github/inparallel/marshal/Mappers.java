package io.github.inparallel.marshal;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import java.util.function.Consumer;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * Makes what Jackson gives: streams of tokens with limits, and a mapper for the types that say themselves how they are
 * written. A class of its own, so that a worker whose values are all plain loads nothing of this.
 */
final class Mappers {

    private static final int MAX_DEPTH = 500;
    private static final long MAX_TOKENS = 50_000_000;

    private Mappers() {}

    static TokenStreamFactory factory(Marshaller.Format format, int maxPayload) {
        StreamReadConstraints read = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxTokenCount(MAX_TOKENS)
                .maxStringLength(maxPayload)
                .build();
        StreamWriteConstraints write =
                StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build();
        return format == Marshaller.Format.CBOR
                ? CBORFactory.builder()
                        .streamReadConstraints(read)
                        .streamWriteConstraints(write)
                        .build()
                : JsonFactory.builder()
                        .streamReadConstraints(read)
                        .streamWriteConstraints(write)
                        .build();
    }

    static ObjectMapper mapper(TokenStreamFactory factory, Consumer<MapperBuilder<?, ?>> customizer, Codecs codecs) {
        MapperBuilder<?, ?> builder = factory instanceof CBORFactory cbor
                ? CBORMapper.builder(cbor)
                : JsonMapper.builder((JsonFactory) factory);
        configure(builder);
        builder.annotationIntrospector(new FieldIntrospector(codecs));
        JacksonModule kotlin = JacksonTypes.kotlin();
        if (kotlin != null) {
            builder.addModule(kotlin);
        }
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
        builder.configure(SerializationFeature.FAIL_ON_EMPTY_BEANS, false);
        builder.configure(SerializationFeature.WRITE_SELF_REFERENCES_AS_NULL, false);
        builder.configure(SerializationFeature.FLUSH_AFTER_WRITE_VALUE, false);
        builder.configure(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID, true);
        builder.configure(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, false);
    }
}
