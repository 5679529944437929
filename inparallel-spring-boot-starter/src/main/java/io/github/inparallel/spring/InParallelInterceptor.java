package io.github.inparallel.spring;

import io.github.inparallel.TaskContext;
import io.github.inparallel.call.Call;
import io.github.inparallel.call.CallEngine;
import io.github.inparallel.call.CallerWait;
import io.github.inparallel.marshal.TaskMethod;
import java.lang.reflect.Method;
import java.util.Map;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;

/**
 * Turns a call into a task. The interceptor holds no policy: it looks up what was made of the method at start, and
 * submits. Inside a worker the call goes on to the bean.
 */
final class InParallelInterceptor implements MethodInterceptor {

    /**
     * Method as it was prepared at start.
     *
     * @param engine runs its calls
     * @param caller how its callers wait, if it returns no reactive type
     * @param reactive makes its return type of a publisher; null if it returns no reactive type
     */
    record Task(
            TaskMethod method,
            CallEngine engine,
            CallerWait caller,
            @Nullable ReactiveAdapter reactive) {}

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
            return SingleValues.submitted(
                    task.reactive, () -> task.engine.submit(Call.of(task.method, arguments, false)));
        }
        return task.caller.returned(task.engine.submit(Call.of(task.method, arguments, task.caller.blocks())));
    }
}
