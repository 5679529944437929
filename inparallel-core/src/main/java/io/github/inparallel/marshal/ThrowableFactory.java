package io.github.inparallel.marshal;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes exceptions of any type without running their constructors, so that demanding ones can be rebuilt too: only
 * {@code Throwable}'s own constructor runs. Uses {@code sun.reflect.ReflectionFactory}, supported in the module
 * {@code jdk.unsupported} for exactly this, by reflection, because the compiler's warning about it cannot be silenced.
 */
final class ThrowableFactory {

    private static final Logger log = LoggerFactory.getLogger(ThrowableFactory.class);

    private ThrowableFactory() {}

    /** @return the exception; null where the type is not known here, is no throwable, or would say something else */
    static @Nullable Throwable create(
            String type, @Nullable String message, @Nullable Throwable cause, ClassLoader loader) {
        try {
            Class<?> found = Class.forName(type, false, loader);
            if (!Throwable.class.isAssignableFrom(found)) {
                return null;
            }
            Throwable failure = (Throwable) Reflection.constructor(found).newInstance(message, cause);
            return Objects.equals(failure.getMessage(), message) && failure.getCause() == cause ? failure : null;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            log.debug("{} cannot be rebuilt here", type, e);
            return null;
        }
    }

    private static final class Reflection {
        private static final Object FACTORY;
        private static final Method NEW_CONSTRUCTOR;
        private static final Constructor<Throwable> ROOT;

        static {
            try {
                Class<?> type = Class.forName("sun.reflect.ReflectionFactory");
                FACTORY = type.getMethod("getReflectionFactory").invoke(null);
                NEW_CONSTRUCTOR = type.getMethod("newConstructorForSerialization", Class.class, Constructor.class);
                ROOT = Throwable.class.getDeclaredConstructor(String.class, Throwable.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        static Constructor<?> constructor(Class<?> type) throws ReflectiveOperationException {
            Constructor<?> constructor = (Constructor<?>) NEW_CONSTRUCTOR.invoke(FACTORY, type, ROOT);
            if (constructor == null) {
                throw new NoSuchMethodException(type.getName());
            }
            return constructor;
        }
    }
}
