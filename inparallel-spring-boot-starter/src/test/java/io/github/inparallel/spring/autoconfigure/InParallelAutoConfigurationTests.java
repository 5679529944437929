package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.WaitFor;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.PoolPlan;
import io.github.inparallel.spring.WorkerPools;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What a context has under which properties. Tasks run in this process, so that it takes milliseconds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InParallelAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(InParallelMetricsAutoConfiguration.class, InParallelAutoConfiguration.class))
            .withPropertyValues("inparallel.mode=in-process");

    public static class Service {
        @InParallel
        public CompletableFuture<Boolean> inWorker() {
            return TaskFuture.completed(TaskContext.inWorker());
        }

        @InParallel("ocr")
        public String shout(String text) {
            return text.toUpperCase(java.util.Locale.ROOT);
        }
    }

    @Test
    void waitForIsThere() {
        runner.run(context -> assertThat(context).hasSingleBean(WaitFor.class));
    }

    @Test
    void inProcessTaskRunsOnAThreadOfThisProcess() {
        runner.withBean(Service.class).run(context -> {
            CompletableFuture<Boolean> future = context.getBean(Service.class).inWorker();

            assertThat(future.get()).isTrue();
            assertThat(TaskFuture.of(future).orElseThrow().workerPid())
                    .hasValue(ProcessHandle.current().pid());
            assertThat(TaskContext.inWorker()).isFalse();
        });
    }

    @Test
    void poolExistsWhenAMethodOrAPropertyNamesIt() {
        runner.withBean(Service.class)
                .withPropertyValues("inparallel.pools.spare.max-workers=3", "inparallel.pools.empty=")
                .run(context -> assertThat(context.getBean(WorkerPools.class).all())
                        .extracting(pool -> pool.name())
                        .containsExactlyInAnyOrder("default", "ocr", "spare", "empty"));
    }

    @Test
    void namedPoolOverridesTheCommonSettings() {
        runner.withBean(Service.class)
                .withPropertyValues(
                        "inparallel.pool.timeout=30s",
                        "inparallel.pool.heap=200MB",
                        "inparallel.pool.when-full=block",
                        "inparallel.pools.ocr.timeout=PT1M")
                .run(context -> {
                    WorkerPools pools = context.getBean(WorkerPools.class);
                    PoolOptions ocr = pools.get("ocr").options();
                    assertThat(ocr.timeout()).isEqualTo(Duration.ofMinutes(1));
                    assertThat(ocr.heap()).isEqualTo(200L << 20);
                    assertThat(ocr.whenFull()).isEqualTo(PoolOptions.WhenFull.BLOCK);
                    assertThat(pools.get("default").options().timeout()).isEqualTo(Duration.ofSeconds(30));
                });
    }

    @Test
    void poolWritesValuesWithTheMarshallerThatChecksItsMethods() {
        runner.withBean(Service.class).run(context -> {
            PoolPlan plan = context.getBean(PoolPlans.class).of("ocr");
            WorkerPool pool = context.getBean(WorkerPools.class).get("ocr");

            assertThat(pool.marshaller()).isSameAs(plan.marshaller());
            assertThat(pool.options().heap()).isEqualTo(plan.options().heap());
        });
    }

    @Test
    void disabledMeansThatMethodsRunInTheCaller() {
        runner.withBean(Service.class)
                .withPropertyValues("inparallel.enabled=false")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(WorkerPools.class).hasSingleBean(WaitFor.class);
                    assertThat(context.getBean(Service.class).inWorker().get()).isFalse();
                    assertThat(context.getBean(Service.class).getClass()).isEqualTo(Service.class);
                });
    }

    @Test
    void everyPropertyBinds() {
        runner.withPropertyValues(
                        "inparallel.pools.all.min-workers=0",
                        "inparallel.pools.all.max-workers=2",
                        "inparallel.pools.all.spare-workers=1",
                        "inparallel.pools.all.concurrency=4",
                        "inparallel.pools.all.startup=on-demand",
                        "inparallel.pools.all.startup-timeout=61s",
                        "inparallel.pools.all.idle-timeout=62s",
                        "inparallel.pools.all.queue-capacity=63",
                        "inparallel.pools.all.queue-memory=64KB",
                        "inparallel.pools.all.when-full=refuse",
                        "inparallel.pools.all.queue-timeout=65s",
                        "inparallel.pools.all.timeout=66s",
                        "inparallel.pools.all.stall-timeout=67s",
                        "inparallel.pools.all.kill-grace=68ms",
                        "inparallel.pools.all.retries=2",
                        "inparallel.pools.all.max-tasks-per-worker=69",
                        "inparallel.pools.all.max-lifetime=1h",
                        "inparallel.pools.all.max-memory=512MB",
                        "inparallel.pools.all.heap=70MB",
                        "inparallel.pools.all.jvm-args=-Xss1m,-Da=b",
                        "inparallel.pools.all.environment.LANG=C",
                        "inparallel.pools.all.system-properties.a.b=c",
                        "inparallel.pools.all.working-directory=/",
                        "inparallel.pools.all.java-home=" + System.getProperty("java.home"),
                        "inparallel.pools.all.command-prefix=nice,-n,10",
                        "inparallel.pools.all.debug-port=5005",
                        "inparallel.pools.all.crash-dir=crashes",
                        "inparallel.pools.all.heartbeat-interval=3s",
                        "inparallel.pools.all.heartbeat-timeout=30s",
                        "inparallel.pools.all.spin=10us",
                        "inparallel.pools.all.max-payload=1MB",
                        "inparallel.pools.all.class-cache=auto",
                        "inparallel.pools.all.poison-limit=0",
                        "inparallel.pools.all.restart-limit=6",
                        "inparallel.pools.all.restart-window=2m",
                        "inparallel.worker.bootstrap=sources",
                        "inparallel.worker.sources=com.example.Small",
                        "inparallel.worker.profiles=small",
                        "inparallel.worker.properties.spring.jpa.open-in-view=false",
                        "inparallel.worker.start-lifecycle=bean",
                        "inparallel.worker.logging=own",
                        "inparallel.marshalling.format=json")
                .run(context -> {
                    PoolOptions all =
                            context.getBean(WorkerPools.class).get("all").options();
                    assertThat(all.spareWorkers()).isEqualTo(1);
                    assertThat(all.startup()).isEqualTo(PoolOptions.Startup.ON_DEMAND);
                    assertThat(all.queueMemory()).isEqualTo(64 * 1024);
                    assertThat(all.spin()).isEqualTo(Duration.ofNanos(10_000));
                    assertThat(all.commandPrefix()).containsExactly("nice", "-n", "10");
                    assertThat(all.systemProperties()).containsEntry("a.b", "c");
                    assertThat(all.environment()).containsEntry("LANG", "C");
                    assertThat(all.maxMemory()).isEqualTo(512L << 20);
                    assertThat(context.getBean(InParallelProperties.class)
                                    .worker()
                                    .properties())
                            .containsEntry("spring.jpa.open-in-view", "false");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "inparallel.pool.max-workers, 0",
        "inparallel.pool.timeout, -1s",
        "inparallel.pool.queue-capacity, 0",
        "inparallel.pools.ocr.retries, -1",
        "inparallel.pools.ocr.heap, 1B"
    })
    void valueThatIsNotAllowedIsAnalysed(String property, String value) {
        runner.withPropertyValues(property + "=" + value).run(context -> {
            FailureAnalysis analysis = new InvalidPoolPropertyFailureAnalyzer()
                    .analyze(Objects.requireNonNull(context.getStartupFailure()));

            Objects.requireNonNull(analysis);
            assertThat(analysis.getDescription()).contains("'" + property + "'");
            assertThat(analysis.getAction()).isNotBlank();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "inparallel.pools.ocr.java-home, /no/such/jdk, no /no/such/jdk/bin/java",
        "inparallel.pool.jvm-args, -XX:+NoSuchOption, Unrecognized VM option 'NoSuchOption'",
        "inparallel.pools.ocr.command-prefix, /no/such/prefix, no /no/such/prefix",
        "inparallel.pool.working-directory, /no/such/folder, folder that exists"
    })
    void whatCannotStartAWorkerIsAnalysedWhenThePoolIsMade(String property, String value, String words) {
        runner.withPropertyValues(
                        property + "=" + value,
                        "inparallel.pools.ocr.startup=on-demand",
                        "inparallel.mode=process",
                        "inparallel.worker.sources=" + Service.class.getName())
                .run(context -> {
                    FailureAnalysis analysis = new InvalidPoolPropertyFailureAnalyzer()
                            .analyze(Objects.requireNonNull(context.getStartupFailure()));

                    Objects.requireNonNull(analysis);
                    assertThat(analysis.getDescription()).contains("'" + property + "'", value);
                    assertThat(analysis.getAction()).contains(words);
                });
    }

    @Test
    void unknownPropertyStopsTheApplication() { // B112
        runner.withPropertyValues("inparallel.pool.max-worker=3")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(UnboundConfigurationPropertiesException.class));
    }

    @Test
    void badDurationStopsTheApplication() {
        runner.withPropertyValues("inparallel.pool.timeout=soon")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("soon"));
    }

    @Test
    void poolThatIsAScalarIsRefused() {
        runner.withPropertyValues("inparallel.pools.ocr=3")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("'3' is no pool"));
    }

    // ---- wrong methods

    static class PrivateMethod {
        @InParallel
        @SuppressWarnings("UnusedMethod")
        private void hidden() {}
    }

    static class FinalMethod {
        @InParallel
        public final void fixed() {}
    }

    static class StaticMethod {
        @InParallel
        public static void shared() {}
    }

    static class StreamParameter {
        @InParallel
        public void read(InputStream stream) {}
    }

    static class TwoPools {
        @InParallel(value = "a", pool = "b")
        public void torn() {}
    }

    static class BadTimeout {
        @InParallel(timeout = "soon")
        public void late() {}
    }

    @ParameterizedTest
    @CsvSource({
        "PrivateMethod, hidden",
        "FinalMethod, fixed",
        "StaticMethod, shared",
        "StreamParameter, read",
        "TwoPools, torn",
        "BadTimeout, late"
    })
    void methodThatCannotRunInAWorkerIsAnalysed(String type, String method) throws ClassNotFoundException {
        Class<?> bean = Class.forName(getClass().getName() + "$" + type);
        runner.withBean("wrong", bean).run(context -> {
            FailureAnalysis analysis = new InvalidInParallelMethodFailureAnalyzer()
                    .analyze(Objects.requireNonNull(context.getStartupFailure()));

            Objects.requireNonNull(analysis);
            assertThat(analysis.getDescription()).contains(type).contains(method);
            assertThat(analysis.getAction()).isNotBlank();
        });
    }

    // ---- annotations

    @InParallel("meta")
    @Retention(RetentionPolicy.RUNTIME)
    @interface Isolated {}

    interface Contract {
        @InParallel(timeout = "${contract.timeout:5s}")
        String name();
    }

    static class Annotated implements Contract {
        @Isolated
        public boolean meta() {
            return TaskContext.inWorker();
        }

        @Override
        public String name() {
            return TaskContext.current().orElseThrow().deadline().isPresent() ? "limited" : "unlimited";
        }

        public boolean plain() {
            return TaskContext.inWorker();
        }
    }

    @Test
    void annotationMayBeOnAnotherAnnotationOrOnAnInterface() {
        runner.withBean(Annotated.class).run(context -> {
            Annotated bean = context.getBean(Annotated.class);
            assertThat(bean.meta()).isTrue();
            assertThat(bean.name()).isEqualTo("limited");
            assertThat(bean.plain()).isFalse();
            assertThat(context.getBean(WorkerPools.class).all())
                    .extracting(pool -> pool.name())
                    .contains("meta", "default");
        });
    }

    static final class FinalClass implements Contract {
        @Override
        public String name() {
            return TaskContext.inWorker() ? "worker" : "caller";
        }
    }

    @Test
    void finalClassIsReachedThroughItsInterface() {
        runner.withBean(FinalClass.class)
                .run(context ->
                        assertThat(context.getBean(Contract.class).name()).isEqualTo("worker"));
    }

    // ---- metrics

    @Test
    void metersComeAndGoWithThePool() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        runner.withBean(Service.class)
                .withBean(MeterRegistry.class, () -> registry)
                .run(context -> {
                    context.getBean(Service.class).shout("a");

                    assertThat(registry.get("inparallel.task")
                                    .tags("pool", "ocr", "method", "Service.shout", "outcome", "success")
                                    .timer()
                                    .count())
                            .isEqualTo(1);
                    assertThat(registry.find("inparallel.tasks.in.flight").gauges())
                            .hasSize(2);
                });
        assertThat(registry.find("inparallel.tasks.in.flight").gauges()).isEmpty();
    }

    @Test
    void worksWithoutMicrometer() {
        runner.withBean(Service.class)
                .withClassLoader(new FilteredClassLoader(MeterRegistry.class))
                .run(context ->
                        assertThat(context.getBean(Service.class).shout("a")).isEqualTo("A"));
    }

    @Test
    void callAfterTheEndIsRefused() {
        Service[] service = new Service[1];
        runner.withBean(Service.class).run(context -> service[0] = context.getBean(Service.class));

        assertThatThrownBy(() -> service[0].shout("late"))
                .isInstanceOf(io.github.inparallel.TaskRefusedException.class)
                .hasMessageContaining("shut down");
    }
}
