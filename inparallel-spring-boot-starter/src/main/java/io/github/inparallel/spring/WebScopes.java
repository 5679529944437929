package io.github.inparallel.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Set;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/** Knows the scopes of web servers. Workers have none of them, so a task has no bean of a request or a session. */
final class WebScopes {

    private static final Set<String> NAMES = Set.of("request", "session", "application", "websocket");

    private WebScopes() {}

    /**
     * Refuses a bean that has such beans injected, if it is there for tasks only. Other methods of a bean may be
     * called within a request, and need them then.
     */
    static void check(
            String beanName,
            Class<?> type,
            Map<Method, InParallelMethod> methods,
            ConfigurableListableBeanFactory beans) {
        for (String injected : beans.getDependenciesForBean(beanName)) {
            String scope = scope(injected, beans);
            if (NAMES.contains(scope) && isForTasksOnly(type, methods)) {
                throw new InvalidInParallelMethodException(
                        "Bean '" + beanName + "' has the bean '" + injected + "' of scope '" + scope
                                + "', but all its methods are @InParallel methods: they run in workers, where there is no "
                                + scope,
                        "Pass what the methods need of it as an argument.",
                        null);
            }
        }
    }

    private static String scope(String bean, ConfigurableListableBeanFactory beans) {
        String target = ScopedProxyUtils.getTargetBeanName(bean);
        String scope = beans.containsBeanDefinition(target)
                ? beans.getMergedBeanDefinition(target).getScope()
                : null;
        return scope == null ? "" : scope;
    }

    private static boolean isForTasksOnly(Class<?> type, Map<Method, InParallelMethod> methods) {
        for (Method method : ReflectionUtils.getUniqueDeclaredMethods(type)) {
            if (Modifier.isPublic(method.getModifiers())
                    && !Modifier.isStatic(method.getModifiers())
                    && !method.isSynthetic()
                    && method.getDeclaringClass() != Object.class
                    && !methods.containsKey(method)) {
                return false;
            }
        }
        return true;
    }
}
