package io.github.inparallel.worker;

import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Without a container: a target is {@code interface=class}; one object of the class is created by its no-argument
 * constructor when it is first called.
 */
public final class PlainBootstrap implements WorkerBootstrap {

    private final Map<String, Object> objects = new ConcurrentHashMap<>();
    private final Map<String, WorkerTarget> targets = new ConcurrentHashMap<>();
    private @Nullable Marshaller marshaller;

    @Override
    public void start(WorkerEnvironment environment) {
        marshaller = new Marshaller(environment.format(), environment.maxPayload(), Marshaller.UNCHANGED);
        if (environment.mapper()) {
            marshaller.prepare();
        }
    }

    @Override
    public Marshaller marshaller() {
        return Objects.requireNonNull(marshaller, "not started");
    }

    @Override
    public WorkerTarget target(String target, String method) {
        WorkerTarget known = targets.get(target + "#" + method);
        return known != null ? known : targets.computeIfAbsent(target + "#" + method, key -> find(target, method));
    }

    private WorkerTarget find(String target, String key) {
        int separator = target.indexOf('=');
        try {
            Class<?> type = Class.forName(target.substring(0, separator));
            Object object = objects.computeIfAbsent(target.substring(separator + 1), PlainBootstrap::create);
            for (Method method : type.getMethods()) {
                if (TaskMethod.key(method).equals(key)) {
                    method.setAccessible(true);
                    TaskMethod taskMethod = TaskMethod.of(target, method, Limits.OF_THE_POOL, marshaller());
                    return new MethodTarget(object, method, taskMethod, TaskMethod.returnsFuture(method));
                }
            }
        } catch (ClassNotFoundException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("There is no " + target + " in the worker", e);
        }
        throw new IllegalArgumentException("There is no " + target + "." + key + " in the worker");
    }

    private static Object create(String type) {
        try {
            Constructor<?> constructor = Class.forName(type).getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    type + " cannot be created in the worker; it needs a no-argument constructor", e);
        }
    }
}
