package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.InParallel;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.protocol.WorkerReport;
import io.github.inparallel.spring.PoolInstrumentation;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.TargetClassAware;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/**
 * Warns, once, of the application's classes that have {@link InParallel} methods and are no beans, so that their
 * methods run in the caller. They are looked for on a thread of its own, of lowest priority, when the first worker is
 * ready: by then the application has started, and nobody waits. Classes with a stereotype are left alone: a condition
 * or a profile may have left them out.
 */
final class BeanlessClasses implements PoolInstrumentation {

    private static final Logger log = LoggerFactory.getLogger(BeanlessClasses.class);

    private final ConfigurableListableBeanFactory beans;
    private final AtomicBoolean looked = new AtomicBoolean();

    BeanlessClasses(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public PoolObserver observe(String pool) {
        return new PoolObserver() {
            @Override
            public void workerReported(String worker, WorkerReport report) {
                if (looked.compareAndSet(false, true)) {
                    Thread thread = new Thread(BeanlessClasses.this::warn, "inparallel-beanless-classes");
                    thread.setDaemon(true);
                    thread.setPriority(Thread.MIN_PRIORITY);
                    thread.start();
                }
            }
        };
    }

    @Override
    public void bind(WorkerPool pool) {}

    @Override
    public void unbind(String pool) {}

    void warn() {
        try {
            Set<String> names = find();
            if (!names.isEmpty()) {
                log.warn(
                        "Classes with @InParallel methods that are no beans, so that these run in their caller: {}."
                                + " Make them beans (@Component, @Bean), or remove the annotation",
                        String.join(", ", names));
            }
        } catch (RuntimeException | LinkageError e) {
            log.debug("Classes with @InParallel methods that are no beans were not found", e);
        }
    }

    private Set<String> find() {
        Set<String> names = new TreeSet<>();
        Scanner scanner = new Scanner();
        List<String> packages = AutoConfigurationPackages.has(beans) ? AutoConfigurationPackages.get(beans) : List.of();
        for (String each : packages) {
            for (BeanDefinition found : scanner.findCandidateComponents(each)) {
                String name = found.getBeanClassName();
                if (name != null && isNoBean(ClassUtils.resolveClassName(name, beans.getBeanClassLoader()))) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private boolean isNoBean(Class<?> type) {
        return beans.getBeanNamesForType(type, true, false).length == 0 && !isBehindAProxy(type);
    }

    /** Of a bean whose proxy has its interfaces only, such as one of a final class, the proxy does not tell the class. */
    private boolean isBehindAProxy(Class<?> type) {
        return Arrays.stream(beans.getSingletonNames())
                .filter(beans::containsSingleton) // not one that is being made: to ask for it would show it half made
                .map(beans::getSingleton)
                .anyMatch(bean -> bean instanceof TargetClassAware && AopProxyUtils.ultimateTargetClass(bean) == type);
    }

    private static final class Scanner extends ClassPathScanningCandidateComponentProvider {

        private Scanner() {
            super(false);
            String annotation = InParallel.class.getName();
            addIncludeFilter((reader, factory) -> {
                AnnotationMetadata type = reader.getAnnotationMetadata();
                return type.hasAnnotation(annotation) || type.hasAnnotatedMethods(annotation);
            });
            addExcludeFilter((reader, factory) -> {
                AnnotationMetadata type = reader.getAnnotationMetadata();
                return type.hasAnnotation(Component.class.getName())
                        || type.hasMetaAnnotation(Component.class.getName());
            });
        }
    }
}
