package io.github.inparallel.spring.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.context.Lifecycle;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * Holds back what only the application may do: {@code @Scheduled} methods, listeners of messages, {@code
 * Lifecycle.start}, changes of the database's schema, and the application's listeners of {@link ContextRefreshedEvent} and of its own start.
 */
final class WorkerModePostProcessor implements BeanDefinitionRegistryPostProcessor {

    /**
     * Names of the beans that make others listen to Kafka, Rabbit, JMS, Pulsar and others, as soon as these are
     * created.
     */
    private static final Pattern LISTENERS = Pattern.compile(".*internal(\\w+)Listener\\w*Annotation\\w*Processor\\w*");

    /** Name of the bean that would have beans with {@code @Scheduled} methods created, though none is called. */
    private static final String SCHEDULED_ARE_EAGER =
            "org.springframework.boot.task.autoconfigure.ScheduledBeanLazyInitializationExcludeFilter";

    private final List<String> startLifecycle;
    private final HeldBack heldBack;
    private final DatabaseGuard databases;

    WorkerModePostProcessor(List<String> startLifecycle, HeldBack heldBack, DatabaseGuard databases) {
        this.startLifecycle = startLifecycle;
        this.heldBack = heldBack;
        this.databases = databases;
    }

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {}

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
        if (remove(factory, TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME)) {
            heldBack.add("@Scheduled methods");
        }
        for (String name : factory.getBeanDefinitionNames()) {
            Matcher listeners = LISTENERS.matcher(name);
            if (listeners.matches() && remove(factory, name)) {
                heldBack.add("@" + listeners.group(1) + "Listener methods");
            } else if (SCHEDULED_ARE_EAGER.equals(typeName(factory, name))) {
                remove(factory, name);
            }
        }
        Containers.holdBack(factory, heldBack);
        Brokers.holdBack(factory, heldBack);
        AbsentScope.register(factory);
        factory.addBeanPostProcessor(databases);
        factory.addBeanPostProcessor(new InfrastructureStarter());
        NamedLifecycleProcessor lifecycle = new NamedLifecycleProcessor(factory, startLifecycle, heldBack);
        lifecycle.setBeanFactory(factory);
        replace(factory, AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, lifecycle);
        WorkerEventMulticaster events = new WorkerEventMulticaster(factory);
        if (factory.containsLocalBean(AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME)) {
            factory.addBeanPostProcessor(new OwnMulticaster(events));
        } else {
            factory.registerSingleton(AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME, events);
        }
    }

    private static @Nullable String typeName(ConfigurableListableBeanFactory factory, String name) {
        Class<?> type = factory.getType(name, false);
        return type == null ? null : type.getName();
    }

    private static boolean remove(ConfigurableListableBeanFactory factory, String name) {
        if (factory.containsBeanDefinition(name)) {
            ((BeanDefinitionRegistry) factory).removeBeanDefinition(name);
            return true;
        }
        return false;
    }

    private static void replace(ConfigurableListableBeanFactory factory, String name, Object bean) {
        remove(factory, name);
        factory.registerSingleton(name, bean);
    }

    /** Starts and stops only the beans that a property names, and does not even create the others. */
    private static final class NamedLifecycleProcessor extends DefaultLifecycleProcessor {
        private final ConfigurableListableBeanFactory factory;
        private final List<String> names;
        private final HeldBack heldBack;

        NamedLifecycleProcessor(ConfigurableListableBeanFactory factory, List<String> names, HeldBack heldBack) {
            this.factory = factory;
            this.names = names;
            this.heldBack = heldBack;
        }

        @Override
        protected Map<String, Lifecycle> getLifecycleBeans() {
            Map<String, Lifecycle> beans = new LinkedHashMap<>();
            for (String name : factory.getBeanNamesForType(Lifecycle.class, false, false)) {
                if (names.contains(name) || isNamedByType(factory.getType(name, false))) {
                    beans.put(name, factory.getBean(name, Lifecycle.class));
                } else if (!isOfSpring(factory.getType(name, false))) {
                    heldBack.add("start of " + name);
                }
            }
            return beans;
        }

        private static boolean isOfSpring(@Nullable Class<?> type) {
            return type == null
                    || type.getName().startsWith("org.springframework.boot.")
                    || type.getName().startsWith("io.github.inparallel.");
        }

        private boolean isNamedByType(@Nullable Class<?> type) {
            for (Class<?> each = type; each != null; each = each.getSuperclass()) {
                if (names.contains(each.getName())) {
                    return true;
                }
            }
            return false;
        }
    }
}
