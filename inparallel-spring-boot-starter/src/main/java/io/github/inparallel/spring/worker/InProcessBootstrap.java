package io.github.inparallel.spring.worker;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.spring.AdviceSides;
import io.github.inparallel.spring.TaskSurroundings;
import io.github.inparallel.worker.WorkerBootstrap;
import io.github.inparallel.worker.WorkerEnvironment;
import io.github.inparallel.worker.WorkerTarget;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import tools.jackson.databind.cfg.MapperBuilder;

/** Boots nothing, in the mode {@code in-process}: the objects are the application's own beans. */
public final class InProcessBootstrap implements WorkerBootstrap {

    private final BeanFactory beans;
    private final AdviceSides sides;
    private final Consumer<MapperBuilder<?, ?>> customizer;
    private final TaskSurroundings surroundings;
    private @Nullable Marshaller marshaller;
    private @Nullable BeanTargets targets;

    public InProcessBootstrap(
            BeanFactory beans,
            AdviceSides sides,
            Consumer<MapperBuilder<?, ?>> customizer,
            TaskSurroundings surroundings) {
        this.beans = beans;
        this.sides = sides;
        this.customizer = customizer;
        this.surroundings = surroundings;
    }

    @Override
    public void start(WorkerEnvironment environment) {
        marshaller = new Marshaller(environment.format(), environment.maxPayload(), customizer);
        targets = new BeanTargets(beans, sides, marshaller, surroundings);
    }

    @Override
    public WorkerTarget target(String target, String method) {
        return Objects.requireNonNull(targets, "not started").find(target, method);
    }

    @Override
    public Marshaller marshaller() {
        return Objects.requireNonNull(marshaller, "not started");
    }
}
