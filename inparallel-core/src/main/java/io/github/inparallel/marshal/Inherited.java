package io.github.inparallel.marshal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.PriorityBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * What a class of the application inherits from a collection or map of the JDK. It is gone through and filled by the methods of
 * the JDK's class even where the application overrides them: those may count, sort, limit, hide or listen, and what came of that
 * is in the elements and fields that cross.
 */
final class Inherited {

    private static final MethodType TO_ASK = MethodType.genericMethodType(1);
    private static final MethodType TO_ADD = MethodType.genericMethodType(2);
    private static final MethodType TO_BEGIN = MethodType.methodType(Object.class, Object.class, int.class);
    private static final MethodType TO_PUT = MethodType.genericMethodType(3);

    private final MethodHandle adding; // or putting
    private final MethodHandle clearing;
    private final MethodHandle counting;
    private final MethodHandle iterating; // or asking for all, or for the entries

    private Inherited(MethodHandle adding, MethodHandle clearing, MethodHandle counting, MethodHandle iterating) {
        this.adding = adding;
        this.clearing = clearing;
        this.counting = counting;
        this.iterating = iterating;
    }

    static Inherited by(Class<?> type) {
        Class<?> below = type;
        while (!Types.isJdk(below.getSuperclass())) {
            below = below.getSuperclass();
        }
        boolean isMap = Map.class.isAssignableFrom(type);
        try {
            MethodHandles.Lookup within = MethodHandles.privateLookupIn(below, MethodHandles.lookup());
            return new Inherited(
                    isMap ? find(within, "put", TO_PUT) : find(within, adding(below.getSuperclass()), TO_ADD),
                    find(within, "clear", TO_ASK),
                    find(within, "size", TO_ASK),
                    isMap ? find(within, entries(below.getSuperclass()), TO_ASK) : iterating(within));
        } catch (IllegalAccessException e) {
            throw ValueFailure.because("the module of " + below.getName() + " is not open", "Open its package");
        }
    }

    /** The method of the JDK's class that calls no other one that may be overridden. */
    private static String adding(Class<?> jdk) {
        if (jdk == ArrayDeque.class) {
            return "addLast";
        }
        if (List.class.isAssignableFrom(jdk) || !Queue.class.isAssignableFrom(jdk)) {
            return "add";
        }
        return Deque.class.isAssignableFrom(jdk) ? "offerLast" : "offer";
    }

    /** Likewise: since 21 a LinkedHashMap asks itself for them in order. */
    private static String entries(Class<?> jdk) {
        String inOrder = "sequencedEntrySet";
        boolean asksItself = jdk == LinkedHashMap.class
                && Arrays.stream(jdk.getMethods())
                        .anyMatch(each -> each.getName().equals(inOrder));
        return asksItself ? inOrder : "entrySet";
    }

    /** Likewise. */
    private static MethodHandle iterating(MethodHandles.Lookup within) throws IllegalAccessException {
        Class<?> jdk = within.lookupClass().getSuperclass();
        if (jdk == LinkedList.class) {
            return MethodHandles.insertArguments(find(within, "listIterator", TO_BEGIN), 1, 0);
        }
        boolean isAsArray = jdk == ArrayDeque.class || jdk == PriorityBlockingQueue.class;
        return find(within, isAsArray ? "toArray" : "iterator", TO_ASK);
    }

    private static MethodHandle find(MethodHandles.Lookup within, String name, MethodType type)
            throws IllegalAccessException {
        Class<?> below = within.lookupClass();
        Method found = Arrays.stream(below.getSuperclass().getMethods())
                .filter(each -> each.getName().equals(name)
                        && each.getParameterCount() == type.parameterCount() - 1
                        && !each.isBridge())
                .findFirst()
                .orElseThrow();
        return within.unreflectSpecial(found, below).asType(type);
    }

    private static @Nullable Object ask(MethodHandle method, Object own) {
        try {
            return (Object) method.invokeExact(own);
        } catch (Throwable e) {
            throw ValueFailure.from(e);
        }
    }

    Collection<@Nullable Object> elements(Object own) {
        return new Elements(own);
    }

    Map<@Nullable Object, @Nullable Object> entries(Object own) {
        return new Entries(own);
    }

    private final class Elements extends AbstractCollection<@Nullable Object> {
        private final Object own;

        Elements(Object own) {
            this.own = own;
        }

        @Override
        public boolean add(@Nullable Object element) {
            try {
                Object unused = (Object) adding.invokeExact(own, element);
                return true;
            } catch (Throwable e) {
                throw ValueFailure.from(e);
            }
        }

        @Override
        public void clear() {
            ask(clearing, own);
        }

        @Override
        public int size() {
            return (int) Objects.requireNonNull(ask(counting, own));
        }

        @Override
        @SuppressWarnings("unchecked") // elements are of what it declares
        public Iterator<@Nullable Object> iterator() {
            Object found = Objects.requireNonNull(ask(iterating, own));
            return found instanceof Object[] array
                    ? Arrays.asList(array).iterator()
                    : (Iterator<@Nullable Object>) found;
        }
    }

    private final class Entries extends AbstractMap<@Nullable Object, @Nullable Object> {
        private final Object own;

        Entries(Object own) {
            this.own = own;
        }

        @Override
        public @Nullable Object put(@Nullable Object key, @Nullable Object value) {
            try {
                return (Object) adding.invokeExact(own, key, value);
            } catch (Throwable e) {
                throw ValueFailure.from(e);
            }
        }

        @Override
        public void clear() {
            ask(clearing, own);
        }

        @Override
        public int size() {
            return (int) Objects.requireNonNull(ask(counting, own));
        }

        @Override
        @SuppressWarnings("unchecked") // entries are of what it declares
        public Set<Map.Entry<@Nullable Object, @Nullable Object>> entrySet() {
            return (Set<Map.Entry<@Nullable Object, @Nullable Object>>) Objects.requireNonNull(ask(iterating, own));
        }
    }
}
