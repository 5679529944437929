package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InheritedOptionsTests {

    private static final List<String> KEPT = List.of(
            "-Dkept=1",
            "-Dfile.encoding=ISO-8859-1",
            "-Dempty",
            "-Dspring.profiles.active=a,b",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-modules=jdk.management",
            "--add-reads=java.base=ALL-UNNAMED",
            "--enable-preview",
            "--enable-native-access=ALL-UNNAMED",
            "--illegal-access=warn",
            "--patch-module=java.base=patch.jar",
            "--sun-misc-unsafe-memory-access=allow",
            "-ea",
            "-ea:com.example...",
            "-enableassertions",
            "-da:com.example...");

    private static final List<String> LEFT = List.of(
            "-Xmx4g",
            "-Xms1g",
            "-Xss2m",
            "-XX:+UseZGC",
            "-XX:OnOutOfMemoryError=kill",
            "-Xlog:gc",
            "-javaagent:/opt/agent.jar",
            "-agentlib:jdwp=transport=dt_socket,server=y,address=5005",
            "-Dcom.sun.management.jmxremote.port=9010",
            "-Djava.rmi.server.hostname=a",
            "-Dspring.devtools.restart.enabled=true",
            "-Dspring.application.admin.enabled=true",
            "-Dinparallel.worker.name=a-1",
            "-Djdk.internal.x=1",
            "-Djava.awt.printerjob=x");

    private static final List<String> HARMLESS =
            List.of("-Dkept=1", "-ea", "-Xss2m", "-XX:MaxMetaspaceSize=64m", "-Xint", "--enable-preview");

    private static final List<String> CLASHING = List.of(
            "-agentlib:jdwp=transport=dt_socket,server=y,address=5005",
            "-Xrunjdwp:server=y",
            "-Xdebug",
            "-Dcom.sun.management.jmxremote.port=9010",
            "-Xmx4g",
            "-Xms1g",
            "-Xmn1g",
            "-XX:MaxRAMPercentage=75",
            "-XX:InitialRAMPercentage=50",
            "-XX:MinRAMPercentage=50",
            "-XX:MaxHeapSize=1g",
            "-XX:InitialHeapSize=1g",
            "-XX:+UseZGC",
            "-XX:StartFlightRecording=duration=60s",
            "-XX:FlightRecorderOptions=stackdepth=64",
            "-Dspring.devtools.x=1",
            "-XX:ErrorFile=/tmp/x",
            "-XX:SharedArchiveFile=a.jsa",
            "-XX:ArchiveClassesAtExit=a.jsa",
            "-XX:AOTCache=a",
            "-Xlog:gc*");

    @Test
    void whatMakesTheSameCodeRunIsInheritedInItsOrderAndNothingElse() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> given = mixed(random, KEPT, LEFT);
            assertThat(InheritedOptions.of(given))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(given.stream().filter(KEPT::contains).toList());
        }
    }

    @Test
    void optionsThatWouldClashAreTakenOutOfVariables() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> given = mixed(random, HARMLESS, CLASHING);
            String spaces = random.nextBoolean() ? " " : " \t  ";
            assertThat(InheritedOptions.filtered(spaces + String.join(spaces, given) + spaces))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(String.join(
                            " ", given.stream().filter(HARMLESS::contains).toList()));
        }
    }

    private static List<String> mixed(Random random, List<String> one, List<String> other) {
        List<String> mixed = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            List<String> from = random.nextBoolean() ? one : other;
            mixed.add(from.get(random.nextInt(from.size())));
        }
        return mixed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void variableWithoutOptionsHasNone(String value) {
        assertThat(InheritedOptions.filtered(value)).isEmpty();
    }

    @Test
    void ownOptionsAreThoseOfThisJvm() {
        assertThat(InheritedOptions.ofThisJvm())
                .allMatch(option -> option.startsWith("-D") || option.startsWith("-") && !option.startsWith("-X"));
    }
}
