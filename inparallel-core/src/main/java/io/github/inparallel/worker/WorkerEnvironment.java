package io.github.inparallel.worker;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.protocol.LogEvent;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a bootstrap may know.
 *
 * @param pool name of the pool
 * @param worker the worker's name, such as {@code default-3}
 * @param slots how many tasks run at a time
 * @param format how values are encoded
 * @param mapper whether tasks are known whose values need a mapper
 * @param called ids of the methods that tasks have called before, each target and key with {@code #} between; a hint
 * @param maxPayload most bytes of one argument list or result
 * @param log takes log events for the parent; null if it wants none. It waits while the parent is slow, and never fails
 * @param settings the bootstrap's own settings
 * @param parent takes messages of at most a mebibyte for the observers of the pool, by any thread at any time; a larger one is
 *     an {@link IllegalArgumentException}, and nothing else fails
 */
public record WorkerEnvironment(
        String pool,
        String worker,
        int slots,
        Marshaller.Format format,
        boolean mapper,
        List<String> called,
        int maxPayload,
        @Nullable Consumer<LogEvent> log,
        Map<String, String> settings,
        Consumer<byte[]> parent) {}
