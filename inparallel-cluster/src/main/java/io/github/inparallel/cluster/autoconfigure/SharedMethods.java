package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.spring.InParallelMethod;
import io.github.inparallel.spring.InvalidInParallelMethodException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Finds the methods that an application's pools run, by the types of its beans: those that nobody has asked for yet, too. */
final class SharedMethods {

    private SharedMethods() {}

    /** Returns the signatures of the methods of each pool that a bean names. */
    static Map<String, List<String>> of(ConfigurableListableBeanFactory beans) {
        Map<String, List<String>> methods = new TreeMap<>();
        for (String bean : beans.getBeanDefinitionNames()) {
            Class<?> type = type(beans, bean);
            if (type == null) {
                continue;
            }
            try {
                InParallelMethod.of(type)
                        .values()
                        .forEach(declared -> methods.computeIfAbsent(declared.pool(), pool -> new ArrayList<>())
                                .add(bean + " " + declared.method().toGenericString()));
            } catch (InvalidInParallelMethodException e) {
                // of a bean that cannot be made, so nobody calls it
            }
        }
        return methods;
    }

    private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String bean) {
        Class<?> target = AutoProxyUtils.determineTargetClass(beans, bean);
        Class<?> type = target != null ? target : beans.getType(bean, false);
        return type == null ? null : ClassUtils.getUserClass(type);
    }
}
