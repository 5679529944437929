package io.github.inparallel.call;

import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.marshal.TaskMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of a task method.
 *
 * @param method what is called
 * @param arguments all arguments as the caller gave them
 * @param options limits of this call
 * @param attributes what travels with the call beside its arguments
 * @param listener told how the task ended
 * @param isAwaited whether the calling thread waits for the outcome, and nobody else gets the future: then that thread
 *     may do what other threads would have to be woken for
 */
public record Call(
        TaskMethod method,
        @Nullable Object[] arguments,
        TaskOptions options,
        Map<String, String> attributes,
        EndListener listener,
        boolean isAwaited) {

    /** Hears how the task ended, once, before anybody sees its outcome. */
    @FunctionalInterface
    public interface EndListener {

        /** Listener that does nothing. */
        EndListener NONE = (outcome, failure) -> {};

        /**
         * Hears the end.
         *
         * @param outcome how it ended: a state that is an end
         */
        void ended(TaskState outcome, @Nullable Throwable failure);
    }

    /**
     * Returns a call with the limits that the caller passed as an argument, if the method takes any, and nothing
     * beside its arguments.
     */
    public static Call of(TaskMethod method, @Nullable Object[] arguments, boolean isAwaited) {
        return new Call(method, arguments, method.optionsOf(arguments), Map.of(), EndListener.NONE, isAwaited);
    }

    /** Returns the same call with what travels with it. */
    public Call with(Map<String, String> attributes, EndListener listener) {
        return new Call(method, arguments, options, attributes, listener, isAwaited);
    }
}
