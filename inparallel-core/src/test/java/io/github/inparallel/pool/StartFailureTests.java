package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.worker.WorkerBootstrap;
import io.github.inparallel.worker.WorkerEnvironment;
import io.github.inparallel.worker.WorkerTarget;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real workers that cannot start: callers learn why, nothing respawns without end, and it heals by itself. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StartFailureTests { // B31, B66, B67, B100, B101, B113

    @TempDir
    private Path folder;

    private final LongAdder starts = new LongAdder();

    private WorkerPool pool(UnaryOperator<PoolOptionsBuilder> settings) {
        return ProcessPool.create(options -> settings.apply(
                options.restartLimit(2).startup(PoolOptions.Startup.ON_DEMAND).observer(new PoolObserver() {
                    @Override
                    public void workerStarting(String worker) {
                        starts.increment();
                    }
                })));
    }

    private static Throwable failure(WorkerPool pool) {
        return Objects.requireNonNull(
                catchThrowable(() -> ProcessPool.probe(pool).pid().get()).getCause());
    }

    private static void assertRefused(WorkerPool pool) {
        TaskRefusedException refusal = (TaskRefusedException) failure(pool);
        assertThat(refusal.reason()).isEqualTo(TaskRefusedException.Reason.POOL_DOWN);
        assertThat(refusal.getCause()).isInstanceOf(WorkerStartException.class);
        assertThat(pool.stats().down()).isTrue();
    }

    @Test
    void missingJavaExecutableIsNamedAndThePoolRecoversWhenItIsThere() throws Exception {
        Path home = folder.resolve("jdk");
        Path java = Path.of(System.getProperty("java.home"));
        Files.createSymbolicLink(home, java);
        try (WorkerPool pool = pool(options -> options.javaHome(home))) {
            Files.delete(home);
            assertThat(failure(pool))
                    .isInstanceOf(WorkerStartException.class)
                    .hasMessageContaining(home.resolve("bin/java").toString())
                    .hasMessageContaining("java-home");
            assertRefused(pool);

            Files.createSymbolicLink(home, java);

            await().atMost(Duration.ofSeconds(60)).until(() -> !pool.stats().down());
            assertThat(ProcessPool.probe(pool).echo("up again")).isEqualTo("up again");
            assertThat(starts.sum()).isLessThan(20);
        }
    }

    @Test
    void heapThatIsTooSmallShowsWhatTheJvmPrinted() {
        try (WorkerPool pool = pool(options -> options.heap(1L << 20).jvmArgs(List.of()))) {
            WorkerStartException failure = (WorkerStartException) failure(pool);
            assertThat(failure.output()).contains("heap");
            assertThat(failure.exitCode()).hasValue(1);
            assertRefused(pool);
        }
    }

    @Test
    void optionThatOnlyAWorkerTriesIsNamed() {
        try (WorkerPool pool = pool(options -> options.jvmArgs(List.of("-javaagent:/no/such/agent.jar")))) {
            assertThat(failure(pool))
                    .hasMessageContaining("agent.jar")
                    .hasMessageContaining("inparallel.pool.jvm-args");
            assertRefused(pool);
        }
    }

    @Test
    void failureOfTheWorkersOwnPreparationIsTheCause() {
        try (LoggedLines lines = new LoggedLines("io.github.inparallel.pool");
                WorkerPool pool = pool(options -> options.bootstrap(Broken.that("throws")))) {
            WorkerStartException failure = (WorkerStartException) failure(pool);
            assertThat(failure)
                    .hasMessageContaining(
                            "did not become ready: java.lang.ArithmeticException: the root cause, reported as"
                                    + " java.lang.IllegalStateException: cannot prepare")
                    .hasRootCauseInstanceOf(ArithmeticException.class)
                    .hasStackTraceContaining("StartFailureTests$Broken");
            assertRefused(pool);
            assertThat(lines.starting("ERROR"))
                    .singleElement()
                    .asString()
                    .contains("is down after 2 failed starts", "the root cause");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"goes in circles", "is endless"})
    void failureWhoseCausesHaveNoEndIsTold(String how) {
        try (WorkerPool pool = pool(options -> options.bootstrap(Broken.that(how)))) {
            assertThat(failure(pool))
                    .isInstanceOf(WorkerStartException.class)
                    .hasMessageContaining("did not become ready");
            assertRefused(pool);
        }
    }

    @Test
    void workerThatNeverBecomesReadyIsKilled() { // B68
        try (WorkerPool pool = pool(options -> options.startupTimeout(Duration.ofSeconds(2))
                .bootstrap(Broken.that("hangs"))
                .restartLimit(1))) {
            assertThat(failure(pool)).hasMessageContaining("startup-timeout");
        }
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void workersAreToldTheSelectorsUnlessTheirOptionsSaySo() throws Exception {
        String name = SelectorProvider.class.getName();
        String ours = SelectorProvider.provider().getClass().getName();
        try (WorkerPool pool = pool(options -> options)) {
            assertThat(ProcessPool.probe(pool).environment("none", name).get()).endsWith(" " + ours);
        }
        try (WorkerPool pool = pool(options -> options.jvmArgs(List.of("-D" + name + "=com.example.Selectors")))) {
            assertThat(failure(pool)).hasMessageContaining("com.example.Selectors");
        }
    }

    @Test
    void settingsOfTheProcessArrive() throws Exception { // B82
        try (WorkerPool pool = pool(options ->
                options.environment(Map.of("PROBE", "a b")).systemProperties(Map.of("probe", "\"c\" \\d")))) {
            assertThat(ProcessPool.probe(pool).environment("PROBE", "probe").get())
                    .isEqualTo("a b \"c\" \\d");
        }
    }

    @Test
    void propertiesOfWhateverCharactersArrive() throws Exception {
        Map<String, String> values = new HashMap<>();
        for (String value :
                List.of("a\rb", "a\r\nb", "#", " a ", "\\", "\"", "\t\f\u000b", "\u0000", "ü€\ud83d\ude00", "")) {
            values.put("probe." + values.size(), value);
        }
        values.forEach((name, value) -> System.setProperty("later." + name, value));
        try (WorkerPool pool = pool(options -> options.systemProperties(values))) {
            Probe probe = ProcessPool.probe(pool);
            for (Map.Entry<String, String> each : values.entrySet()) {
                assertThat(probe.environment("none", each.getKey()).get()).isEqualTo("null " + each.getValue());
                assertThat(probe.environment("none", "later." + each.getKey()).get())
                        .isEqualTo("null " + each.getValue());
            }
        } finally {
            values.keySet().forEach(name -> System.clearProperty("later." + name));
        }
    }

    /** Prepares a worker in a way that does not work. */
    /** Its causes have no end. */
    public static final class Endless extends RuntimeException {

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    public static final class Broken implements WorkerBootstrap {

        static PoolOptions.Bootstrap that(String how) {
            return new PoolOptions.Bootstrap(null, Broken.class.getName(), Map.of("how", how), List.of());
        }

        @Override
        public void start(WorkerEnvironment environment) throws Exception {
            if ("goes in circles".equals(environment.settings().get("how"))) {
                IllegalStateException first = new IllegalStateException("first");
                first.initCause(new IllegalStateException("second", first));
                throw first;
            }
            if ("is endless".equals(environment.settings().get("how"))) {
                throw new Endless();
            }
            if ("hangs".equals(environment.settings().get("how"))) {
                new java.util.concurrent.CountDownLatch(1).await();
            }
            throw new IllegalStateException("cannot prepare", new ArithmeticException("the root cause"));
        }

        @Override
        public WorkerTarget target(String target, String method) {
            throw new IllegalStateException();
        }

        @Override
        public Marshaller marshaller() {
            throw new IllegalStateException();
        }
    }
}
