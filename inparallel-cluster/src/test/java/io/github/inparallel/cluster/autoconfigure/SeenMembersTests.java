package io.github.inparallel.cluster.autoconfigure;

import static io.github.inparallel.cluster.autoconfigure.ShopMembers.address;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.awaitOther;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.membership;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.cluster.ClusterStats.State;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.actuate.InParallelEndpoint;
import io.github.inparallel.spring.actuate.InParallelHealthIndicator;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What meters, the endpoint and health of one member say of another. */
@Timeout(60)
class SeenMembersTests {

    private static final String ALL_LOGGED = "logging.level.io.github.inparallel.cluster=info";

    private final ShopMembers shop = new ShopMembers();

    @AfterEach
    void close() {
        shop.close();
    }

    /** Starts a member that has no workers, and so calls the one that has. */
    private ConfigurableApplicationContext caller(ConfigurableApplicationContext runner) {
        ConfigurableApplicationContext caller = shop.start(
                "inparallel.pools.ocr.max-workers=0",
                "management.endpoints.web.exposure.include=*",
                "inparallel.cluster.members=" + address(runner));
        awaitOther(caller, State.COMPATIBLE);
        awaitOther(runner, State.COMPATIBLE);
        return caller;
    }

    /** Starts one whose version, and so whose methods, the other cannot know. */
    private ConfigurableApplicationContext stranger(ConfigurableApplicationContext other) {
        ConfigurableApplicationContext stranger = shop.start(
                "spring.application.name=bank",
                "inparallel.cluster.name=shop",
                "management.endpoints.web.exposure.include=*",
                "inparallel.cluster.members=" + address(other));
        awaitOther(stranger, State.INCOMPATIBLE);
        return stranger;
    }

    private static double members(ConfigurableApplicationContext member, String state) {
        return member.getBean(MeterRegistry.class)
                .get("inparallel.cluster.members")
                .tag("state", state)
                .gauge()
                .value();
    }

    private static double tasks(ConfigurableApplicationContext member, String direction, String outcome) {
        return member.getBean(MeterRegistry.class)
                .get("inparallel.cluster.tasks")
                .tags("pool", "ocr", "direction", direction, "outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void tasksThatCrossAreCountedOnBothSidesBeforeTheirOutcomeIsSeen() throws Exception {
        ConfigurableApplicationContext runner = shop.start();
        ConfigurableApplicationContext caller = caller(runner);

        assertThat(read(caller, "page 1").get(30, TimeUnit.SECONDS)).isNotEmpty();
        assertThat(read(caller, "page 2").get(30, TimeUnit.SECONDS)).isNotEmpty();
        assertThatThrownBy(() -> read(caller, "").get(30, TimeUnit.SECONDS)).hasMessageContaining("an empty page");

        assertThat(tasks(caller, "sent", "success")).isEqualTo(2);
        assertThat(tasks(caller, "sent", "error")).isEqualTo(1);
        assertThat(tasks(runner, "received", "success")).isEqualTo(2);
        assertThat(tasks(runner, "received", "error")).isEqualTo(1);
    }

    @Test
    void tasksThatStayAreNotCounted() throws Exception {
        ConfigurableApplicationContext alone = shop.start();

        assertThat(read(alone, "page 1").get(30, TimeUnit.SECONDS)).isNotEmpty();

        assertThat(alone.getBean(MeterRegistry.class)
                        .find("inparallel.cluster.tasks")
                        .counters())
                .isEmpty();
    }

    @Test
    void membersAreCountedByState() {
        ConfigurableApplicationContext runner = shop.start();
        assertThat(members(runner, "compatible")).isZero();
        assertThat(members(runner, "incompatible")).isZero();

        ConfigurableApplicationContext caller = caller(runner);
        assertThat(members(runner, "compatible")).isOne();

        stranger(runner);
        await().until(() -> members(runner, "incompatible") == 1);
        assertThat(members(runner, "compatible")).isOne();

        caller.close();
        await().until(() -> members(runner, "compatible") == 0);
    }

    @Test
    void endpointShowsMembersWithWhatTheyLend() {
        ConfigurableApplicationContext runner = shop.start("inparallel.pools.ocr.max-workers=2");
        ConfigurableApplicationContext caller = caller(runner);
        await().untilAsserted(() -> assertThat(
                        caller.getBean(InParallelEndpoint.class).pools().members())
                .containsExactly(new ClusterView.Member(
                        address(runner), "compatible", null, Map.of("ocr", 2), 0, 0, Map.of(), Map.of())));
    }

    @Test
    void endpointShowsThisMembersOwnAddress() {
        ConfigurableApplicationContext alone = shop.start("management.endpoints.web.exposure.include=*");

        assertThat(alone.getBean(InParallelEndpoint.class).pools().address()).isEqualTo(address(alone));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void theLogNamesThePoolsThatAreSharedIfThereAreAny(CapturedOutput output) {
        ConfigurableApplicationContext one = shop.start(ALL_LOGGED);
        caller(one);
        await().untilAsserted(() -> assertThat(output).containsPattern("Member 127.0.0.1:\\d+ shares pool 'ocr'"));

        String[] apart = {
            ALL_LOGGED,
            "inparallel.cluster.name=apart",
            "inparallel.pools.ocr.spread=local",
            "inparallel.cluster.members="
        };
        ConfigurableApplicationContext two = shop.start(apart);
        apart[3] += address(two);
        shop.start(apart);
        await().untilAsserted(
                        () -> assertThat(output).containsPattern("Member 127.0.0.1:\\d+ shares no pool with this one"));
    }

    @Test
    void endpointSaysWhyAMemberIsIncompatible() {
        ConfigurableApplicationContext stranger = stranger(shop.start());

        assertThat(stranger.getBean(InParallelEndpoint.class).pools().members())
                .singleElement()
                .satisfies(member -> {
                    assertThat(member.state()).isEqualTo("incompatible");
                    assertThat(member.difference()).contains("shop", "bank");
                    assertThat(member.freeSlots()).isEmpty();
                });
    }

    @Test
    void aTaskHasItsCallersDiagnosticContextAtAnotherMember() {
        ConfigurableApplicationContext caller = caller(shop.start());
        MDC.put("order", "4711");
        try {
            assertThat(caller.getBean(ShopMembers.Surroundings.class).diagnostic("order"))
                    .isEqualTo("4711");
            assertThat(caller.getBean(ShopMembers.Surroundings.class).diagnostic("member"))
                    .isEqualTo(ShopMembers.address(caller));
        } finally {
            MDC.remove("order");
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void theLogOfTheCallerSaysAtWhichMemberATaskTimedOut(CapturedOutput output) throws Exception {
        ConfigurableApplicationContext runner = shop.start();
        ConfigurableApplicationContext caller = caller(runner);

        assertThatThrownBy(() ->
                        caller.getBean(ShopMembers.Surroundings.class).never().get(30, TimeUnit.SECONDS))
                .hasMessageContaining("of member " + address(runner));
        await().untilAsserted(() -> assertThat(output.getOut().lines())
                .anyMatch(line -> line.contains("WARN")
                        && line.contains("never")
                        && line.contains("of member " + address(runner))));
    }

    @Test
    void tasksThatCrossNowAreShownByPoolOnBothSides() throws Exception {
        ConfigurableApplicationContext runner = shop.start();
        ConfigurableApplicationContext caller = caller(runner);
        CompletableFuture<String> task =
                caller.getBean(ShopMembers.Surroundings.class).forever();

        await().untilAsserted(() -> assertThat(caller.getBean(ClusterView.class).members())
                .singleElement()
                .extracting(ClusterView.Member::sentByPool)
                .isEqualTo(Map.of("ocr", 1)));
        assertThat(caller.getBean(WorkerPools.class).get("ocr").remoteTasks(10))
                .singleElement()
                .satisfies(shown -> assertThat(shown.member()).isEqualTo(address(runner)));
        assertThat(runner.getBean(ClusterView.class).members())
                .singleElement()
                .extracting(ClusterView.Member::receivedByPool)
                .isEqualTo(Map.of("ocr", 1));
        task.cancel(true);
    }

    @Test
    void aMemberThatIsAloneIsUp() {
        ConfigurableApplicationContext alone = shop.start();
        await().until(() -> membership(alone).stats().isPresent());

        Health health = alone.getBean(InParallelHealthIndicator.class).health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).extractingByKey("members", MAP).isEmpty();
    }

    @Test
    void healthNamesMembersAndIsUpBesideAnIncompatibleOne() {
        ConfigurableApplicationContext runner = shop.start();
        ConfigurableApplicationContext stranger = stranger(runner);

        Health health = stranger.getBean(InParallelHealthIndicator.class).health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .extractingByKey("members", MAP)
                .containsExactly(Map.entry(address(runner), "incompatible"));
    }
}
