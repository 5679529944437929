package io.github.inparallel.spring.worker;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.spring.AdviceSides;
import io.github.inparallel.spring.InParallelMapperCustomizer;
import io.github.inparallel.spring.InParallelMethod;
import io.github.inparallel.spring.WorkerInitializer;
import io.github.inparallel.worker.WorkerBootstrap;
import io.github.inparallel.worker.WorkerEnvironment;
import io.github.inparallel.worker.WorkerTarget;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** Boots the application in worker mode, in this process. Used by the worker's own thread, then read by its slots. */
public final class SpringWorkerBootstrap implements WorkerBootstrap {

    private volatile @Nullable ConfigurableApplicationContext context;
    private volatile @Nullable Marshaller marshaller;
    private volatile @Nullable BeanTargets targets;

    @Override
    public void start(WorkerEnvironment environment) throws Exception {
        WorkerSettings settings = WorkerSettings.of(environment.settings());
        // The parent writes the application's log file; two processes must not.
        System.setProperty("logging.file.name", "");
        System.setProperty("logging.file.path", "");
        // Also here, so that they are there when configuration files are looked for.
        settings.testProperties().forEach((key, value) -> System.setProperty(key, value.toString()));
        WorkerHook hook = new WorkerHook(settings);
        try {
            SpringApplication.withHook(hook, () -> launch(settings));
        } catch (SpringApplication.AbandonedRunException e) {
            // as planned: the context is loaded
        }
        ConfigurableApplicationContext loaded = hook.context();
        if (loaded == null) {
            throw new IllegalStateException(
                    "main of " + settings.mainClass()
                            + " returned in the worker without a call of SpringApplication.run on its own thread."
                            + " Set inparallel.worker.bootstrap to sources, or inparallel.worker.sources to the classes to boot");
        }
        context = loaded;
        loaded.addBeanFactoryPostProcessor(new WorkerModePostProcessor(settings.startLifecycle()));
        loaded.refresh();
        marshaller = new Marshaller(
                environment.format(),
                environment.maxPayload(),
                builder -> loaded.getBeanProvider(InParallelMapperCustomizer.class)
                        .orderedStream()
                        .forEach(customizer -> customizer.customize(builder)));
        targets = new BeanTargets(loaded.getBeanFactory(), new AdviceSides(settings.advisors()), marshaller());
        warm(loaded, environment.pool());
        for (WorkerInitializer initializer :
                loaded.getBeanProvider(WorkerInitializer.class).orderedStream().toList()) {
            initializer.initialize(loaded);
        }
    }

    private static void launch(WorkerSettings settings) {
        String[] arguments = settings.arguments().toArray(String[]::new);
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (settings.mainClass() == null) {
            Class<?>[] sources = settings.sources().stream()
                    .map(source -> ClassUtils.resolveClassName(source, loader))
                    .toArray(Class<?>[]::new);
            new SpringApplication(sources).run(arguments);
            return;
        }
        try {
            Method main =
                    ClassUtils.resolveClassName(settings.mainClass(), loader).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("main of " + settings.mainClass() + " failed in the worker", e.getCause());
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException(
                    settings.mainClass() + " has no static main(String[]). Set inparallel.worker.bootstrap to sources",
                    e);
        }
    }

    /** Beans that this pool's calls are for exist before the first call. */
    private static void warm(ConfigurableApplicationContext loaded, String pool) {
        for (String name : loaded.getBeanDefinitionNames()) {
            Class<?> type = loaded.getType(name, false);
            if (type != null
                    && loaded.isSingleton(name)
                    && InParallelMethod.of(ClassUtils.getUserClass(type)).values().stream()
                            .anyMatch(method -> method.pool().equals(pool))) {
                loaded.getBean(name);
            }
        }
    }

    @Override
    public WorkerTarget target(String target, String method) {
        return Objects.requireNonNull(targets, "not started").find(target, method);
    }

    @Override
    public Marshaller marshaller() {
        return Objects.requireNonNull(marshaller, "not started");
    }

    @Override
    public void close() {
        ConfigurableApplicationContext open = context;
        if (open != null) {
            open.close();
        }
    }
}
