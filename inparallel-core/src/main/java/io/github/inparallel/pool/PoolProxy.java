package io.github.inparallel.pool;

import io.github.inparallel.InParallel;
import io.github.inparallel.call.Call;
import io.github.inparallel.call.CallerWait;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.units.TimeoutText;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns calls of an interface's methods into tasks. */
final class PoolProxy implements InvocationHandler {

    private final WorkerPool pool;
    private final Class<?> type;
    private final Map<Method, Task> tasks = new HashMap<>();

    /** What was made of a method when the proxy was. */
    private record Task(TaskMethod method, CallerWait caller) {}

    private PoolProxy(WorkerPool pool, Class<?> type, Class<?> implementation) {
        this.pool = pool;
        this.type = type;
        for (Method method : type.getMethods()) {
            InParallel annotation = annotation(method, implementation);
            if (annotation != null) {
                TaskMethod task = TaskMethod.of(
                        type.getName() + "=" + implementation.getName(),
                        method,
                        implementation,
                        limits(method, annotation),
                        pool.marshaller());
                task.check();
                tasks.put(method, new Task(task, new CallerWait(task)));
            } else if (Modifier.isAbstract(method.getModifiers())) {
                throw new IllegalArgumentException(method.toGenericString()
                        + " carries no @InParallel: there is no object in this process that could run it");
            }
        }
    }

    private static Limits limits(Method method, InParallel annotation) {
        try {
            return new Limits(TimeoutText.parse(annotation.timeout()), annotation.retries());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("@InParallel on " + method.toGenericString() + ": " + e.getMessage(), e);
        }
    }

    static <T> T create(WorkerPool pool, Class<T> type, Class<? extends T> implementation) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type.getName() + " is not an interface");
        }
        if (Arrays.stream(implementation.getDeclaredConstructors())
                .noneMatch(constructor -> constructor.getParameterCount() == 0)) {
            throw new IllegalArgumentException(implementation.getName() + " has no no-argument constructor");
        }
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new PoolProxy(pool, type, implementation)));
    }

    private static @Nullable InParallel annotation(Method method, Class<?> implementation) {
        InParallel declared = method.getAnnotation(InParallel.class);
        if (declared != null) {
            return declared;
        }
        InParallel onType = method.getDeclaringClass().getAnnotation(InParallel.class);
        try {
            InParallel implemented = implementation
                    .getMethod(method.getName(), method.getParameterTypes())
                    .getAnnotation(InParallel.class);
            return implemented == null ? onType : implemented;
        } catch (NoSuchMethodException e) {
            return onType;
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
        Task task = tasks.get(method);
        if (task != null) {
            return task.caller.returned(pool.submit(Call.of(task.method, given, task.caller.blocks())));
        }
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, given);
        }
        return switch (method.getName()) {
            case "equals" -> proxy == given[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> type.getSimpleName() + " in pool '" + pool.name() + "'";
        };
    }
}
