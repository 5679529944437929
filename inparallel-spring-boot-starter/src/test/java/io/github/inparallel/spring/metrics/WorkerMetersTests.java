package io.github.inparallel.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.PoolObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Meters of workers in the application's registry. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerMetersTests {

    private final SimpleMeterRegistry application = new SimpleMeterRegistry(SimpleConfig.DEFAULT, new MockClock());
    private final WorkerMeters meters = new WorkerMeters(() -> application);
    private final PoolObserver observer = meters.observe("ocr");
    private final ForwardingMeterRegistry one = worker("ocr-1");
    private final ForwardingMeterRegistry other = worker("ocr-2");

    private ForwardingMeterRegistry worker(String name) {
        return new ForwardingMeterRegistry(message -> observer.workerTold(name, message));
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        application.close();
    }

    /** All that was recorded has been told, and what was told is there. */
    private void tell() {
        one.tell(true);
        other.tell(true);
        settle();
    }

    private void settle() {
        AtomicInteger last = new AtomicInteger();
        ForwardingMeterRegistry probe = worker("probe");
        Gauge.builder("probe", last, AtomicInteger::get).register(probe);
        probe.tell(true);
        await().until(() -> application.find("probe").gauge() != null);
        exits("probe");
        await().until(() -> application.find("probe").gauge() == null);
        probe.close();
    }

    private void exits(String worker) {
        observer.workerExited(worker, new WorkerExit(0, Optional.empty(), WorkerExit.Cause.SHUTDOWN));
    }

    // ---- what is merged

    @Test
    void countersAreSumsOverWorkersAndTheApplication() {
        application.counter("pages", "kind", "scan").increment(1);
        one.counter("pages", "kind", "scan").increment(2);
        other.counter("pages", "kind", "scan").increment(4);
        other.counter("pages", "kind", "fax").increment(8);
        tell();
        one.counter("pages", "kind", "scan").increment(16);
        tell();
        tell(); // nothing new

        assertThat(application.counter("pages", "kind", "scan").count()).isEqualTo(23);
        assertThat(application.counter("pages", "kind", "fax").count()).isEqualTo(8);
    }

    @Test
    void timersAreSumsAndHaveTheLargestMaximum() {
        Random random = new Random(17);
        long total = 0;
        long max = 0;
        for (int i = 0; i < 10_000; i++) {
            long nanos = random.nextInt(1 << (1 + random.nextInt(30)));
            total += nanos;
            max = Math.max(max, nanos);
            (i % 2 == 0 ? one : other).timer("read").record(nanos, TimeUnit.NANOSECONDS);
            if (i % 1000 == 0) {
                tell();
            }
        }
        tell();

        Timer timer = application.get("read").timer();
        assertThat(timer.count()).isEqualTo(10_000);
        assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isCloseTo((double) total, within(10.0));
        assertThat(timer.max(TimeUnit.NANOSECONDS)).isEqualTo((double) max);
    }

    @Test
    void summariesAndHistogramsAreMerged() {
        for (ForwardingMeterRegistry worker : List.of(one, other)) {
            DistributionSummary sizes = DistributionSummary.builder("size")
                    .baseUnit("bytes")
                    .serviceLevelObjectives(10, 100, 1000)
                    .register(worker);
            for (int i = 1; i <= 500; i++) {
                sizes.record(i);
            }
        }
        tell();

        DistributionSummary merged = application.get("size").summary();
        assertThat(merged.count()).isEqualTo(1000);
        assertThat(merged.totalAmount()).isCloseTo(250_500, within(0.1));
        assertThat(merged.max()).isEqualTo(500);
        assertThat(merged.getId().getBaseUnit()).isEqualTo("bytes");
        assertThat(Arrays.stream(merged.takeSnapshot().histogramCounts()).map(CountAtBucket::bucket))
                .containsExactly(10.0, 100.0, 1000.0);
        assertThat(Arrays.stream(merged.takeSnapshot().histogramCounts()).mapToDouble(CountAtBucket::count))
                .satisfies(counts -> {
                    assertThat(counts.get(0)).isEqualTo(20, within(2.0));
                    assertThat(counts.get(1)).isEqualTo(200, within(8.0));
                    assertThat(counts.get(2)).isEqualTo(1000.0);
                });
    }

    @Test
    void functionsAreForwardedByTheirGrowth() {
        AtomicLong count = new AtomicLong(5);
        FunctionCounter.builder("hits", count, AtomicLong::get).register(one);
        FunctionTimer.builder("looks", count, AtomicLong::get, each -> each.get() * 2.0, TimeUnit.MILLISECONDS)
                .register(one);
        tell();
        count.set(7);
        tell();
        count.set(3); // which no counter does
        tell();

        assertThat(application.get("hits").counter().count()).isEqualTo(7);
        assertThat(application.get("looks").timer().count()).isEqualTo(7);
        assertThat(application.get("looks").timer().totalTime(TimeUnit.MILLISECONDS))
                .isCloseTo(14, within(0.01));
    }

    // ---- what is a worker's own

    @Test
    void whatIsAFunctionInTheApplicationTooIsTheWorkersOwn() {
        AtomicLong count = new AtomicLong(5);
        AtomicLong of = new AtomicLong(40);
        for (MeterRegistry registry : List.of(application, one)) {
            AtomicLong source = registry == application ? of : count;
            FunctionCounter.builder("completed", source, AtomicLong::get)
                    .tag("name", "executor")
                    .register(registry);
            FunctionTimer.builder("run", source, AtomicLong::get, each -> each.get() * 2.0, TimeUnit.MILLISECONDS)
                    .register(registry);
        }
        FunctionCounter.builder("completed", count, AtomicLong::get)
                .tag("name", "another")
                .register(one);
        tell();

        assertThat(application
                        .get("completed")
                        .tag("name", "executor")
                        .functionCounter()
                        .count())
                .isEqualTo(40);
        assertThat(application
                        .get("worker.completed")
                        .tags("name", "executor", "pool", "ocr", "worker", "ocr-1")
                        .counter()
                        .count())
                .isEqualTo(5);
        assertThat(application.get("completed").tag("name", "another").counter().count())
                .isEqualTo(5);
        assertThat(application.get("run").functionTimer().count()).isEqualTo(40);
        assertThat(application.get("worker.run").timer().count()).isEqualTo(5);
        exits("ocr-1");
        await().until(() -> application.find("worker.completed").counter() == null);
    }

    @Test
    void gaugesHaveTheirWorkerAndDisappearWithIt() {
        AtomicInteger depth = new AtomicInteger(3);
        Gauge.builder("depth", depth, AtomicInteger::get).register(one);
        Gauge.builder("depth", () -> 9).register(other);
        TimeGauge.builder("age", () -> 1500, TimeUnit.MILLISECONDS).register(one);
        tell();

        assertThat(application
                        .get("depth")
                        .tags("pool", "ocr", "worker", "ocr-1")
                        .gauge()
                        .value())
                .isEqualTo(3);
        assertThat(application.get("depth").tag("worker", "ocr-2").gauge().value())
                .isEqualTo(9);
        assertThat(application.get("age").timeGauge().value(TimeUnit.SECONDS)).isEqualTo(1.5);
        depth.set(4);
        tell();
        assertThat(application.get("depth").tag("worker", "ocr-1").gauge().value())
                .isEqualTo(4);

        exits("ocr-1");
        settle();

        assertThat(application.find("depth").gauges()).hasSize(1);
        assertThat(application.find("age").timeGauge()).isNull();
    }

    @Test
    void whatTellsOfAJvmIsNotTheApplications() {
        application.timer("jvm.gc.pause", "cause", "x").record(Duration.ofSeconds(1));
        application.gauge("jvm.memory.used", 1);
        one.timer("jvm.gc.pause", "cause", "x").record(Duration.ofSeconds(2));
        one.gauge("jvm.memory.used", 2);
        tell();

        assertThat(application.get("jvm.gc.pause").timer().count()).isEqualTo(1);
        assertThat(application
                        .get("worker.jvm.gc.pause")
                        .tag("worker", "ocr-1")
                        .timer()
                        .totalTime(TimeUnit.SECONDS))
                .isEqualTo(2);
        assertThat(application
                        .get("worker.jvm.memory.used")
                        .tag("pool", "ocr")
                        .gauge()
                        .value())
                .isEqualTo(2);

        exits("ocr-1");
        settle();
        assertThat(application.find("worker.jvm.gc.pause").timer()).isNull();
        assertThat(application.get("jvm.gc.pause").timer().count()).isEqualTo(1);
    }

    @Test
    void longTasksAreShownWhileTheyRun() {
        LongTaskTimer.Sample sample =
                LongTaskTimer.builder("import").register(one).start();
        tell();
        assertThat(application
                        .get("import.active")
                        .tag("worker", "ocr-1")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(application.get("import.duration").timeGauge().value(TimeUnit.NANOSECONDS))
                .isPositive();

        sample.stop();
        tell();
        assertThat(application.get("import.active").gauge().value()).isZero();
    }

    // ---- once, and only what is meant

    @Test
    void whatTheApplicationCountsItselfIsNotForwarded() {
        for (String name : List.of("inparallel.task.run", "logback.events", "system.cpu.count", "disk.free")) {
            one.counter(name).increment();
        }
        tell();

        assertThat(application.getMeters()).isEmpty();
    }

    @Test
    void filtersAreAppliedOnceByTheApplication() {
        MeterFilter renames = new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals("probe") ? id : id.withName("shop." + id.getName());
            }
        };
        one.config().meterFilter(renames);
        application.config().meterFilter(renames);
        one.counter("pages").increment();
        tell();

        assertThat(application.get("shop.pages").counter().count()).isEqualTo(1);
    }

    @Test
    void whatWasRecordedUntilTheEndIsTold() {
        Counter counter = one.counter("pages");
        counter.increment();
        one.close();
        counter.increment(); // too late
        one.close();
        exits("ocr-1");
        settle();

        assertThat(application.get("pages").counter().count()).isEqualTo(1);
    }

    @Test
    void meterThatIsRemovedAndMadeAnewBeginsAtZero() {
        one.counter("pages").increment(5);
        tell();
        one.counter("pages").increment(2);
        one.remove(one.get("pages").counter());
        one.counter("pages").increment(1);
        tell();

        assertThat(application.get("pages").counter().count()).isEqualTo(8);
    }

    @Test
    void meterThatIsSomethingElseInTheApplicationHarmsNoOther() {
        application.timer("read");
        one.counter("read").increment();
        one.counter("pages").increment();
        tell();

        assertThat(application.get("pages").counter().count()).isEqualTo(1);
        assertThat(application.get("read").timer().count()).isZero();
    }

    @Test
    void gaugeThatFailsHarmsNoOther() {
        Gauge.builder("bad", () -> {
                    throw new IllegalStateException("for the test");
                })
                .register(one);
        FunctionCounter.builder("bad.too", this, each -> {
                    throw new IllegalStateException("for the test");
                })
                .register(one);
        one.counter("pages").increment();
        tell();
        one.counter("pages").increment();
        tell();

        assertThat(application.get("pages").counter().count()).isEqualTo(2);
    }

    @Test
    void whatIsTooMuchIsLostAndNeverCountedTwice() {
        CountDownLatch free = new CountDownLatch(1);
        WorkerMeters slow = new WorkerMeters(() -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return application;
        });
        PoolObserver listening = slow.observe("ocr");
        ForwardingMeterRegistry eager = new ForwardingMeterRegistry(message -> listening.workerTold("eager", message));
        eager.counter("pages").increment();
        eager.tell(false);
        for (int i = 0; i < 40; i++) {
            listening.workerTold("noise", new byte[1 << 20]);
        }
        for (int i = 0; i < 10; i++) {
            eager.counter("pages").increment();
            eager.tell(false);
        }
        free.countDown();

        await().until(() -> application.find("pages").counter() != null);
        eager.close();
        assertThat(application.get("pages").counter().count()).isBetween(1.0, 11.0);
    }

    @Test
    void onlySoManyMetersAreForwarded() {
        for (int i = 0; i < 2_100; i++) {
            one.counter("page", "number", Integer.toString(i)).increment();
        }
        tell();

        assertThat(application.find("page").counters()).hasSize(2_000);
    }

    @Test
    void workerThatLiesHarmsNobody() {
        one.counter("pages").increment(2);
        one.timer("read").record(Duration.ofMillis(1));
        List<byte[]> told = new ArrayList<>();
        ForwardingMeterRegistry honest = new ForwardingMeterRegistry(told::add);
        honest.counter("pages").increment();
        honest.timer("read").record(Duration.ofMillis(1));
        honest.gauge("depth", 3);
        honest.tell(true);
        Random random = new Random(4711);
        for (int i = 0; i < 2_000; i++) {
            byte[] lie = told.get(0).clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                lie[random.nextInt(lie.length)] = (byte) random.nextInt();
            }
            observer.workerTold(
                    "liar-" + i, random.nextInt(4) == 0 ? Arrays.copyOf(lie, random.nextInt(lie.length)) : lie);
            exits("liar-" + i);
        }
        observer.workerTold("liar", "what is no message".getBytes(StandardCharsets.UTF_8));
        tell();

        assertThat(application.get("pages").counter().count()).isGreaterThanOrEqualTo(2);
        assertThat(application.find("depth").gauges()).isEmpty();
        honest.close();
    }

    @Test
    void recordsOfManyThreadsAreAllCounted() throws InterruptedException {
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int j = 0; j < 10_000; j++) {
                    one.counter("pages").increment();
                    one.timer("read").record(j, TimeUnit.MICROSECONDS);
                }
            });
            threads[i].start();
        }
        for (int i = 0; i < 20; i++) {
            one.tell(false);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        tell();

        assertThat(application.get("pages").counter().count()).isEqualTo(40_000);
        assertThat(application.get("read").timer().count()).isEqualTo(40_000);
        assertThat(application.get("read").timer().totalTime(TimeUnit.MICROSECONDS))
                .isCloseTo(4 * 49_995_000.0, within(1_000.0));
    }
}
