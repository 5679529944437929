package io.github.inparallel.marshal;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of an exception that are not the JDK's: of the application's classes and its libraries'. */
final class ThrowableFields {

    private ThrowableFields() {}

    /**
     * A field as it is named on the way.
     *
     * @param level how many classes above that of the exception it is declared
     */
    record Named(int level, Field field) {}

    static List<Named> of(Class<?> type) {
        List<Named> fields = new ArrayList<>();
        int level = 0;
        for (Class<?> each = type; each != null && !JdkExceptions.isJdk(each); each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !isOfOuter(field)) {
                    fields.add(new Named(level, field));
                }
            }
            level++;
        }
        return fields;
    }

    /** The object that an inner class belongs to is not its own. */
    private static boolean isOfOuter(Field field) {
        return field.isSynthetic() && field.getName().startsWith("this$");
    }

    /** @return null if there is none here that can be set */
    static @Nullable Field find(Class<?> type, int level, String name) {
        Class<?> owner = type;
        for (int i = 0; i < level && owner != null; i++) {
            owner = owner.getSuperclass();
        }
        if (owner == null || JdkExceptions.isJdk(owner)) {
            return null;
        }
        for (Field field : owner.getDeclaredFields()) {
            if (field.getName().equals(name)
                    && !Modifier.isStatic(field.getModifiers())
                    && !isOfOuter(field)
                    && field.trySetAccessible()) {
                return field;
            }
        }
        return null;
    }
}
