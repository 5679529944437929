package io.github.inparallel.marshal;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a map arrives as: its own class, or the standard one of its kind that is equal to it. */
@SuppressWarnings({"ImmutableEnumChecker", "JdkObsolete"}) // suppliers without a state; old classes cross too
enum MapKind {
    HASH_MAP(HashMap.class, HashMap::new),
    LINKED_MAP(LinkedHashMap.class, LinkedHashMap::new),
    TREE_MAP(TreeMap.class, TreeMap::new),
    CONCURRENT_MAP(ConcurrentHashMap.class, ConcurrentHashMap::new),
    SKIP_LIST_MAP(ConcurrentSkipListMap.class, ConcurrentSkipListMap::new),
    HASHTABLE(Hashtable.class, Hashtable::new),
    PROPERTIES(Properties.class, Properties::new),
    ENUM_MAP(EnumMap.class, null),
    IMMUTABLE_MAP(Map.class, null),
    UNMODIFIABLE_MAP(Map.class, LinkedHashMap::new),
    UNMODIFIABLE_SORTED_MAP(NavigableMap.class, TreeMap::new),
    UNMODIFIABLE_IGNORING_CASE(Map.class, null),
    /** One that is known by its class, which follows. */
    KNOWN(Map.class, null);

    private static final MapKind[] ALL = values();

    private final Class<?> type;
    private final @Nullable Supplier<? extends Map<Object, Object>> empty; // null where it depends on the entries

    MapKind(Class<?> type, @Nullable Supplier<? extends Map<Object, Object>> empty) {
        this.type = type;
        this.empty = empty;
    }

    /** What may be declared for it. */
    Class<?> type() {
        return type;
    }

    static MapKind numbered(int number) {
        if (number < 0 || number >= ALL.length) {
            throw ValueFailure.malformed("no kind of map");
        }
        return ALL[number];
    }

    /** The kind with just this class. */
    static @Nullable MapKind ofClass(Class<?> type) {
        for (MapKind kind : ALL) {
            if (kind.type == type && !type.isInterface()) {
                return kind;
            }
        }
        return null;
    }

    /**
     * What a value arrives as.
     *
     * @param keys the class of keys that is declared
     * @param sharing whether it may have to exist before its entries do
     */
    static MapKind of(Map<?, ?> value, Class<?> keys, boolean sharing) {
        MapKind exact = ofClass(value.getClass());
        if (exact == HASH_MAP || exact == LINKED_MAP) {
            return exact;
        }
        if (Lookup.comparator(value) != null) {
            throw Lookup.lostComparator(value);
        }
        checkDefaults(value);
        if (exact != null) {
            return exact == ENUM_MAP && !keys.isEnum() ? LINKED_MAP : exact;
        }
        String name = value.getClass().getName();
        if (name.startsWith("java.util.ImmutableCollections$")) {
            return sharing ? UNMODIFIABLE_MAP : IMMUTABLE_MAP;
        }
        if (KnownTypes.isOwnMap(value)) {
            return KNOWN;
        }
        if (name.startsWith("java.util.Collections$Unmodifiable")
                && KnownTypes.mapIgnoringCase() != null
                && Lookup.ignoresCase(value)) {
            return UNMODIFIABLE_IGNORING_CASE;
        }
        if (!(value instanceof IdentityHashMap)) { // which says so itself
            Lookup.check(value);
        }
        if (CollectionKind.isUnmodifiable(name)) {
            return value instanceof SortedMap ? UNMODIFIABLE_SORTED_MAP : UNMODIFIABLE_MAP;
        }
        Kept.check(value);
        return value instanceof java.util.WeakHashMap ? HASH_MAP : value instanceof SortedMap ? TREE_MAP : LINKED_MAP;
    }

    static void checkDefaults(Map<?, ?> value) {
        if (value instanceof Properties properties
                && properties.stringPropertyNames().stream().anyMatch(name -> !properties.containsKey(name))) {
            throw ValueFailure.because("the defaults of Properties would be lost", "Pass one that has them as its own");
        }
    }

    /** An empty one that is filled later; null if it depends on what comes. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // the declared class of the keys is an enum's
    @Nullable
    Map<Object, Object> empty(Class<?> keys) {
        if (this == ENUM_MAP) {
            if (!keys.isEnum()) {
                throw ValueFailure.malformed("a map of no enum");
            }
            return new EnumMap(keys);
        }
        if (this == UNMODIFIABLE_IGNORING_CASE) {
            KnownTypes.OwnMap<?> own = KnownTypes.mapIgnoringCase();
            if (own == null) {
                throw ValueFailure.malformed("no kind of map here");
            }
            return (Map<Object, Object>) own.empty().get();
        }
        return empty == null ? null : empty.get();
    }

    /** What is handed out of one that is filled, or will be. */
    Map<Object, Object> seen(Map<Object, Object> filled) {
        return switch (this) {
            case UNMODIFIABLE_MAP, UNMODIFIABLE_IGNORING_CASE -> Collections.unmodifiableMap(filled);
            case UNMODIFIABLE_SORTED_MAP -> Collections.unmodifiableNavigableMap((TreeMap<Object, Object>) filled);
            default -> filled;
        };
    }
}
