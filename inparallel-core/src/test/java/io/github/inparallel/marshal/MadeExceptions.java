package io.github.inparallel.marshal;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Exceptions of any class, made by its public constructors with arguments that are made up; and what they say. */
final class MadeExceptions {

    private static final Set<String> NOT_ASKED = Set.of(
            "getStackTrace",
            "getSuppressed",
            "getCause",
            "fillInStackTrace",
            "hashCode",
            "getClass",
            "iterator",
            "spliterator");

    private int next = 1;

    /** One for each constructor that can be called. */
    List<Throwable> of(Class<?> type) {
        List<Throwable> made = new ArrayList<>();
        if (Modifier.isAbstract(type.getModifiers())) {
            return made;
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            try {
                Throwable failure = (Throwable) constructor.newInstance(Arrays.stream(constructor.getParameterTypes())
                        .map(this::argument)
                        .toArray());
                if (!(failure.getMessage() + failure).isEmpty()) { // some fail at that
                    made.add(failure);
                }
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                // it wants something else
            }
        }
        return made;
    }

    private @Nullable Object argument(Class<?> type) {
        int number = next++;
        if (type == String.class || type == CharSequence.class || type == Object.class) {
            return "text" + number;
        } else if (type == int.class || type == Integer.class) {
            return number;
        } else if (type == long.class || type == Long.class) {
            return (long) number;
        } else if (type == short.class) {
            return (short) number;
        } else if (type == byte.class) {
            return (byte) number;
        } else if (type == char.class) {
            return (char) ('a' + number % 26);
        } else if (type == double.class) {
            return number / 2.0;
        } else if (type == boolean.class) {
            return true;
        } else if (type == Class.class) {
            return Long.class;
        } else if (type == Locale.class) {
            return Locale.FRENCH;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[number % type.getEnumConstants().length];
        } else if (type.isArray()) {
            Object array = Array.newInstance(type.getComponentType(), 2);
            Array.set(array, 0, argument(type.getComponentType()));
            Array.set(array, 1, argument(type.getComponentType()));
            return array;
        } else if (type.isAssignableFrom(ArrayList.class)) {
            return new ArrayList<>(List.of("a" + number, "b"));
        } else if (type == Set.class) {
            return Set.of("c" + number);
        } else if (type == Map.class) {
            return Map.of("d", "e" + number);
        } else if (type == Throwable.class || type == Exception.class || type == IOException.class) {
            return new IOException("cause " + number);
        } else if (type == Error.class) {
            return new AssertionError("cause " + number);
        } else if (Throwable.class.isAssignableFrom(type)) {
            return of(type).stream().findFirst().orElse(null);
        }
        return null;
    }

    /** What its public methods and fields tell. */
    static Map<String, @Nullable Object> told(Throwable failure) {
        Map<String, @Nullable Object> told = new TreeMap<>();
        for (Method method : failure.getClass().getMethods()) {
            if (method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getReturnType() != void.class
                    && Modifier.isPublic(method.getDeclaringClass().getModifiers())
                    && !NOT_ASKED.contains(method.getName())) {
                try {
                    told.put(method.getName(), comparable(method.invoke(failure)));
                } catch (ReflectiveOperationException e) {
                    told.put(method.getName(), "fails");
                }
            }
        }
        for (Field field : failure.getClass().getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                try {
                    told.put(field.getName(), comparable(field.get(failure)));
                } catch (ReflectiveOperationException e) {
                    told.put(field.getName(), "fails");
                }
            }
        }
        return told;
    }

    private static @Nullable Object comparable(@Nullable Object value) {
        if (value instanceof Throwable other) {
            return other.toString();
        }
        return value != null && value.getClass().isArray() ? Arrays.deepToString(new Object[] {value}) : value;
    }

    /** What does not cross, as the copy says. */
    static String notes(Throwable copy) {
        StringBuilder notes = new StringBuilder();
        for (Throwable each : copy.getSuppressed()) {
            notes.append(each.getMessage()).append('\n');
        }
        return notes.toString();
    }
}
