package io.github.inparallel.spring;

import java.util.List;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.util.ClassUtils;

/**
 * On which side of a call an advice runs. What guards or spares the call runs in the parent; what belongs to the body,
 * which is the transaction, runs in the worker.
 */
public final class AdviceSides {

    private static final List<String> OF_THE_BODY =
            List.of("org.springframework.transaction.interceptor.TransactionInterceptor");

    private final List<String> moved;

    /** @param moved names of classes of advisors or advice, simple or full, that run in the worker too */
    public AdviceSides(List<String> moved) {
        this.moved = List.copyOf(moved);
    }

    boolean isOfTheBody(Advisor advisor) {
        return isA(advisor.getAdvice().getClass(), OF_THE_BODY)
                || isA(advisor.getAdvice().getClass(), moved)
                || isA(advisor.getClass(), moved);
    }

    private static boolean isA(Class<?> type, List<String> names) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (names.contains(each.getName()) || names.contains(each.getSimpleName())) {
                return true;
            }
        }
        return false;
    }

    /** What a worker calls: the bean with the advice of its body and no other. */
    public Object bodyOf(Object bean) {
        if (!(bean instanceof Advised advised)) {
            return bean;
        }
        ProxyFactory body = new ProxyFactory();
        for (Advisor advisor : advised.getAdvisors()) {
            if (isOfTheBody(advisor)) {
                body.addAdvisor(advisor);
            }
        }
        Object target = AopProxyUtils.getSingletonTarget(bean);
        if (body.getAdvisorCount() == 0 && target != null) {
            return bodyOf(target);
        }
        body.setTargetSource(advised.getTargetSource());
        body.setProxyTargetClass(advised.isProxyTargetClass());
        body.setInterfaces(advised.getProxiedInterfaces());
        return body.getProxy(ClassUtils.getDefaultClassLoader());
    }
}
