package io.github.inparallel.spring.worker;

import java.util.regex.Pattern;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;

/**
 * Starts what a task needs in order to send: connection factories, producers and executors of Spring, when they are
 * created. Other beans that would start by themselves do not start in a worker.
 */
final class InfrastructureStarter implements BeanPostProcessor, Ordered {

    private static final Pattern TYPES =
            Pattern.compile("org\\.springframework\\..*(ConnectionFactory|ProducerFactory|TaskExecutor|TaskScheduler)");

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof SmartLifecycle lifecycle && lifecycle.isAutoStartup() && isInfrastructure(bean)) {
            lifecycle.start();
        }
        return bean;
    }

    private static boolean isInfrastructure(Object bean) {
        for (Class<?> each = bean.getClass(); each != null; each = each.getSuperclass()) {
            if (TYPES.matcher(each.getName()).matches()) {
                return true;
            }
        }
        return false;
    }
}
