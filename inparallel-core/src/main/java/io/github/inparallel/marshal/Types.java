package io.github.inparallel.marshal;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose a class is: the JDK's, a library's, or the application's own. */
final class Types {

    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    /** Packages of libraries, whose base classes say nothing of what stands in their place. */
    private static final List<String> LIBRARIES = List.of(
            "ch.qos.",
            "com.fasterxml.",
            "com.google.",
            "com.mongodb.",
            "groovy.",
            "io.grpc.",
            "io.micrometer.",
            "io.netty.",
            "io.reactivex.",
            "io.vavr.",
            "jakarta.",
            "java.",
            "javax.",
            "jdk.",
            "kotlin.",
            "kotlinx.",
            "net.bytebuddy.",
            "org.apache.",
            "org.bson.",
            "org.eclipse.",
            "org.hibernate.",
            "org.jboss.",
            "org.reactivestreams.",
            "org.slf4j.",
            "org.springframework.",
            "reactor.",
            "scala.",
            "tools.jackson.");

    private static final String SAMPLES = "org.springframework.samples.";

    private Types() {}

    static boolean isJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == PLATFORM;
    }

    /** The application's own: then the name of a subclass crosses. */
    static boolean isApplication(Class<?> type) {
        if (isJdk(type)) {
            return false;
        }
        String name = type.getName();
        return name.startsWith(SAMPLES) || LIBRARIES.stream().noneMatch(name::startsWith);
    }

    static boolean isAbstract(Class<?> type) {
        return Modifier.isAbstract(type.getModifiers());
    }

    /** Made at run time, so another process does not know it. */
    static boolean isGenerated(Class<?> type) {
        return type.isHidden()
                || type.isSynthetic()
                || Proxy.isProxyClass(type)
                || type.getName().contains("$$")
                || type.getName().contains("$HibernateProxy")
                || type.getName().contains("$MockitoMock$");
    }

    /** Whether it, or what it is made of, carries Jackson's type information. */
    static boolean hasTypeInfo(@Nullable Class<?> type) {
        if (type == null || isJdk(type)) {
            return false;
        }
        if (type.isAnnotationPresent(JsonTypeInfo.class) || hasTypeInfo(type.getSuperclass())) {
            return true;
        }
        for (Class<?> parent : type.getInterfaces()) {
            if (hasTypeInfo(parent)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a value of another class may stand for one of the declared class. */
    static boolean mayStandFor(Class<?> declared, Class<?> actual) {
        return declared.isAssignableFrom(actual)
                && (!isAbstract(actual) || actual.isEnum())
                && (declared.isSealed()
                        || hasTypeInfo(declared)
                        || KnownTypes.mayStandFor(declared, actual)
                        || isApplication(declared) && isApplication(actual));
    }
}
