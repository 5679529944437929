package io.github.inparallel.spring.worker;

import java.util.Collection;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationListenerMethodAdapter;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.ResolvableType;

/** Tells nobody of the application that it has started: what such listeners do is the application's alone. */
final class WorkerEventMulticaster extends SimpleApplicationEventMulticaster {

    WorkerEventMulticaster(ConfigurableListableBeanFactory factory) {
        super(factory);
    }

    /** Whether an event says that the application has started, or does so. */
    static boolean isOfStart(ApplicationEvent event) {
        return event instanceof ContextRefreshedEvent || event instanceof SpringApplicationEvent;
    }

    @Override
    protected Collection<ApplicationListener<?>> getApplicationListeners(
            ApplicationEvent event, ResolvableType eventType) {
        Collection<ApplicationListener<?>> all = super.getApplicationListeners(event, eventType);
        return isOfStart(event)
                ? all.stream().filter(WorkerEventMulticaster::isTold).toList()
                : all;
    }

    private static boolean isTold(ApplicationListener<?> listener) {
        return !(listener instanceof ApplicationListenerMethodAdapter)
                && FrameworkClasses.include(listener.getClass())
                && !isOfWebServer(listener.getClass());
    }

    /**
     * Whether the listener prepares a web server, such as Spring MVC's {@code ResourceUrlProvider}. Such beans are in
     * workers whose code was generated ahead of time for an application with a web server.
     */
    private static boolean isOfWebServer(Class<?> listener) {
        return listener.getName().startsWith("org.springframework.web.");
    }
}
