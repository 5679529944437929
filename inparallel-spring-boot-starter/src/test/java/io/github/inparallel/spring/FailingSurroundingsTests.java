package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.inparallel.InParallel;
import io.github.inparallel.spring.autoconfigure.InParallelAutoConfiguration;
import io.github.inparallel.spring.autoconfigure.InParallelLoggingAutoConfiguration;
import io.github.inparallel.spring.metrics.TaskObservations;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import reactor.core.publisher.Mono;

/** What goes wrong around a call arrives where the call's own failures do, and what goes wrong after it harms nothing. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailingSurroundingsTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(InParallelAutoConfiguration.class, InParallelLoggingAutoConfiguration.class))
            .withPropertyValues("inparallel.mode=in-process")
            .withBean(Echo.class);

    static class Echo {

        @InParallel
        public CompletableFuture<String> future(String text) {
            return CompletableFuture.completedFuture(text);
        }

        @InParallel
        public Mono<String> mono(String text) {
            return Mono.just(text);
        }

        @InParallel
        public String blocking(String text) {
            return text;
        }
    }

    /** Fails where it is told to. */
    private static final class Failing implements TaskContextPropagator {

        private final String where;

        Failing(String where) {
            this.where = where;
        }

        private void failIf(String here) {
            if (here.equals(where)) {
                throw new IllegalStateException(where);
            }
        }

        @Override
        @SuppressWarnings("NullAway") // as users may
        public void capture(Map<String, String> attributes) {
            attributes.put("nothing", null);
            failIf("capture");
        }

        @Override
        public Scope restore(Map<String, String> attributes) {
            failIf("restore");
            return () -> failIf("close");
        }
    }

    private static void assertThatEachWayFails(Echo echo, String message) {
        CompletableFuture<String> future = echo.future("a");
        assertThatThrownBy(future::get)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        Mono<String> mono = echo.mono("a");
        assertThatThrownBy(mono::block)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> echo.blocking("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
    }

    private static void assertThatEachWayWorks(Echo echo) {
        assertThat(echo.future("a").join()).isEqualTo("a");
        assertThat(echo.mono("b").block()).isEqualTo("b");
        assertThat(echo.blocking("c")).isEqualTo("c");
    }

    private void with(TaskContextPropagator propagator, Consumer<Echo> check) {
        runner.withBean(TaskContextPropagator.class, () -> propagator)
                .run(context -> check.accept(context.getBean(Echo.class)));
    }

    @Test
    void aPropagatorThatCannotCaptureFailsTheCallInItsOwnWay() {
        with(new Failing("capture"), echo -> assertThatEachWayFails(echo, "capture"));
    }

    @Test
    void aPropagatorThatFailsWithAnErrorKeepsNoOtherFromUndoingWhatItDid() throws Throwable {
        TaskContextPropagator failing = new TaskContextPropagator() {
            @Override
            public void capture(Map<String, String> attributes) {}

            @Override
            public Scope restore(Map<String, String> attributes) {
                return () -> {
                    throw new AssertionError("close");
                };
            }
        };
        TaskSurroundings surroundings = new TaskSurroundings(
                List.of(failing), new TaskObservations(() -> ObservationRegistry.NOOP, () -> null));

        Object returned = surroundings.run("Echo.future", Map.of("mdc.caller", "one"), () -> MDC.get("caller"));

        assertThat(returned).isEqualTo("one");
        assertThat(MDC.get("caller")).isNull();
    }

    @Test
    void aPropagatorThatCannotRestoreFailsTheTask() {
        with(new Failing("restore"), echo -> assertThatEachWayFails(echo, "restore"));
    }

    @Test
    void aPropagatorThatCannotCleanUpHarmsNothing() {
        with(new Failing("close"), FailingSurroundingsTests::assertThatEachWayWorks);
    }

    /** Fails when a task's observation starts, or when it stops. */
    private static ObservationRegistry failing(String where) {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStart(Observation.Context context) {
                if (where.equals("start")) {
                    throw new IllegalStateException(where);
                }
            }

            @Override
            public void onStop(Observation.Context context) {
                if (where.equals("stop")) {
                    throw new IllegalStateException(where);
                }
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        return registry;
    }

    @Test
    void anObservationThatCannotStartFailsTheCallInItsOwnWay() {
        runner.withBean(ObservationRegistry.class, () -> failing("start"))
                .run(context -> assertThatEachWayFails(context.getBean(Echo.class), "start"));
    }

    @Test
    void anObservationThatCannotStopHarmsNothing() {
        runner.withBean(ObservationRegistry.class, () -> failing("stop"))
                .run(context -> assertThatEachWayWorks(context.getBean(Echo.class)));
    }

    // ---- logging

    @Configuration(proxyBeanMethods = false)
    static class Early {

        /** Whether the pools were made because a level changed. */
        @Bean
        @DependsOn("inParallelWorkerLogs")
        AtomicBoolean madeEarly(ConfigurableListableBeanFactory beans) {
            Logger logger = (Logger) LoggerFactory.getLogger("early");
            logger.setLevel(Level.WARN);
            logger.setLevel(null);
            return new AtomicBoolean(beans.containsSingleton("inParallelWorkerPools"));
        }
    }

    @Test
    void aLevelThatChangesWhileTheContextStartsCreatesNoPools() {
        new ApplicationContextRunner()
                .withUserConfiguration(Early.class) // before ours
                .withConfiguration(AutoConfigurations.of(
                        InParallelAutoConfiguration.class, InParallelLoggingAutoConfiguration.class))
                .run(context -> {
                    assertThat(context.getBean(AtomicBoolean.class)).isFalse();
                    assertThat(context).hasSingleBean(WorkerPools.class);
                });
    }
}
