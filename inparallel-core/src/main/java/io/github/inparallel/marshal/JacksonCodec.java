package io.github.inparallel.marshal;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/** Values that a mapper writes. What they have of their own comes back to our codecs. */
final class JacksonCodec extends Codec {

    private static final Object WRITER = ValueWriter.class;
    private static final Object READER = ValueReader.class;

    private final JavaType type;
    private final JacksonTypes types;
    private volatile @Nullable ObjectWriter writer; // made by whoever comes first, or twice
    private volatile @Nullable ObjectReader reader; // likewise

    JacksonCodec(JavaType type, JacksonTypes types) {
        this.type = type;
        this.types = types;
    }

    @Override
    void write(ValueWriter out, Object value) {
        ObjectWriter known = writer;
        if (known == null) {
            known = types.mapper().writerFor(type);
            writer = known;
        }
        if (!out.enter(value)) {
            throw ValueFailure.because(
                    "a cycle leads through a class that says by annotations how it is made and written",
                    "Leave the creator out: then it is made first, and its fields are set");
        }
        known.withAttribute(WRITER, out).writeValue(out.generator(), value);
        out.leave(value);
    }

    @Override
    Object read(ValueReader in) {
        ObjectReader known = reader;
        if (known == null) {
            // one of several values in a row: what follows it is the next one
            known = types.mapper().readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
            reader = known;
        }
        int fillings = in.fillings();
        int before = in.begin();
        Given given = new Given();
        Given outer = in.given(given);
        Object value = known.withAttribute(READER, in).readValue(in.parser());
        in.given(outer);
        if (in.fillings() > fillings) {
            throw ValueFailure.because(
                    "a cycle leads back into a set or map that its creator was given, and may have copied",
                    "Leave the creator out: then it is made first, and its fields are set");
        }
        if (!type.getRawClass().isInstance(value)) {
            throw ValueFailure.malformed("no " + type.getRawClass().getSimpleName());
        }
        if (in.end(before)) {
            given.check(value);
        } else {
            in.check(() -> given.check(value));
        }
        return value;
    }

    /** Members of what a mapper writes, by our rules again. */
    static final class Writing extends ValueSerializer<Object> {
        private final Lazy codec;

        Writing(Lazy codec) {
            this.codec = codec;
        }

        @Override
        public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
            ((ValueWriter) context.getAttribute(WRITER)).write(codec.get(), value);
        }

        @Override
        public void serializeWithType(
                Object value, JsonGenerator generator, SerializationContext context, TypeSerializer types) {
            serialize(value, generator, context);
        }
    }

    /** And back. */
    static final class Reading extends ValueDeserializer<Object> {
        private final Lazy codec;
        private final String name;
        private final Class<?> type;

        /** @param name of the property */
        Reading(Lazy codec, String name, Class<?> type) {
            this.codec = codec;
            this.name = name;
            this.type = type;
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
            ValueReader in = (ValueReader) context.getAttribute(READER);
            JsonParser before = in.parser(parser);
            try {
                Object value = in.read(codec.get());
                in.given().add(name, type, value);
                return value;
            } finally {
                in.parser(before);
            }
        }

        @Override
        public @Nullable Object deserializeWithType(
                JsonParser parser, DeserializationContext context, TypeDeserializer types) {
            return deserialize(parser, context);
        }
    }
}
