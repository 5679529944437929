package io.github.inparallel.spring.metrics;

import io.github.inparallel.TaskState;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and tags of the observation {@code inparallel.task}. The default tags are {@code pool} and {@code method},
 * and at the end also {@code outcome} and {@code exception} (simple name, or {@code none}). Beans of this type
 * replace the default.
 */
public interface TaskObservationConvention extends ObservationConvention<TaskSenderContext> {

    /** Convention of applications that have no bean of this type. */
    TaskObservationConvention DEFAULT = new TaskObservationConvention() {};

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof TaskSenderContext;
    }

    @Override
    default String getName() {
        return "inparallel.task";
    }

    @Override
    default String getContextualName(TaskSenderContext context) {
        return "call " + context.method();
    }

    @Override
    default KeyValues getLowCardinalityKeyValues(TaskSenderContext context) {
        KeyValues values = KeyValues.of("pool", context.pool(), "method", context.method());
        TaskState outcome = context.outcome();
        if (outcome == null) {
            return values;
        }
        Throwable failure = context.getError();
        return values.and(
                KeyValue.of("outcome", outcome.label()),
                KeyValue.of(
                        "exception",
                        failure == null ? "none" : failure.getClass().getSimpleName()));
    }
}
