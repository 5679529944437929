package io.github.inparallel.spring.worker;

import io.github.inparallel.TaskContext;
import io.github.inparallel.pool.WorkerPool;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Notes, in the application, how it was started. In a worker it halts any application that the worker did not ask
 * for, since that would open ports and listeners a second time.
 */
final class LaunchRecorder implements SpringApplicationRunListener {

    static final String BEAN_NAME = "inParallelApplicationLaunch";

    private static final int UNSEEN = 70;

    /** Number of applications that were started on a thread, which counts its own. */
    private static final ThreadLocal<Integer> STARTED = ThreadLocal.withInitial(() -> 0);

    /** What the last application that was started on a thread was given. */
    private static final ThreadLocal<List<String>> ARGUMENTS = ThreadLocal.withInitial(List::of);

    /** Applications that were started on a thread, as long as they run. */
    private static final ThreadLocal<List<Started>> RUNNING = ThreadLocal.withInitial(ArrayList::new);

    private record Started(
            List<String> arguments,
            List<String> sources,
            List<String> profiles,
            WeakReference<ConfigurableApplicationContext> context) {

        boolean isRunning() {
            ConfigurableApplicationContext started = context.get();
            return started != null && started.isActive();
        }

        boolean isTwinOf(Started other) {
            return arguments.equals(other.arguments)
                    && sources.equals(other.sources)
                    && profiles.equals(other.profiles);
        }
    }

    private final SpringApplication application;
    private final String[] arguments;
    private final int ordinal;

    LaunchRecorder(SpringApplication application, String[] arguments) {
        this.application = application;
        this.arguments = arguments.clone();
        this.ordinal = STARTED.get() + 1;
        STARTED.set(ordinal);
        ARGUMENTS.set(List.of(arguments));
    }

    /** What the application that starts on this thread was given. */
    static List<String> arguments() {
        return ARGUMENTS.get();
    }

    @Override
    public void starting(ConfigurableBootstrapContext bootstrapContext) {
        if (System.getProperty(TaskContext.WORKER_PROPERTY) != null && !WorkerHook.hasSeen(application)) {
            System.err.println(
                    "This worker was about to start the application "
                            + application.getMainApplicationClass() + " outside of worker mode, on thread "
                            + Thread.currentThread().getName()
                            + ". Set inparallel.worker.bootstrap to sources, or inparallel.worker.sources to the classes to boot.");
            System.err.flush();
            Runtime.getRuntime().halt(UNSEEN);
        }
    }

    @Override
    public void contextPrepared(ConfigurableApplicationContext context) {
        if (System.getProperty(TaskContext.WORKER_PROPERTY) == null) {
            if (context.getEnvironment().getProperty("inparallel.enabled", Boolean.class, true)) {
                WorkerPool.preload();
            }
            TestImports.note(context);
            context.getBeanFactory()
                    .registerSingleton(
                            BEAN_NAME, ApplicationLaunch.of(application, arguments, ordinal, twins(context)));
        }
    }

    private int twins(ConfigurableApplicationContext context) {
        Started own = new Started(
                List.of(arguments),
                ApplicationLaunch.sources(application),
                List.copyOf(application.getAdditionalProfiles()),
                new WeakReference<>(context));
        List<Started> running = RUNNING.get();
        running.removeIf(each -> !each.isRunning());
        int twins = (int) running.stream().filter(each -> each.isTwinOf(own)).count();
        running.add(own);
        return twins;
    }
}
