package io.github.inparallel.marshal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;

/** Maps: a number that says what they arrive as, then keys and values in turn. Keys may be anything. */
final class MapCodec extends Codec {

    private static final int MOST_TEXT = 40;
    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\p{L}\\p{N}\\p{P} …]");

    private final JavaType type;
    private final Class<?> keyClass;
    private final Lazy key;
    private final Lazy value;

    MapCodec(JavaType type, JavaType keyType, JavaType valueType, Codecs codecs) {
        this.type = type;
        this.keyClass = keyType.getRawClass();
        this.key = new Lazy(codecs, keyType);
        this.value = new Lazy(codecs, valueType);
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
    void write(ValueWriter out, Object given) {
        Map<?, ?> map = (Map<?, ?>) given;
        MapKind kind = MapKind.of(map, keyClass, out.hasIdentities());
        Class<?> arriving = kind == MapKind.KNOWN ? map.getClass() : kind.type();
        if (!type.getRawClass().isAssignableFrom(arriving)) {
            throw ValueFailure.of(
                    map, type, "its class cannot be kept", "Pass a " + TypeText.of(type.getRawClass()) + " itself");
        }
        out.generator().writeStartArray();
        out.generator().writeNumber(kind.ordinal());
        if (kind == MapKind.KNOWN) {
            out.generator().writeString(map.getClass().getName());
        }
        writeEntries(out, key.get(), value.get(), map);
        out.generator().writeEndArray();
    }

    static void writeEntries(ValueWriter out, Codec keys, Codec values, Map<?, ?> map) {
        boolean isToBeChecked = Identity.isToBeChecked(out, keys);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            try {
                if (isToBeChecked) {
                    out.writeFound(keys, entry.getKey());
                } else {
                    out.write(keys, entry.getKey());
                }
                out.write(values, entry.getValue());
            } catch (Throwable e) {
                throw ValueFailure.at("[" + named(entry.getKey()) + "]", e);
            }
        }
    }

    /** Only of what says little and cannot fail. */
    private static String named(@Nullable Object key) {
        if (key instanceof String text) {
            String shown = text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…";
            return UNPRINTABLE.matcher(shown).replaceAll("?");
        }
        return key == null || key instanceof Number
                ? String.valueOf(key)
                : key instanceof Enum<?> constant
                        ? constant.name()
                        : key.getClass().getSimpleName();
    }

    @Override
    Object read(ValueReader in) {
        in.expect(JsonToken.START_ARRAY);
        in.next();
        MapKind kind = MapKind.numbered(Scalars.integer(in));
        if (kind == MapKind.KNOWN) {
            Map<Object, Object> own = in.made(known(in));
            readEntries(in, own);
            return own;
        }
        if (!type.getRawClass().isAssignableFrom(kind.type())) {
            throw ValueFailure.malformed("a map of another kind");
        }
        Map<Object, Object> filling = kind.empty(keyClass);
        if (filling == null) {
            Map<@Nullable Object, @Nullable Object> entries = new HashMap<>();
            readEntries(in, entries);
            return Map.copyOf(entries);
        }
        Object seen = in.made(kind.seen(filling));
        readEntries(in, filling);
        return seen;
    }

    @SuppressWarnings("unchecked") // it is filled by what is declared
    private Map<Object, Object> known(ValueReader in) {
        in.next();
        KnownTypes.OwnMap<?> found = KnownTypes.ownMap(Scalars.string(in));
        if (found == null || !type.getRawClass().isAssignableFrom(found.type())) {
            throw ValueFailure.malformed("a map of another kind");
        }
        return (Map<Object, Object>) found.empty().get();
    }

    private void readEntries(ValueReader in, Map<@Nullable Object, @Nullable Object> into) {
        readEntries(in, key.get(), value.get(), into);
    }

    static void readEntries(ValueReader in, Codec keys, Codec values, Map<@Nullable Object, @Nullable Object> into) {
        if (!in.hasIdentities()) {
            int count = 0;
            while (in.next() != JsonToken.END_ARRAY) {
                Object readKey = readKey(in, keys, count);
                into.put(readKey, readValue(in, values, readKey));
                count++;
            }
            ValueFailure wrong = wrongSize(into, count);
            if (wrong != null) {
                throw wrong;
            }
            return;
        }
        int before = in.begin();
        List<@Nullable Object> pairs = new ArrayList<>();
        while (in.next() != JsonToken.END_ARRAY) {
            Object readKey = readKey(in, keys, pairs.size() / 2);
            pairs.add(readKey);
            pairs.add(readValue(in, values, readKey));
        }
        in.fill(in.end(before), () -> {
            into.clear();
            for (int i = 0; i < pairs.size(); i += 2) {
                into.put(pairs.get(i), pairs.get(i + 1));
            }
            return wrongSize(into, pairs.size() / 2);
        });
    }

    private static @Nullable Object readKey(ValueReader in, Codec keys, int index) {
        try {
            return in.read(keys);
        } catch (Throwable e) {
            throw ValueFailure.at("[key " + index + "]", e);
        }
    }

    private static @Nullable Object readValue(ValueReader in, Codec values, @Nullable Object key) {
        try {
            return in.readNext(values);
        } catch (Throwable e) {
            throw ValueFailure.at("[" + named(key) + "]", e);
        }
    }

    private static @Nullable ValueFailure wrongSize(Map<?, ?> filled, int count) {
        return filled.size() == count
                ? null
                : ValueFailure.because(
                        "it would have fewer entries there",
                        "Do keys change after they are put, or lack equals, or does it remove its eldest entries?");
    }
}
