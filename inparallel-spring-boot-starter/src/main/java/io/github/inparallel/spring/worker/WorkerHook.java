package io.github.inparallel.spring.worker;

import java.util.Collections;
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

    /** What no setting of the application overrides. */
    private static final Map<String, Object> WORKER_MODE = Map.of(
            "spring.main.web-application-type", "none",
            "spring.main.lazy-initialization", "true",
            "spring.main.banner-mode", "off",
            "spring.main.log-startup-info", "false",
            "spring.main.register-shutdown-hook", "false",
            "spring.main.keep-alive", "false",
            "spring.jmx.enabled", "false",
            "spring.batch.job.enabled", "false",
            "management.defaults.metrics.export.enabled", "false");

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
        environment.getPropertySources().addFirst(new MapPropertySource("inparallelWorkerMode", WORKER_MODE));
    }

    @Override
    public void contextLoaded(ConfigurableApplicationContext loaded) {
        context = Objects.requireNonNull(loaded);
        throw new SpringApplication.AbandonedRunException(loaded);
    }
}
