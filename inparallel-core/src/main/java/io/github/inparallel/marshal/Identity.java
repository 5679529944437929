package io.github.inparallel.marshal;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which objects are equal only to themselves. */
final class Identity {

    private static final ClassValue<Boolean> IS_EQUALITY = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod("equals", Object.class).getDeclaringClass() == Object.class;
            } catch (NoSuchMethodException | LinkageError e) {
                return false;
            }
        }
    };

    private Identity() {}

    /** Whether elements of a set or keys of a map have to be checked; asked once for all of them. */
    static boolean isToBeChecked(ValueWriter out, Codec codec) {
        return !out.hasIdentities() && (!(codec instanceof Scalar) || codec.isShared());
    }

    /** One that is found by its identity has to be the same object wherever it is. */
    static void check(@Nullable Object element) {
        if (element != null && IS_EQUALITY.get(element.getClass())) {
            throw ValueFailure.ofIdentities();
        }
    }

    /** Whether one is a copy of the other, as far as it can be known. */
    static boolean isSame(@Nullable Object one, @Nullable Object other) {
        if (one instanceof List<?> list && other instanceof List<?> others && list.size() == others.size()) {
            Iterator<?> rest = others.iterator();
            for (Object each : list) {
                if (!rest.hasNext() || !isSame(each, rest.next())) {
                    return false;
                }
            }
            return true;
        }
        return Objects.deepEquals(one, other)
                || one != null
                        && other != null
                        && one.getClass() == other.getClass()
                        && !one.getClass().isArray()
                        && IS_EQUALITY.get(one.getClass());
    }
}
