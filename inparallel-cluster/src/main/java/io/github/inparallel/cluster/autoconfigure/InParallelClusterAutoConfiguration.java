package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.TaskContext;
import io.github.inparallel.cluster.ClusterObserver;
import io.github.inparallel.cluster.Identity;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.autoconfigure.InParallelAutoConfiguration;
import io.github.inparallel.spring.autoconfigure.InParallelProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * Makes the application a member of a cluster, if {@code inparallel.cluster.enabled} says so. Its properties are read either
 * way, so that one that is wrong is named. A worker is never a member, and reads none of them.
 */
@AutoConfiguration(
        after = InParallelAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
            "org.springframework.boot.autoconfigure.info.ProjectInfoAutoConfiguration"
        })
@Conditional(InParallelClusterAutoConfiguration.NotInAWorker.class)
@EnableConfigurationProperties(InParallelClusterProperties.class)
public final class InParallelClusterAutoConfiguration {

    /** Lazy beans would not be read where nobody asks for them, and a wrong property would go unnoticed. */
    @Bean
    static LazyInitializationExcludeFilter inParallelClusterPropertiesAreRead() {
        return LazyInitializationExcludeFilter.forBeanTypes(InParallelClusterProperties.class);
    }

    /** Holds the beans of a member. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(Enabled.class)
    @ConditionalOnBean(WorkerPools.class)
    static class Member {

        @Bean
        @Lazy(false)
        ClusterMembership inParallelClusterMembership(
                InParallelClusterProperties properties,
                ConfigurableApplicationContext context,
                ObjectProvider<SslBundles> bundles,
                ObjectProvider<DataSource> dataSource,
                ObjectProvider<BuildProperties> build,
                ObjectProvider<ClusterObserver> observer,
                WorkerPools pools) {
            String name = context.getEnvironment().getProperty("spring.application.name");
            MemberSettings settings =
                    MemberSettings.of(properties, name, bundles.getIfAvailable(), dataSource::getIfUnique);
            String version = version(build.getIfAvailable(), context);
            return new ClusterMembership(
                    settings,
                    pools,
                    () -> SharedMethods.of(context.getBeanFactory()),
                    shared -> new Identity(name == null ? "" : name, version, shared),
                    observer.getIfUnique(() -> ClusterObserver.NONE));
        }

        @Bean
        @ConditionalOnMissingBean
        ClusterView inParallelClusterView(ClusterMembership membership) {
            return new MembershipView(membership);
        }

        /** For itself, since an application may do without Micrometer. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(MeterRegistry.class)
        static class Metrics {

            @Bean
            @ConditionalOnMissingBean(ClusterObserver.class)
            ClusterMetrics inParallelClusterMetrics(ObjectProvider<ClusterMembership> membership) {
                return new ClusterMetrics(() -> membership.getObject().members());
            }
        }
    }

    /** Looks after an application that is no member. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(NotEnabled.class)
    @ConditionalOnBean(WorkerPools.class)
    static class NoMember {

        @Bean
        @Lazy(false)
        NoMembership inParallelNoClusterMembership(
                InParallelProperties properties, WorkerPools pools, ConfigurableListableBeanFactory beans) {
            return new NoMembership(properties, pools, () -> SharedMethods.of(beans));
        }
    }

    /** Returns the application's version, by its build properties, else by the manifest of the jar that has it. */
    private static String version(@Nullable BuildProperties build, ConfigurableApplicationContext context) {
        if (build != null && build.getVersion() != null) {
            return build.getVersion();
        }
        return AutoConfigurationPackages.has(context)
                ? AutoConfigurationPackages.get(context).stream()
                        .map(name -> version(name, context.getClassLoader()))
                        .flatMap(Optional::stream)
                        .findFirst()
                        .orElse("")
                : "";
    }

    private static Optional<String> version(String packageName, @Nullable ClassLoader loader) {
        return Optional.ofNullable(loader == null ? ClassUtils.getDefaultClassLoader() : loader)
                .map(known -> known.getDefinedPackage(packageName))
                .map(Package::getImplementationVersion);
    }

    /** Matches in an application, and in none of its workers. */
    static final class NotInAWorker extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return TaskContext.inWorker()
                    ? ConditionOutcome.noMatch(ConditionMessage.of("this is a worker, which joins no cluster"))
                    : ConditionOutcome.match();
        }
    }

    /**
     * Matches if the application is to be a member, by all words that Spring reads as a boolean. One that it does not read
     * stops the start here.
     */
    static final class Enabled extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            boolean enabled = Binder.get(context.getEnvironment())
                    .bind("inparallel.cluster.enabled", Boolean.class)
                    .orElse(false);
            return new ConditionOutcome(enabled, "inparallel.cluster.enabled is " + enabled);
        }
    }

    /** Matches if the application is not to be a member. */
    static final class NotEnabled extends NoneNestedConditions {

        NotEnabled() {
            super(ConfigurationPhase.PARSE_CONFIGURATION);
        }

        @Conditional(Enabled.class)
        static class IsEnabled {}
    }
}
