package io.github.inparallel.spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.context.SecurityContextHolder;

/** Has the caller's authentication in its tasks, where Spring Security is there. */
@AutoConfiguration(before = InParallelAutoConfiguration.class)
@ConditionalOnClass(SecurityContextHolder.class)
@ConditionalOnBooleanProperty(name = "inparallel.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "inparallel.worker.security-context", havingValue = "propagate", matchIfMissing = true)
public final class InParallelSecurityAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SecurityContextPropagator inParallelSecurityContextPropagator() {
        return new SecurityContextPropagator();
    }
}
