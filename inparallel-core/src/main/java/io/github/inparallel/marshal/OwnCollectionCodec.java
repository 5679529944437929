package io.github.inparallel.marshal;

import java.lang.reflect.Constructor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/**
 * Classes that extend a collection or map of the JDK: an array of their own fields, then of their elements. They are made
 * by their constructor without arguments.
 */
final class OwnCollectionCodec extends Codec {

    private final JavaType type;
    private final ObjectCodec fields;
    private final Lazy key; // of maps
    private final Lazy element;
    private final boolean isMap;

    OwnCollectionCodec(JavaType type, Codecs codecs) {
        this.type = type;
        this.fields = new ObjectCodec(type, codecs);
        this.isMap = Map.class.isAssignableFrom(type.getRawClass());
        JavaType unknown = TypeFactory.unknownType();
        JavaType own = type.findSuperType(isMap ? Map.class : Collection.class);
        boolean isRaw = own == null || own.containedTypeCount() == 0;
        this.key = new Lazy(codecs, isRaw ? unknown : own.containedType(0));
        this.element = new Lazy(codecs, isRaw ? unknown : own.containedType(own.containedTypeCount() - 1));
    }

    /** Whether it is of this kind. */
    static boolean isFor(Class<?> raw) {
        Class<?> jdk = Refusal.firstOfJdk(raw);
        return jdk != null && jdk != raw && (CollectionKind.ofClass(jdk) != null || MapKind.ofClass(jdk) != null);
    }

    @Override
    boolean isShared() {
        return true;
    }

    @Override
    boolean mayBe(Object before) {
        return before.getClass() == type.getRawClass();
    }

    private static @Nullable Refusal refusal(Class<?> raw) {
        return Instances.withoutArguments(raw) == null
                ? new Refusal("it extends a collection and has no constructor without arguments", "Add one")
                : null;
    }

    @Override
    void write(ValueWriter out, Object value) {
        Refusal refusal = refusal(value.getClass());
        if (refusal != null) {
            throw refusal.failure();
        }
        checkKept(value);
        out.generator().writeStartArray();
        fields.write(out, value);
        if (isMap) {
            MapCodec.writeEntries(out, key.get(), element.get(), (Map<?, ?>) value);
        } else {
            Codec elements = element.get();
            CollectionCodec.writeElements(
                    out,
                    elements,
                    (Collection<?>) value,
                    Identity.isToBeChecked(out, elements) && value instanceof Set);
        }
        out.generator().writeEndArray();
    }

    /** Whether one that the constructor makes is like it. */
    private static void checkKept(Object value) {
        Object comparator = Lookup.comparator(value);
        Constructor<?> constructor = Instances.withoutArguments(value.getClass());
        if (comparator != null && constructor != null) {
            constructor.setAccessible(true);
            Object other = Lookup.comparator(Instances.make(constructor));
            if (!comparator.equals(other)) {
                throw ValueFailure.because("its comparator would be lost", "Pass a list, and sort it there");
            }
        }
        if (value instanceof Map<?, ?> map) {
            MapKind.checkDefaults(map);
        } else {
            CollectionKind.checkBound((Collection<?>) value);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // elements are of what it declares
    Object read(ValueReader in) {
        Constructor<?> constructor = Instances.withoutArguments(type.getRawClass());
        if (constructor == null) {
            throw ValueFailure.malformed("it cannot be made");
        }
        constructor.setAccessible(true);
        in.expect(JsonToken.START_ARRAY);
        Object made = in.made(Instances.make(constructor));
        in.next();
        // once more when the elements are there: adding them may change fields, and may need them
        Runnable again = fields.readFields(in, made);
        BooleanSupplier isKept;
        if (isMap) {
            AddedEntries map = new AddedEntries((Map<@Nullable Object, @Nullable Object>) made);
            map.clear();
            again.run();
            MapCodec.readEntries(in, key.get(), element.get(), map);
            isKept = map::areKept;
        } else {
            AddedElements collection = new AddedElements((Collection<@Nullable Object>) made);
            collection.clear();
            again.run();
            CollectionCodec.readInto(in, element.get(), collection, !(made instanceof List));
            isKept = collection::areKept;
        }
        finish(again, isKept);
        if (in.hasIdentities()) {
            in.check(() -> finish(again, isKept));
        }
        return made;
    }

    private static void finish(Runnable fields, BooleanSupplier isKept) {
        fields.run();
        if (!isKept.getAsBoolean()) {
            throw ValueFailure.because(
                    "it makes something else of what is added to it",
                    "Pass a collection of the JDK with the same elements");
        }
    }
}
