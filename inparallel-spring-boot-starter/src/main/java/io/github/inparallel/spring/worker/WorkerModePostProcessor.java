package io.github.inparallel.spring.worker;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.Lifecycle;
import org.springframework.context.event.ApplicationListenerMethodAdapter;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.ResolvableType;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * Holds back what only the application may do: {@code @Scheduled} methods, {@code Lifecycle.start}, and the
 * application's listeners of {@link ContextRefreshedEvent}.
 */
final class WorkerModePostProcessor implements BeanFactoryPostProcessor {

    private final List<String> startLifecycle;

    WorkerModePostProcessor(List<String> startLifecycle) {
        this.startLifecycle = startLifecycle;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
        remove(factory, TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME);
        NamedLifecycleProcessor lifecycle = new NamedLifecycleProcessor(factory, startLifecycle);
        lifecycle.setBeanFactory(factory);
        replace(factory, AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, lifecycle);
        replace(
                factory,
                AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME,
                new WorkerEventMulticaster(factory));
    }

    private static void remove(ConfigurableListableBeanFactory factory, String name) {
        if (factory.containsBeanDefinition(name)) {
            ((BeanDefinitionRegistry) factory).removeBeanDefinition(name);
        }
    }

    private static void replace(ConfigurableListableBeanFactory factory, String name, Object bean) {
        remove(factory, name);
        factory.registerSingleton(name, bean);
    }

    /** Starts and stops only the beans that a property names; does not even create the others. */
    private static final class NamedLifecycleProcessor extends DefaultLifecycleProcessor {
        private final ConfigurableListableBeanFactory factory;
        private final List<String> names;

        NamedLifecycleProcessor(ConfigurableListableBeanFactory factory, List<String> names) {
            this.factory = factory;
            this.names = names;
        }

        @Override
        protected Map<String, Lifecycle> getLifecycleBeans() {
            Map<String, Lifecycle> beans = new LinkedHashMap<>();
            for (String name : factory.getBeanNamesForType(Lifecycle.class, false, false)) {
                if (names.contains(name) || isNamedByType(factory.getType(name, false))) {
                    beans.put(name, factory.getBean(name, Lifecycle.class));
                }
            }
            return beans;
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

    private static final class WorkerEventMulticaster extends SimpleApplicationEventMulticaster {

        WorkerEventMulticaster(ConfigurableListableBeanFactory factory) {
            super(factory);
        }

        @Override
        protected Collection<ApplicationListener<?>> getApplicationListeners(
                ApplicationEvent event, ResolvableType eventType) {
            Collection<ApplicationListener<?>> all = super.getApplicationListeners(event, eventType);
            return event instanceof ContextRefreshedEvent
                    ? all.stream().filter(WorkerEventMulticaster::isOfSpring).toList()
                    : all;
        }

        private static boolean isOfSpring(ApplicationListener<?> listener) {
            return !(listener instanceof ApplicationListenerMethodAdapter)
                    && listener.getClass().getName().startsWith("org.springframework.");
        }
    }
}
