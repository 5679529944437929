package io.github.inparallel.marshal;

import static io.github.inparallel.marshal.FieldValues.ARRAY;
import static io.github.inparallel.marshal.FieldValues.CLASS;
import static io.github.inparallel.marshal.FieldValues.COLLECTION;
import static io.github.inparallel.marshal.FieldValues.DECIMAL;
import static io.github.inparallel.marshal.FieldValues.DEEPEST;
import static io.github.inparallel.marshal.FieldValues.ENUM;
import static io.github.inparallel.marshal.FieldValues.INTEGER;
import static io.github.inparallel.marshal.FieldValues.MAP;
import static io.github.inparallel.marshal.FieldValues.MAPPED;
import static io.github.inparallel.marshal.FieldValues.MOST_ITEMS;
import static io.github.inparallel.marshal.FieldValues.NULL;
import static io.github.inparallel.marshal.FieldValues.PLAIN;
import static io.github.inparallel.marshal.FieldValues.SERIAL;
import static io.github.inparallel.marshal.FieldValues.SNAPSHOT;
import static io.github.inparallel.marshal.FieldValues.TEXT;
import static io.github.inparallel.marshal.FieldValues.THROWABLE;
import static io.github.inparallel.marshal.FieldValues.raw;

import io.github.inparallel.MarshallingException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Writes values of fields of one exception. */
final class FieldWriter {

    /** How a collection or map arrives. */
    private record Kind(int tag, int number, Class<?> type) {}

    private final ToIntFunction<Throwable> others;
    private final Consumer<String> leftOut;

    /**
     * A writer.
     *
     * @param others the index of another exception; negative if it does not cross
     * @param leftOut is told what of a value does not cross
     */
    FieldWriter(ToIntFunction<Throwable> others, Consumer<String> leftOut) {
        this.others = others;
        this.leftOut = leftOut;
    }

    /** @throws RuntimeException if it does not cross */
    byte[] write(@Nullable Object value, Type declared) {
        Class<?> type = raw(declared);
        boolean[] simple = new boolean[1];
        byte[] bytes = null;
        if (value instanceof Enum<?> constant && type.isEnum()) {
            return ThrowableBytes.write(out -> {
                out.writeByte(ENUM);
                ThrowableBytes.text(out, constant.name());
            });
        }
        Kind kind = value == null ? null : kind(value);
        if (kind == null || type.isAssignableFrom(kind.type)) {
            bytes = ThrowableBytes.write(out -> simple[0] = writeSimple(out, value, 0));
        }
        return bytes != null && simple[0] ? bytes : mapped(Objects.requireNonNull(value), declared);
    }

    private byte[] mapped(Object value, Type declared) {
        byte[] whole;
        try {
            whole = MappedFields.write(value, declared, false);
        } catch (MarshallingException e) {
            byte[] serial = MappedFields.write(value, declared, true); // libraries write theirs for that
            leftOut.accept("'s transient fields");
            return mapped(SERIAL, serial);
        }
        return mapped(MAPPED, whole);
    }

    private static byte[] mapped(int kind, byte[] bytes) {
        return ThrowableBytes.write(out -> {
            out.writeByte(kind);
            ThrowableBytes.bytes(out, bytes);
        });
    }

    /** Whether all of it is simple. */
    private boolean writeSimple(DataOutputStream out, @Nullable Object value, int depth) throws IOException {
        if (value == null) {
            out.writeByte(NULL);
        } else if (value instanceof Snapshots.Kind kind) {
            out.writeByte(ENUM);
            ThrowableBytes.text(out, kind.name());
        } else if (value instanceof String text) {
            out.writeByte(TEXT);
            ThrowableBytes.text(out, text);
        } else if (PlainValues.isPlain(value.getClass())) {
            out.writeByte(PLAIN);
            ThrowableBytes.bytes(out, Objects.requireNonNull(PlainValues.write(new Object[] {value}, null)));
        } else if (value.getClass() == BigDecimal.class) {
            out.writeByte(DECIMAL);
            out.writeInt(((BigDecimal) value).scale());
            ThrowableBytes.bytes(out, ((BigDecimal) value).unscaledValue().toByteArray());
        } else if (value.getClass() == BigInteger.class) {
            out.writeByte(INTEGER);
            ThrowableBytes.bytes(out, ((BigInteger) value).toByteArray());
        } else if (value instanceof Class<?> type) {
            out.writeByte(CLASS);
            writeType(out, type);
        } else if (value instanceof Throwable other) {
            out.writeByte(THROWABLE);
            int index = others.applyAsInt(other);
            out.writeInt(index);
            return index >= 0;
        } else {
            return depth < DEEPEST && (writeItems(out, value, depth + 1) || writeSnapshot(out, value, depth + 1));
        }
        return true;
    }

    private static void writeType(DataOutputStream out, Class<?> type) throws IOException {
        Class<?> element = type;
        int dimensions = 0;
        for (; element.isArray(); element = element.getComponentType()) {
            dimensions++;
        }
        ThrowableBytes.text(out, element.getName());
        out.writeByte(dimensions);
    }

    private boolean writeItems(DataOutputStream out, Object value, int depth) throws IOException {
        boolean array = value.getClass().isArray();
        Kind kind = array ? null : kind(value);
        if (!array && kind == null) {
            return false;
        }
        Object[] items =
                array ? items(value) : value instanceof Map<?, ?> map ? both(map) : ((Collection<?>) value).toArray();
        if (items.length > MOST_ITEMS) {
            return false;
        }
        if (kind == null) {
            out.writeByte(ARRAY);
            writeType(out, value.getClass().getComponentType());
        } else {
            out.writeByte(kind.tag);
            out.writeByte(kind.number);
        }
        out.writeInt(items.length);
        for (Object item : items) {
            if (!writeSimple(out, item, depth)) {
                return false;
            }
        }
        return true;
    }

    /** What the methods of an interface tell that is known; what is not simple of it is left out. */
    private boolean writeSnapshot(DataOutputStream out, Object value, int depth) throws IOException {
        int type = Snapshots.typeOf(value.getClass());
        if (type < 0) {
            return false;
        }
        Map<String, @Nullable Object> told = Snapshots.told(type, value);
        List<@Nullable Object> items = Snapshots.items(value, MOST_ITEMS);
        Map<String, byte[]> written = new LinkedHashMap<>();
        told.forEach((name, each) -> {
            boolean[] simple = new boolean[1];
            byte[] bytes = ThrowableBytes.write(in -> simple[0] = writeSimple(in, each, depth));
            if (simple[0]) {
                written.put(name, bytes);
            } else {
                leftOut.accept("." + name + "()");
            }
        });
        out.writeByte(SNAPSHOT);
        out.writeByte(type);
        ThrowableBytes.text(out, String.valueOf(value));
        out.writeInt(written.size());
        for (Map.Entry<String, byte[]> each : written.entrySet()) {
            ThrowableBytes.text(out, each.getKey());
            out.write(each.getValue());
        }
        out.writeInt(items.size());
        for (Object item : items) {
            if (!writeSimple(out, item, depth)) {
                return false;
            }
        }
        return true;
    }

    private static Object[] items(Object array) {
        Object[] items = new Object[Math.min(Array.getLength(array), MOST_ITEMS + 1)];
        for (int i = 0; i < items.length; i++) {
            items[i] = Array.get(array, i);
        }
        return items;
    }

    private static Object[] both(Map<?, ?> map) {
        List<@Nullable Object> both = new ArrayList<>();
        map.forEach((key, value) -> {
            both.add(key);
            both.add(value);
        });
        return both.toArray();
    }

    /** @return null of what is no collection of the JDK's, or arrives as it is declared or not at all */
    private static @Nullable Kind kind(Object value) {
        if (!Types.isJdk(value.getClass()) || value instanceof EnumSet || value instanceof EnumMap) {
            return null;
        }
        try {
            if (value instanceof Collection<?> collection) {
                CollectionKind kind = CollectionKind.of(collection, Object.class, true);
                return new Kind(COLLECTION, kind.ordinal(), kind.type());
            }
            if (value instanceof Map<?, ?> map) {
                MapKind kind = MapKind.of(map, Object.class, true);
                return new Kind(MAP, kind.ordinal(), kind.type());
            }
        } catch (ValueFailure e) {
            // it is told by who writes it as it is declared
        }
        return null;
    }
}
