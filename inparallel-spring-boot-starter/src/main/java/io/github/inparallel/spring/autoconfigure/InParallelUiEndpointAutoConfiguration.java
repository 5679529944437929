package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.ui.InParallelUiEndpoint;
import io.github.inparallel.spring.ui.PagePaths;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.util.ClassUtils;

/** Has the actuator's endpoint {@code inparallelui}, the live page. */
@AutoConfiguration(after = InParallelEndpointAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(WorkerPools.class)
@ConditionalOnAvailableEndpoint(endpoint = InParallelUiEndpoint.class, exposure = EndpointExposure.WEB)
public final class InParallelUiEndpointAutoConfiguration {

    private static final boolean CSRF =
            ClassUtils.isPresent("org.springframework.web.context.request.RequestContextHolder", null)
                    && ClassUtils.isPresent("org.springframework.security.web.csrf.CsrfToken", null);

    @Bean
    @ConditionalOnMissingBean
    InParallelUiEndpoint inParallelUiEndpoint(
            WorkerPools pools,
            ObjectProvider<ClusterView> cluster,
            ObjectProvider<PathMappedEndpoints> endpoints,
            ObjectProvider<EndpointAccessResolver> access,
            Environment environment) {
        return new InParallelUiEndpoint(
                pools,
                cluster.getIfUnique(),
                new PagePaths(id -> root(endpoints, id), () -> isWritable(access)),
                environment.getProperty("spring.application.name", "application"),
                CSRF ? RequestCsrf::token : () -> null);
    }

    /** Where no servlet handles requests. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnClass(SecurityWebFilterChain.class)
    static class Reactive {

        @Bean
        ExchangeCsrf inParallelUiCsrf(ObjectProvider<PathMappedEndpoints> endpoints) {
            return new ExchangeCsrf(() -> root(endpoints, "inparallelui"));
        }
    }

    private static @Nullable String root(ObjectProvider<PathMappedEndpoints> endpoints, String id) {
        PathMappedEndpoints all = endpoints.getIfAvailable();
        return all == null ? null : all.getRootPath(EndpointId.of(id));
    }

    private static boolean isWritable(ObjectProvider<EndpointAccessResolver> access) {
        EndpointAccessResolver resolver = access.getIfAvailable();
        return resolver != null
                && resolver.accessFor(EndpointId.of("inparallel"), Access.READ_ONLY) == Access.UNRESTRICTED;
    }
}
