package io.github.inparallel.marshal;

import java.lang.reflect.Constructor;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/**
 * Classes that extend a collection or map of the JDK: an array of their own fields, then of their elements. They are made
 * by their constructor without arguments, and filled past what they override.
 */
final class OwnCollectionCodec extends Codec {

    private final JavaType type;
    private final ObjectCodec fields;
    private final Lazy key; // of maps
    private final Lazy element;
    private final boolean isMap;
    private volatile @Nullable Inherited inherited; // made by whoever comes first, or twice

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

    @Override
    void write(ValueWriter out, Object value) {
        constructor(); // there has to be one
        checkKept(value);
        boolean holdsObjects =
                Identity.isToBeChecked(out, element.get()) || isMap && Identity.isToBeChecked(out, key.get());
        if (holdsObjects && fields.holdObjects()) {
            throw ValueFailure.ofIdentities(); // such as an index of its elements, or an order of its keys
        }
        out.generator().writeStartArray();
        fields.write(out, value);
        if (isMap) {
            MapCodec.writeEntries(out, key.get(), element.get(), inherited().entries(value));
        } else {
            Codec elements = element.get();
            CollectionCodec.writeElements(
                    out,
                    elements,
                    inherited().elements(value),
                    Identity.isToBeChecked(out, elements) && value instanceof Set);
        }
        out.generator().writeEndArray();
    }

    /** What is neither an element nor a field has to be as the constructor makes it. */
    private void checkKept(Object value) {
        if (!Lookup.isSorted(value) && !CollectionKind.mayBeBounded(value) && !(value instanceof Properties)) {
            return;
        }
        Object made = Instances.make(constructor());
        if (value instanceof Properties own) {
            inherited().entries(made).clear();
            MapKind.checkDefaults(own);
            MapKind.checkDefaults((Properties) made);
        }
        if (!Objects.equals(Lookup.comparator(value), Lookup.comparator(made))) {
            throw ValueFailure.because("its comparator would be lost", "Pass a list, and sort it there");
        }
        if (CollectionKind.mayBeBounded(value)
                && CollectionKind.capacity((BlockingQueue<?>) value)
                        != CollectionKind.capacity((BlockingQueue<?>) made)) {
            throw ValueFailure.because("a queue with another capacity would arrive without it", "Pass a list");
        }
    }

    private Constructor<?> constructor() {
        Constructor<?> constructor = Instances.withoutArguments(type.getRawClass());
        if (constructor == null) {
            throw ValueFailure.because("it extends a collection and has no constructor without arguments", "Add one");
        }
        constructor.setAccessible(true);
        return constructor;
    }

    private Inherited inherited() {
        Inherited known = inherited;
        if (known == null) {
            known = Inherited.by(type.getRawClass());
            inherited = known;
        }
        return known;
    }

    @Override
    Object read(ValueReader in) {
        in.expect(JsonToken.START_ARRAY);
        Object made = in.made(Instances.make(constructor()));
        empty(made);
        in.next();
        // once more when the elements are there: a LinkedHashMap asks whether the eldest is to go, and that may change
        // fields
        Runnable again = fields.readFields(in, made);
        if (isMap) {
            MapCodec.readEntries(in, key.get(), element.get(), inherited().entries(made));
        } else {
            CollectionCodec.readInto(in, element.get(), inherited().elements(made), goesByElements(made));
        }
        again.run();
        if (in.hasIdentities()) {
            in.check(again);
        }
        return fields.resolved(made);
    }

    /** Of what its constructor added. Not otherwise, and before it has its fields: clearing may call what it overrides. */
    private void empty(Object made) {
        if (isMap) {
            Map<@Nullable Object, @Nullable Object> entries = inherited().entries(made);
            if (entries.size() > 0) {
                entries.clear();
            }
        } else {
            Collection<@Nullable Object> elements = inherited().elements(made);
            if (elements.size() > 0) {
                elements.clear();
            }
        }
    }

    private static boolean goesByElements(Object made) {
        return made instanceof Set || made instanceof PriorityQueue || made instanceof PriorityBlockingQueue;
    }
}
