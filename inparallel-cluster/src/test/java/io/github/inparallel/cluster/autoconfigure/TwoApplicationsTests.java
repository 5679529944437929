package io.github.inparallel.cluster.autoconfigure;

import static io.github.inparallel.cluster.autoconfigure.ShopMembers.address;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.awaitOther;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.membership;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.cluster.ClusterStats.State;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Two applications in one JVM, whose workers are threads. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class TwoApplicationsTests {

    private static final String SECRET = "inparallel.cluster.secret=what only members know";

    private final ShopMembers shop = new ShopMembers();

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void aMemberWithoutWorkersCallsAndAnotherRuns() throws Exception {
        ConfigurableApplicationContext runner = shop.start(SECRET, "test.owner=the runner");
        ConfigurableApplicationContext caller = shop.start(
                SECRET,
                "test.owner=the caller",
                "inparallel.pools.ocr.max-workers=0",
                "inparallel.cluster.members=" + address(runner));
        awaitOther(caller, State.COMPATIBLE);

        TaskFuture<String> future = read(caller, "page 1");

        assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo("page 1 read by the runner");
        assertThat(future.member()).contains(address(runner));
    }

    @Test
    void aCallThatWaitsForAMemberRunsWhenOneComes() throws Exception {
        ConfigurableApplicationContext caller = shop.start(SECRET, "inparallel.pools.ocr.max-workers=0");
        CompletableFuture<String> future = read(caller, "page 1");

        shop.start(SECRET, "test.owner=the late one", "inparallel.cluster.members=" + address(caller));

        assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo("page 1 read by the late one");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ocr.max-workers=1 | all runs here",
                "ocr.max-workers=0 | its calls wait until a member comes",
                "ocr.max-workers=0, scan.max-workers=1 | calls of 'ocr' wait until a member comes; all else runs here"
            })
    void aMemberThatIsAloneSaysWhatBecomesOfItsCalls(String pools, String expected, CapturedOutput output) {
        shop.start(Stream.concat(
                        Stream.of(SECRET, "logging.level.io.github.inparallel.cluster.jgroups=info"),
                        Stream.of(pools.split(", ")).map(pool -> "inparallel.pools." + pool))
                .toArray(String[]::new));

        await().untilAsserted(() -> assertThat(output.getOut().lines())
                .anyMatch(line -> line.endsWith("nobody answered, so for now it is alone, and " + expected)));
    }

    @Test
    void aMemberThatClosesIsGoneForTheOther() {
        ConfigurableApplicationContext one = shop.start(SECRET);
        ConfigurableApplicationContext two = shop.start(SECRET, "inparallel.cluster.members=" + address(one));
        awaitOther(one, State.COMPATIBLE);

        two.close();

        await().until(() -> membership(one).members().isEmpty());
    }
}
