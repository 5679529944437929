package io.github.inparallel.marshal;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the objects of one class: by its constructor without arguments, else without any. That way is
 * {@code sun.reflect.ReflectionFactory}, supported in the module {@code jdk.unsupported} for exactly this.
 */
final class Instances {

    private final Constructor<?> constructor;
    private final @Nullable Method resolving; // what the class says to stand for an object that was read

    private Instances(Constructor<?> constructor, @Nullable Method resolving) {
        this.constructor = constructor;
        this.resolving = resolving;
    }

    static Instances of(Class<?> type) {
        Constructor<?> own = withoutArguments(type);
        try {
            if (own == null) {
                own = Serialization.constructor(type);
            }
            own.setAccessible(true);
            Method resolving = Serializable.class.isAssignableFrom(type) ? resolving(type) : null;
            if (resolving != null) {
                resolving.setAccessible(true);
            }
            return new Instances(own, resolving);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw ValueFailure.because("objects of " + type.getName() + " cannot be made: " + e.getMessage());
        }
    }

    /** That which Java's serialization calls: most who have it return the only object of the class. */
    private static @Nullable Method resolving(Class<?> type) {
        for (Class<?> each = type; each != null && !Types.isJdk(each); each = each.getSuperclass()) {
            try {
                Method found = each.getDeclaredMethod("readResolve");
                boolean isInherited = each == type || !Modifier.isPrivate(found.getModifiers());
                return isInherited && !Modifier.isStatic(found.getModifiers()) ? found : null;
            } catch (NoSuchMethodException e) {
                // perhaps the one above
            }
        }
        return null;
    }

    boolean areResolved() {
        return resolving != null;
    }

    /** What stands for an object that was read: mostly itself. */
    Object resolved(Object read) {
        if (resolving == null) {
            return read;
        }
        Object resolved;
        try {
            resolved = resolving.invoke(read);
        } catch (InvocationTargetException e) {
            throw ValueFailure.from(e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            throw ValueFailure.from(e);
        }
        if (resolved == null || resolved.getClass() != read.getClass()) {
            throw ValueFailure.because("its readResolve() returns something of another class");
        }
        return resolved;
    }

    static @Nullable Constructor<?> withoutArguments(Class<?> type) {
        try {
            return type.getDeclaredConstructor();
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    Object make(Object... arguments) {
        return make(constructor, arguments);
    }

    static Object make(Constructor<?> constructor, @Nullable Object... arguments) {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw ValueFailure.from(e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw ValueFailure.from(e);
        }
    }

    /** By reflection, since the compiler's warning about it cannot be silenced. */
    private static final class Serialization {
        private static final Object FACTORY;
        private static final Method NEW_CONSTRUCTOR;
        private static final Constructor<Object> ROOT;

        static {
            try {
                Class<?> type = Class.forName("sun.reflect.ReflectionFactory");
                FACTORY = type.getMethod("getReflectionFactory").invoke(null);
                NEW_CONSTRUCTOR = type.getMethod("newConstructorForSerialization", Class.class, Constructor.class);
                ROOT = Object.class.getConstructor();
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        static Constructor<?> constructor(Class<?> type) throws ReflectiveOperationException {
            return (Constructor<?>) NEW_CONSTRUCTOR.invoke(FACTORY, type, ROOT);
        }
    }
}
