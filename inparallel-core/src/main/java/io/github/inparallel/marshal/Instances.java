package io.github.inparallel.marshal;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Makes the objects of one class: by its constructor without arguments, else without any. That way is
 * {@code sun.reflect.ReflectionFactory}, supported in the module {@code jdk.unsupported} for exactly this.
 */
final class Instances {

    private final Constructor<?> constructor;

    private Instances(Constructor<?> constructor) {
        this.constructor = constructor;
    }

    static Instances of(Class<?> type) {
        Constructor<?> own = withoutArguments(type);
        try {
            if (own == null) {
                own = Serialization.constructor(type);
            }
            own.setAccessible(true);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw ValueFailure.because("objects of " + type.getName() + " cannot be made: " + e.getMessage());
        }
        return new Instances(own);
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
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw ValueFailure.from(e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException e) {
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
