package io.github.inparallel.spring.worker;

import io.github.inparallel.TaskContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationHook;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Puts the applications that start on this thread into worker mode. The application whose beans are called is left
 * when its context is loaded but not yet refreshed, so that the worker owns refresh, failure and lifecycle. Other
 * contexts, such as its parent, are refreshed on the way. The thread then goes no further: what a {@code main} does
 * after the start, or when it fails, is not for workers.
 */
final class WorkerHook implements SpringApplicationHook {

    /**
     * Properties that no setting of the application overrides: they switch off web server, schedules, entries in
     * lists of others, and what an application does again after its restart.
     */
    private static final Map<String, Object> WORKER_MODE = Map.ofEntries(
            Map.entry("spring.main.web-application-type", "none"),
            Map.entry("spring.main.lazy-initialization", "true"),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("spring.main.log-startup-info", "false"),
            Map.entry("spring.main.register-shutdown-hook", "false"),
            Map.entry("spring.main.keep-alive", "false"),
            Map.entry("spring.jmx.enabled", "false"),
            Map.entry("spring.batch.job.enabled", "false"),
            Map.entry("spring.quartz.auto-startup", "false"),
            Map.entry("spring.modulith.events.republish-outstanding-events-on-restart", "false"),
            Map.entry("spring.devtools.livereload.enabled", "false"),
            Map.entry("spring.docker.compose.enabled", "false"),
            Map.entry("spring.cloud.service-registry.auto-registration.enabled", "false"),
            Map.entry("eureka.client.register-with-eureka", "false"),
            Map.entry("spring.boot.admin.client.enabled", "false"),
            Map.entry("management.defaults.metrics.export.enabled", "false"));

    private static final String KAFKA_TRANSACTIONS = "spring.kafka.producer.transaction-id-prefix";

    // Asked by LaunchRecorder in every application of this process, on any thread.
    private static final Set<SpringApplication> SEEN =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final WorkerSettings settings;
    private final Consumer<ConfigurableApplicationContext> workerMode;
    private final CompletableFuture<ConfigurableApplicationContext> loaded = new CompletableFuture<>();
    private int seen; // of the thread that starts applications
    private final List<ConfigurableApplicationContext> twins =
            new ArrayList<>(); // of the same thread: given what the one is
    private @Nullable Throwable failure; // of the same thread

    /** @param workerMode makes a context that is not yet refreshed a worker's */
    WorkerHook(WorkerSettings settings, Consumer<ConfigurableApplicationContext> workerMode) {
        this.settings = settings;
        this.workerMode = workerMode;
    }

    static boolean hasSeen(SpringApplication application) {
        return SEEN.contains(application);
    }

    /**
     * Loads the context of the application that the start starts, and does not refresh it.
     *
     * @param thread name of the thread that starts it
     */
    ConfigurableApplicationContext load(Start start, String thread) throws Exception {
        Thread starter = new Thread(() -> SpringApplication.withHook(this, () -> run(start)), thread);
        starter.setDaemon(true);
        starter.start();
        try {
            return loaded.get();
        } catch (ExecutionException e) {
            ReflectionUtils.rethrowException(e.getCause());
            throw new AssertionError(e); // it has been thrown
        }
    }

    private void run(Start start) {
        try {
            int before;
            do { // main may have been called again, beside what it had started before
                before = twins();
                start.run();
            } while (twins() > before && twins() <= settings.twins());
        } catch (Throwable e) {
            loaded.completeExceptionally(e);
        }
        loaded.completeExceptionally(new IllegalStateException(
                "main of " + settings.mainClass()
                        + " ended in the worker without the call of SpringApplication.run, on its own thread, that started"
                        + " the application "
                        + settings.sources()
                        + (failure == null ? "" : "; " + failure)
                        + ". Set inparallel.worker.bootstrap to sources, or inparallel.worker.sources to the classes to boot",
                failure));
    }

    @Override
    public SpringApplicationRunListener getRunListener(SpringApplication application) {
        SEEN.add(application);
        Listener listener = new Listener(application, ++seen);
        configure(application);
        if (seen == settings.ordinal() && settings.mainClass() != null) {
            addWhatWasAddedFromOutside(application);
        }
        listener.decide();
        if (!listener.isTheOne) {
            application.setApplicationContextFactory(
                    type -> new AnnotationConfigApplicationContext(new WithoutRunners()));
        }
        return listener;
    }

    /** How many of them run, as where they were counted. */
    private int twins() {
        twins.removeIf(context -> !context.isActive());
        return twins.size();
    }

    private static void goNoFurther() {
        while (true) {
            LockSupport.park();
            Thread.interrupted(); // else it would not park again
        }
    }

    /**
     * Adds what {@code SpringApplication.from(main).with(…)} has added in the application: the worker calls the main
     * itself.
     */
    private void addWhatWasAddedFromOutside(SpringApplication application) {
        Set<String> known = new HashSet<>(ApplicationLaunch.sources(application));
        for (String source : settings.sources()) {
            if (!known.contains(source) && ClassUtils.isPresent(source, application.getClassLoader())) {
                application.addPrimarySources(
                        Set.of(ClassUtils.resolveClassName(source, application.getClassLoader())));
            }
        }
    }

    private void configure(SpringApplication application) {
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setLazyInitialization(true);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        application.setLogStartupInfo(false);
        Set<String> profiles = new LinkedHashSet<>(application.getAdditionalProfiles());
        profiles.addAll(settings.profiles());
        application.setAdditionalProfiles(profiles.toArray(String[]::new));
    }

    /** Call that starts applications. */
    interface Start {
        void run() throws Throwable;
    }

    private final class Listener implements SpringApplicationRunListener {

        private final SpringApplication application;
        private final int ordinal;
        private final List<String> arguments;
        private final List<String> profiles; // without those of workers
        private boolean isTheOne;
        private boolean isTwin;

        Listener(SpringApplication application, int ordinal) {
            this.application = application;
            this.ordinal = ordinal;
            this.arguments = LaunchRecorder.arguments(); // it was made just before
            this.profiles = List.copyOf(application.getAdditionalProfiles());
        }

        /**
         * Finds out whether this application is the one whose beans are called. A main may start applications again and
         * again, or in a worker with other classes; those that it gives other arguments or profiles are others, and so
         * are those that ran beside the one.
         */
        void decide() {
            boolean isAlike = settings.mainClass() != null
                    && arguments.equals(settings.passedOn())
                    && profiles.equals(settings.ownProfiles())
                    && ApplicationLaunch.sources(application).equals(settings.sources());
            isTheOne = ordinal == settings.ordinal() || isAlike && twins() == settings.twins();
            isTwin = isAlike && !isTheOne;
        }

        @Override
        public void environmentPrepared(
                ConfigurableBootstrapContext bootstrapContext, ConfigurableEnvironment environment) {
            environment
                    .getPropertySources()
                    .addFirst(new MapPropertySource("inparallelOverrides", settings.overrides()));
            environment.getPropertySources().addFirst(new MapPropertySource("inparallelWorker", settings.properties()));
            Map<String, Object> mode = new LinkedHashMap<>(WORKER_MODE);
            String transactions = environment.getProperty(KAFKA_TRANSACTIONS);
            if (transactions != null) {
                // Two producers with one transactional id fence each other.
                mode.put(KAFKA_TRANSACTIONS, transactions + System.getProperty(TaskContext.WORKER_PROPERTY) + "-");
            }
            environment.getPropertySources().addFirst(new MapPropertySource("inparallelWorkerMode", mode));
        }

        @Override
        public void contextLoaded(ConfigurableApplicationContext context) {
            workerMode.accept(context);
            if (isTwin) {
                twins.add(context);
            }
            if (isTheOne) {
                loaded.complete(context);
                goNoFurther();
            }
        }

        @Override
        public void failed(@Nullable ConfigurableApplicationContext context, Throwable exception) {
            failure = exception;
            if (isTheOne) {
                loaded.completeExceptionally(exception);
                goNoFurther();
            }
        }
    }

    /** Bean factory of a context that is refreshed on the way: Spring Boot finds no runners in it. */
    private static final class WithoutRunners extends DefaultListableBeanFactory {

        @Override
        public String[] getBeanNamesForType(@Nullable Class<?> type) {
            return type != null && type.getName().equals("org.springframework.boot.Runner")
                    ? new String[0]
                    : super.getBeanNamesForType(type);
        }
    }
}
