package io.github.inparallel;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.RandomAccess;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * How one future is taken out of the caller's collection: by identity, in the way that costs its class the least. Belongs
 * to the thread that iterates.
 */
final class Removal<F> {

    /** How far from where it was an element of a list is looked for. */
    private static final int REACH = 2_000;

    /** Elements of an array that are moved in a few milliseconds. */
    private static final long MOVES = 400_000_000;

    /** Elements that are walked past in a few milliseconds. */
    private static final long STEPS = 4_000_000;

    private static final ClassValue<Boolean> BY_IDENTITY = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return declares(type, "equals", Object.class) && declares(type, "hashCode");
        }

        private boolean declares(Class<?> type, String name, Class<?>... parameters) {
            try {
                Method method = type.getMethod(name, parameters);
                return method.getDeclaringClass() == Object.class;
            } catch (NoSuchMethodException e) {
                return false;
            }
        }
    };

    private final Collection<F> inFlight;
    private final @Nullable List<F> list; // the collection, if it has places
    private final boolean hashed;
    private final boolean exact; // its iterators fail when it was changed; weakly consistent ones return what is gone
    private @Nullable Iterator<F> cursor; // behind what was found last: what comes before that was not complete
    private @Nullable F found; // what the cursor has returned last, if it has not been taken out

    /**
     * @throws IllegalArgumentException if the collection can be seen not to allow removal
     */
    Removal(Collection<F> inFlight) {
        this.inFlight = inFlight;
        this.list = inFlight instanceof List<F> places && inFlight instanceof RandomAccess ? places : null;
        this.hashed = inFlight instanceof Set && !(inFlight instanceof SortedSet);
        Class<?> type = inFlight.getClass();
        // The iterator of an ArrayDeque removes whatever has moved to where its last element was.
        this.exact = type.getPackageName().equals("java.util")
                && type.getEnclosingClass() == null
                && type != ArrayDeque.class;
        try {
            inFlight.removeIf(each -> false);
        } catch (UnsupportedOperationException e) {
            throw unchangeable(inFlight, e);
        }
        if (type == Arrays.asList().getClass()) {
            throw unchangeable(inFlight, new UnsupportedOperationException("Arrays.asList has a fixed size"));
        }
    }

    static IllegalArgumentException unchangeable(Collection<?> inFlight, UnsupportedOperationException cause) {
        return new IllegalArgumentException(
                "inFlight cannot be changed (" + inFlight.getClass().getName()
                        + "); pass a collection that futures can be removed from, such as an ArrayList",
                cause);
    }

    /** Whether it is worth while to take so many of so many in the order of the collection. */
    boolean isCostly(int ready, int all) {
        return !hashed && (long) ready * all > (list == null ? STEPS : MOVES);
    }

    /** Whether it costs least to begin at the end of the collection. */
    boolean isCheapestAtTheEnd() {
        return list != null;
    }

    /**
     * Whether it is there, or was when the cursor came by. Makes {@link #remove} of it cheap.
     *
     * @param index where it was; a list is not searched far from that
     */
    boolean finds(F future, int index) {
        if (list != null) {
            return indexNear(list, future, index) >= 0;
        }
        return isFoundByHash(future) ? inFlight.contains(future) : iteratorBehind(future) != null;
    }

    /**
     * Takes out one occurrence.
     *
     * @param index where it was; a list is not searched far from that
     * @return whether it was there
     * @throws UnsupportedOperationException if the collection does not allow it
     */
    boolean remove(F future, int index) {
        try {
            if (list != null) {
                int at = indexNear(list, future, index);
                return at >= 0 && list.remove(at) == future;
            }
            return isFoundByHash(future) ? inFlight.remove(future) : removeByIterator(future);
        } catch (UnsupportedOperationException e) {
            return inFlight.removeIf(each -> each == future); // as of a CopyOnWriteArraySet
        }
    }

    private boolean isFoundByHash(F future) {
        return hashed && BY_IDENTITY.get(future.getClass());
    }

    private static <F> int indexNear(List<F> list, F future, int index) {
        int size = list.size();
        int left = Math.min(index, size - 1);
        int right = left + 1;
        for (int i = 0; i < REACH && (left >= 0 || right < size); i++) {
            if (left >= 0 && list.get(left) == future) {
                return left;
            }
            if (right < size && list.get(right) == future) {
                return right;
            }
            left--;
            right++;
        }
        return -1;
    }

    private boolean removeByIterator(F future) {
        Iterator<F> behind = iteratorBehind(future);
        try {
            if (behind != null) {
                behind.remove();
            }
        } catch (ConcurrentModificationException | IllegalStateException e) {
            cursor = null; // the caller has changed the collection since it was found, as it may
            behind = iteratorBehind(future);
            if (behind != null) {
                behind.remove();
            }
        }
        found = null;
        return behind != null;
    }

    /** An iterator that has just returned it: the cursor if it comes later, or a new one; null if it is not there. */
    private @Nullable Iterator<F> iteratorBehind(F future) {
        Iterator<F> from = cursor;
        if (from != null) {
            if (found == future) {
                return from;
            }
            try {
                if (advance(from, future)) {
                    return from;
                }
            } catch (ConcurrentModificationException | NoSuchElementException e) {
                // the caller has changed the collection, as it may
            }
        }
        Iterator<F> all = inFlight.iterator();
        cursor = exact ? all : null;
        return advance(all, future) ? all : null;
    }

    private boolean advance(Iterator<F> from, F future) {
        while (from.hasNext()) {
            if (from.next() == future) {
                found = future;
                return true;
            }
        }
        cursor = null;
        found = null;
        return false;
    }
}
