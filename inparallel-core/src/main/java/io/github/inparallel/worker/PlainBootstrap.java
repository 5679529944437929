package io.github.inparallel.worker;

import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Without a container: a target is {@code interface=class}; one object of the class is created by its no-argument
 * constructor when it is first called.
 */
public final class PlainBootstrap implements WorkerBootstrap {

    // No lambda in here: the first task of a worker would wait for its linking.
    private static final Function<String, Object> CREATE = new Function<>() {
        @Override
        public Object apply(String type) {
            return create(type);
        }
    };

    private final Map<String, Object> objects = new ConcurrentHashMap<>();
    private final Map<String, TaskMethod> methods = new HashMap<>(); // written before the worker is ready
    private final Map<String, WorkerTarget> targets = new ConcurrentHashMap<>();
    private volatile @Nullable Last last; // written by any slot: only a hint
    private @Nullable Marshaller marshaller;

    @Override
    public void start(WorkerEnvironment environment) {
        marshaller = new Marshaller(environment.format(), environment.maxPayload(), Marshaller.UNCHANGED);
        if (environment.mapper()) {
            marshaller.prepare();
        }
        for (String id : environment.called()) {
            int separator = id.indexOf('#');
            prepare(id.substring(0, separator), id.substring(separator + 1));
        }
    }

    @Override
    public Marshaller marshaller() {
        return Objects.requireNonNull(marshaller, "not started");
    }

    @Override
    public boolean startsApplication() {
        return false;
    }

    @Override
    public WorkerTarget target(String target, String method) {
        Last before = last;
        if (before != null && before.is(target, method)) {
            return before.found;
        }
        String key = target + "#" + method;
        WorkerTarget known = targets.get(key);
        if (known == null) {
            known = find(target, method);
            targets.put(key, known); // two that find it at once find the same
        }
        last = new Last(target, method, known);
        return known;
    }

    /** What was called last. A slot that is asked for the same method again gives the same two strings. */
    private record Last(String target, String method, WorkerTarget found) {
        @SuppressWarnings("ReferenceEquality") // others are looked up as ever
        boolean is(String otherTarget, String otherMethod) {
            return target == otherTarget && method == otherMethod;
        }
    }

    /** So that the first task of it need not wait. Its object is made, and its class initialised, by the task itself. */
    private void prepare(String target, String key) {
        try {
            TaskMethod found = method(target, key);
            methods.put(target + "#" + key, found);
            Class.forName(implementation(target), false, PlainBootstrap.class.getClassLoader());
            link(found.method());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            // a task that needs it says so
        }
    }

    /** Has the JDK make its way to the method, which takes JDK 25 milliseconds; without an object the call is then refused. */
    private static void link(Method method) throws ReflectiveOperationException {
        if (!Modifier.isStatic(method.getModifiers())) {
            try {
                method.invoke(null, new Object[method.getParameterCount()]);
            } catch (NullPointerException e) {
                // as it should be
            }
        }
    }

    private WorkerTarget find(String target, String key) {
        try {
            Object object = objects.computeIfAbsent(implementation(target), CREATE);
            TaskMethod prepared = methods.get(target + "#" + key);
            TaskMethod method = prepared != null ? prepared : method(target, key);
            return new MethodTarget(object, method.method(), method, TaskMethod.returnsFuture(method.method()));
        } catch (ClassNotFoundException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("There is no " + target + " in the worker", e);
        }
    }

    private static String implementation(String target) {
        return target.substring(target.indexOf('=') + 1);
    }

    private TaskMethod method(String target, String key) throws ClassNotFoundException {
        Class<?> type = Class.forName(target.substring(0, target.indexOf('=')));
        for (Method method : type.getMethods()) {
            if (TaskMethod.key(method).equals(key)) {
                method.setAccessible(true);
                Class<?> owner = Class.forName(implementation(target), false, PlainBootstrap.class.getClassLoader());
                return TaskMethod.of(target, method, owner, Limits.OF_THE_POOL, marshaller());
            }
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
