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
    private final @Nullable Method replacing; // what the class says to be written for an object
    private final @Nullable Method resolving; // and to stand for one that was read: most return the only one

    private Instances(Constructor<?> constructor, @Nullable Method replacing, @Nullable Method resolving) {
        this.constructor = constructor;
        this.replacing = replacing;
        this.resolving = resolving;
    }

    static Instances of(Class<?> type) {
        Constructor<?> own = withoutArguments(type);
        try {
            if (own == null) {
                own = Serialization.constructor(type);
            }
            own.setAccessible(true);
            return new Instances(own, declared(type, "writeReplace"), declared(type, "readResolve"));
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw ValueFailure.because("objects of " + type.getName() + " cannot be made: " + e.getMessage());
        }
    }

    /** One that Java's serialization calls. */
    private static @Nullable Method declared(Class<?> type, String name) {
        for (Class<?> each = type;
                Serializable.class.isAssignableFrom(type) && each != null && !Types.isJdk(each);
                each = each.getSuperclass()) {
            try {
                Method found = each.getDeclaredMethod(name);
                boolean isInherited = each == type || !Modifier.isPrivate(found.getModifiers());
                if (!isInherited || Modifier.isStatic(found.getModifiers())) {
                    return null;
                }
                found.setAccessible(true);
                return found;
            } catch (NoSuchMethodException e) {
                // perhaps the one above
            }
        }
        return null;
    }

    /** Before one is written without its transient fields: some write then in others what they would lose. */
    void prepare(Object written) {
        if (replacing != null && called(replacing, written) != written) {
            throw ValueFailure.because("its writeReplace() returns another object");
        }
    }

    boolean areResolved() {
        return resolving != null;
    }

    /** What stands for an object that was read: mostly itself. */
    Object resolved(Object read) {
        if (resolving == null) {
            return read;
        }
        Object resolved = called(resolving, read);
        if (resolved == null || resolved.getClass() != read.getClass()) {
            throw ValueFailure.because("its readResolve() returns something of another class");
        }
        return resolved;
    }

    private static @Nullable Object called(Method method, Object target) {
        try {
            return method.invoke(target);
        } catch (InvocationTargetException e) {
            throw ValueFailure.from(e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            throw ValueFailure.from(e);
        }
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
