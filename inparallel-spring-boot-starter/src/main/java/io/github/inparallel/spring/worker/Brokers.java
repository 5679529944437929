package io.github.inparallel.spring.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeansException;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/**
 * Keeps workers from starting a message broker within their process. The broker is the application's: a worker's
 * would be another one, and nobody would receive its messages. A task that sends there fails. Types are known by
 * name, because an application has them or not.
 */
final class Brokers implements BeanPostProcessor, Ordered {

    private static final List<String> TYPES = List.of(
            "org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ",
            "org.apache.activemq.broker.BrokerService");
    private static final List<String> URLS = List.of("brokerURL", "targetConnectionFactory.brokerURL");

    private final HeldBack heldBack;

    Brokers(HeldBack heldBack) {
        this.heldBack = heldBack;
    }

    /** Holds back all brokers. Called in a worker, when all definitions are known and no bean is made. */
    static void holdBack(ConfigurableListableBeanFactory factory, HeldBack heldBack) {
        holdBack(TYPES, factory, heldBack);
    }

    static void holdBack(List<String> types, ConfigurableListableBeanFactory factory, HeldBack heldBack) {
        for (String type : types) {
            for (String name : names(factory, type)) {
                if (factory.containsBeanDefinition(name)) {
                    BeanDefinition definition = factory.getBeanDefinition(name);
                    definition.setInitMethodName(null);
                    heldBack.add("start of " + name);
                    heldBack.warn(warning(name, ""));
                }
            }
        }
        factory.addBeanPostProcessor(new Brokers(heldBack));
    }

    private static String[] names(ConfigurableListableBeanFactory factory, String type) {
        ClassLoader loader = factory.getBeanClassLoader();
        return ClassUtils.isPresent(type, loader)
                ? factory.getBeanNamesForType(ClassUtils.resolveClassName(type, loader), true, false)
                : new String[0];
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    /** Keeps connection factories from making a broker within the process that connects, and warns of them. */
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean.getClass().getName().endsWith("ConnectionFactory")) {
            BeanWrapper factory = PropertyAccessorFactory.forBeanPropertyAccess(bean);
            for (String property : URLS) {
                if (value(factory, property) instanceof String url && url.startsWith("vm:")) {
                    if (factory.isWritableProperty(property)) {
                        factory.setPropertyValue(property, url + (url.contains("?") ? "&" : "?") + "create=false");
                    }
                    heldBack.warn(warning(name, " (" + url + ")"));
                }
            }
        }
        return bean;
    }

    private static String warning(String name, String url) {
        return "Bean '" + name + "'" + url + " is, or connects to, a message broker within the application:"
                + " workers do not start it, and what a task sends there fails."
                + " Have the application send what tasks return, or use a broker that is a process of its own";
    }

    private static @Nullable Object value(BeanWrapper bean, String property) {
        try {
            return bean.isReadableProperty(property) ? bean.getPropertyValue(property) : null;
        } catch (BeansException e) {
            return null; // a property that cannot be read tells nothing
        }
    }
}
