package io.github.inparallel.marshal;

import io.github.inparallel.TaskOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of a task method.
 *
 * @param method what is called
 * @param arguments all arguments as the caller gave them
 * @param options limits of this call
 * @param attributes what travels with the call beside its arguments
 */
public record Call(
        TaskMethod method, @Nullable Object[] arguments, TaskOptions options, Map<String, String> attributes) {

    /** A call with the limits that the caller passed as an argument, if the method takes any. */
    public static Call of(TaskMethod method, @Nullable Object[] arguments) {
        return new Call(method, arguments, method.optionsOf(arguments), Map.of());
    }
}
