package io.github.inparallel.marshal;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;

/** Arrays of objects. */
final class ArrayCodec extends Codec {

    private final JavaType type;
    private final Lazy element;

    ArrayCodec(JavaType type, Codecs codecs) {
        this.type = type;
        this.element = new Lazy(codecs, type.getContentType());
    }

    @Override
    boolean isShared() {
        return true;
    }

    @Override
    boolean mayBe(Object before) {
        return before.getClass() == type.getRawClass();
    }

    @Override
    void write(ValueWriter out, Object value) {
        if (value.getClass() != type.getRawClass()) {
            throw ValueFailure.of(
                    value, type, "it would arrive as a " + TypeText.of(type.getRawClass()), "Declare its class");
        }
        out.generator().writeStartArray();
        out.generator().writeNumber(Array.getLength(value));
        CollectionCodec.writeElements(out, element.get(), Arrays.asList((Object[]) value), false);
        out.generator().writeEndArray();
    }

    @Override
    Object read(ValueReader in) {
        in.expect(JsonToken.START_ARRAY);
        in.next();
        int length = Scalars.integer(in);
        Class<?> component = type.getContentType().getRawClass();
        if (!in.hasIdentities()) {
            List<@Nullable Object> elements = new ArrayList<>();
            CollectionCodec.readElements(in, element.get(), elements);
            return elements.toArray((Object[]) Array.newInstance(component, elements.size()));
        }
        // it has to be there before its elements, and is no larger than what is left to read
        if (length < 0 || length > in.mostElements()) {
            throw ValueFailure.malformed("an array of " + length);
        }
        Object[] array = in.made((Object[]) Array.newInstance(component, length));
        List<@Nullable Object> elements = new ArrayList<>();
        if (CollectionCodec.readElements(in, element.get(), elements) != length) {
            throw ValueFailure.malformed("an array of another length");
        }
        elements.toArray(array);
        return array;
    }
}
