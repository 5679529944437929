package io.github.inparallel.spring;

import io.github.inparallel.TaskContext;
import io.github.inparallel.marshal.Call;
import io.github.inparallel.marshal.CallEngine;
import io.github.inparallel.marshal.TaskMethod;
import java.lang.reflect.Method;
import java.util.Map;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;

/**
 * Turns a call into a task. Holds no policy: it looks up what was made of the method at start, and submits. Inside a
 * worker the call goes on to the bean.
 */
final class InParallelInterceptor implements MethodInterceptor {

    /**
     * @param reactive how the return type is adapted; null where {@link TaskMethod} knows it
     */
    record Task(
            TaskMethod method, CallEngine engine, @Nullable ReactiveAdapter reactive) {}

    private final MethodsOfTarget<Task> tasks;

    InParallelInterceptor(Class<?> targetClass, Map<Method, Task> tasks) {
        this.tasks = new MethodsOfTarget<>(targetClass, tasks);
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Task task = tasks.get(invocation.getMethod());
        if (task == null || TaskContext.inWorker()) {
            return invocation.proceed();
        }
        @Nullable Object[] arguments = invocation.getArguments();
        if (task.reactive != null) {
            return SingleValues.submitted(task.reactive, () -> task.engine.submit(Call.of(task.method, arguments)));
        }
        return task.method.call(task.engine, arguments);
    }
}
