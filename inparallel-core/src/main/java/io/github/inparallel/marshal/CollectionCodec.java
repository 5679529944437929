package io.github.inparallel.marshal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
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
    boolean mayBe(Object before) {
        return type.getRawClass().isInstance(before);
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
        Codec elements = element.get();
        writeElements(out, elements, collection, Identity.isToBeChecked(out, elements) && collection instanceof Set);
        out.generator().writeEndArray();
    }

    /** @param isToBeChecked whether they are found by what they are equal to, which may be their identities */
    static void writeElements(ValueWriter out, Codec element, Iterable<?> elements, boolean isToBeChecked) {
        int index = 0;
        try {
            for (Object each : elements) {
                if (isToBeChecked) {
                    out.writeFound(element, each);
                } else {
                    out.write(element, each);
                }
                index++;
            }
        } catch (Throwable e) {
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
            int count = readElements(in, element.get(), elements);
            Collection<?> made = kind.of(elements, elementClass);
            ValueFailure wrong = wrongSize(made, count);
            if (wrong != null) {
                throw wrong;
            }
            return made;
        }
        Object seen = in.made(kind.seen(filling));
        readInto(in, element.get(), filling, kind.dependsOnElements());
        return seen;
    }

    /** @param byElements whether elements go where their hash codes or their order say */
    static void readInto(ValueReader in, Codec element, Collection<@Nullable Object> filling, boolean byElements) {
        if (!byElements || !in.hasIdentities()) {
            boolean isCopied = filling instanceof CopyOnWriteArrayList; // with each that is added
            Collection<@Nullable Object> into = isCopied ? new ArrayList<>() : filling;
            int count = readElements(in, element, into);
            if (isCopied) {
                filling.addAll(into);
            }
            ValueFailure wrong = wrongSize(filling, count);
            if (wrong != null) {
                throw wrong;
            }
            return;
        }
        int before = in.begin();
        List<@Nullable Object> elements = new ArrayList<>();
        readElements(in, element, elements);
        in.fill(in.end(before), () -> {
            filling.clear();
            filling.addAll(elements);
            return wrongSize(filling, elements.size());
        });
    }

    private static @Nullable ValueFailure wrongSize(Collection<?> filled, int count) {
        return filled.size() == count
                ? null
                : ValueFailure.because(
                        "two of its elements are equal there",
                        "Do elements change after they are added, or lack equals?");
    }

    /** @return how many there were */
    static int readElements(ValueReader in, Codec element, Collection<@Nullable Object> into) {
        int index = 0;
        try {
            while (in.next() != JsonToken.END_ARRAY) {
                into.add(in.read(element));
                index++;
            }
        } catch (Throwable e) {
            throw ValueFailure.at("[" + index + "]", e);
        }
        return index;
    }
}
