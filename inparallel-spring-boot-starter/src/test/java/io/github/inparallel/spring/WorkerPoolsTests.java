package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.support.StaticApplicationContext;

/** When the application's pools come and go. None of them has workers. */
class WorkerPoolsTests {

    private final Map<String, Plan> plans = new ConcurrentHashMap<>();
    private final List<String> happened = new ArrayList<>();
    private final CountDownLatch slowBegins = new CountDownLatch(1);
    private final CountDownLatch slowMayEnd = new CountDownLatch(1);
    private final WorkerPools pools = new WorkerPools(
            Set.of("blocking", "usual"),
            name -> plans.computeIfAbsent(name, Plan::new),
            List.of(new Instrumentation()),
            Duration.ofSeconds(30),
            ContextRefreshedEvent.class);

    private static final class Plan implements PoolPlan {

        private final PoolOptions options;
        private final Marshaller marshaller;

        Plan(String name) {
            options = PoolOptions.builder()
                    .name(name)
                    .startup(name.equals("blocking") ? PoolOptions.Startup.BLOCKING : PoolOptions.Startup.ON_DEMAND)
                    .build();
            marshaller = new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        }

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
            return marshaller;
        }

        @Override
        public WorkerPool create(PoolObserver observer) {
            PoolOptions onDemand = PoolOptions.builder()
                    .name(options.name())
                    .minWorkers(0)
                    .startup(PoolOptions.Startup.ON_DEMAND)
                    .observer(observer)
                    .build();
            return WorkerPool.create(onDemand, new InProcessLauncher(PlainBootstrap::new), marshaller);
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Written by the thread of the test, and by those that close pools. */
    private final class Instrumentation implements PoolInstrumentation {

        @Override
        public PoolObserver observe(String pool) {
            add("observe " + pool);
            if (pool.equals("slow")) {
                slowBegins.countDown();
                awaited(slowMayEnd);
            }
            return PoolObserver.NONE;
        }

        @Override
        public void bind(WorkerPool pool) {
            add("bind " + pool.name());
        }

        @Override
        public void unbind(String pool) {
            add("unbind " + pool);
        }

        private void add(String what) {
            synchronized (happened) {
                happened.add(what);
            }
        }
    }

    @AfterEach
    void close() {
        pools.destroy();
    }

    private void applicationHasStarted() {
        pools.onApplicationEvent(new ContextRefreshedEvent(new StaticApplicationContext()));
    }

    private List<String> names() {
        return pools.all().stream().map(WorkerPool::name).toList();
    }

    @Test
    void valuesAreWrittenAsByThePoolThatIsThereLater() {
        Marshaller before = pools.marshaller("usual");
        assertThat(pools.all()).isEmpty();

        assertThat(pools.get("usual").marshaller()).isSameAs(before);
    }

    @Test
    void callBeforeTheStartCreatesItsPoolOnce() {
        WorkerPool first = pools.get("usual");

        assertThat(pools.get("usual")).isSameAs(first);
        assertThat(happened).containsExactly("observe usual", "bind usual");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void callsDoNotWaitForAnotherPoolThatIsBeingCreated() throws Exception {
        WorkerPool usual = pools.get("usual");
        CompletableFuture<WorkerPool> slow = new CompletableFuture<>();
        Thread creator = new Thread(() -> slow.complete(pools.get("slow")), "creator");
        creator.start();
        awaited(slowBegins);

        assertThat(pools.get("usual")).isSameAs(usual);
        assertThat(names()).containsExactly("usual");

        slowMayEnd.countDown();
        assertThat(slow.get(30, TimeUnit.SECONDS)).isSameAs(pools.get("slow"));
        creator.join();
    }

    @Test
    void onlyABlockingPoolIsCreatedBeforeTheApplicationHasStarted() {
        pools.start();
        assertThat(names()).containsExactly("blocking");

        applicationHasStarted();
        assertThat(names()).containsExactly("blocking", "usual");
    }

    @Test
    void poolThatAMethodNamesIsCreatedWithTheOthers() {
        pools.use("ocr", "Ocr.read");

        applicationHasStarted();

        assertThat(names()).containsExactlyInAnyOrder("blocking", "usual", "ocr");
    }

    @Test
    void contextThatStartsAgainHasNewPools() {
        applicationHasStarted();
        List<WorkerPool> before = pools.all();
        pools.stop();
        assertThat(before).allMatch(WorkerPool::isShutdown);
        assertThat(happened).contains("unbind usual", "unbind blocking");

        pools.start();

        assertThat(names()).containsExactlyInAnyOrder("blocking", "usual");
        assertThat(pools.all()).noneMatch(WorkerPool::isShutdown);
    }
}
