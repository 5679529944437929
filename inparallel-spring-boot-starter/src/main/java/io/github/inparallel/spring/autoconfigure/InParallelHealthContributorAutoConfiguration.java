package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.actuate.InParallelHealthIndicator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/** Has the health contributor {@code inparallel}. */
@AutoConfiguration(after = InParallelAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(WorkerPools.class)
@ConditionalOnEnabledHealthIndicator("inparallel")
public final class InParallelHealthContributorAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "inparallelHealthIndicator")
    InParallelHealthIndicator inparallelHealthIndicator(WorkerPools pools, ObjectProvider<ClusterView> cluster) {
        return new InParallelHealthIndicator(pools, cluster.getIfUnique());
    }
}
