package io.github.inparallel.spring;

import io.github.inparallel.InParallel;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Method that carries {@link InParallel}, itself or by its type, with the annotation's words.
 *
 * @param method the method of the bean's class
 * @param pool name of its pool
 * @param timeout as written; empty is the pool's
 * @param retries -1 is the pool's
 */
public record InParallelMethod(Method method, String pool, String timeout, int retries) {

    /** Name of the pool of methods that name none. */
    public static final String DEFAULT_POOL = "default";

    /**
     * Finds all such methods of a class, those of superclasses and interfaces included. An annotation on a method
     * comes before one on a type; one on a type covers the public methods that the type declares.
     *
     * @throws InvalidInParallelMethodException if one of them cannot be intercepted, or names two pools
     */
    public static Map<Method, InParallelMethod> of(Class<?> type) {
        return of(type, problem -> {
            throw problem;
        });
    }

    /** The same, with those left out that cannot run in workers. */
    static Map<Method, InParallelMethod> of(Class<?> type, Consumer<InvalidInParallelMethodException> problems) {
        if (!AnnotationUtils.isCandidateClass(type, InParallel.class)) {
            return Map.of();
        }
        Map<Method, InParallelMethod> found = new LinkedHashMap<>();
        Set<Class<?>> annotatedTypes = annotatedTypes(type);
        for (Method method : ReflectionUtils.getUniqueDeclaredMethods(type, InParallelMethod::isWritten)) {
            try {
                MergedAnnotation<InParallel> annotation = annotation(method, annotatedTypes);
                if (annotation != null && annotation.isPresent()) {
                    found.put(method, declared(method, annotation));
                }
            } catch (InvalidInParallelMethodException e) {
                problems.accept(e);
            }
        }
        return found;
    }

    private static @Nullable MergedAnnotation<InParallel> annotation(Method method, Set<Class<?>> annotatedTypes) {
        MergedAnnotation<InParallel> own =
                MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).get(InParallel.class);
        if (!own.isPresent()) {
            return ofType(method, annotatedTypes);
        }
        checkInterceptable(method);
        return own;
    }

    private static boolean isWritten(Method method) {
        return !method.isSynthetic() && !method.isBridge() && method.getDeclaringClass() != Object.class;
    }

    private static Set<Class<?>> annotatedTypes(Class<?> type) {
        Set<Class<?>> types = new LinkedHashSet<>();
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            types.add(each);
        }
        types.addAll(ClassUtils.getAllInterfacesForClassAsSet(type));
        types.removeIf(
                each -> !MergedAnnotations.from(each, SearchStrategy.DIRECT).isPresent(InParallel.class));
        return types;
    }

    private static @Nullable MergedAnnotation<InParallel> ofType(Method method, Set<Class<?>> annotatedTypes) {
        if (!Modifier.isPublic(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
            return null;
        }
        for (Class<?> type : annotatedTypes) {
            if (type == method.getDeclaringClass() || declares(type, method)) {
                checkInterceptable(method);
                return MergedAnnotations.from(type, SearchStrategy.DIRECT).get(InParallel.class);
            }
        }
        return null;
    }

    private static boolean declares(Class<?> type, Method method) {
        try {
            return isWritten(type.getDeclaredMethod(method.getName(), method.getParameterTypes()));
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static InParallelMethod declared(Method method, MergedAnnotation<InParallel> annotation) {
        String value = annotation.getString("value");
        String pool = annotation.getString("pool");
        if (!value.isEmpty() && !pool.isEmpty() && !value.equals(pool)) {
            throw new InvalidInParallelMethodException(
                    "@InParallel on " + method.toGenericString() + " names two pools, '" + value + "' and '" + pool
                            + "'",
                    "Name one of them, as the annotation's value.",
                    null);
        }
        String name = !value.isEmpty() ? value : !pool.isEmpty() ? pool : DEFAULT_POOL;
        return new InParallelMethod(method, name, annotation.getString("timeout"), annotation.getInt("retries"));
    }

    private static void checkInterceptable(Method method) {
        if (MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(Bean.class)) {
            // Named without the class that Spring generates for a configuration, whose methods are final.
            throw new InvalidInParallelMethodException(
                    "@InParallel method "
                            + ClassUtils.getUserClass(method.getDeclaringClass())
                                    .getName() + "." + method.getName()
                            + " is a @Bean method: the application and each worker call it for a bean of their own",
                    "Put @InParallel on the methods of the bean's class that are to run in workers.",
                    null);
        }
        int modifiers = method.getModifiers();
        String what = Modifier.isPrivate(modifiers)
                ? "private"
                : Modifier.isStatic(modifiers) ? "static" : Modifier.isFinal(modifiers) ? "final" : "";
        if (!what.isEmpty()) {
            throw new InvalidInParallelMethodException(
                    "@InParallel method " + method.toGenericString() + " is " + what
                            + ", so calls of it cannot be intercepted",
                    "Remove '" + what + "', or the annotation.",
                    null);
        }
        Class<?>[] parameters = method.getParameterTypes();
        if (parameters.length > 0
                && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation")) {
            throw new InvalidInParallelMethodException(
                    "@InParallel method " + method.toGenericString()
                            + " is a suspend function, which cannot run in a worker",
                    "Return a CompletableFuture instead.",
                    null);
        }
    }
}
