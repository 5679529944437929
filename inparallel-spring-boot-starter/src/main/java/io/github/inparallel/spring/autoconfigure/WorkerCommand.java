package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.protocol.WorkerJvm;
import io.github.inparallel.spring.worker.ApplicationLaunch;
import io.github.inparallel.spring.worker.CapturedConnections;
import io.github.inparallel.spring.worker.SpringWorkerBootstrap;
import io.github.inparallel.spring.worker.WorkerSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;

/** Command that starts a worker of this application, with all that the worker needs to boot it. */
final class WorkerCommand {

    private static final String TEST_MARKER = "org.springframework.boot.test.context.SpringBootTestContextBootstrapper";
    private static final String DYNAMIC_PROPERTIES = "Dynamic Test Properties";
    private static final String LOADER = "org.springframework.boot.loader.";
    private static final String WORKER_PROFILE = "inparallel-worker";

    /**
     * Properties of this JVM that placeholders mean. The worker's JVM has values of its own, for code that asks the
     * JVM.
     */
    private static final List<String> OF_THIS_JVM = List.of("java.io.tmpdir", "java.home", "user.dir");

    private final @Nullable ApplicationLaunch launch;
    private final ConfigurableEnvironment environment;
    private final ConfigurableListableBeanFactory beans;
    private final InParallelProperties.Worker worker;
    private final ClassLoader loader;

    WorkerCommand(
            @Nullable ApplicationLaunch launch,
            ConfigurableEnvironment environment,
            ConfigurableListableBeanFactory beans,
            InParallelProperties.Worker worker,
            ClassLoader loader) {
        this.launch = launch;
        this.environment = environment;
        this.beans = beans;
        this.worker = worker;
        this.loader = loader;
    }

    /** Whether this application was started as an executable jar or war, whose launcher must start the worker too. */
    boolean isExecutableJar() {
        return loader.getClass().getName().startsWith(LOADER);
    }

    /**
     * Returns the system properties that the worker needs from its first moment on.
     *
     * @param forwardsLogs whether it opens no appenders of its own
     */
    Map<String, String> systemProperties(boolean forwardsLogs) {
        Map<String, String> properties = new HashMap<>();
        if (isExecutableJar()) {
            properties.put("loader.main", WorkerJvm.MAIN_CLASS);
            if (ExecutableJarClassPath.isWar(loader)) {
                properties.put("loader.path", "WEB-INF/classes,WEB-INF/lib,WEB-INF/lib-provided");
            }
        }
        String classPath = ClassPath.of(loader);
        if (classPath != null) {
            properties.put("java.class.path", classPath);
        }
        if (forwardsLogs) {
            properties.put("logback.configurationFile", "io/github/inparallel/spring/logging/before-forwarding.xml");
        }
        return properties;
    }

    PoolOptions.Bootstrap bootstrap() {
        boolean test = environment.getProperty(TEST_MARKER, Boolean.class, false);
        Map<String, String> settings = settings(test).toMap();
        String database = environment.getProperty("spring.datasource.url");
        if (database != null) {
            settings.put(SpringWorkerBootstrap.DATABASE, database);
        }
        return new PoolOptions.Bootstrap(
                isExecutableJar() ? LOADER + "launch.PropertiesLauncher" : null,
                SpringWorkerBootstrap.class.getName(),
                settings,
                isExecutableJar() ? ExecutableJarClassPath.of(loader) : List.of());
    }

    private WorkerSettings settings(boolean test) {
        for (String source : worker.sources()) {
            if (!ClassUtils.isPresent(source, loader)) {
                throw new UnknownLaunchException(
                        "inparallel.worker.sources names " + source + ", which is no class of this application",
                        "Name classes with their packages, a nested one as com.example.Outer$Nested");
            }
        }
        List<String> sources =
                !worker.sources().isEmpty() ? worker.sources() : launch == null ? List.of() : launch.sources();
        String main = mainClass(test);
        if (main == null && worker.bootstrap() == InParallelProperties.Bootstrap.MAIN) {
            throw new UnknownLaunchException(
                    "inparallel.worker.bootstrap is main, but this application was not started by a main method on its own thread",
                    "Set inparallel.worker.bootstrap to sources");
        }
        if (main == null && sources.isEmpty()) {
            throw new UnknownLaunchException(
                    "It is not known how this application was started, so a worker cannot be",
                    "Set inparallel.worker.sources to the classes that a worker is to boot");
        }
        List<String> profiles = new ArrayList<>();
        if (main == null) {
            profiles.addAll(List.of(environment.getActiveProfiles())); // some may have been set by code
        } else if (launch != null) {
            profiles.addAll(launch.profiles());
        }
        if (environment.getActiveProfiles().length == 0) {
            profiles.addAll(List.of(environment.getDefaultProfiles())); // stay active beside the worker's
        }
        profiles.add(WORKER_PROFILE);
        profiles.addAll(worker.profiles());
        return new WorkerSettings(
                main,
                arguments(main),
                launch == null || main == null ? List.of() : launch.arguments(),
                launch == null || main == null ? 1 : launch.ordinal(),
                launch == null || main == null ? 0 : launch.twins(),
                sources,
                launch == null || test || !worker.sources().isEmpty() ? null : launch.applicationClass(),
                launch == null || main == null ? List.of() : launch.profiles(),
                profiles,
                properties(),
                main == null ? overrides() : dynamicProperties(),
                main == null ? defaults() : Map.of(),
                CapturedConnections.of(beans),
                names(),
                worker.startLifecycle(),
                worker.advisors(),
                worker.logging() == InParallelProperties.Logging.OWN,
                worker.meters() == InParallelProperties.Meters.FORWARD);
    }

    private List<String> arguments(@Nullable String main) {
        if (launch == null) {
            return List.of();
        }
        return main == null ? launch.arguments() : launch.mainArguments();
    }

    private @Nullable String mainClass(boolean test) {
        return switch (worker.bootstrap()) {
            case SOURCES -> null;
            case MAIN -> launch == null ? null : launch.mainClass();
            case AUTO -> launch == null || test || !worker.sources().isEmpty() ? null : launch.mainClass();
        };
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>(worker.properties());
        for (String name : OF_THIS_JVM) {
            String value = environment.getProperty(name);
            if (value != null) {
                properties.putIfAbsent(name, value);
            }
        }
        return properties;
    }

    /**
     * Returns what tests, servlet containers and code have put above the system properties; the first of a name wins.
     */
    private Map<String, Object> overrides() {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)) {
                break;
            }
            if (!(source instanceof CommandLinePropertySource)
                    && !source.getName().equals("configurationProperties")) {
                addAll(source, properties);
            }
        }
        return properties;
    }

    /** Returns names of beans whose classes workers boot themselves, and may name otherwise. */
    private Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        for (String source : worker.sources()) {
            for (String name : beans.getBeanNamesForType(ClassUtils.resolveClassName(source, loader), true, false)) {
                names.put(name, source);
            }
        }
        return names;
    }

    /** Returns the properties that beans of the application give, such as containers: a main does not know them. */
    private Map<String, Object> dynamicProperties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        addAll(environment.getPropertySources().get(DYNAMIC_PROPERTIES), properties);
        return properties;
    }

    private Map<String, Object> defaults() {
        Map<String, Object> properties = new LinkedHashMap<>();
        addAll(environment.getPropertySources().get(DefaultPropertiesPropertySource.NAME), properties);
        return properties;
    }

    private static void addAll(@Nullable PropertySource<?> source, Map<String, Object> properties) {
        if (source instanceof EnumerablePropertySource<?> enumerable) {
            for (String name : enumerable.getPropertyNames()) {
                Object value = enumerable.getProperty(name);
                if (value != null) {
                    properties.putIfAbsent(name, value.toString());
                }
            }
        }
    }
}
