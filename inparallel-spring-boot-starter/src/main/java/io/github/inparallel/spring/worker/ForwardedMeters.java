package io.github.inparallel.spring.worker;

import io.github.inparallel.spring.metrics.ForwardingMeterRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;

/**
 * Adds to a worker's registries the one that the application hears of. Where Spring Boot configures registries, it puts all
 * of them together; where it does not, and the application has one of its own, that stays alone.
 */
final class ForwardedMeters implements BeanDefinitionRegistryPostProcessor {

    private static final Logger log = LoggerFactory.getLogger(ForwardedMeters.class);

    private static final String NAME = "inParallelForwardingMeterRegistry";
    private static final String COMPOSITES =
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration";

    private final ForwardingMeterRegistry registry;

    ForwardedMeters(ForwardingMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry definitions) {
        if (ClassUtils.isPresent(COMPOSITES, null)) {
            definitions.registerBeanDefinition(
                    NAME, new RootBeanDefinition(ForwardingMeterRegistry.class, () -> registry));
        }
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
        List<String> all = Arrays.asList(factory.getBeanNamesForType(MeterRegistry.class, true, false));
        boolean isClear = all.size() < 2
                || all.stream()
                        .filter(factory::containsBeanDefinition)
                        .anyMatch(name -> factory.getBeanDefinition(name).isPrimary());
        if (!isClear && factory.containsBeanDefinition(NAME)) {
            log.debug("Nothing puts the registries {} together: the application hears of no meters", all);
            ((BeanDefinitionRegistry) factory).removeBeanDefinition(NAME);
        }
    }
}
