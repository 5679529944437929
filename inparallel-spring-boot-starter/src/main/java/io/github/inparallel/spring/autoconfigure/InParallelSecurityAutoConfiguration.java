package io.github.inparallel.spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Gives tasks the authentication of their caller, where Spring Security is there, or nobody's; never that of a task
 * before.
 */
@AutoConfiguration(before = InParallelAutoConfiguration.class)
@ConditionalOnClass(SecurityContextHolder.class)
@ConditionalOnBooleanProperty(name = "inparallel.enabled", matchIfMissing = true)
public final class InParallelSecurityAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SecurityContextPropagator inParallelSecurityContextPropagator(Environment environment) {
        String chosen = environment.getProperty("inparallel.worker.security-context", "propagate");
        return new SecurityContextPropagator(!chosen.equalsIgnoreCase("none"));
    }
}
