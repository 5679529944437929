package io.github.inparallel.spring.autoconfigure;

import ch.qos.logback.classic.LoggerContext;
import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.spring.logging.LogbackWorkerLogs;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** Has log events of workers logged by the application's own loggers, where the application logs with Logback. */
@AutoConfiguration(before = InParallelAutoConfiguration.class)
@ConditionalOnClass(LoggerContext.class)
@ConditionalOnBooleanProperty(name = "inparallel.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "inparallel.worker.logging", havingValue = "forward", matchIfMissing = true)
public final class InParallelLoggingAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(WorkerLogs.class)
    @Nullable
    LogbackWorkerLogs inParallelWorkerLogs(ConfigurableApplicationContext context) {
        ClassLoader loader = context.getClassLoader();
        return LogbackWorkerLogs.create(loader == null ? getClass().getClassLoader() : loader);
    }
}
