package io.github.inparallel.spring.worker;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.protocol.WorkerReport;
import io.github.inparallel.spring.AdviceSides;
import io.github.inparallel.spring.InParallelMapperCustomizer;
import io.github.inparallel.spring.InParallelMethod;
import io.github.inparallel.spring.TaskSurroundings;
import io.github.inparallel.spring.WorkerInitializer;
import io.github.inparallel.spring.logging.ForwardedLogging;
import io.github.inparallel.spring.metrics.ForwardingMeterRegistry;
import io.github.inparallel.worker.WorkerBootstrap;
import io.github.inparallel.worker.WorkerEnvironment;
import io.github.inparallel.worker.WorkerTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.SpringProperties;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/**
 * Boots the application in worker mode, in this process. The worker's own thread writes the fields, then its slots
 * read them.
 */
public final class SpringWorkerBootstrap implements WorkerBootstrap {

    /** Setting that holds the URL of the application's database. */
    public static final String DATABASE = "database";

    private volatile @Nullable ConfigurableApplicationContext context;
    private volatile @Nullable Marshaller marshaller;
    private volatile @Nullable BeanTargets targets;
    private volatile WorkerReport report = WorkerReport.EMPTY;
    private volatile @Nullable ForwardingMeterRegistry meters;
    private @Nullable ForwardedLogging logging; // guarded by this
    private @Nullable Map<String, String> levels; // guarded by this: the last that the application sent

    @Override
    public void start(WorkerEnvironment environment) throws Exception {
        WorkerSettings settings = WorkerSettings.of(environment.settings());
        forwardLogs(environment, settings);
        // Also here, so that they are there when configuration files are looked for.
        settings.overrides().forEach((key, value) -> System.setProperty(key, value.toString()));
        System.setProperty("spring.devtools.restart.enabled", "false"); // a restart would leave this thread
        HeldBack heldBack = new HeldBack();
        DatabaseGuard databases = new DatabaseGuard(
                heldBack,
                environment.slots(),
                settings.setsConnectionPool(),
                environment.settings().get(DATABASE));
        ForwardingMeterRegistry registry =
                settings.forwardsMeters() ? new ForwardingMeterRegistry(environment.parent()) : null;
        meters = registry;
        WorkerHook hook = new WorkerHook(settings, each -> {
            each.addBeanFactoryPostProcessor(
                    new WorkerModePostProcessor(settings.startLifecycle(), heldBack, databases));
            if (registry != null) {
                each.addBeanFactoryPostProcessor(new ForwardedMeters(registry));
            }
        });
        ConfigurableApplicationContext loaded =
                hook.load(() -> launch(settings), "inparallel-" + environment.pool() + "-main");
        context = loaded;
        TestImports.register(loaded);
        CapturedConnections.register(settings.connections(), loaded);
        loaded.refresh();
        nameAlike(loaded, settings.names());
        marshaller = new Marshaller(
                environment.format(), environment.maxPayload(), InParallelMapperCustomizer.of(loaded.getBeanFactory()));
        marshaller().prepare();
        setLevels(); // the application's configuration has set its own
        TaskSurroundings surroundings = loaded.getBean(TaskSurroundings.class);
        surroundings.prepare();
        BeanTargets all = new BeanTargets(
                loaded.getBeanFactory(), new AdviceSides(settings.advisors()), marshaller(), surroundings);
        targets = all;
        warm(loaded, environment.pool(), all);
        for (WorkerInitializer initializer :
                loaded.getBeanProvider(WorkerInitializer.class).orderedStream().toList()) {
            initializer.initialize(loaded);
        }
        if (registry != null && loaded.getBeanNamesForType(ForwardingMeterRegistry.class, true, false).length > 0) {
            registry.start();
        }
        report = new WorkerReport(created(loaded), heldBack.names(), heldBack.warnings());
    }

    /** Forwards log events to the parent. The parent writes the application's log files; two processes must not. */
    private void forwardLogs(WorkerEnvironment environment, WorkerSettings settings) {
        Consumer<LogEvent> parent = environment.log();
        if (parent != null && ClassUtils.isPresent("ch.qos.logback.classic.LoggerContext", null)) {
            synchronized (this) {
                logging = ForwardedLogging.install(parent);
            }
            setLevels();
        } else if (!settings.ownLogging()) {
            System.setProperty("logging.file.name", "");
            System.setProperty("logging.file.path", "");
        }
    }

    @Override
    public synchronized void logLevels(Map<String, String> wanted) {
        levels = wanted;
        setLevels();
    }

    private synchronized void setLevels() {
        if (logging != null && levels != null) {
            logging.levels(levels);
        }
    }

    /** Returns the names of the application's own beans that exist. */
    private static List<String> created(ConfigurableApplicationContext loaded) {
        List<String> names = new ArrayList<>();
        for (String name : loaded.getBeanFactory().getSingletonNames()) {
            if (loaded.containsBeanDefinition(name)) {
                Class<?> type = loaded.getType(name, false);
                BeanDefinition definition = loaded.getBeanFactory().getBeanDefinition(name);
                if (type != null
                        && definition.getRole() == BeanDefinition.ROLE_APPLICATION
                        && !FrameworkClasses.include(type)
                        && !type.getName().startsWith("io.micrometer.")
                        && !type.getName().startsWith("io.github.inparallel.spring.")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    @Override
    public WorkerReport report() {
        return report;
    }

    private static void launch(WorkerSettings settings) throws Throwable {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (settings.mainClass() != null) {
            MainCall.run(ClassUtils.resolveClassName(settings.mainClass(), loader), settings.arguments());
            return;
        }
        Class<?>[] sources = settings.sources().stream()
                .map(source -> ClassUtils.resolveClassName(source, loader))
                .toArray(Class<?>[]::new);
        SpringApplication application = new SpringApplication(sources);
        if (Arrays.stream(sources).noneMatch(SpringWorkerBootstrap::isAutoConfigured)) {
            application.addPrimarySources(ownConfiguration(loader));
        }
        application.setDefaultProperties(settings.defaults());
        String type = settings.applicationClass();
        if (type != null && ClassUtils.isPresent(type, loader)) {
            application.setMainApplicationClass(ClassUtils.resolveClassName(type, loader));
        }
        if (AotDetector.useGeneratedArtifacts()
                && !ClassUtils.isPresent(type + "__ApplicationContextInitializer", loader)) {
            SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false"); // these sources were not processed ahead
        }
        application.run(settings.arguments().toArray(String[]::new));
    }

    /**
     * Gives classes that are booted alone the names that they have as beans of the application, by which they are
     * called.
     */
    private static void nameAlike(ConfigurableApplicationContext loaded, Map<String, String> names) {
        names.forEach((name, source) -> {
            String[] own = loaded.getBeanNamesForType(
                    ClassUtils.resolveClassName(source, loaded.getClassLoader()), true, false);
            if (own.length == 1 && !loaded.containsBean(name)) {
                loaded.getBeanFactory().registerAlias(own[0], name);
            }
        });
    }

    private static boolean isAutoConfigured(Class<?> source) {
        return MergedAnnotations.from(source, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY)
                .isPresent(EnableAutoConfiguration.class);
    }

    /** Returns our own auto-configurations, which sources need that are plain classes. */
    private static List<Class<?>> ownConfiguration(ClassLoader loader) {
        List<Class<?>> own = new ArrayList<>();
        for (String name : ImportCandidates.load(AutoConfiguration.class, loader)) {
            if (name.startsWith("io.github.inparallel.spring.")) {
                own.add(ClassUtils.resolveClassName(name, loader));
            }
        }
        return own;
    }

    /** Creates the beans that this pool's calls are for, and all that calls need of them, before the first call. */
    private static void warm(ConfigurableApplicationContext loaded, String pool, BeanTargets targets) {
        for (String name : loaded.getBeanDefinitionNames()) {
            Class<?> type = loaded.getType(name, false);
            if (type != null && loaded.isSingleton(name)) {
                InParallelMethod.of(ClassUtils.getUserClass(type)).values().stream()
                        .filter(method -> method.pool().equals(pool))
                        .forEach(method -> {
                            loaded.getBean(name);
                            find(targets, name, method);
                        });
            }
        }
    }

    private static void find(BeanTargets targets, String bean, InParallelMethod method) {
        try {
            targets.find(bean, TaskMethod.key(method.method()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Its first call will say what is wrong, or find it: what was declared may be more general than the bean
            // is.
            LoggerFactory.getLogger(SpringWorkerBootstrap.class).debug("{} is not known yet", method.method(), e);
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
        ForwardingMeterRegistry registry = meters;
        if (registry != null) {
            registry.close(); // with what was recorded until now
        }
    }
}
