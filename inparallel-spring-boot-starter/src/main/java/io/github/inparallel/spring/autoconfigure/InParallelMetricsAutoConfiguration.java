package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.spring.metrics.PoolMetrics;
import io.github.inparallel.spring.metrics.TaskObservations;
import io.github.inparallel.spring.metrics.WorkerMeters;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;

/** Shows the pools in Micrometer, where the application has a registry. */
@AutoConfiguration(
        before = InParallelAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "inparallel.enabled", matchIfMissing = true)
public final class InParallelMetricsAutoConfiguration {

    @Bean
    @ConditionalOnBean(MeterRegistry.class)
    @ConditionalOnMissingBean
    PoolMetrics inParallelPoolMetrics(ObjectProvider<MeterRegistry> registry, ObjectProvider<TaskObservations> tasks) {
        // Asked after each task: looked up once.
        Supplier<@Nullable TaskObservations> observations = SingletonSupplier.ofNullable(tasks::getIfAvailable);
        return new PoolMetrics(registry::getObject, () -> {
            TaskObservations active = observations.get();
            return active != null && active.areActive();
        });
    }

    @Bean
    @ConditionalOnBean(MeterRegistry.class)
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "inparallel.worker.meters", havingValue = "forward", matchIfMissing = true)
    WorkerMeters inParallelWorkerMeters(ObjectProvider<MeterRegistry> registry) {
        return new WorkerMeters(SingletonSupplier.of(registry::getObject));
    }
}
