package io.github.inparallel.marshal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;

/** Collections: a number that says what they arrive as, then the elements. */
final class CollectionCodec extends Codec {

    private final JavaType type;
    private final Class<?> elementClass;
    private final Lazy element;

    CollectionCodec(JavaType type, JavaType elementType, Codecs codecs) {
        this.type = type;
        this.elementClass = elementType.getRawClass();
        this.element = new Lazy(codecs, elementType);
    }

    @Override
    boolean isShared() {
        return true;
    }

    @Override
    void write(ValueWriter out, Object value) {
        Collection<?> collection = (Collection<?>) value;
        CollectionKind kind = CollectionKind.of(collection, elementClass, out.hasIdentities());
        if (!type.getRawClass().isAssignableFrom(kind.type())) {
            throw ValueFailure.of(
                    value, type, "its class cannot be kept", "Pass a " + TypeText.of(type.getRawClass()) + " itself");
        }
        out.generator().writeStartArray();
        out.generator().writeNumber(kind.ordinal());
        writeElements(out, element.get(), collection);
        out.generator().writeEndArray();
    }

    static void writeElements(ValueWriter out, Codec element, Iterable<?> elements) {
        int index = 0;
        try {
            for (Object each : elements) {
                out.write(element, each);
                index++;
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw ValueFailure.at("[" + index + "]", e);
        }
    }

    @Override
    Object read(ValueReader in) {
        in.expect(JsonToken.START_ARRAY);
        in.next();
        CollectionKind kind = CollectionKind.numbered(Scalars.integer(in));
        if (!type.getRawClass().isAssignableFrom(kind.type())) {
            throw ValueFailure.malformed("a collection of another kind");
        }
        Collection<Object> filling = kind.empty();
        if (filling == null) {
            List<@Nullable Object> elements = new ArrayList<>();
            readElements(in, element.get(), elements);
            return kind.of(elements, elementClass);
        }
        Object seen = in.made(kind.seen(filling));
        if (kind.dependsOnElements() && in.hasIdentities()) {
            List<@Nullable Object> elements = new ArrayList<>();
            readElements(in, element.get(), elements);
            in.later(() -> fill(filling, elements));
        } else {
            int count = readElements(in, element.get(), filling);
            checkSize(filling, count);
        }
        return seen;
    }

    static void fill(Collection<@Nullable Object> filling, List<@Nullable Object> elements) {
        filling.addAll(elements);
        checkSize(filling, elements.size());
    }

    static void checkSize(Collection<?> filled, int count) {
        if (filled.size() != count) {
            throw ValueFailure.because(
                    "two of its elements are equal there", "Do elements change after they are added, or lack equals?");
        }
    }

    /** @return how many there were */
    static int readElements(ValueReader in, Codec element, Collection<@Nullable Object> into) {
        int index = 0;
        try {
            while (in.next() != JsonToken.END_ARRAY) {
                into.add(in.read(element));
                index++;
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw ValueFailure.at("[" + index + "]", e);
        }
        return index;
    }
}
