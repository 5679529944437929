package io.github.inparallel.spring;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.call.CallerWait;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.InvalidOptionException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.IntroductionAdvisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.adapter.GlobalAdvisorAdapterRegistry;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcher;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.SmartClassLoader;
import org.springframework.util.ClassUtils;

/**
 * Gives beans with {@link io.github.inparallel.InParallel} methods the interceptor. The post-processor has no order,
 * so it comes after all that have one, and its interceptor is the last of the chain: every other advice runs in the
 * parent, before the call crosses. Advice that belongs to the body is left to the worker.
 */
public final class InParallelBeanPostProcessor implements BeanPostProcessor, AopInfrastructureBean {

    private final ConfigurableBeanFactory beanFactory;

    public InParallelBeanPostProcessor(ConfigurableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof AopInfrastructureBean) {
            return bean;
        }
        Class<?> targetClass = AopProxyUtils.ultimateTargetClass(bean);
        try {
            Map<Method, InParallelMethod> methods = InParallelMethod.of(targetClass);
            return methods.isEmpty() ? bean : proxied(bean, beanName, targetClass, methods);
        } catch (InvalidInParallelMethodException e) {
            throw beanFactory instanceof ListableBeanFactory beans ? InvalidMethods.all(e, beans, this::check) : e;
        }
    }

    /** Finds what is wrong with the methods of another bean. */
    private void check(String beanName, Class<?> type, Consumer<InvalidInParallelMethodException> problems) {
        WorkerPools pools = beanFactory.getBean(WorkerPools.class);
        InParallelMethod.of(type, problems).values().forEach(declared -> {
            try {
                task(beanName, type, declared, pools);
            } catch (InvalidInParallelMethodException e) {
                problems.accept(e);
            }
        });
    }

    private Object proxied(Object bean, String beanName, Class<?> targetClass, Map<Method, InParallelMethod> methods) {
        if (beanFactory instanceof ConfigurableListableBeanFactory beans) {
            WebScopes.check(beanName, targetClass, methods, beans);
        }
        // Not injected: post-processors exist before ordinary beans.
        WorkerPools pools = beanFactory.getBean(WorkerPools.class);
        Map<Method, InParallelInterceptor.Task> tasks = new LinkedHashMap<>();
        methods.forEach((method, declared) -> tasks.put(method, task(beanName, targetClass, declared, pools)));
        InParallelInterceptor interceptor = new InParallelInterceptor(targetClass, tasks);
        MethodsOfTarget<InParallelMethod> ours = new MethodsOfTarget<>(targetClass, methods);
        Pointcut pointcut = new ComposablePointcut(matcher(ours));
        Advisor advisor = new DefaultPointcutAdvisor(pointcut, interceptor);
        if (bean instanceof Advised advised && !advised.isFrozen()) {
            leaveBodyAdviceToTasks(advised, ours);
            advised.addAdvisor(advisor);
            return bean;
        }
        ProxyFactory factory = new ProxyFactory();
        factory.setTarget(bean);
        if (Modifier.isFinal(bean.getClass().getModifiers())) {
            Class<?>[] interfaces = ClassUtils.getAllInterfaces(bean);
            if (interfaces.length == 0) {
                throw new InvalidInParallelMethodException(
                        "Bean '" + beanName + "' of " + targetClass.getName()
                                + " has @InParallel methods, but its class is final and has no interface",
                        "Remove 'final', or let the class implement an interface.",
                        null);
            }
            factory.setInterfaces(interfaces);
        } else {
            factory.setProxyTargetClass(true);
        }
        factory.addAdvisor(advisor);
        return factory.getProxy(proxyLoader(targetClass));
    }

    /**
     * Returns the loader that defines the proxy's class. Loaders that change, such as those of devtools and of tests,
     * cannot hold a subclass of a class that they do not define.
     */
    private @Nullable ClassLoader proxyLoader(Class<?> targetClass) {
        ClassLoader loader = beanFactory.getBeanClassLoader();
        return loader instanceof SmartClassLoader smart && loader != targetClass.getClassLoader()
                ? smart.getOriginalClassLoader()
                : loader;
    }

    private void leaveBodyAdviceToTasks(Advised advised, MethodsOfTarget<InParallelMethod> ours) {
        AdviceSides sides = beanFactory.getBean(AdviceSides.class);
        for (Advisor each : advised.getAdvisors()) {
            if (sides.belongsToBody(each) && !(each instanceof IntroductionAdvisor)) {
                int place = advised.indexOf(each);
                advised.removeAdvisor(place);
                for (MethodInterceptor advice :
                        GlobalAdvisorAdapterRegistry.getInstance().getInterceptors(each)) {
                    advised.addAdvisor(place++, new AdviceSides.LeftToTasks(each, advice, ours));
                }
            }
        }
    }

    private static StaticMethodMatcher matcher(MethodsOfTarget<InParallelMethod> ours) {
        return new StaticMethodMatcher() {
            @Override
            public boolean matches(Method method, Class<?> targetClass) {
                return ours.get(method) != null;
            }
        };
    }

    private InParallelInterceptor.Task task(
            String beanName, Class<?> targetClass, InParallelMethod declared, WorkerPools pools) {
        Method method = declared.method();
        Limits limits = new MethodLimits(beanFactory).of(declared);
        Marshaller marshaller = marshaller(declared, pools);
        ReactiveAdapter reactive =
                ReactiveAdapterRegistry.getSharedInstance().hasAdapters() ? SingleValues.adapter(method) : null;
        pools.use(declared.pool(), TaskMethod.displayName(method));
        TaskMethod task = reactive == null
                ? TaskMethod.of(beanName, method, targetClass, limits, marshaller)
                : new TaskMethod(beanName, method, targetClass, SingleValues.valueType(method), limits, marshaller);
        try {
            task.check();
        } catch (MarshallingException e) {
            throw new InvalidInParallelMethodException(
                    "@InParallel method of bean '" + beanName + "': " + e.getMessage(),
                    "Use types whose values can cross to another process: data objects, records, collections, byte[].",
                    e);
        }
        PoolCalls engine = new PoolCalls(declared.pool(), pools, beanFactory.getBean(TaskSurroundings.class));
        return new InParallelInterceptor.Task(task, engine, new CallerWait(task), reactive);
    }

    private static Marshaller marshaller(InParallelMethod declared, WorkerPools pools) {
        try {
            return pools.marshaller(declared.pool());
        } catch (InvalidOptionException e) {
            throw new InvalidInParallelMethodException(
                    "@InParallel on " + declared.method().toGenericString() + ": '" + declared.pool()
                            + "' cannot be a pool: " + e.getMessage(),
                    "Name a pool with " + e.expected() + ".",
                    e);
        }
    }
}
