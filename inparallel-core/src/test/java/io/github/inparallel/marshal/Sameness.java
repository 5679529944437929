package io.github.inparallel.marshal;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a copy is what was sent: in class and content, whatever {@code equals} says. */
@SuppressWarnings("IdentityHashMapUsage")
final class Sameness {

    private final Map<Object, Object> known = new IdentityHashMap<>();

    /** @return null if they are the same, else where they differ */
    static @Nullable String difference(@Nullable Object sent, @Nullable Object came) {
        return new Sameness().compare("", sent, came);
    }

    private @Nullable String compare(String path, @Nullable Object sent, @Nullable Object came) {
        if (sent == null || came == null) {
            return sent == came ? null : path + ": " + sent + " / " + came;
        }
        if (known.get(sent) == came) {
            return null;
        }
        if (standard(sent) != standard(came)) {
            return path + ": " + sent.getClass() + " / " + came.getClass();
        }
        if (sent instanceof Enum) {
            return sent == came ? null : path + ": " + sent + " / " + came;
        }
        known.put(sent, came);
        if (sent instanceof Collection<?> collection) {
            String difference = elements(path, collection, (Collection<?>) came);
            return difference != null ? difference : fields(path, sent, came);
        }
        if (sent instanceof Map<?, ?> map) {
            String difference = entries(path, map, (Map<?, ?>) came);
            return difference != null ? difference : fields(path, sent, came);
        }
        if (sent instanceof Map.Entry<?, ?> entry) {
            String key = compare(path + ".key", entry.getKey(), ((Map.Entry<?, ?>) came).getKey());
            return key != null ? key : compare(path + ".value", entry.getValue(), ((Map.Entry<?, ?>) came).getValue());
        }
        if (sent.getClass().isArray()) {
            return array(path, sent, came);
        }
        if (sent instanceof Optional<?> optional) {
            return compare(path + "?", optional.orElse(null), ((Optional<?>) came).orElse(null));
        }
        if (sent instanceof AtomicReference<?> reference) {
            return compare(path + "&", reference.get(), ((AtomicReference<?>) came).get());
        }
        return sent.getClass().getName().startsWith("java.")
                        || sent.getClass().getName().startsWith("javax.")
                        || sent.getClass().getName().startsWith("sun.")
                ? value(path, sent, came)
                : fields(path, sent, came);
    }

    /** Its class, or what the table of docs/values.md says that it becomes. */
    private static Object standard(Object value) {
        String name = value.getClass().getName();
        boolean isFixed = name.startsWith("java.util.ImmutableCollections$")
                || name.startsWith("java.util.Collections$Unmodifiable")
                || name.startsWith("java.util.Collections$Empty")
                || name.startsWith("java.util.Collections$Singleton");
        if (isFixed) {
            return value instanceof List
                    ? "unmodifiable list"
                    : value instanceof SortedSet
                            ? "unmodifiable sorted set"
                            : value instanceof Set
                                    ? "unmodifiable set"
                                    : value instanceof SortedMap
                                            ? "unmodifiable sorted map"
                                            : value instanceof Map ? "unmodifiable map" : "unmodifiable collection";
        }
        return value.getClass();
    }

    private @Nullable String elements(String path, Collection<?> sent, Collection<?> came) {
        if (sent.size() != came.size()) {
            return path + ": size " + sent.size() + " / " + came.size();
        }
        boolean isOrdered = sent instanceof List
                || sent instanceof Queue
                || sent instanceof SortedSet
                || sent instanceof java.util.LinkedHashSet
                || sent.getClass().getName().contains("Unmodifiable");
        List<Object> left = new ArrayList<>(sent);
        List<Object> right = new ArrayList<>(came);
        if (isOrdered) {
            for (int i = 0; i < left.size(); i++) {
                String difference = compare(path + "[" + i + "]", left.get(i), right.get(i));
                if (difference != null) {
                    return difference;
                }
            }
            return null;
        }
        for (Object each : left) {
            if (!came.contains(each)) {
                return path + ": lacks " + each;
            }
            Object other = right.stream()
                    .filter(one -> Objects.equals(one, each))
                    .findFirst()
                    .orElse(null);
            String difference = compare(path + "{}", each, other);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private @Nullable String entries(String path, Map<?, ?> sent, Map<?, ?> came) {
        if (sent.size() != came.size()) {
            return path + ": size " + sent.size() + " / " + came.size();
        }
        boolean isOrdered = sent instanceof SortedMap || sent.getClass() == LinkedHashMap.class;
        if (isOrdered) {
            String difference = compare(path + ".keys", new ArrayList<>(sent.keySet()), new ArrayList<>(came.keySet()));
            if (difference != null) {
                return difference;
            }
        }
        for (Map.Entry<?, ?> entry : sent.entrySet()) {
            if (!came.containsKey(entry.getKey())) {
                return path + ": lacks " + entry.getKey();
            }
            String difference = compare(path + "[" + entry.getKey() + "]", entry.getValue(), came.get(entry.getKey()));
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private @Nullable String array(String path, Object sent, Object came) {
        if (Array.getLength(sent) != Array.getLength(came)) {
            return path + ": length " + Array.getLength(sent) + " / " + Array.getLength(came);
        }
        for (int i = 0; i < Array.getLength(sent); i++) {
            String difference = compare(path + "[" + i + "]", Array.get(sent, i), Array.get(came, i));
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private static @Nullable String value(String path, Object sent, Object came) {
        boolean isSame = sent.equals(came);
        if (sent instanceof Pattern pattern && came instanceof Pattern other) {
            isSame = pattern.pattern().equals(other.pattern()) && pattern.flags() == other.flags();
        } else if (sent instanceof ByteBuffer buffer && came instanceof ByteBuffer other) {
            isSame = buffer.duplicate().clear().equals(other.duplicate().clear())
                    && buffer.position() == other.position()
                    && buffer.limit() == other.limit()
                    && buffer.order() == other.order()
                    && buffer.isReadOnly() == other.isReadOnly();
        } else if (!isSame && !(sent instanceof BitSet)) {
            // those without equals say all that they hold
            boolean saysAll = sent instanceof StringBuilder
                    || sent instanceof StringBuffer
                    || sent.getClass().getName().startsWith("java.util.concurrent.atomic.");
            isSame = saysAll && sent.toString().equals(came.toString());
        }
        return isSame ? null : path + ": " + sent.getClass().getSimpleName() + " " + sent + " / " + came;
    }

    private @Nullable String fields(String path, Object sent, Object came) {
        for (Class<?> type = sent.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            if (type.getName().startsWith("java.")) {
                continue;
            }
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                try {
                    field.setAccessible(true);
                    String difference = compare(path + "." + field.getName(), field.get(sent), field.get(came));
                    if (difference != null) {
                        return difference;
                    }
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return null;
    }
}
