package io.github.inparallel.marshal;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.inparallel.MarshallingException;
import java.io.File;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JavaType;

/** Refuses, before anything runs, types of which it can be seen that they cannot cross. */
final class SignatureCheck {

    /** Abstract types that Jackson rebuilds without type information. */
    private static final List<Class<?>> KNOWN_ABSTRACT = List.of(
            CharSequence.class,
            Number.class,
            Path.class,
            java.util.Calendar.class,
            java.time.ZoneId.class,
            java.util.TimeZone.class,
            java.nio.ByteBuffer.class,
            java.nio.charset.Charset.class);

    /** Concrete or abstract, they stand for something of this process. */
    private static final List<Class<?>> NEVER = List.of(
            AutoCloseable.class,
            Runnable.class,
            java.util.concurrent.Callable.class,
            Thread.class,
            ClassLoader.class,
            java.util.concurrent.Executor.class,
            java.util.concurrent.locks.Lock.class);

    private static final Set<Class<?>> OPTIONALS =
            Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

    private final String displayName;

    SignatureCheck(String displayName) {
        this.displayName = displayName;
    }

    void check(String name, JavaType type) {
        Class<?> raw = type.getRawClass();
        if (raw.isPrimitive() || raw.isEnum() || raw == Void.class || raw == File.class || OPTIONALS.contains(raw)) {
            checkContained(name, type);
            return;
        }
        if (raw == Object.class) {
            throw refused(name, type, "its real type would be lost. Declare the type");
        }
        if (NEVER.stream().anyMatch(never -> never.isAssignableFrom(raw))) {
            throw refused(name, type, "it belongs to this process. Pass the data, or a path or an id to open it there");
        }
        if (Throwable.class.isAssignableFrom(raw)) {
            throw refused(name, type, "exceptions cross only by being thrown. Pass what there is to know of it");
        }
        if (type.isArrayType() || Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw)) {
            checkContained(name, type);
            return;
        }
        if (Modifier.isAbstract(raw.getModifiers()) && !rebuiltWithoutHelp(raw)) {
            throw refused(
                    name,
                    type,
                    "it is abstract. Declare a concrete type, or put Jackson's @JsonTypeInfo and @JsonSubTypes on it");
        }
        checkContained(name, type);
    }

    private void checkContained(String name, JavaType type) {
        if (type.getContentType() != null) {
            check(name, type.getContentType());
        }
        if (type.getKeyType() == null || type.getContentType() == null) {
            for (JavaType argument : type.getBindings().getTypeParameters()) {
                check(name, argument);
            }
        }
    }

    private static boolean rebuiltWithoutHelp(Class<?> raw) {
        return KNOWN_ABSTRACT.contains(raw)
                || hasTypeInfo(raw)
                || raw.getName().startsWith("tools.jackson.")
                || raw.isAnnotationPresent(tools.jackson.databind.annotation.JsonDeserialize.class);
    }

    private static boolean hasTypeInfo(Class<?> raw) {
        if (raw.isAnnotationPresent(JsonTypeInfo.class)) {
            return true;
        }
        for (Class<?> parent : raw.getInterfaces()) {
            if (hasTypeInfo(parent)) {
                return true;
            }
        }
        return raw.getSuperclass() != null && hasTypeInfo(raw.getSuperclass());
    }

    private MarshallingException refused(String name, JavaType type, String why) {
        return new MarshallingException(
                displayName + ": " + name + " (" + type.toCanonical() + ") cannot cross to another process: " + why,
                null);
    }
}
