package io.github.inparallel.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** What users read when a member does not start. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class ClusterFailureAnalysisTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Fine {}

    private static void run(String... arguments) {
        SpringApplication application = new SpringApplication(Fine.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(Map.of("inparallel.mode", "in-process", "inparallel.cluster.enabled", "true"));
        try (ConfigurableApplicationContext started = application.run(arguments)) {
            throw new AssertionError("It started: " + started);
        } catch (RuntimeException e) {
            // its analysis was printed
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--inparallel.cluster.discovery=magic | inparallel.cluster.discovery | STATIC",
                "--inparallel.cluster.discovery=dns | 'inparallel.cluster.discovery' has the value 'dns' | Set 'inparallel.cluster.dns-query'",
                "--inparallel.cluster.discovery=jdbc | no DataSource bean | spring.datasource",
                "--inparallel.cluster.ssl.bundle=mine | there is no such SSL bundle | spring.ssl.bundle",
                "--inparallel.cluster.bind-address=203.0.113.7 | 'inparallel.cluster.bind-address' has the value '203.0.113.7', which cannot be used: This machine does not have the address | an interface of this machine",
                "--inparallel.cluster.bind-address=0.0.0.0 | '0.0.0.0' is no address by which others can reach this member | an interface of this machine",
                "--inparallel.cluster.members=a:b | of which 'a:b' is no address | host:port",
                "--inparallel.cluster.members=a:1,b:0 | 'inparallel.cluster.members' has the value 'a:1, b:0', of which 'b:0' is no address that a member can have | with its port, of 1 to 65535",
                "--inparallel.cluster.members=a:1,b:65536 | of which 'b:65536' is no address | with its port, of 1 to 65535",
                "--inparallel.cluster.members=a:-1 | of which 'a:-1' is no address | with its port, of 1 to 65535",
                "--inparallel.cluster.members=[1::z]:7800 | of which '[1::z]:7800' is no address | [address]:port",
                "--inparallel.cluster.members=a:1,b --inparallel.cluster.port=0 | of which 'b' names no port, and this member's own is any free one | with its port",
                "--inparallel.cluster.port=70000 | 'inparallel.cluster.port' has the value '70000', which is no port | 0 is any free port",
                "--inparallel.cluster.secrt=x | inparallel.cluster.secrt | Did you mean 'inparallel.cluster.secret'",
                "--inparallel.cluster.ssl.bundel=x | inparallel.cluster.ssl.bundel | Did you mean 'inparallel.cluster.ssl.bundle'"
            })
    void aWrongPropertyIsNamed(String arguments, String description, String action, CapturedOutput output) {
        run(arguments.split(" "));

        assertThat(output).contains("APPLICATION FAILED TO START", description, action);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "enabled=false | enabeld=true | inparallel.cluster.enabeld | Did you mean 'inparallel.cluster.enabled'",
                "enabled=tru | port=0 | Property: inparallel.cluster.enabled | Value: \"tru\"",
                "enabled=off | port=nonsense | Property: inparallel.cluster.port | Value: \"nonsense\"",
                "enabled=false | port=70000 | 'inparallel.cluster.port' has the value '70000', which is no port | 0 is any free port",
                "enabled=false | discovery=magic | inparallel.cluster.discovery | STATIC",
                "enabled=false | members=a:b | of which 'a:b' is no address | host:port"
            })
    void aWrongPropertyIsNamedAlsoIfTheApplicationIsNoMember(
            String enabled, String wrong, String description, String action, CapturedOutput output) {
        run("--inparallel.cluster." + enabled, "--inparallel.cluster." + wrong);

        assertThat(output).contains("APPLICATION FAILED TO START", description, action);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--inparallel.pools.ocr.max-workers=0 | inparallel.pools.ocr.max-workers",
                "--inparallel.pool.spread=cluster --inparallel.pool.max-workers=0 --inparallel.pools.scan.max-workers=1 | inparallel.pool.max-workers"
            })
    void aPoolThatNobodyCouldRunIsNamed(String arguments, String property, CapturedOutput output) {
        run(("--inparallel.cluster.enabled=false --inparallel.pools.ocr.spread=cluster " + arguments).split(" "));

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START",
                        "'" + property + "' has the value '0', so that calls of pool 'ocr' run only on other members",
                        "Set 'inparallel.cluster.enabled' to true, or '" + property + "' to 1 or more.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pem.members.keystore.certificate=file:/nowhere/member.crt pem.members.keystore.private-key=file:/nowhere/member.key | /nowhere/member.crt (No such file",
                "jks.members.keystore.location=file:/nowhere/member.p12 | /nowhere/member.p12"
            })
    void aFileOfABundleThatIsMissingIsNamed(String files, String missing, CapturedOutput output) {
        run(Stream.concat(
                        Stream.of("--inparallel.cluster.ssl.bundle=members"),
                        Arrays.stream(files.split(" ")).map(file -> "--spring.ssl.bundle." + file))
                .toArray(String[]::new));

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START",
                        "The property 'inparallel.cluster.ssl.bundle' has the value 'members', and this SSL bundle cannot be"
                                + " used: ",
                        missing,
                        "Correct what is below 'spring.ssl.bundle', or the files that it names.")
                .doesNotContain("\tat ");
    }

    @Test
    void aPortThatIsTakenIsNamed(CapturedOutput output) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            run("--inparallel.cluster.port=" + taken.getLocalPort());
        }

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START", "'inparallel.cluster.port'", "127.0.0.1", "0 is any free port");
    }

    @Test
    void aMemberThatOthersCanReachNeedsToKnowWhoTheyAre(CapturedOutput output) {
        MemberSettingsTests.outerAddress().ifPresent(address -> {
            run("--inparallel.cluster.bind-address=" + address);

            assertThat(output)
                    .contains(
                            "'inparallel.cluster.bind-address' has the value '" + address + "'",
                            "Set 'inparallel.cluster.ssl.bundle' to an SSL bundle, or 'inparallel.cluster.secret'");
        });
    }
}
