package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.units.Durations;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Time limits of every length, wherever one can be given. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // each test starts its pool
class TimeLimitTests {

    public interface Work {
        @InParallel
        CompletableFuture<String> echo(String text, TaskOptions options);

        @InParallel
        CompletableFuture<Void> hang(TaskOptions options);

        @InParallel(timeout = "99999999999999999999d")
        CompletableFuture<Optional<Instant>> deadline();
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<String> echo(String text, TaskOptions options) {
            return TaskFuture.completed(text);
        }

        @Override
        public CompletableFuture<Void> hang(TaskOptions options) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // it is over
            }
            return TaskFuture.completed(null);
        }

        @Override
        public CompletableFuture<Optional<Instant>> deadline() {
            return TaskFuture.completed(TaskContext.current().flatMap(TaskContext::deadline));
        }
    }

    private WorkerPool pool;
    private Work work;

    private void start(UnaryOperator<PoolOptionsBuilder> settings) {
        pool = WorkerPool.create(
                settings.apply(PoolOptions.builder().name("limits").maxWorkers(2))
                        .build(),
                new InProcessLauncher(PlainBootstrap::new));
        work = pool.proxy(Work.class, Body.class);
    }

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close(Duration.ZERO);
        }
    }

    private static final List<BiConsumer<PoolOptionsBuilder, Duration>> OPTIONS = List.of(
            PoolOptionsBuilder::startupTimeout,
            PoolOptionsBuilder::idleTimeout,
            PoolOptionsBuilder::queueTimeout,
            PoolOptionsBuilder::timeout,
            PoolOptionsBuilder::stallTimeout,
            PoolOptionsBuilder::killGrace,
            PoolOptionsBuilder::maxLifetime,
            PoolOptionsBuilder::heartbeatTimeout,
            PoolOptionsBuilder::heartbeatInterval,
            PoolOptionsBuilder::restartWindow,
            PoolOptionsBuilder::shutdownTimeout);

    static Stream<Duration> endless() {
        return Stream.of(
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofNanos(Long.MAX_VALUE / 2),
                Duration.ofSeconds(Long.MAX_VALUE),
                ChronoUnit.FOREVER.getDuration());
    }

    @ParameterizedTest
    @MethodSource("endless")
    void endlessLimitsDoNotKeepAnotherFromComing(Duration endless) throws Exception {
        start(options -> {
            OPTIONS.forEach(option -> option.accept(options, endless));
            return options;
        });

        assertThat(work.echo("a", TaskOptions.declared()).get()).isEqualTo("a");
        CompletableFuture<Void> forever = work.hang(TaskOptions.timeout(endless));
        CompletableFuture<Void> brief = work.hang(TaskOptions.timeout(Duration.ofMillis(20)));

        Throwable failure = Objects.requireNonNull(catchThrowable(brief::get).getCause());
        assertThat(failure)
                .isInstanceOfSatisfying(
                        TaskTimeoutException.class, e -> assertThat(e.limit()).isEqualTo(Duration.ofMillis(20)))
                .hasMessageContaining("timeout: 20ms");
        assertThat(forever).isNotDone();
        forever.cancel(true);
        assertThat(work.echo("b", TaskOptions.timeout(endless)).get()).isEqualTo("b");
    }

    @Test
    void eachOptionMayBeEndlessAndIsCappedOnce() {
        for (BiConsumer<PoolOptionsBuilder, Duration> option : OPTIONS) {
            PoolOptionsBuilder builder = PoolOptions.builder().heartbeatTimeout(Durations.LONGEST);
            option.accept(builder, ChronoUnit.FOREVER.getDuration());
            assertThat(builder.build().toString())
                    .doesNotContain(ChronoUnit.FOREVER.getDuration().toString());
        }
    }

    static Stream<Arguments> withoutEnd() {
        return endless().flatMap(endless -> Stream.of(1, 2).map(workers -> Arguments.of(endless, workers)));
    }

    @ParameterizedTest
    @MethodSource("withoutEnd")
    void closingMayWaitForEver(Duration endless, int workers) throws Exception {
        start(options -> options.maxWorkers(workers));
        CompletableFuture<String> last = work.echo("last", TaskOptions.declared());

        pool.close(endless);

        assertThat(last.get()).isEqualTo("last");
    }

    @Test
    void tiniestLimitIsALimit() {
        start(options -> options);

        TaskFuture<?> task = TaskFuture.of(work.hang(TaskOptions.timeout(Duration.ofNanos(1))))
                .orElseThrow();

        assertThat(catchThrowable(task::get)).hasCauseInstanceOf(TaskTimeoutException.class);
        assertThat(task.taskState()).isEqualTo(TaskState.TIMED_OUT);
    }

    @Test
    void tiniestLimitsOfAPoolHarmNoTask() throws Exception {
        Duration tiny = Duration.ofNanos(1);
        start(options -> options.idleTimeout(tiny)
                .killGrace(tiny)
                .maxLifetime(tiny)
                .restartWindow(tiny)
                .heartbeatInterval(tiny)
                .spin(tiny)
                .shutdownTimeout(tiny));

        for (int i = 0; i < 20; i++) {
            assertThat(work.echo("a", TaskOptions.declared()).get()).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "-9223372036854775808"})
    void limitThatIsNotPositiveIsRefused(long seconds) {
        Duration limit = Duration.ofSeconds(seconds);

        assertThatThrownBy(() -> TaskOptions.timeout(limit)).hasMessageContaining("timeout: ");
        for (BiConsumer<PoolOptionsBuilder, Duration> option : OPTIONS) {
            PoolOptionsBuilder builder = PoolOptions.builder();
            option.accept(builder, limit);
            if (seconds < 0) {
                assertThatThrownBy(builder::build).isInstanceOf(InvalidOptionException.class);
            }
        }
    }

    @Test
    void limitOfTheAnnotationMayBeEndless() throws Exception {
        start(options -> options);

        assertThat(work.deadline().get().orElseThrow()).isAfter(Instant.now().plus(3000, ChronoUnit.DAYS));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE / 2})
    void futureMayBeWaitedForAsLongAsOneLikes(long endless) throws Exception {
        start(options -> options);
        for (TimeUnit unit : TimeUnit.values()) {
            assertThat(work.echo("a", TaskOptions.declared()).get(endless, unit))
                    .isEqualTo("a");
            assertThat(work.echo("b", TaskOptions.declared())
                            .orTimeout(endless, unit)
                            .get())
                    .isEqualTo("b");
        }
    }

    public interface Bad {
        @InParallel(retries = -7)
        CompletableFuture<Void> often();
    }

    public static final class BadBody implements Bad {
        @Override
        public CompletableFuture<Void> often() {
            return TaskFuture.completed(null);
        }
    }

    @Test
    void annotationThatMakesNoSenseIsRefusedByMethodAndValue() {
        start(options -> options);

        assertThatThrownBy(() -> pool.proxy(Bad.class, BadBody.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Bad.often()")
                .hasMessageContaining("retries: -7 (expected: >= 0, or -1 for the pool's)");
    }
}
