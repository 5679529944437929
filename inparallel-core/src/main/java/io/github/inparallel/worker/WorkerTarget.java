package io.github.inparallel.worker;

import io.github.inparallel.marshal.MethodCodec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One method of one object in the worker. Thread-safe. */
public interface WorkerTarget {

    MethodCodec codec();

    ClassLoader classLoader();

    /**
     * Runs the body.
     *
     * @param attributes what travelled with the call beside its arguments
     * @return what it returned; a future is awaited by the caller
     * @throws Throwable what the body threw, not wrapped
     */
    @Nullable
    Object invoke(@Nullable Object[] arguments, Map<String, String> attributes) throws Throwable;

    /** Whether the method declares a future, so that null from its body is an error. */
    boolean declaresFuture();
}
