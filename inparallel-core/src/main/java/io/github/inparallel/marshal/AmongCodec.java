package io.github.inparallel.marshal;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Where a type of the JDK is declared that says little, such as {@code Object} or {@code Number}: what is of a closed
 * table of the JDK's own values says which it is; anything else is refused.
 */
final class AmongCodec extends Codec {

    private static final String COLLECTION = "Collection";
    private static final String MAP = "Map";
    private static final String STRINGS = "String[]";
    private static final String OBJECTS = "Object[]";
    private static final String INSTEAD = "Declare its class, or the sealed or abstract type of your own that it has";

    private final Class<?> declared;
    private final Codecs codecs;

    AmongCodec(Class<?> declared, Codecs codecs) {
        this.declared = declared;
        this.codecs = codecs;
    }

    @Override
    void write(ValueWriter out, Object value) {
        if (value instanceof String text && !PlainValues.hasHalfPair(text)) {
            out.generator().writeString(text);
            return;
        }
        String name;
        Codec codec;
        Scalar<?> scalar = Scalars.of(value.getClass());
        if (scalar != null) {
            name = scalar.name();
            codec = scalar;
        } else {
            name = value instanceof Collection
                    ? COLLECTION
                    : value instanceof Map
                            ? MAP
                            : value.getClass() == String[].class
                                    ? STRINGS
                                    : value.getClass() == Object[].class ? OBJECTS : "";
            codec = named(name);
            if (codec == null || !Types.isJdk(value.getClass())) {
                throw ValueFailure.of(value, declared, "its class would be lost", INSTEAD);
            }
        }
        out.generator().writeStartArray();
        out.generator().writeString(name);
        out.write(codec, value);
        out.generator().writeEndArray();
    }

    private @Nullable Codec named(String name) {
        Class<?> type = switch (name) {
            case COLLECTION -> Collection.class;
            case MAP -> Map.class;
            case STRINGS -> String[].class;
            case OBJECTS -> Object[].class;
            default -> null;
        };
        return type == null ? Scalars.named(name) : codecs.of(codecs.type(type));
    }

    @Override
    Object read(ValueReader in) {
        Object value;
        if (in.parser().currentToken() == JsonToken.VALUE_STRING) {
            value = Scalars.string(in);
        } else {
            Codec codec = named(Scalars.first(in, Scalars::string));
            if (codec == null) {
                throw ValueFailure.malformed("no class of the table");
            }
            value = in.readNext(codec);
            in.nextIs(JsonToken.END_ARRAY);
        }
        if (!declared.isInstance(value)) {
            throw ValueFailure.malformed("no " + declared.getSimpleName());
        }
        return value;
    }
}
