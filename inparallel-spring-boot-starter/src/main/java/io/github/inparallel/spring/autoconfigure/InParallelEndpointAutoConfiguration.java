package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.actuate.InParallelEndpoint;
import io.github.inparallel.spring.actuate.InParallelEndpointWebExtension;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Has the actuator's endpoint {@code inparallel}. */
@AutoConfiguration(after = InParallelAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(WorkerPools.class)
@ConditionalOnAvailableEndpoint(InParallelEndpoint.class)
public final class InParallelEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    InParallelEndpoint inParallelEndpoint(WorkerPools pools, ObjectProvider<ClusterView> cluster) {
        return new InParallelEndpoint(pools, cluster.getIfUnique());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(InParallelEndpoint.class)
    @ConditionalOnAvailableEndpoint(endpoint = InParallelEndpoint.class, exposure = EndpointExposure.WEB)
    InParallelEndpointWebExtension inParallelEndpointWebExtension(InParallelEndpoint endpoint) {
        return new InParallelEndpointWebExtension(endpoint);
    }
}
