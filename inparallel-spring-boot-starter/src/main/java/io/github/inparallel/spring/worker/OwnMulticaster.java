package io.github.inparallel.spring.worker;

import java.util.Objects;
import java.util.function.Predicate;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * Leaves events to the multicaster that the application has itself, but for those of its start. Such a multicaster does
 * more than tell listeners: Spring Modulith's notes which of them have to be told again if they fail.
 */
final class OwnMulticaster implements BeanPostProcessor {

    private final WorkerEventMulticaster ofStart;

    /** @param ofStart tells of the start whom it may be told */
    OwnMulticaster(WorkerEventMulticaster ofStart) {
        this.ofStart = ofStart;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (!name.equals(AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME)
                || !(bean instanceof ApplicationEventMulticaster)) {
            return bean;
        }
        // A proxy, and no multicaster around it, since other beans may ask for it by its class.
        ProxyFactory proxy = new ProxyFactory(bean);
        proxy.setProxyTargetClass(true);
        proxy.addAdvice((MethodInterceptor) this::invoke);
        return proxy.getProxy(bean.getClass().getClassLoader());
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object invoke(MethodInvocation call) throws Throwable {
        Object[] arguments = call.getArguments();
        @Nullable Object first = arguments.length == 0 ? null : arguments[0];
        switch (call.getMethod().getName()) {
            case "multicastEvent" -> {
                if (first instanceof ApplicationEvent event && WorkerEventMulticaster.isOfStart(event)) {
                    ofStart.multicastEvent(event, arguments.length == 1 ? null : (ResolvableType) arguments[1]);
                    return null;
                }
            }
            case "addApplicationListener" -> ofStart.addApplicationListener((ApplicationListener<?>) known(first));
            case "addApplicationListenerBean" -> ofStart.addApplicationListenerBean((String) known(first));
            case "removeApplicationListener" ->
                ofStart.removeApplicationListener((ApplicationListener<?>) known(first));
            case "removeApplicationListenerBean" -> ofStart.removeApplicationListenerBean((String) known(first));
            case "removeApplicationListeners" ->
                ofStart.removeApplicationListeners((Predicate<ApplicationListener<?>>) known(first));
            case "removeApplicationListenerBeans" ->
                ofStart.removeApplicationListenerBeans((Predicate<String>) known(first));
            case "removeAllListeners" -> ofStart.removeAllListeners();
            default -> {} // nothing about listeners or events
        }
        return call.proceed();
    }

    private static Object known(@Nullable Object argument) {
        return Objects.requireNonNull(argument);
    }
}
