package io.github.inparallel.spring;

import java.util.Map;

/**
 * Carries something of the caller's surroundings into the task: a tenant, a request's id. Beans of this type are
 * called in the application for each call, and in the worker for each task. The diagnostic context (MDC), the locale
 * and the trace travel without one. Implementations must be thread-safe and quick.
 */
public interface TaskContextPropagator {

    /**
     * Adds what the task needs. Called on the caller's thread, before the call crosses.
     *
     * @param attributes travel beside the arguments; keys begin with a name of one's own, as in {@code tenant.id}
     * @throws RuntimeException reaches the caller as a failure of the task would, through the future where there is one;
     *     the task is not submitted
     */
    void capture(Map<String, String> attributes);

    /**
     * Restores what was captured. Called on the thread that runs the task, before its body.
     *
     * @param attributes all that was captured; read-only
     * @return undoes it; called when the body has returned or thrown, on the same thread. What it throws is logged: the
     *     task's outcome stands
     * @throws RuntimeException fails the task; its body does not run, and what others restored is undone
     */
    Scope restore(Map<String, String> attributes);

    /** Restored surroundings, until they are closed. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        /** Scope that has nothing to undo. */
        Scope NONE = () -> {};

        @Override
        void close();
    }
}
