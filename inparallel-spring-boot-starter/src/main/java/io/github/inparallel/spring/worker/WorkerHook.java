package io.github.inparallel.spring.worker;

import io.github.inparallel.TaskContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationHook;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Puts the application that starts on this thread into worker mode, and leaves with its context loaded but not yet
 * refreshed, so that the worker owns refresh, failure and lifecycle.
 */
final class WorkerHook implements SpringApplicationHook, SpringApplicationRunListener {

    /** What no setting of the application overrides: its doors, and its entries in lists of others. */
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
            Map.entry("spring.devtools.livereload.enabled", "false"),
            Map.entry("spring.docker.compose.lifecycle-management", "none"),
            Map.entry("spring.cloud.service-registry.auto-registration.enabled", "false"),
            Map.entry("eureka.client.register-with-eureka", "false"),
            Map.entry("spring.boot.admin.client.enabled", "false"),
            Map.entry("management.defaults.metrics.export.enabled", "false"));

    private static final String KAFKA_TRANSACTIONS = "spring.kafka.producer.transaction-id-prefix";

    // Asked by the guard in every application of this process, on any thread.
    private static final Set<SpringApplication> SEEN =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final WorkerSettings settings;
    private @Nullable ConfigurableApplicationContext context;

    WorkerHook(WorkerSettings settings) {
        this.settings = settings;
    }

    static boolean hasSeen(SpringApplication application) {
        return SEEN.contains(application);
    }

    /** The context that was left, not yet refreshed; null if none was. */
    @Nullable
    ConfigurableApplicationContext context() {
        return context;
    }

    @Override
    public SpringApplicationRunListener getRunListener(SpringApplication application) {
        SEEN.add(application);
        configure(application);
        return this;
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

    @Override
    public void environmentPrepared(
            ConfigurableBootstrapContext bootstrapContext, ConfigurableEnvironment environment) {
        environment.getPropertySources().addFirst(new MapPropertySource("inparallelTest", settings.testProperties()));
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
    public void contextLoaded(ConfigurableApplicationContext loaded) {
        context = Objects.requireNonNull(loaded);
        throw new SpringApplication.AbandonedRunException(loaded);
    }
}
