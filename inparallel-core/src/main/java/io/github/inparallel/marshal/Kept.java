package io.github.inparallel.marshal;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collections whose class cannot be kept cross only if the standard ones of their kind are equal to them. */
final class Kept {

    private static final String INSTEAD = "Pass a collection of the JDK with the same elements";

    private Kept() {}

    static void check(Collection<?> value) {
        if (Types.isJdk(value.getClass())) {
            return;
        }
        Persistence.checkInitialized(value);
        Object standard = value instanceof List
                ? new ArrayList<>(value)
                : value instanceof Set ? new LinkedHashSet<>(value) : null;
        if (!Persistence.isCollection(value)) { // a bag of Hibernate's is equal to itself only
            check(value, standard);
        }
    }

    static void check(Map<?, ?> value) {
        if (value instanceof IdentityHashMap) {
            throw ValueFailure.because("the keys of an IdentityHashMap would be other objects there", INSTEAD);
        }
        if (!Types.isJdk(value.getClass())) {
            Persistence.checkInitialized(value);
            if (!Persistence.isCollection(value)) {
                check(value, new LinkedHashMap<>(value));
            }
        }
    }

    private static void check(Object value, @org.jspecify.annotations.Nullable Object standard) {
        if (isOwn(value.getClass()) || standard == null || !standard.equals(value) || !value.equals(standard)) {
            throw ValueFailure.because(
                    "a " + value.getClass().getName() + " would arrive without what it adds", INSTEAD);
        }
    }

    /** Whether the application's own class has more than its elements. */
    private static boolean isOwn(Class<?> type) {
        for (Class<?> each = type; each != null && Types.isApplication(each); each = each.getSuperclass()) {
            if (!Fields.of(each).stream().allMatch(Field::isSynthetic)) {
                return true;
            }
        }
        return false;
    }
}
