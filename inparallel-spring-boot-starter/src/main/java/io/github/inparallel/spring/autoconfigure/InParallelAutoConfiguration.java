package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.TaskContext;
import io.github.inparallel.WaitFor;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.spring.AdviceSides;
import io.github.inparallel.spring.InParallelBeanPostProcessor;
import io.github.inparallel.spring.InParallelMapperCustomizer;
import io.github.inparallel.spring.PoolInstrumentation;
import io.github.inparallel.spring.TaskContextPropagator;
import io.github.inparallel.spring.TaskSurroundings;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.metrics.TaskObservationConvention;
import io.github.inparallel.spring.metrics.TaskObservations;
import io.github.inparallel.spring.worker.ApplicationLaunch;
import io.github.inparallel.spring.worker.InProcessBootstrap;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.function.SingletonSupplier;
import tools.jackson.databind.cfg.MapperBuilder;

/** Runs {@link io.github.inparallel.InParallel} methods in worker processes. */
@AutoConfiguration
@EnableConfigurationProperties(InParallelProperties.class)
@ImportRuntimeHints(InParallelRuntimeHints.class)
public final class InParallelAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    WaitFor inParallelWaitFor() {
        return new WaitFor();
    }

    /** Holds all beans that {@code inparallel.enabled} switches off. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "inparallel.enabled", matchIfMissing = true)
    static final class Enabled {

        private static final Logger log = LoggerFactory.getLogger(InParallelAutoConfiguration.class);

        private static final String BEAN_OVERRIDES =
                "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

        @Bean
        static BeanPostProcessor inParallelBeanPostProcessor(ConfigurableBeanFactory beanFactory) {
            // In a worker the methods run where they are called.
            return TaskContext.inWorker() ? new BeanPostProcessor() {} : new InParallelBeanPostProcessor(beanFactory);
        }

        @Bean
        @ConditionalOnMissingBean
        AdviceSides inParallelAdviceSides(InParallelProperties properties) {
            return new AdviceSides(properties.worker().advisors());
        }

        @Bean
        @ConditionalOnMissingBean
        TaskObservations inParallelTaskObservations(
                ObjectProvider<ObservationRegistry> registry, ObjectProvider<TaskObservationConvention> convention) {
            // Not asked for before the first task: a registry that is created early has no handlers.
            return new TaskObservations(
                    SingletonSupplier.of(() -> registry.getIfAvailable(() -> ObservationRegistry.NOOP)),
                    SingletonSupplier.ofNullable(convention::getIfAvailable));
        }

        @Bean
        @ConditionalOnMissingBean(search = SearchStrategy.CURRENT) // a child context's worker is not its parent's
        TaskSurroundings inParallelTaskSurroundings(
                ObjectProvider<TaskContextPropagator> propagators, TaskObservations observations) {
            return new TaskSurroundings(propagators.orderedStream().toList(), observations);
        }

        @Bean
        WorkerCommand inParallelWorkerCommand(
                InParallelProperties properties,
                ConfigurableApplicationContext context,
                ObjectProvider<ApplicationLaunch> launch) {
            return new WorkerCommand(
                    launch.getIfAvailable(),
                    context.getEnvironment(),
                    context.getBeanFactory(),
                    properties.worker(),
                    loader(context));
        }

        private static ClassLoader loader(ConfigurableApplicationContext context) {
            ClassLoader loader = context.getClassLoader();
            return loader == null ? InParallelAutoConfiguration.class.getClassLoader() : loader;
        }

        @Bean
        BeanlessClasses inParallelBeanlessClasses(ConfigurableListableBeanFactory beans) {
            return new BeanlessClasses(beans);
        }

        @Bean
        PoolPlans inParallelPoolPlans(
                InParallelProperties properties,
                ConfigurableApplicationContext context,
                AdviceSides sides,
                TaskSurroundings surroundings,
                WorkerCommand command,
                ObjectProvider<WorkerLogs> logs) {
            ClusterModule.check(properties, loader(context));
            Consumer<MapperBuilder<?, ?>> customizer = InParallelMapperCustomizer.of(context.getBeanFactory());
            WorkerLauncher threads = mode(properties, context) == InParallelProperties.Mode.PROCESS
                    ? null
                    : new InProcessLauncher(() -> new InProcessBootstrap(context, sides, customizer, surroundings));
            PoolPlans plans = new PoolPlans(properties, customizer, loader(context), command, logs, threads);
            plans.check();
            return plans;
        }

        @Bean
        @Lazy(false)
        @ConditionalOnBooleanProperty(name = "inparallel.prepare-class-cache")
        ClassCachePreparation inParallelClassCachePreparation(WorkerPools pools, PoolPlans plans) {
            return new ClassCachePreparation(pools, plans);
        }

        @Bean
        @ConditionalOnMissingBean(search = SearchStrategy.CURRENT) // a child context's worker is not its parent's
        WorkerPools inParallelWorkerPools(
                InParallelProperties properties,
                ConfigurableApplicationContext context,
                PoolPlans plans,
                ObjectProvider<PoolInstrumentation> instrumentations) {
            if (!TaskContext.inWorker()) {
                BriefLimits.warn(context.getEnvironment(), properties.pools().keySet());
            }
            Duration phase = context.getEnvironment()
                    .getProperty("spring.lifecycle.timeout-per-shutdown-phase", Duration.class, Duration.ofSeconds(30));
            return new WorkerPools(
                    properties.pools().keySet(),
                    plans::of,
                    instrumentations.orderedStream().toList(),
                    phase,
                    context.getBeanFactory().getBeanNamesForType(ApplicationLaunch.class).length > 0
                            ? ApplicationStartedEvent.class
                            : ContextRefreshedEvent.class);
        }

        /**
         * Returns where tasks run: where a test replaces beans, on threads by default, since a mock cannot cross to
         * another process.
         */
        private static InParallelProperties.Mode mode(
                InParallelProperties properties, ConfigurableApplicationContext context) {
            if (properties.mode() != null) {
                return properties.mode();
            }
            if (TaskContext.inWorker() || !context.getBeanFactory().containsSingleton(BEAN_OVERRIDES)) {
                return InParallelProperties.Mode.PROCESS;
            }
            log.info(
                    "This test replaces beans (@MockitoBean, @TestBean or alike), which another process would not see:"
                            + " @InParallel methods run on threads. Set inparallel.mode to process if they are to run in workers");
            return InParallelProperties.Mode.IN_PROCESS;
        }
    }
}
