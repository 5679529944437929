package io.github.inparallel.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.protocol.WorkerReport;
import io.github.inparallel.spring.PoolPlan;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.actuate.InParallelEndpoint.Pool;
import io.github.inparallel.spring.actuate.InParallelEndpoint.Task;
import io.github.inparallel.spring.actuate.InParallelEndpoint.Worker;
import io.github.inparallel.spring.autoconfigure.InParallelEndpointAutoConfiguration;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.ContextRefreshedEvent;

/** What the endpoint answers, of a pool whose workers are threads. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InParallelEndpointTests {

    interface Work {
        @InParallel
        CompletableFuture<String> report(double fraction, String message);
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<String> report(double fraction, String message) {
            TaskContext.current().orElseThrow().progress(fraction, message);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                return CompletableFuture.completedFuture("stopped");
            }
            throw new IllegalStateException();
        }
    }

    private static final class Plan implements PoolPlan {

        private final PoolOptions options = PoolOptions.builder()
                .name("ocr")
                .minWorkers(1)
                .maxWorkers(2)
                .maxMemory(1L << 30)
                .timeout(Duration.ofMinutes(2))
                .shutdownTimeout(Duration.ZERO)
                .build();

        @Override
        public PoolOptions options() {
            return options;
        }

        @Override
        public boolean hasProcesses() {
            return false;
        }

        @Override
        public Marshaller marshaller() {
            return new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        }

        @Override
        public WorkerPool create(PoolObserver observer) {
            return WorkerPool.create(options, new InProcessLauncher(PlainBootstrap::new));
        }
    }

    private final WorkerPools pools = new WorkerPools(
            Set.of("ocr"), name -> new Plan(), List.of(), Duration.ofSeconds(5), ContextRefreshedEvent.class);
    private final WorkerPool pool = pools.get("ocr");
    private final Work work = pool.proxy(Work.class, Body.class);
    private final InParallelEndpoint endpoint = new InParallelEndpoint(pools);
    private final InParallelEndpointWebExtension web = new InParallelEndpointWebExtension(endpoint);

    @AfterEach
    void close() {
        pools.destroy();
    }

    private Pool shown() {
        return Objects.requireNonNull(endpoint.pool("ocr"));
    }

    // ---- what it shows

    @Test
    void anApplicationThatIsInNoClusterHasNoMembers() {
        assertThat(endpoint.pools().members()).isNull();
        assertThat(endpoint.pools().address()).isNull();
    }

    @Test
    void runningTaskIsShownWithItsLimitAndItsLastMessage() {
        work.report(0.25, "page 7");

        await().until(() -> shown().workers().stream()
                .flatMap(worker -> worker.tasks().stream())
                .anyMatch(task -> "page 7".equals(task.progressMessage())));
        Task task = shown().workers().stream()
                .flatMap(worker -> worker.tasks().stream())
                .findFirst()
                .orElseThrow();
        assertThat(task.progress()).isEqualTo(0.25);
        assertThat(task.timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(task.traceId()).isNull();
    }

    @Test
    void poolIsShownWithItsSizeAndItsLimitOfMemory() {
        pool.resize(0, 7);

        assertThat(shown().minWorkers()).isZero();
        assertThat(shown().maxWorkers()).isEqualTo(7);
        assertThat(shown().maxMemory()).isEqualTo(1L << 30);
    }

    @Test
    void poolThatIsDownSaysWhyAndWhatHappenedBefore() {
        PoolStats.ExitStats exit = new PoolStats.ExitStats(
                Instant.EPOCH,
                "ocr-7",
                4711,
                Duration.ofSeconds(9),
                3,
                new WorkerExit(137, Optional.of("SIGKILL"), WorkerExit.Cause.KILLED),
                "Somebody killed it",
                List.of(new PoolStats.LostTask("ocr-18", "Ocr.read")),
                List.of("out of paper"),
                Optional.empty(),
                0);
        PoolStats stats = new PoolStats(
                "ocr",
                0,
                0,
                Optional.of(new PoolStats.Outage("no java there", Instant.EPOCH)),
                List.of(),
                List.of(exit),
                List.of(new PoolStats.RefusedMethod(
                        "Ocr.read", Duration.ofSeconds(40), "exit code 139 (SIGSEGV), crashed")),
                new PoolStats.Size(1, 2),
                OptionalLong.empty(),
                Optional.empty());

        Pool shown = Pool.of(stats, List.of(), WorkerReport.EMPTY, null);

        assertThat(shown.status()).isEqualTo("down");
        assertThat(shown.reason()).isEqualTo("no java there");
        assertThat(shown.since()).isEqualTo(Instant.EPOCH);
        assertThat(shown.exits())
                .containsExactly(new InParallelEndpoint.Exit(
                        Instant.EPOCH,
                        "ocr-7",
                        4711,
                        Duration.ofSeconds(9),
                        3,
                        "killed",
                        137,
                        "SIGKILL",
                        "Somebody killed it",
                        List.of(new InParallelEndpoint.LostTask("ocr-18", "Ocr.read")),
                        List.of("out of paper"),
                        null));
        assertThat(shown.refusedMethods())
                .containsExactly(new InParallelEndpoint.RefusedMethod(
                        "Ocr.read", Duration.ofSeconds(40), "exit code 139 (SIGSEGV), crashed"));
    }

    @Test
    void taskThatAnotherMemberHasIsShownWithThatMember() {
        PoolStats stats = new PoolStats(
                "ocr",
                0,
                1,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                new PoolStats.Size(0, 0),
                OptionalLong.empty(),
                Optional.empty());

        Pool shown = Pool.of(
                stats, List.of(), WorkerReport.EMPTY, List.of(sent(OptionalLong.of(4711)), sent(OptionalLong.empty())));

        assertThat(shown.elsewhere()).containsExactly(elsewhere("running", 4711L), elsewhere("queued", null));
    }

    private static PoolStats.RemoteTask sent(OptionalLong pid) {
        return new PoolStats.RemoteTask(
                "ocr-1",
                "Ocr.read",
                "10.0.0.7:7800",
                pid,
                Duration.ofSeconds(1),
                Optional.of(0.5),
                Optional.of("page 1 of 2"),
                Optional.of(Duration.ofSeconds(5)),
                Optional.of("4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    private static InParallelEndpoint.RemoteTask elsewhere(String state, @Nullable Long pid) {
        return new InParallelEndpoint.RemoteTask(
                "ocr-1",
                "Ocr.read",
                state,
                "10.0.0.7:7800",
                pid,
                Duration.ofSeconds(1),
                0.5,
                "page 1 of 2",
                Duration.ofSeconds(5),
                "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void poolWhoseTasksRunHereOnlyHasNoneElsewhere() {
        assertThat(shown().elsewhere()).isNull();
    }

    private static Worker worker(WorkerReport report, WorkerReport first) {
        PoolStats.TaskStats task = new PoolStats.TaskStats(
                "ocr-1",
                "Ocr.read",
                Duration.ofSeconds(1),
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                Optional.of("4bf92f35"),
                0);
        return Worker.of(
                new PoolStats.WorkerStats(
                        "ocr-1",
                        4711,
                        WorkerState.BUSY,
                        Duration.ofSeconds(3),
                        17,
                        OptionalLong.empty(),
                        List.of(task),
                        2,
                        Optional.of(new PoolStats.HeapStats(1, 2, 3)),
                        report,
                        0),
                first);
    }

    @Test
    void workerIsShownWithItsHeapItsSlotsAndItsCallersTrace() {
        Worker worker = worker(WorkerReport.EMPTY, WorkerReport.EMPTY);

        assertThat(worker.slots()).isEqualTo(2);
        assertThat(worker.heap()).isEqualTo(new InParallelEndpoint.Heap(1, 2, 3));
        assertThat(worker.memory()).isNull();
        assertThat(worker.tasks()).extracting(Task::traceId).containsExactly("4bf92f35");
    }

    @Test
    void workerThatMadeSomethingElseThanTheFirstOneSaysWhat() {
        WorkerReport first = new WorkerReport(List.of("ocr"), List.of(), List.of());
        WorkerReport other = new WorkerReport(List.of("ocr", "late"), List.of("a server"), List.of("careful"));

        assertThat(worker(other, first).created()).containsExactly("ocr", "late");
        assertThat(worker(other, first).heldBack()).containsExactly("a server");
        assertThat(worker(other, first).warnings()).containsExactly("careful");
        assertThat(worker(first, first).created()).isNull();
        assertThat(worker(WorkerReport.EMPTY, first).created()).isNull(); // it is not ready
    }

    // ---- what it does

    private long pid() {
        await().until(() ->
                pool.stats().workers(WorkerState.IDLE) + pool.stats().workers(WorkerState.BUSY) > 0);
        return ProcessHandle.current().pid(); // a thread of this process
    }

    private @Nullable Pool act(String action, @Nullable String pid, @Nullable String min, @Nullable String max) {
        return endpoint.act("ocr", action, pid, min, max);
    }

    @Test
    void poolIsDrainedAndResumed() {
        Pool drained = Objects.requireNonNull(act("drain", null, null, null));

        assertThat(drained.drainingSince()).isNotNull();
        assertThat(drained.status()).isEqualTo("up");
        assertThat(work.report(0, "")).failsWithin(Duration.ofSeconds(20));

        assertThat(Objects.requireNonNull(act("resume", null, null, null)).drainingSince())
                .isNull();
        assertThat(pool.isDraining()).isFalse();
    }

    @Test
    void poolIsResized() {
        Pool resized = Objects.requireNonNull(act("resize", null, "0", "3"));

        assertThat(resized.minWorkers()).isZero();
        assertThat(resized.maxWorkers()).isEqualTo(3);
    }

    @Test
    void workerIsKilled() {
        CompletableFuture<String> task = work.report(0.5, "half");
        String pid = Long.toString(pid());
        await().until(() -> pool.stats().workers(WorkerState.BUSY) == 1);

        assertThat(act("kill", pid, null, null)).isNotNull();
        assertThat(act("kill", pid, null, null)).isNotNull(); // the other one, if there is one

        assertThat(task)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("An operator killed it");
    }

    @Test
    void workersAreReplaced() {
        pid();
        String before = shown().workers().get(0).name();

        assertThat(act("recycle", null, null, null)).isNotNull();

        await().until(() ->
                shown().workers().stream().noneMatch(worker -> worker.name().equals(before)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "explode|-|-|-|action: \"explode\" (expected: \"recycle\", \"kill\", \"drain\", \"resume\", \"resize\")",
                "DRAIN|-|-|-|action: \"DRAIN\" (expected: \"recycle\", \"kill\", \"drain\", \"resume\", \"resize\")",
                "-|-|-|-|action is missing (expected: \"recycle\", \"kill\", \"drain\", \"resume\", \"resize\")",
                "kill|-|-|-|pid is missing (action \"kill\" takes pid)",
                "kill|abc|-|-|pid: \"abc\" (expected: a whole number)",
                "kill|''|-|-|pid: \"\" (expected: a whole number)",
                "kill|1.5|-|-|pid: \"1.5\" (expected: a whole number)",
                "kill|99999999999999999999|-|-|pid: \"99999999999999999999\" (expected: a whole number)",
                "kill|4711|1|-|min: \"1\" (action \"kill\" takes pid)",
                "drain|4711|-|-|pid: \"4711\" (action \"drain\" takes no values)",
                "resume|-|-|2|max: \"2\" (action \"resume\" takes no values)",
                "recycle|-|1|2|min: \"1\" (action \"recycle\" takes no values)",
                "resize|-|1|-|max is missing (action \"resize\" takes min and max)",
                "resize|-|-|-|min is missing (action \"resize\" takes min and max)",
                "resize|-|3|2|min-workers: 3 (expected: <= max-workers, which is 2)",
                "resize|-|-1|2|min-workers: -1 (expected: >= 0)",
                "resize|-|0|0|max-workers: 0 (expected: >= 1; 0 needs spread: cluster)",
                "resize|-|0|4294967297|max: \"4294967297\" (expected: a whole number)",
                "resize|-|0|-9223372036854775808|max: \"-9223372036854775808\" (expected: a whole number)",
                "resize|1|0|2|pid: \"1\" (action \"resize\" takes min and max)",
            })
    void whatIsNoActionIsRefusedWithAWordAboutIt(
            @Nullable String action, @Nullable String pid, @Nullable String min, @Nullable String max, String message) {
        assertThatThrownBy(() -> endpoint.act("ocr", action, pid, min, max))
                .isInstanceOf(InvalidEndpointRequestException.class)
                .hasMessage(message);

        WebEndpointResponse<?> answer = web.act("ocr", action, pid, min, max);
        assertThat(answer.getStatus()).isEqualTo(400);
        assertThat(answer.getBody()).isEqualTo(new InParallelEndpointWebExtension.Refused(message));
        assertThat(pool.isDraining()).isFalse();
        assertThat(pool.stats().size()).isEqualTo(new PoolStats.Size(1, 2));
    }

    @Test
    void whatDoesNotExistIsNotFoundAndSaysSo() {
        String noPool = "There is no pool 'orc' (pools: ocr)";
        String noWorker = "Pool 'ocr' has no worker with pid 1";
        pid();

        assertNotFound(web.act("orc", "drain", null, null, null), noPool);
        assertNotFound(web.act("ocr", "kill", "1", null, null), noWorker);
        assertNotFound(web.act("ocr", "kill", "-1", null, null), "Pool 'ocr' has no worker with pid -1");
        assertNotFound(web.details("orc", 1, "histogram"), noPool);
        assertNotFound(web.details("ocr", 1, "output"), noWorker);
        assertNotFound(
                web.details("ocr", pid(), "heap"), "There is no 'heap' of a worker (expected: histogram, output)");
        assertThat(web.detailsAsText("ocr", 1, "output").getBody()).isEqualTo(noWorker);
        assertThat(web.detailsAsText("ocr", 1, "output").getStatus()).isEqualTo(404);
        assertThat(web.threadsAsText("orc", 1).getBody()).isEqualTo(noPool);
    }

    private static void assertNotFound(WebEndpointResponse<?> answer, String message) {
        assertThat(answer.getStatus()).isEqualTo(404);
        assertThat(answer.getBody()).isEqualTo(new InParallelEndpointWebExtension.NotFound(message));
    }

    // ---- what a worker tells

    @Test
    void heapOfAWorkerIsShown() {
        InParallelEndpoint.Histogram histogram =
                (InParallelEndpoint.Histogram) Objects.requireNonNull(endpoint.details("ocr", pid(), "histogram"));

        assertThat(histogram.error()).isNull();
        assertThat(histogram.classes())
                .extracting(InParallelEndpoint.HeapClass::className)
                .contains("byte[]");
        assertThat(web.detailsAsText("ocr", pid(), "histogram").getBody())
                .contains("instances", "bytes", "byte[]", "in all");
    }

    @Test
    void outputOfAWorkerIsShown() {
        assertThat(endpoint.details("ocr", pid(), "output"))
                .isEqualTo(new InParallelEndpoint.Output(pid(), List.of(), List.of()));
        assertThat(web.detailsAsText("ocr", pid(), "output").getBody())
                .isEqualTo("---- standard error\n---- standard output\n");
    }

    // ---- over JMX

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withBean(WorkerPools.class, () -> pools)
            .withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=inparallel")
            .withConfiguration(AutoConfigurations.of(
                    JmxAutoConfiguration.class,
                    EndpointAutoConfiguration.class,
                    JmxEndpointAutoConfiguration.class,
                    InParallelEndpointAutoConfiguration.class));

    private static ObjectName name(MBeanServer server) throws Exception {
        return server.queryNames(new ObjectName("org.springframework.boot:type=Endpoint,name=Inparallel"), null)
                .iterator()
                .next();
    }

    @Test
    void operationsThatWriteAreNotThereUnlessAccessIsUnrestricted() {
        context.run(started -> {
            MBeanServer server = started.getBean(MBeanServer.class);
            assertThat(server.getMBeanInfo(name(server)).getOperations())
                    .extracting(MBeanOperationInfo::getName)
                    .containsExactlyInAnyOrder("pools", "pool", "threads", "details");
        });
    }

    @Test
    void poolIsActedOnOverJmx() {
        context.withPropertyValues("management.endpoint.inparallel.access=UNRESTRICTED")
                .run(started -> {
                    MBeanServer server = started.getBean(MBeanServer.class);
                    String[] types = new String[5];
                    Arrays.fill(types, String.class.getName());

                    Object drained = server.invoke(
                            name(server), "act", new @Nullable Object[] {"ocr", "drain", null, null, null}, types);
                    assertThat(((Map<?, ?>) drained).get("drainingSince")).isNotNull();
                    assertThat(pool.isDraining()).isTrue();

                    assertThatThrownBy(() -> server.invoke(
                                    name(server),
                                    "act",
                                    new @Nullable Object[] {"ocr", "kill", null, null, null},
                                    types))
                            .hasStackTraceContaining("pid is missing");
                });
    }
}
