package io.github.inparallel.marshal;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** The only object of a class that Kotlin calls an object. */
final class Singleton {

    private Singleton() {}

    /** @return null if the class is another one; known without Kotlin's library, by what its compiler writes */
    static @Nullable Object of(Class<?> type) {
        for (Annotation each : type.getDeclaredAnnotations()) {
            if (each.annotationType().getName().equals("kotlin.Metadata")) {
                return instance(type);
            }
        }
        return null;
    }

    private static @Nullable Object instance(Class<?> type) {
        try {
            Field field = type.getDeclaredField("INSTANCE");
            boolean isOnly = Modifier.isStatic(field.getModifiers()) && field.getType() == type;
            field.setAccessible(true);
            return isOnly ? field.get(null) : null;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
