package io.github.inparallel.cluster.autoconfigure;

import static io.github.inparallel.cluster.autoconfigure.ShopMembers.address;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.awaitOther;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.membership;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.cluster.ClusterStats.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Members by certificates, made by the commands of docs/cluster.md, and set up by its properties. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class CertificateMembersTests {

    @TempDir
    private static Path folder;

    private final ShopMembers shop = new ShopMembers();

    @BeforeAll
    static void makeCertificates() throws Exception {
        assumeThat(Arrays.stream(System.getenv("PATH").split(":")))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "openssl")));
        List<String> commands = Files.readAllLines(Path.of("..", "docs", "cluster.md")).stream()
                .filter(line -> line.startsWith("openssl "))
                .toList();
        assertThat(commands).hasSize(3);
        for (String authority : List.of("ours", "another")) {
            Path made = Files.createDirectory(folder.resolve(authority));
            for (String command : commands) {
                run(made, command);
            }
        }
    }

    private static void run(Path where, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }

    @AfterEach
    void close() {
        shop.close();
    }

    /** Starts one with a certificate of this authority, which alone it trusts. */
    private ConfigurableApplicationContext start(String authority, String... more) {
        Path files = folder.resolve(authority);
        String bundle = "spring.ssl.bundle.pem.members.";
        List<String> properties = new ArrayList<>(List.of(
                bundle + "keystore.certificate=file:" + files.resolve("member.crt"),
                bundle + "keystore.private-key=file:" + files.resolve("member.key"),
                bundle + "truststore.certificate=file:" + files.resolve("ca.crt"),
                "inparallel.cluster.ssl.bundle=members",
                "logging.level.io.github.inparallel.cluster.jgroups=info"));
        properties.addAll(List.of(more));
        return shop.start(properties.toArray(String[]::new));
    }

    @Test
    void membersWithCertificatesOfTheSameAuthorityRunEachOthersCalls(CapturedOutput output) throws Exception {
        ConfigurableApplicationContext runner = start("ours", "test.owner=the runner");
        ConfigurableApplicationContext caller =
                start("ours", "inparallel.pools.ocr.max-workers=0", "inparallel.cluster.members=" + address(runner));
        awaitOther(caller, State.COMPATIBLE);

        TaskFuture<String> future = read(caller, "page 1");

        assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo("page 1 read by the runner");
        assertThat(output).contains("encrypted by TLS (bundle 'members')");
    }

    @Test
    void oneWithACertificateOfAnotherAuthorityStaysOutsideAndBothSaySo(CapturedOutput output) {
        ConfigurableApplicationContext member = start("ours");
        ConfigurableApplicationContext stranger = start("another", "inparallel.cluster.members=" + address(member));

        await().untilAsserted(() -> assertThat(output)
                .contains("A connection to this member was refused", "A connection to another member came to nothing"));
        assertThat(membership(member).members()).isEmpty();
        assertThat(membership(stranger).members()).isEmpty();
    }

    @Test
    void oneWithTheSecretAndNoCertificateStaysOutside(CapturedOutput output) {
        String secret = "inparallel.cluster.secret=what only members know";
        ConfigurableApplicationContext member = start("ours", secret);
        ConfigurableApplicationContext half = shop.start(secret, "inparallel.cluster.members=" + address(member));

        await().untilAsserted(() -> assertThat(output).contains("A connection to this member was refused"));
        assertThat(membership(member).members()).isEmpty();
        assertThat(membership(half).members()).isEmpty();
    }
}
