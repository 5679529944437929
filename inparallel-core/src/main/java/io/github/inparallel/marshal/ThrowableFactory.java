package io.github.inparallel.marshal;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes exceptions of any type without running their constructors, so that demanding ones can be rebuilt too: only one
 * of {@code Throwable}, or of a class of the JDK that the type extends, is run. Uses {@code sun.reflect.ReflectionFactory},
 * supported in the module {@code jdk.unsupported} for exactly this, by reflection, because the compiler's warning about
 * it cannot be silenced. Thread-safe.
 */
final class ThrowableFactory {

    /** By class, and by which constructor makes it: each is code that the JDK generates. */
    private static final ClassValue<Map<Constructor<?>, Constructor<?>>> CONSTRUCTORS = new ClassValue<>() {
        @Override
        protected Map<Constructor<?>, Constructor<?>> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    private ThrowableFactory() {}

    /** One whose cause is not known, or may still be set. */
    static Throwable create(Class<?> type, @Nullable String message) throws ReflectiveOperationException {
        return create(type, Reflection.WITHOUT_CAUSE, message);
    }

    static Throwable create(Class<?> type, @Nullable String message, Throwable cause)
            throws ReflectiveOperationException {
        return create(type, Reflection.WITH_CAUSE, message, cause);
    }

    /** For one that does not let its stack trace be filled in: it has none. */
    static Throwable createWithoutStack(Class<?> type, @Nullable String message, @Nullable Throwable cause)
            throws ReflectiveOperationException {
        return create(type, Reflection.WITHOUT_STACK, message, cause, true, false);
    }

    /** @param by of {@code type} or of a class that it extends */
    static Throwable create(Class<?> type, Constructor<?> by, @Nullable Object... arguments)
            throws ReflectiveOperationException {
        Map<Constructor<?>, Constructor<?>> known = CONSTRUCTORS.get(type);
        Constructor<?> constructor = known.get(by);
        if (constructor == null) {
            constructor = Reflection.constructor(type, by);
            known.put(by, constructor);
        }
        return (Throwable) constructor.newInstance(arguments);
    }

    private static final class Reflection {
        static final Constructor<Throwable> WITHOUT_CAUSE;
        static final Constructor<Throwable> WITH_CAUSE;
        static final Constructor<Throwable> WITHOUT_STACK;
        private static final Object FACTORY;
        private static final Method NEW_CONSTRUCTOR;

        static {
            try {
                Class<?> type = Class.forName("sun.reflect.ReflectionFactory");
                FACTORY = type.getMethod("getReflectionFactory").invoke(null);
                NEW_CONSTRUCTOR = type.getMethod("newConstructorForSerialization", Class.class, Constructor.class);
                WITHOUT_CAUSE = Throwable.class.getDeclaredConstructor(String.class);
                WITH_CAUSE = Throwable.class.getDeclaredConstructor(String.class, Throwable.class);
                WITHOUT_STACK = Throwable.class.getDeclaredConstructor(
                        String.class, Throwable.class, boolean.class, boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        static Constructor<?> constructor(Class<?> type, Constructor<?> by) throws ReflectiveOperationException {
            Constructor<?> constructor = (Constructor<?>) NEW_CONSTRUCTOR.invoke(FACTORY, type, by);
            if (constructor == null) {
                throw new NoSuchMethodException(type.getName());
            }
            return constructor;
        }
    }
}
