package io.github.inparallel.worker;

import io.github.inparallel.marshal.MethodCodec;
import io.github.inparallel.marshal.TaskMethod;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A method called by reflection on an object. */
public final class MethodTarget implements WorkerTarget {

    private final Object object;
    private final Method method;
    private final TaskMethod taskMethod;
    private final boolean declaresFuture;

    public MethodTarget(Object object, Method method, TaskMethod taskMethod, boolean declaresFuture) {
        this.object = object;
        this.method = method;
        this.taskMethod = taskMethod;
        this.declaresFuture = declaresFuture;
    }

    @Override
    public MethodCodec codec() {
        return taskMethod.codec();
    }

    @Override
    public ClassLoader classLoader() {
        ClassLoader loader = method.getDeclaringClass().getClassLoader();
        return loader == null ? ClassLoader.getSystemClassLoader() : loader;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments, Map<String, String> attributes) throws Throwable {
        try {
            return method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    @Override
    public boolean declaresFuture() {
        return declaresFuture;
    }
}
