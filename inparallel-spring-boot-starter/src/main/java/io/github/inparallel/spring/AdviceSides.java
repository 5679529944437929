package io.github.inparallel.spring;

import io.github.inparallel.TaskContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.util.ClassUtils;

/**
 * Says on which side of a call an advice runs. Advice that guards or spares the call runs in the parent; advice that
 * belongs to the body, which is the transaction's, runs in the worker.
 */
public final class AdviceSides {

    private static final List<String> BODY_ADVICE =
            List.of("org.springframework.transaction.interceptor.TransactionInterceptor");

    private final List<String> moved;

    /** @param moved names of classes of advisors or advice, simple or full, that run in the worker too */
    public AdviceSides(List<String> moved) {
        this.moved = List.copyOf(moved);
    }

    boolean belongsToBody(Advisor advisor) {
        return isA(advisor.getAdvice().getClass(), BODY_ADVICE)
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

    /**
     * Returns what a worker calls: the bean with the advice of its body and no other. Where tasks run on threads of
     * the application, the bean's advice has been divided already; the body then gets back what was left to it.
     */
    public Object bodyOf(Object bean) {
        if (!(bean instanceof Advised advised)) {
            return bean;
        }
        Set<Advisor> bodyAdvice = new LinkedHashSet<>();
        for (Advisor each : advised.getAdvisors()) {
            Advisor whole = each instanceof LeftToTasks left ? left.original : each;
            if (belongsToBody(whole)) {
                bodyAdvice.add(whole);
            }
        }
        Object target = AopProxyUtils.getSingletonTarget(bean);
        if (bodyAdvice.isEmpty() && target != null) {
            return bodyOf(target);
        }
        ProxyFactory body = new ProxyFactory();
        body.addAdvisors(bodyAdvice);
        body.setTargetSource(advised.getTargetSource());
        body.setProxyTargetClass(advised.isProxyTargetClass());
        body.setInterfaces(advised.getProxiedInterfaces());
        return body.getProxy(ClassUtils.getDefaultClassLoader());
    }

    /**
     * Advisor of the body, as the application has it: it leaves calls that become tasks to their bodies. Calls from
     * inside a task stay in that process, and have the advice.
     */
    static final class LeftToTasks extends DefaultPointcutAdvisor {
        private static final long serialVersionUID = 1;

        private final Advisor original;

        LeftToTasks(Advisor original, MethodInterceptor advice, MethodsOfTarget<?> tasks) {
            super(original instanceof PointcutAdvisor own ? own.getPointcut() : Pointcut.TRUE, (MethodInterceptor)
                    invocation -> TaskContext.inWorker() || tasks.get(invocation.getMethod()) == null
                            ? advice.invoke(invocation)
                            : invocation.proceed());
            this.original = original;
        }
    }
}
