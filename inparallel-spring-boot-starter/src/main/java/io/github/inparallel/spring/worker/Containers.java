package io.github.inparallel.spring.worker;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.util.ClassUtils;

/**
 * Keeps workers from starting containers of tests, which are the application's. A worker is told where they are by
 * {@link CapturedConnections} and by the properties that tests set.
 */
final class Containers {

    private static final String STARTABLE = "org.testcontainers.lifecycle.Startable";
    private static final String LIFECYCLE = "org.springframework.boot.testcontainers.lifecycle.";
    private static final String PROPERTIES =
            "org.springframework.test.context.support.DynamicPropertyRegistrarBeanInitializer";

    private Containers() {}

    /** Holds back all containers. Called in a worker, when all definitions are known and no bean is made. */
    static void holdBack(ConfigurableListableBeanFactory factory, HeldBack heldBack) {
        if (factory instanceof AbstractBeanFactory known) {
            known.getBeanPostProcessors()
                    .removeIf(each -> each.getClass().getName().startsWith(LIFECYCLE));
        }
        for (String name : names(factory, PROPERTIES)) { // would start them to ask for their ports
            if (factory.containsBeanDefinition(name)) {
                ((BeanDefinitionRegistry) factory).removeBeanDefinition(name);
            }
        }
        for (String name : names(factory, STARTABLE)) {
            heldBack.add("start of " + name);
            if (factory.containsBeanDefinition(name)) {
                BeanDefinition definition = factory.getBeanDefinition(name);
                definition.setInitMethodName(null);
                definition.setDestroyMethodName("");
            }
        }
    }

    private static String[] names(ConfigurableListableBeanFactory factory, String type) {
        ClassLoader loader = factory.getBeanClassLoader();
        return ClassUtils.isPresent(type, loader)
                ? factory.getBeanNamesForType(ClassUtils.resolveClassName(type, loader), true, false)
                : new String[0];
    }
}
