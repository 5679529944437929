package io.github.inparallel.spring;

import java.util.Map;

/**
 * Carries something of the caller's surroundings into the task: a tenant, a request's id. Beans of this type are called
 * in the application for each call, and in the worker for each task. The diagnostic context (MDC), the locale and the
 * trace travel without one. Must be thread-safe and quick.
 */
public interface TaskContextPropagator {

    /**
     * On the caller's thread, before the call crosses: adds what the task needs.
     *
     * @param attributes travel beside the arguments; keys begin with a name of one's own, as in {@code tenant.id}
     * @throws RuntimeException reaches the caller as a failure of the task would, through the future where there is one;
     *     the task is not submitted
     */
    void capture(Map<String, String> attributes);

    /**
     * On the thread that runs the task, before its body.
     *
     * @param attributes all that was captured; read-only
     * @return undoes it; called when the body has returned or thrown, on the same thread. What it throws is logged: the
     *     task's outcome stands
     * @throws RuntimeException fails the task; its body does not run, and what others restored is undone
     */
    Scope restore(Map<String, String> attributes);

    /** What was restored, until it is closed. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        /** Nothing to undo. */
        Scope NONE = () -> {};

        @Override
        void close();
    }
}
