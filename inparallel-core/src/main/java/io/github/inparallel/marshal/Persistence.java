package io.github.inparallel.marshal;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What Hibernate puts in the place of entities and their collections, known by its names only. */
final class Persistence {

    private static final String PROXY = "org.hibernate.proxy.HibernateProxy";
    private static final String COLLECTION = "org.hibernate.collection.spi.PersistentCollection";
    private static final String BOOKKEEPING = "$$_hibernate_";
    private static final String INTERCEPTOR = "$$_hibernate_attributeInterceptor";
    private static final String INSTEAD = "Fetch it before the call, or pass its id";

    private Persistence() {}

    /** The entity itself. */
    static Object unproxied(Object value) {
        if (!implementsNamed(value.getClass(), PROXY)) {
            return value;
        }
        Object initializer = call(value, PROXY, "getHibernateLazyInitializer");
        if (initializer == null) {
            return value;
        }
        if (Boolean.TRUE.equals(call(initializer, "org.hibernate.proxy.LazyInitializer", "isUninitialized"))) {
            throw ValueFailure.because(
                    "it is a proxy of Hibernate that has not been initialised, of an entity "
                            + value.getClass().getSuperclass().getSimpleName(),
                    INSTEAD);
        }
        Object entity = call(initializer, "org.hibernate.proxy.LazyInitializer", "getImplementation");
        return entity == null ? value : entity;
    }

    static boolean isCollection(Object value) {
        return implementsNamed(value.getClass(), COLLECTION);
    }

    static void checkInitialized(Object collection) {
        if (isCollection(collection) && Boolean.FALSE.equals(call(collection, COLLECTION, "wasInitialized"))) {
            throw ValueFailure.because("it is a collection of Hibernate that has not been initialised", INSTEAD);
        }
    }

    /** Of an entity whose attributes are fetched one by one. */
    static void checkAttributes(Object entity) {
        try {
            Field field = entity.getClass().getDeclaredField(INTERCEPTOR);
            field.setAccessible(true);
            Object interceptor = field.get(entity);
            if (interceptor != null
                    && Boolean.TRUE.equals(call(
                            interceptor,
                            "org.hibernate.bytecode.enhance.spi.interceptor.BytecodeLazyAttributeInterceptor",
                            "hasAnyUninitializedAttributes"))) {
                throw ValueFailure.because("it has attributes that Hibernate has not fetched", INSTEAD);
            }
        } catch (ReflectiveOperationException e) {
            // it is not enhanced so
        }
    }

    /** Whether it says how Hibernate manages the entity, and nothing of it. */
    static boolean isBookkeeping(Field field) {
        return field.getName().startsWith(BOOKKEEPING);
    }

    static boolean isEnhanced(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if (field.getName().equals(INTERCEPTOR)) {
                return true;
            }
        }
        return false;
    }

    private static boolean implementsNamed(@Nullable Class<?> type, String name) {
        if (type == null || Types.isJdk(type)) {
            return false;
        }
        for (Class<?> parent : type.getInterfaces()) {
            if (parent.getName().equals(name) || implementsNamed(parent, name)) {
                return true;
            }
        }
        return implementsNamed(type.getSuperclass(), name);
    }

    private static @Nullable Object call(Object target, String type, String name) {
        try {
            Method method = Class.forName(type, false, target.getClass().getClassLoader())
                    .getMethod(name);
            return method.invoke(target);
        } catch (ReflectiveOperationException e) {
            return null; // another version of Hibernate: by field, as any other object
        }
    }
}
