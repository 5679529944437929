package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.autoconfigure.InParallelAutoConfiguration;
import io.github.inparallel.spring.autoconfigure.InParallelMetricsAutoConfiguration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.jvm.JvmMetricsAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;

/** What tasks record is in the registry of the application, which is one for Prometheus. */
@Tag("process")
@Timeout(300)
@DirtiesContext
@SpringBootTest(
        classes = MetersOfWorkersTests.Counting.class,
        properties = {
            "spring.main.web-application-type=none",
            "inparallel.pool.min-workers=3",
            "inparallel.pool.max-workers=3",
            "inparallel.pool.heap=96MB",
            "management.prometheus.metrics.export.enabled=true"
        })
class MetersOfWorkersTests {

    @Autowired
    private MeterRegistry registry;

    @Autowired
    private Counts counts;

    @Autowired
    private WorkerPools pools;

    private double counted() {
        Counter counter = registry.find("counted").counter();
        return counter == null ? 0 : counter.count();
    }

    private Set<Long> count(int tasks) {
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            all.add(counts.count());
        }
        Set<Long> pids = new HashSet<>();
        for (CompletableFuture<Long> each : all) {
            try {
                pids.add(each.join());
            } catch (CompletionException e) {
                // its worker was killed
            }
        }
        return pids;
    }

    private WorkerPool awaitWorkers() {
        WorkerPool pool = pools.get("default");
        await().atMost(Duration.ofSeconds(90))
                .until(() ->
                        pool.stats().workers(WorkerState.IDLE) + pool.stats().workers(WorkerState.BUSY) == 3);
        return pool;
    }

    /** Nothing that was counted is on its way. */
    private double settled() {
        AtomicReference<Double> seen = new AtomicReference<>(-1.0);
        await().pollInterval(Duration.ofSeconds(2)).until(() -> seen.getAndSet(counted()) == counted());
        return counted();
    }

    @Test
    void aCounterIsTheSumOverItsWorkersAndNeverMoreAlsoIfOneIsKilled() {
        WorkerPool pool = awaitWorkers();
        double before = settled();
        Set<Long> pids = count(1_000);
        assertThat(pids).hasSize(3);

        await().untilAsserted(() -> assertThat(counted()).isEqualTo(before + 1_000));
        Timer timer = registry.get("counted.time").timer();
        await().untilAsserted(() -> assertThat((double) timer.count()).isEqualTo(counted()));
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(2 * counted());

        long victim = pids.iterator().next();
        CompletableFuture<Set<Long>> more = CompletableFuture.supplyAsync(() -> count(1_000));
        await().until(() -> counted() > before + 1_000);
        assertThat(pool.kill(victim)).isTrue();
        more.join();
        await().until(() -> pool.stats().exits().stream().anyMatch(exit -> exit.pid() == victim));
        await().pollDelay(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(counted()).isBetween(before + 1_500, before + 2_000));
    }

    @Test
    void nothingIsLostOfWorkersThatLeaveInOrder() {
        WorkerPool pool = awaitWorkers();
        double before = settled();

        count(300);
        pool.resize(1, 1); // the others leave at once

        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> pool.stats().workers().size() == 1);
            await().untilAsserted(() -> assertThat(counted()).isEqualTo(before + 300));
        } finally {
            pool.resize(3, 3);
        }
    }

    @Test
    void aGaugeHasItsWorkerAndGoesWithIt() {
        WorkerPool pool = awaitWorkers();
        await().until(() -> registry.find("worker.jvm.memory.used").gauges().stream()
                        .map(gauge -> gauge.getId().getTag("worker"))
                        .distinct()
                        .count()
                == 3);
        Gauge gauge = registry.get("counts.made").gauges().iterator().next();
        String worker = String.valueOf(gauge.getId().getTag("worker"));
        assertThat(gauge.value()).isEqualTo(1);
        assertThat(gauge.getId().getTag("pool")).isEqualTo("default");
        assertThat(registry.find("jvm.memory.used").gauges())
                .allMatch(own -> own.getId().getTag("worker") == null);

        pool.kill(pool.stats().workers().stream()
                .filter(each -> each.name().equals(worker))
                .findFirst()
                .orElseThrow()
                .pid());

        await().until(() -> registry.getMeters().stream()
                .noneMatch(meter -> worker.equals(meter.getId().getTag("worker"))));
    }

    /** Records in its registry. */
    static class Counts {

        private final MeterRegistry registry;

        Counts(MeterRegistry registry) {
            this.registry = registry;
            if (TaskContext.inWorker()) {
                registry.gauge("counts.made", 1);
            }
        }

        @InParallel
        public CompletableFuture<Long> count() {
            registry.counter("counted").increment();
            registry.timer("counted.time").record(Duration.ofMillis(2));
            LockSupport.parkNanos(2_000_000);
            return CompletableFuture.completedFuture(ProcessHandle.current().pid());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        MetricsAutoConfiguration.class,
        PrometheusMetricsExportAutoConfiguration.class,
        CompositeMeterRegistryAutoConfiguration.class,
        JvmMetricsAutoConfiguration.class,
        InParallelMetricsAutoConfiguration.class,
        InParallelAutoConfiguration.class
    })
    static class Counting {

        @Bean
        Counts counts(MeterRegistry registry) {
            return new Counts(registry);
        }
    }
}
