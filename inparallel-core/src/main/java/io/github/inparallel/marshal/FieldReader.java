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

import io.github.inparallel.marshal.FieldValues.NotCrossing;
import io.github.inparallel.marshal.FieldValues.Others;
import io.github.inparallel.marshal.FieldValues.Pending;
import io.github.inparallel.marshal.FieldValues.Unresolved;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads values of fields, which is the first step, and makes them, which is the second. */
final class FieldReader {

    private static final int MOST_TOLD = 100;

    private FieldReader() {}

    /** What was written; {@link #resolve} makes the value of it. */
    static @Nullable Object read(ByteBuffer in) {
        return read(in, 0);
    }

    private static @Nullable Object read(ByteBuffer in, int depth) {
        int kind = in.get();
        return switch (kind) {
            case NULL -> null;
            case PLAIN -> {
                byte[] bytes = ThrowableBytes.bytes(in);
                yield PlainValues.read(bytes, 0, bytes.length, 1, null)[0];
            }
            case TEXT -> ThrowableBytes.name(in);
            case DECIMAL -> {
                int scale = in.getInt();
                yield new BigDecimal(new BigInteger(ThrowableBytes.bytes(in)), scale);
            }
            case INTEGER -> new BigInteger(ThrowableBytes.bytes(in));
            case ENUM -> new Unresolved.Constant(ThrowableBytes.name(in));
            case CLASS -> readType(in);
            case THROWABLE -> new Unresolved.Other(in.getInt());
            case ARRAY -> new Unresolved.Elements(readType(in), readItems(in, depth));
            case COLLECTION, MAP -> new Unresolved.Items(kind == MAP, in.get(), readItems(in, depth));
            case SNAPSHOT -> readSnapshot(in, depth);
            case MAPPED, SERIAL -> new Unresolved.Mapped(ThrowableBytes.bytes(in), kind == SERIAL);
            default -> throw new IllegalArgumentException("unknown kind of value " + kind);
        };
    }

    private static Unresolved.Named readType(ByteBuffer in) {
        return new Unresolved.Named(ThrowableBytes.name(in), in.get());
    }

    private static Unresolved.Snapshot readSnapshot(ByteBuffer in, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("objects in objects, " + depth + " deep");
        }
        int type = in.get();
        String text = ThrowableBytes.name(in);
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        for (int i = ThrowableBytes.count(in, MOST_TOLD, 1 + Integer.BYTES); i > 0; i--) {
            told.put(ThrowableBytes.name(in), read(in, depth + 1));
        }
        return new Unresolved.Snapshot(type, text, told, readItems(in, depth));
    }

    private static List<@Nullable Object> readItems(ByteBuffer in, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("collections in collections, " + depth + " deep");
        }
        int count = ThrowableBytes.count(in, MOST_ITEMS, 1);
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(read(in, depth + 1));
        }
        return items;
    }

    /**
     * The value.
     *
     * @throws NotCrossing if it is none of the declared type here
     */
    static @Nullable Object resolve(@Nullable Object read, Type declared, Others others, ClassLoader loader)
            throws NotCrossing, Pending {
        if (!(read instanceof Unresolved unresolved)) {
            return read;
        } else if (unresolved instanceof Unresolved.Other other) {
            return others.other(other.index());
        } else if (unresolved instanceof Unresolved.Named named) {
            return type(named, loader);
        } else if (unresolved instanceof Unresolved.Constant constant) {
            return constant(raw(declared), constant.name());
        } else if (unresolved instanceof Unresolved.Mapped mapped) {
            return MappedFields.read(mapped.bytes(), declared, loader, mapped.isSerial());
        } else if (unresolved instanceof Unresolved.Elements elements) {
            return array(type(elements.type(), loader), resolve(elements.items(), others, loader));
        }
        if (unresolved instanceof Unresolved.Snapshot snapshot) {
            return Snapshots.rebuild(snapshot, (value, type) -> resolve(value, type, others, loader), loader);
        }
        Unresolved.Items items = (Unresolved.Items) unresolved;
        return collection(items, resolve(items.items(), others, loader));
    }

    private static List<@Nullable Object> resolve(List<@Nullable Object> items, Others others, ClassLoader loader)
            throws NotCrossing, Pending {
        List<@Nullable Object> resolved = new ArrayList<>();
        for (Object item : items) {
            resolved.add(resolve(item, Object.class, others, loader));
        }
        return resolved;
    }

    private static Class<?> type(Unresolved.Named named, ClassLoader loader) throws NotCrossing {
        Class<?> found = NamedTypes.findAny(named.type(), loader);
        if (found == null || named.dimensions() < 0 || found == void.class && named.dimensions() > 0) {
            throw new NotCrossing();
        }
        for (int i = 0; i < named.dimensions(); i++) {
            found = found.arrayType();
        }
        return found;
    }

    private static Object constant(Class<?> type, String name) throws NotCrossing {
        Object[] constants = type.getEnumConstants();
        for (Object constant : constants == null ? new Object[0] : constants) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new NotCrossing();
    }

    private static Object array(Class<?> element, List<@Nullable Object> items) throws NotCrossing {
        if (element == void.class) {
            throw new NotCrossing();
        }
        Object array = Array.newInstance(element, items.size());
        for (int i = 0; i < items.size(); i++) {
            Array.set(array, i, items.get(i));
        }
        return array;
    }

    private static Object collection(Unresolved.Items from, List<@Nullable Object> items) throws NotCrossing {
        if (from.isMap()) {
            return map(MapKind.numbered(from.kind()), items);
        }
        CollectionKind kind = CollectionKind.numbered(from.kind());
        Collection<Object> filled = kind.empty();
        if (filled != null) {
            filled.addAll(items);
        }
        Collection<?> made = filled == null ? kind.of(items, Object.class) : filled;
        checkSize(made.size(), items.size());
        return filled == null ? made : kind.seen(filled);
    }

    private static Object map(MapKind kind, List<@Nullable Object> items) throws NotCrossing {
        Map<Object, Object> filled = kind.empty(Object.class);
        if (filled == null) {
            throw new NotCrossing();
        }
        for (int i = 0; i + 1 < items.size(); i += 2) {
            filled.put(items.get(i), items.get(i + 1));
        }
        checkSize(filled.size(), items.size() / 2);
        return kind.seen(filled);
    }

    /** Some may be equal there. */
    private static void checkSize(int size, int count) throws NotCrossing {
        if (size != count) {
            throw new NotCrossing();
        }
    }
}
