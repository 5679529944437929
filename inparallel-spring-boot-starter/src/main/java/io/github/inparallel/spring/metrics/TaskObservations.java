package io.github.inparallel.spring.metrics;

import io.github.inparallel.TaskContext;
import io.github.inparallel.call.Call;
import io.github.inparallel.spring.TaskInstrumentation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes tasks: {@code inparallel.task} where they are called, {@code inparallel.task.run} where they run. The
 * second observation is a child of the first, although in another process. Thread-safe.
 */
public final class TaskObservations implements TaskInstrumentation {

    private static final Logger log = LoggerFactory.getLogger(TaskObservations.class);

    private final Supplier<ObservationRegistry> registry;
    private final Supplier<@Nullable TaskObservationConvention> convention;

    /**
     * @param registry asked for with each task, since it is complete only when the context is
     * @param convention names and tags; gives null where they are as usual
     */
    public TaskObservations(
            Supplier<ObservationRegistry> registry, Supplier<@Nullable TaskObservationConvention> convention) {
        this.registry = registry;
        this.convention = convention;
    }

    /** Whether tasks are observed: then the timer of tasks is the observation's. */
    public boolean areActive() {
        return !registry.get().isNoop();
    }

    @Override
    public Call.EndListener started(String pool, String method, Map<String, String> attributes) {
        ObservationRegistry active = registry.get();
        if (active.isNoop()) {
            return Call.EndListener.NONE;
        }
        TaskSenderContext context = new TaskSenderContext(pool, method, attributes);
        Observation observation =
                Observation.start(convention.get(), TaskObservationConvention.DEFAULT, () -> context, active);
        return (outcome, failure) -> {
            context.ended(outcome);
            try {
                if (failure != null) {
                    observation.error(failure);
                }
            } finally {
                observation.stop();
            }
        };
    }

    @Override
    public Run run(String method, Map<String, String> attributes) {
        ObservationRegistry active = registry.get();
        // On a thread of the application itself the call is observed already.
        return active.isNoop() || System.getProperty(TaskContext.WORKER_PROPERTY) == null
                ? Run.NONE
                : run(active, method, attributes);
    }

    /** Has the registry made, and loads what an observation needs, by an observation that nobody sees. */
    @Override
    public void prepare() {
        if (areActive()) {
            ObservationRegistry unseen = ObservationRegistry.create();
            unseen.observationConfig().observationHandler(context -> true);
            Run run = run(unseen, "", Map.of());
            run.returned();
            run.ended(null);
        }
    }

    private static Run run(ObservationRegistry active, String method, Map<String, String> attributes) {
        Observation observation = Observation.createNotStarted(
                        "inparallel.task.run", () -> new TaskReceiverContext(attributes), active)
                .contextualName("run " + method)
                .lowCardinalityKeyValue("method", method)
                .start();
        Observation.Scope scope = observation.openScope();
        return new ObservedRun(method, observation, scope);
    }

    /** Run that is observed. Exceptions of handlers are logged: the task's outcome stands. */
    private record ObservedRun(String method, Observation observation, Observation.Scope scope) implements Run {

        @Override
        public void returned() {
            guarded(scope::close);
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            if (failure != null) {
                guarded(() -> observation.error(failure));
            }
            guarded(observation::stop);
        }

        private void guarded(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                log.warn("An observation handler failed when a run of {} ended", method, e);
            }
        }
    }
}
