package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.pool.supervision.Resilience;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Whatever fails at the engine's seams, and of what kind it is: every future ends, and the pool recovers or says that it
 * is down and why. Workers are threads, so that each case takes milliseconds.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultInjectionTests {

    private static final List<String> OBSERVER = List.of(
            "taskStarted",
            "taskEnded",
            "taskRetried",
            "workerStarting",
            "workerReady",
            "workerReported",
            "workerExited",
            "payload");

    private static final List<String> SEAMS = List.of("executor", "log", "levels", "decode");

    private static final List<String> PROCESS =
            List.of("launch", "pid", "exit", "outputEnd", "lastLines", "hasPrinted", "residentMemory", "kill");

    private static final List<String> STEPS = List.of(
            "a command",
            "accepting connections",
            "what a worker says",
            "expiry of waiting tasks",
            "matching of waiting tasks",
            "ending of lost tasks",
            "watching a worker",
            "sizing",
            "callbacks",
            "telling of outcomes",
            "looking at the pool",
            "expiry of connections");

    private static final Set<String> SLOW = Set.of("launch", "pid", "exit", "a command");

    private static final List<Supplier<Throwable>> KINDS = List.of(
            () -> new IllegalStateException("injected"),
            () -> new OutOfMemoryError("injected"),
            StackOverflowError::new,
            () -> new NoClassDefFoundError("injected"));

    static Stream<Arguments> faults() {
        return Stream.of(OBSERVER, SEAMS, PROCESS, STEPS)
                .flatMap(List::stream)
                .flatMap(point -> kinds(point)
                        .flatMap(kind -> Stream.of(false, true)
                                .map(always -> Arguments.of(
                                        point, kind.get().getClass().getSimpleName(), always, kind))));
    }

    /** In a full run all; else an exception and an error, and where the engine waits for seconds before it gives up, the error. */
    private static Stream<Supplier<Throwable>> kinds(String point) {
        if (Boolean.getBoolean("inparallel.test.full")) {
            return KINDS.stream();
        }
        return KINDS.stream().limit(2).skip(SLOW.contains(point) ? 1 : 0);
    }

    @InParallel
    public interface Work {
        CompletableFuture<Value> make(int number);

        CompletableFuture<String> echo(String text);

        CompletableFuture<Void> fail();

        CompletableFuture<Void> die();

        CompletableFuture<Void> hang(TaskOptions options);
    }

    /** Throws when it is rebuilt, if that is the point. */
    public record Value(int number) {

        static volatile @Nullable Faults faults; // set by each test

        public Value {
            Faults present = faults;
            if (present != null && !io.github.inparallel.TaskContext.inWorker()) {
                present.at("decode");
            }
        }
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<Value> make(int number) {
            return TaskFuture.completed(new Value(number));
        }

        @Override
        public CompletableFuture<String> echo(String text) {
            return TaskFuture.completed(text);
        }

        @Override
        public CompletableFuture<Void> fail() {
            throw new IllegalArgumentException("as it should");
        }

        @Override
        public CompletableFuture<Void> die() {
            throw new ThreadDeath();
        }

        @Override
        public CompletableFuture<Void> hang(TaskOptions options) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                try {
                    new CountDownLatch(1).await(); // one that ignores it
                } catch (InterruptedException again) {
                    Thread.currentThread().interrupt();
                }
            }
            return TaskFuture.completed(null);
        }
    }

    /** Makes the engine's own log lines fail. */
    private static final class LogFault extends TurboFilter {
        private final Faults faults;

        LogFault(Faults faults) {
            this.faults = faults;
        }

        @Override
        public FilterReply decide(
                Marker marker, Logger logger, Level level, String format, Object[] params, Throwable thrown) {
            if (logger.getName().startsWith("io.github.inparallel.pool") && level.isGreaterOrEqual(Level.INFO)) {
                faults.at("log");
                return FilterReply.DENY; // what is injected need not be printed
            }
            return FilterReply.NEUTRAL;
        }
    }

    @ParameterizedTest(name = "{0}: {1}, always: {2}")
    @MethodSource("faults")
    void everyFutureEndsAndThePoolRecoversOrIsDown(String point, String name, boolean always, Supplier<Throwable> kind)
            throws Exception {
        Faults faults = new Faults(point, kind, always);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LogFault filter = new LogFault(faults);
        context.addTurboFilter(filter);
        Value.faults = faults;
        List<CompletableFuture<?>> futures = new ArrayList<>();
        WorkerPool pool = pool(faults);
        try {
            Work work = pool.proxy(Work.class, Body.class);
            CompletableFuture<Void> hanging = work.hang(TaskOptions.timeout(Duration.ofMillis(30)));
            futures.add(hanging);
            for (int i = 0; i < 5; i++) {
                futures.add(work.make(i));
                futures.add(work.echo("text"));
            }
            futures.add(work.fail());
            futures.add(work.hang(TaskOptions.declared()));
            futures.get(futures.size() - 1).cancel(true);
            pool.recycle();
            futures.add(work.echo("more").thenApply(text -> text + "!"));

            for (CompletableFuture<?> future : futures) {
                Throwable ignored = catchThrowable(() -> future.get(10, TimeUnit.SECONDS)); // however it ends
                assertThat(future.isDone())
                        .as("after %s faults: %s, %s, %s", faults.thrown, future, ignored, pool.stats())
                        .isTrue();
            }
            if (always && pool.stats().down()) {
                assertThat(pool.stats().outage().orElseThrow().reason()).isNotBlank();
            }
            if (STEPS.contains(point)) {
                soon().untilAsserted(() ->
                        assertThat(faults.thrown).as("there is such a step").hasPositiveValue());
            }
            faults.end();
            soon().until(() -> !pool.stats().down());
            soon().ignoreExceptionsInstanceOf(java.util.concurrent.ExecutionException.class)
                    .until(() -> work.echo("last").get(10, TimeUnit.SECONDS).equals("last"));
        } catch (Throwable e) {
            throw new AssertionError("the engine or this test lets it out", e); // test engines end with some Errors
        } finally {
            faults.end();
            pool.close();
            context.getTurboFilterList().remove(filter);
            Value.faults = null;
        }
        assertThat(pool.stats().inFlight()).isZero();
        assertThat(pool.stats().workers()).isEmpty();
    }

    /** Hundreds of cases wait for what takes milliseconds. */
    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    private static WorkerPool pool(Faults faults) {
        PoolOptions options = PoolOptions.builder()
                .name("faults")
                .maxWorkers(2)
                .killGrace(Duration.ofMillis(10))
                .heartbeatInterval(Duration.ofMillis(20))
                .startupTimeout(Duration.ofMillis(500))
                .shutdownTimeout(Duration.ZERO)
                .retries(1)
                .maxMemory(1L << 40)
                .observer(faults.observer())
                .callbackExecutor(faults.executor(ForkJoinPool.commonPool()))
                .logs(faults.logs())
                .build();
        return WorkerPool.create(
                options,
                faults.launcher(new InProcessLauncher(PlainBootstrap::new)),
                new Resilience(Duration.ofMillis(100), faults::at));
    }
}
