package io.github.inparallel.worker;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.protocol.WorkerReport;
import java.util.Map;

/**
 * Makes, once in a worker, the objects whose methods are called. Named in the launch description and created by its
 * public no-argument constructor.
 */
public interface WorkerBootstrap {

    /**
     * Prepares the worker; it becomes ready when this returns.
     *
     * @throws Exception if the worker cannot work: the caller learns of the root cause
     */
    void start(WorkerEnvironment environment) throws Exception;

    /**
     * Finds what a call is for. Called on the thread that will run it; must be fast when it is asked again.
     *
     * @throws IllegalArgumentException if there is no such object or method
     */
    WorkerTarget target(String target, String method);

    /** How values are written here: the same as in the parent. */
    Marshaller marshaller();

    /** Whether {@link #start} runs code of the application's, which may set what the JVM has once for all. */
    default boolean startsApplication() {
        return true;
    }

    /** What {@link #start} made of the application. */
    default WorkerReport report() {
        return WorkerReport.EMPTY;
    }

    /**
     * Sets the levels of loggers: all that have one of their own. Called on the control thread, also while the worker
     * starts; must not wait.
     */
    default void logLevels(Map<String, String> levels) {}

    /** Lets go of what was prepared: the worker leaves in order. */
    default void close() throws Exception {}
}
