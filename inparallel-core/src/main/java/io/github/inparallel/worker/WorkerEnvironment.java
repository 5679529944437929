package io.github.inparallel.worker;

import io.github.inparallel.marshal.Marshaller;
import java.util.Map;

/**
 * What a bootstrap may know.
 *
 * @param pool name of the pool
 * @param worker the worker's name, such as {@code default-3}
 * @param slots how many tasks run at a time
 * @param format how values are encoded
 * @param maxPayload most bytes of one argument list or result
 * @param settings the bootstrap's own settings
 */
public record WorkerEnvironment(
        String pool,
        String worker,
        int slots,
        Marshaller.Format format,
        int maxPayload,
        Map<String, String> settings) {}
