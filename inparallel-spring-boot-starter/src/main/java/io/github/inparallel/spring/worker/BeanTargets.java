package io.github.inparallel.spring.worker;

import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.MethodCodec;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.spring.AdviceSides;
import io.github.inparallel.spring.InParallelMethod;
import io.github.inparallel.spring.SingleValues;
import io.github.inparallel.spring.TaskSurroundings;
import io.github.inparallel.worker.MethodTarget;
import io.github.inparallel.worker.WorkerTarget;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ReflectionUtils;

/** Finds the bean and the method that a call is for. Thread-safe. */
final class BeanTargets {

    private final BeanFactory beans;
    private final AdviceSides sides;
    private final Marshaller marshaller;
    private final TaskSurroundings surroundings;
    private final Map<String, WorkerTarget> known = new ConcurrentHashMap<>();
    private volatile @Nullable Last last; // written by any slot: only a hint

    BeanTargets(BeanFactory beans, AdviceSides sides, Marshaller marshaller, TaskSurroundings surroundings) {
        this.beans = beans;
        this.sides = sides;
        this.marshaller = marshaller;
        this.surroundings = surroundings;
    }

    WorkerTarget find(String beanName, String key) {
        Last before = last;
        if (before != null && before.is(beanName, key)) {
            return before.found;
        }
        String id = beanName + "#" + key;
        WorkerTarget target = known.get(id);
        if (target == null) {
            target = create(beanName, key);
            if (!beans.isSingleton(beanName)) {
                return target;
            }
            known.put(id, target);
        }
        last = new Last(beanName, key, target);
        return target;
    }

    /** What was called last. A slot that is asked for the same method again gives the same two strings. */
    private record Last(String beanName, String key, WorkerTarget found) {
        @SuppressWarnings("ReferenceEquality") // others are looked up as ever
        boolean is(String otherName, String otherKey) {
            return beanName == otherName && key == otherKey;
        }
    }

    private WorkerTarget create(String beanName, String key) {
        Object bean;
        try {
            bean = beans.getBean(beanName);
        } catch (NoSuchBeanDefinitionException e) {
            throw new IllegalArgumentException(
                    "There is no bean '" + beanName
                            + "' in the worker; does a profile or a condition leave it out there?",
                    e);
        }
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        for (Method method : InParallelMethod.of(type).keySet()) {
            if (TaskMethod.key(method).equals(key)) {
                return target(sides.bodyOf(bean), type, beanName, method);
            }
        }
        throw new IllegalArgumentException(
                "Bean '" + beanName + "' in the worker, of " + type.getName() + ", has no @InParallel method " + key);
    }

    private WorkerTarget target(Object body, Class<?> type, String beanName, Method method) {
        Method invocable = AopUtils.selectInvocableMethod(method, body.getClass());
        ReflectionUtils.makeAccessible(invocable);
        ReactiveAdapter adapter =
                ReactiveAdapterRegistry.getSharedInstance().hasAdapters() ? SingleValues.adapter(method) : null;
        if (adapter == null) {
            TaskMethod task = TaskMethod.of(beanName, method, type, Limits.OF_THE_POOL, marshaller);
            return new SurroundedTarget(
                    new MethodTarget(body, invocable, task, TaskMethod.returnsFuture(method)),
                    task.displayName(),
                    surroundings,
                    null);
        }
        TaskMethod task =
                new TaskMethod(beanName, method, type, SingleValues.valueType(method), Limits.OF_THE_POOL, marshaller);
        return new SurroundedTarget(
                new MethodTarget(body, invocable, task, true), task.displayName(), surroundings, adapter);
    }

    /**
     * Body with what its caller had around it.
     *
     * @param adapter for a body that returns a reactive type
     */
    private record SurroundedTarget(
            MethodTarget body,
            String name,
            TaskSurroundings surroundings,
            @Nullable ReactiveAdapter adapter) implements WorkerTarget {

        @Override
        public MethodCodec codec() {
            return body.codec();
        }

        @Override
        public ClassLoader classLoader() {
            return body.classLoader();
        }

        @Override
        public @Nullable Object invoke(@Nullable Object[] arguments, Map<String, String> attributes) throws Throwable {
            return surroundings.run(name, attributes, () -> {
                Object returned = body.invoke(arguments, attributes);
                return returned == null || adapter == null ? returned : SingleValues.awaited(adapter, returned);
            });
        }

        @Override
        public boolean declaresFuture() {
            return body.declaresFuture();
        }
    }
}
