package io.github.inparallel.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.PoolPlan;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.worker.PlainBootstrap;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.MapAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.event.ContextRefreshedEvent;

/** Health of two pools, one of which has no workers that start. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InParallelHealthIndicatorTests {

    private record Plan(PoolOptions options, WorkerLauncher launcher) implements PoolPlan {

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
            return WorkerPool.create(options, launcher);
        }
    }

    private final Instant before = Instant.now();
    private final WorkerPools pools = new WorkerPools(
            Set.of("ocr", "scan"),
            name -> new Plan(
                    PoolOptions.builder()
                            .name(name)
                            .minWorkers(1)
                            .maxWorkers(1)
                            .restartLimit(1)
                            .shutdownTimeout(Duration.ZERO)
                            .build(),
                    name.equals("scan")
                            ? new InProcessLauncher(PlainBootstrap::new)
                            : (description, directory) -> {
                                throw new IOException("no java there");
                            }),
            List.of(),
            Duration.ofSeconds(5),
            ContextRefreshedEvent.class);
    private final InParallelHealthIndicator indicator = new InParallelHealthIndicator(pools);

    @AfterEach
    void close() {
        pools.destroy();
    }

    private static MapAssert<Object, Object> details(Health health, String pool) {
        return assertThat(health.getDetails()).extractingByKey(pool, InstanceOfAssertFactories.MAP);
    }

    @Test
    void poolThatIsDownSaysWhyAndSinceWhen() {
        await().until(() -> pools.get("ocr").stats().down());
        pools.get("scan");

        Health health = indicator.health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        details(health, "ocr")
                .containsEntry("status", "DOWN")
                .doesNotContainValue("down")
                .hasEntrySatisfying(
                        "reason", reason -> assertThat(reason).asString().contains("no java there"))
                .hasEntrySatisfying(
                        "since", since -> assertThat((Instant) since).isBetween(before, Instant.now()));
        details(health, "scan").containsEntry("status", "UP").doesNotContainKeys("reason", "since");
    }

    @Test
    void poolsThatAreUpHaveNoReason() {
        pools.get("scan");

        Health health = indicator.health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        details(health, "scan")
                .containsOnlyKeys("status", "workers", "running", "queued")
                .containsEntry("status", "UP");
    }

    /** A member of a cluster with one other. */
    private static final class Seen implements ClusterView {

        @Override
        public Optional<String> address() {
            return Optional.of("a:1");
        }

        @Override
        public List<Member> members() {
            return List.of(new Member("b:2", "compatible", null, Map.of(), 0, 0, Map.of(), Map.of()));
        }
    }

    @Test
    void aPoolThatIsNamedMembersAndTheMembersAreBothShown() {
        InParallelHealthIndicator ofMember = new InParallelHealthIndicator(pools, new Seen());
        pools.get("scan");
        details(ofMember.health(), "members").containsExactly(Map.entry("b:2", "compatible"));

        pools.get("members");

        Health health = ofMember.health();
        assertThat(health.getDetails()).containsOnlyKeys("scan", "members", "cluster:members");
        details(health, "members").containsKeys("status", "workers");
        details(health, "cluster:members").containsExactly(Map.entry("b:2", "compatible"));
    }

    @Test
    void applicationWhosePoolsAreNotThereYetIsUp() {
        assertThat(indicator.health())
                .isEqualTo(Health.up().withDetails(Map.of()).build());
    }
}
