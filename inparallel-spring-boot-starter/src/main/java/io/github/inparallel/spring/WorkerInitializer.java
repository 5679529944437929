package io.github.inparallel.spring;

import org.springframework.context.ApplicationContext;

/**
 * Prepares a worker. Beans of this type are called once in each worker, after its context is refreshed and before it
 * takes tasks.
 */
@FunctionalInterface
public interface WorkerInitializer {

    /**
     * Prepares this worker.
     *
     * @param context the worker's own application context
     * @throws Exception if the worker cannot work; the pool reports it as the cause of a failed start
     */
    void initialize(ApplicationContext context) throws Exception;
}
