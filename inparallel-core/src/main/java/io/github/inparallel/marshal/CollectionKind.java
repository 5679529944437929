package io.github.inparallel.marshal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.Stack;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a collection arrives as: its own class, or the standard one of its kind that is equal to it. */
@SuppressWarnings({"ImmutableEnumChecker", "JdkObsolete"}) // suppliers without a state; old classes cross too
enum CollectionKind {
    ARRAY_LIST(ArrayList.class, ArrayList::new),
    LINKED_LIST(LinkedList.class, LinkedList::new),
    VECTOR(Vector.class, Vector::new),
    STACK(Stack.class, Stack::new),
    COPY_ON_WRITE_LIST(CopyOnWriteArrayList.class, CopyOnWriteArrayList::new),
    FIXED_LIST(List.class, null),
    IMMUTABLE_LIST(List.class, null),
    UNMODIFIABLE_LIST(List.class, ArrayList::new),
    UNMODIFIABLE_COLLECTION(Collection.class, ArrayList::new),
    HASH_SET(HashSet.class, HashSet::new),
    LINKED_SET(LinkedHashSet.class, LinkedHashSet::new),
    TREE_SET(TreeSet.class, TreeSet::new),
    SKIP_LIST_SET(ConcurrentSkipListSet.class, ConcurrentSkipListSet::new),
    COPY_ON_WRITE_SET(CopyOnWriteArraySet.class, CopyOnWriteArraySet::new),
    CONCURRENT_SET(ConcurrentHashMap.KeySetView.class, ConcurrentHashMap::newKeySet),
    ENUM_SET(EnumSet.class, null),
    IMMUTABLE_SET(Set.class, null),
    UNMODIFIABLE_SET(Set.class, LinkedHashSet::new),
    UNMODIFIABLE_SORTED_SET(java.util.NavigableSet.class, TreeSet::new),
    ARRAY_DEQUE(ArrayDeque.class, ArrayDeque::new),
    PRIORITY_QUEUE(PriorityQueue.class, PriorityQueue::new),
    PRIORITY_BLOCKING_QUEUE(PriorityBlockingQueue.class, PriorityBlockingQueue::new),
    CONCURRENT_QUEUE(ConcurrentLinkedQueue.class, ConcurrentLinkedQueue::new),
    CONCURRENT_DEQUE(ConcurrentLinkedDeque.class, ConcurrentLinkedDeque::new),
    BLOCKING_QUEUE(LinkedBlockingQueue.class, LinkedBlockingQueue::new),
    BLOCKING_DEQUE(LinkedBlockingDeque.class, LinkedBlockingDeque::new);

    private static final CollectionKind[] ALL = values();
    private static final String PLAIN_INSTEAD = "Pass a collection of the JDK with the same elements";

    private final Class<?> type;
    private final @Nullable Supplier<? extends Collection<Object>> empty; // null where all elements must be there first

    CollectionKind(Class<?> type, @Nullable Supplier<? extends Collection<Object>> empty) {
        this.type = type;
        this.empty = empty;
    }

    /** What may be declared for it. */
    Class<?> type() {
        return type;
    }

    static CollectionKind numbered(int number) {
        if (number < 0 || number >= ALL.length) {
            throw ValueFailure.malformed("no kind of collection");
        }
        return ALL[number];
    }

    /** The kind with just this class. */
    static @Nullable CollectionKind ofClass(Class<?> type) {
        for (CollectionKind kind : ALL) {
            if (kind.type == type && !type.isInterface() && kind != ENUM_SET) {
                return kind;
            }
        }
        return null;
    }

    /**
     * What a value arrives as.
     *
     * @param elements the class of elements that is declared
     * @param sharing whether it may have to exist before its elements do
     */
    static CollectionKind of(Collection<?> value, Class<?> elements, boolean sharing) {
        CollectionKind exact = ofClass(value.getClass());
        if (exact != null) {
            switch (exact) {
                case TREE_SET, SKIP_LIST_SET, PRIORITY_QUEUE, PRIORITY_BLOCKING_QUEUE, BLOCKING_QUEUE, BLOCKING_DEQUE ->
                    checkOwn(value);
                default -> {
                    // it has no more than its elements
                }
            }
            return exact;
        }
        checkOwn(value);
        String name = value.getClass().getName();
        if (name.startsWith("java.util.ImmutableCollections$")) {
            if (value instanceof List<?> list) {
                return hasNull(list) ? UNMODIFIABLE_LIST : IMMUTABLE_LIST;
            }
            return sharing ? UNMODIFIABLE_SET : IMMUTABLE_SET;
        }
        if (name.equals("java.util.Arrays$ArrayList")) {
            return FIXED_LIST;
        }
        if (value instanceof EnumSet) {
            return elements.isEnum() ? ENUM_SET : LINKED_SET;
        }
        Lookup.check(value);
        if (isUnmodifiable(name)) {
            return value instanceof List
                    ? UNMODIFIABLE_LIST
                    : value instanceof SortedSet
                            ? UNMODIFIABLE_SORTED_SET
                            : value instanceof Set ? UNMODIFIABLE_SET : UNMODIFIABLE_COLLECTION;
        }
        return standard(value);
    }

    /** Of a class that cannot be kept: the one that is equal. */
    private static CollectionKind standard(Collection<?> value) {
        Kept.check(value);
        if (value instanceof List) {
            return ARRAY_LIST;
        }
        if (value instanceof SortedSet) {
            return TREE_SET;
        }
        if (value instanceof Set) {
            return LINKED_SET;
        }
        if (value instanceof java.util.Queue) {
            throw ValueFailure.of(value, java.util.Queue.class, "its class cannot be kept", PLAIN_INSTEAD);
        }
        return ARRAY_LIST;
    }

    private static boolean hasNull(List<?> list) {
        for (Object each : list) {
            if (each == null) {
                return true;
            }
        }
        return false;
    }

    /** By its name: these classes are private. */
    static boolean isUnmodifiable(String name) {
        return name.startsWith("java.util.Collections$Unmodifiable")
                || name.startsWith("java.util.Collections$Empty")
                || name.startsWith("java.util.Collections$Singleton")
                || name.startsWith("java.util.Collections$CopiesList")
                || name.startsWith("com.google.common.collect.Immutable")
                || name.startsWith("com.google.common.collect.Regular")
                || name.startsWith("com.google.common.collect.Singleton")
                || name.startsWith("com.google.common.collect.JdkBacked")
                || name.startsWith("kotlin.collections.Empty");
    }

    private static void checkOwn(Collection<?> value) {
        if (Lookup.comparator(value) != null) {
            throw Lookup.lostComparator(value);
        }
        checkBound(value);
    }

    private static void checkBound(Collection<?> value) {
        if (mayBeBounded(value) && capacity((BlockingQueue<?>) value) < Integer.MAX_VALUE) {
            throw ValueFailure.because("a queue with a capacity would arrive without it", "Pass a list");
        }
    }

    static boolean mayBeBounded(Object value) {
        return value instanceof LinkedBlockingQueue || value instanceof LinkedBlockingDeque;
    }

    static long capacity(BlockingQueue<?> queue) {
        return queue.remainingCapacity() + (long) queue.size();
    }

    /** An empty one that is filled later; null if there is none of this kind. */
    @Nullable
    Collection<Object> empty() {
        return empty == null ? null : empty.get();
    }

    /** What is handed out of one that is filled, or will be. */
    Object seen(Collection<Object> filled) {
        return switch (this) {
            case UNMODIFIABLE_LIST -> Collections.unmodifiableList((List<Object>) filled);
            case UNMODIFIABLE_SET -> Collections.unmodifiableSet((Set<Object>) filled);
            case UNMODIFIABLE_SORTED_SET -> Collections.unmodifiableNavigableSet((TreeSet<Object>) filled);
            case UNMODIFIABLE_COLLECTION -> Collections.unmodifiableCollection(filled);
            default -> filled;
        };
    }

    /** Whether elements go where their hash codes or their order say. */
    boolean dependsOnElements() {
        return Set.class.isAssignableFrom(type) || this == PRIORITY_QUEUE || this == PRIORITY_BLOCKING_QUEUE;
    }

    /** One of those that are made of all their elements. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // the declared class of the elements is an enum's
    Collection<?> of(List<@Nullable Object> elements, Class<?> declared) {
        return switch (this) {
            case FIXED_LIST -> Arrays.asList(elements.toArray());
            case IMMUTABLE_LIST -> List.of(elements.toArray());
            case IMMUTABLE_SET -> Set.copyOf(elements);
            case ENUM_SET -> {
                if (!declared.isEnum()) {
                    throw ValueFailure.malformed("a set of no enum");
                }
                EnumSet set = EnumSet.noneOf((Class) declared);
                set.addAll(elements);
                yield set;
            }
            default -> throw new IllegalStateException(name());
        };
    }
}
