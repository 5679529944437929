package io.github.inparallel.marshal;

import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a creator of Jackson's was given, by the names of properties: one that converts would do so twice. Of one thread. */
final class Given {

    /** One property. */
    private record Property(
            String name, Class<?> type, @Nullable Object value) {}

    static final Refusal CONVERTS = new Refusal(
            "its creator makes something else of what it is given", "Let it take what the object has as it is");

    private final List<Property> all = new ArrayList<>();

    void add(String name, Class<?> type, @Nullable Object value) {
        all.add(new Property(name, type, value));
    }

    /** Where there is a field with the name and type of a property, it has to have its value. */
    void check(Object made) {
        for (Property each : all) {
            Field field = field(made.getClass(), each.name);
            if (field != null && boxed(field.getType()) == boxed(each.type)) {
                check(field, made, each.value);
            }
        }
    }

    private static void check(Field field, Object made, @Nullable Object given) {
        try {
            Object has = field.get(made);
            if (has != given && !Identity.isSame(has, given)) {
                throw CONVERTS.failure();
            }
        } catch (Throwable e) {
            throw ValueFailure.at("." + field.getName(), e);
        }
    }

    private static Class<?> boxed(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }

    /** @return null if there is none, or it is nobody else's to see */
    private static @Nullable Field field(Class<?> type, String name) {
        for (Class<?> each = type; each != null && !Types.isJdk(each); each = each.getSuperclass()) {
            for (Field field : Fields.of(each)) {
                if (field.getName().equals(name)) {
                    return field.trySetAccessible() ? field : null;
                }
            }
        }
        return null;
    }
}
