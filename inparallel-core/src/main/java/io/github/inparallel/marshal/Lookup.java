package io.github.inparallel.marshal;

import java.util.Collection;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.Spliterator;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How collections find what they hold, if not by {@code equals}, {@code hashCode} or the natural order. Wrappers such as those
 * of {@code Collections} do not show it, but behave so: what arrived as a standard one would find other things.
 */
final class Lookup {

    private static final int ENOUGH = 10;

    private Lookup() {}

    /** Whether it may have a comparator. */
    static boolean isSorted(Object value) {
        return value instanceof SortedSet
                || value instanceof SortedMap
                || value instanceof PriorityQueue
                || value instanceof PriorityBlockingQueue;
    }

    /** @return null if it has none of its own */
    static @Nullable Object comparator(Object value) {
        return value instanceof SortedSet<?> set
                ? set.comparator()
                : value instanceof SortedMap<?, ?> map
                        ? map.comparator()
                        : value instanceof PriorityQueue<?> queue
                                ? queue.comparator()
                                : value instanceof PriorityBlockingQueue<?> blocking ? blocking.comparator() : null;
    }

    /** Of one that is to become a standard one. */
    static void check(Collection<?> value) {
        boolean isJdk = Types.isJdk(value.getClass());
        boolean isUnordered = isJdk && isUnordered(value, value);
        if (value instanceof Set<?> set) {
            check(value, set, set::contains, isUnordered);
        }
    }

    /** Of one that is to become a standard one. */
    static void check(Map<?, ?> value) {
        Set<?> keys = value.keySet();
        check(value, keys, value::containsKey, Types.isJdk(value.getClass()) && isUnordered(value, keys));
    }

    private static void check(Object value, Set<?> keys, Predicate<Object> contains, boolean isUnordered) {
        if (isUnordered) {
            int hash = 0;
            for (Object each : keys) {
                hash += each == null ? 0 : each.hashCode();
            }
            boolean isFixed = CollectionKind.isUnmodifiable(value.getClass().getName());
            if (hash != keys.hashCode() || isByIdentity(keys) && !isFixed) {
                throw ValueFailure.because(
                        "a " + name(value) + " that compares by identity would hold other objects",
                        "Pass a collection of the JDK with the same elements");
            }
        }
        if (ignoresCase(keys, contains)) {
            throw ValueFailure.because(
                    "a " + name(value) + " that pays no regard to case would find less there",
                    "Pass a LinkedHashMap or LinkedHashSet, and make one of it there");
        }
    }

    /** Also of those that are empty, or whose elements are equal to nothing else. */
    private static boolean isByIdentity(Collection<?> keys) {
        return keys.spliterator().getClass().getName().startsWith("java.util.IdentityHashMap$");
    }

    /** Whether it has no order; one that has a comparator is refused. */
    private static boolean isUnordered(Object value, Collection<?> keys) {
        Spliterator<?> elements = keys.spliterator();
        boolean isSorted = elements.hasCharacteristics(Spliterator.SORTED);
        // what nobody can add to stays in the order that it has
        if (isSorted
                && elements.getComparator() != null
                && !CollectionKind.isUnmodifiable(value.getClass().getName())) {
            throw lostComparator(value);
        }
        return !isSorted && !elements.hasCharacteristics(Spliterator.ORDERED);
    }

    static ValueFailure lostComparator(Object value) {
        return ValueFailure.because(
                "a " + name(value) + " with a comparator of its own would arrive without it",
                value instanceof Map
                        ? "Pass a LinkedHashMap, which keeps the order"
                        : "Pass a list, and sort it there");
    }

    private static String name(Object value) {
        String name = value.getClass().getSimpleName();
        return name.isEmpty() ? value.getClass().getName() : name;
    }

    static boolean ignoresCase(Map<?, ?> map) {
        return ignoresCase(map.keySet(), map::containsKey);
    }

    /** Tried with one of its texts. */
    private static boolean ignoresCase(Collection<?> keys, Predicate<Object> contains) {
        int tried = 0;
        for (Object each : keys) {
            if (!(each instanceof String text) || tried++ == ENOUGH) {
                return false;
            }
            String other = inOtherCase(text);
            if (!other.equals(text)) {
                return contains.test(other) && keys.stream().noneMatch(other::equals);
            }
        }
        return false;
    }

    private static String inOtherCase(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            char other = Character.isUpperCase(each) ? Character.toLowerCase(each) : Character.toUpperCase(each);
            if (other != each) {
                return text.substring(0, i) + other + text.substring(i + 1);
            }
        }
        return text;
    }
}
