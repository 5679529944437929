package io.github.inparallel.spring;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/** Finds what belongs to a method of a class, also when it is called as an interface's method. Thread-safe. */
final class MethodsOfTarget<V> {

    private final Class<?> targetClass;
    private final Map<Method, V> values;
    private final Map<Method, Optional<V>> called = new ConcurrentHashMap<>();

    MethodsOfTarget(Class<?> targetClass, Map<Method, V> values) {
        this.targetClass = targetClass;
        this.values = Map.copyOf(values);
    }

    @Nullable
    V get(Method method) {
        Optional<V> known = called.get(method);
        if (known == null) {
            known = Optional.ofNullable(values.get(AopUtils.getMostSpecificMethod(method, targetClass)));
            called.put(method, known);
        }
        return known.orElse(null);
    }
}
