package io.github.inparallel.spring;

import io.github.inparallel.call.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Surroundings of tasks: captures on the caller's thread what travels beside the arguments, and restores it around
 * the body in the worker. Both sides are shown to the instrumentation. Thread-safe.
 */
public final class TaskSurroundings {

    private static final Logger log = LoggerFactory.getLogger(TaskSurroundings.class);

    private static final List<TaskContextPropagator> OWN = List.of(new MdcPropagator(), new LocalePropagator());

    private final List<TaskContextPropagator> propagators;
    private final TaskInstrumentation instrumentation;

    /** @param propagators the application's own, beside those for MDC and locale */
    public TaskSurroundings(List<TaskContextPropagator> propagators, TaskInstrumentation instrumentation) {
        List<TaskContextPropagator> all = new ArrayList<>(OWN);
        all.addAll(propagators);
        this.propagators = List.copyOf(all);
        this.instrumentation = instrumentation;
    }

    /** Captures what the calling thread has around it. */
    Map<String, String> captured() {
        Map<String, String> attributes = new HashMap<>();
        for (TaskContextPropagator propagator : propagators) {
            propagator.capture(attributes);
        }
        return attributes;
    }

    /** Returns the call with what was captured. The call is observed from now on, until its end. */
    Call observed(String pool, Call call, Map<String, String> attributes) {
        Call.EndListener listener = instrumentation.started(pool, call.method().displayName(), attributes);
        attributes.values().removeIf(Objects::isNull); // as if it had not been put
        return call.with(attributes, listener);
    }

    /** Loads what the first task needs. Propagators of our own are tried once, the application's are not. */
    public void prepare() {
        instrumentation.prepare();
        OWN.forEach(propagator -> propagator.restore(Map.of()).close());
    }

    /** Body of a task. */
    @FunctionalInterface
    public interface Body {
        @Nullable
        Object run() throws Throwable;
    }

    /**
     * Runs the body with what was captured.
     *
     * @return what it returned
     */
    public @Nullable Object run(String method, Map<String, String> attributes, Body body) throws Throwable {
        Deque<TaskContextPropagator.Scope> scopes = new ArrayDeque<>();
        try {
            for (TaskContextPropagator propagator : propagators) {
                scopes.push(propagator.restore(attributes));
            }
            return observed(method, attributes, body);
        } finally {
            scopes.forEach(scope -> close(method, scope)); // the last first
        }
    }

    private @Nullable Object observed(String method, Map<String, String> attributes, Body body) throws Throwable {
        TaskInstrumentation.Run run = instrumentation.run(method, attributes);
        try {
            Object returned = body.run();
            run.returned();
            if (returned instanceof CompletionStage<?> stage) {
                stage.whenComplete((value, failure) -> run.ended(failure));
            } else {
                run.ended(null);
            }
            return returned;
        } catch (Throwable failure) {
            run.returned();
            run.ended(failure);
            throw failure;
        }
    }

    private static void close(String method, TaskContextPropagator.Scope scope) {
        try {
            scope.close();
        } catch (Throwable e) { // one that is left open would be there for somebody else's task
            log.warn(
                    "What a TaskContextPropagator restored for {} could not be undone, and may be there for the next task",
                    method,
                    e);
        }
    }
}
