package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which archive of classes suits which Java installation, and which options. */
class ArchiveKindTests {

    private static final Path ARCHIVE = Path.of("/cache/archive");

    @TempDir
    private Path javaHome;

    private ArchiveKind kind(String... options) {
        return ArchiveKind.of(javaHome, List.of(options));
    }

    private void release(String text) throws IOException {
        Files.writeString(javaHome.resolve("release"), text);
    }

    @ParameterizedTest
    @CsvSource({
        "1.8.0_402, NONE",
        "11.0.2, NONE",
        "12, NONE",
        "13, DYNAMIC",
        "17.0.15, DYNAMIC",
        "24.0.1, DYNAMIC",
        "25, AHEAD_OF_TIME",
        "25.0.1, AHEAD_OF_TIME",
        "99-ea, AHEAD_OF_TIME"
    })
    void versionOfAnotherInstallationIsReadFromItsFile(String version, ArchiveKind expected) throws IOException {
        release("IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
        assertThat(kind()).isEqualTo(expected);
    }

    @Test
    void ownInstallationIsAskedForItsVersion() {
        assertThat(ArchiveKind.of(Path.of(System.getProperty("java.home")), List.of()))
                .isEqualTo(Runtime.version().feature() >= 25 ? ArchiveKind.AHEAD_OF_TIME : ArchiveKind.DYNAMIC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "JAVA_VERSION=", "JAVA_VERSION=\"soon\"", "nothing of this kind", "JAVA_VERSION=\\uXX"})
    void installationThatDoesNotSayItsVersionHasNone(String text) throws IOException {
        release(text);
        assertThat(kind()).isEqualTo(ArchiveKind.NONE);
    }

    @Test
    void installationThatIsNotThereHasNone() {
        assertThat(kind()).isEqualTo(ArchiveKind.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-javaagent:/opt/agent.jar=x",
                "-agentlib:jdwp=transport=dt_socket",
                "-agentpath:/opt/agent.so",
                "-Xrunjdwp:server=y",
                "-Xshare:off",
                "-Xshare:dump",
                "-XX:SharedArchiveFile=own.jsa",
                "-XX:ArchiveClassesAtExit=own.jsa",
                "-XX:+AutoCreateSharedArchive",
                "-XX:AOTCache=own.aot",
                "-XX:AOTMode=off"
            })
    void whoDecidesAboutArchivesOrHasAnAgentGetsNone(String option) throws IOException {
        release("JAVA_VERSION=\"17.0.15\"");
        assertThat(kind("-Xint", "-Da=b")).isEqualTo(ArchiveKind.DYNAMIC);
        assertThat(kind("-Xint", option, "-Da=b")).isEqualTo(ArchiveKind.NONE);
    }

    @Test
    void sharingThatMayFailIsNoDecision() throws IOException {
        release("JAVA_VERSION=\"25\"");
        assertThat(kind("-Xshare:auto")).isEqualTo(ArchiveKind.AHEAD_OF_TIME);
    }

    @Test
    void whereThereIsNoneNoOptionIsGiven() {
        assertThat(ArchiveKind.NONE.optionsToUse(ARCHIVE)).isEmpty();
        assertThat(ArchiveKind.NONE.optionsToWrite(ARCHIVE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void archiveIsNamedWhereItIsWrittenAndUsed(ArchiveKind kind) {
        assertThat(kind.optionsToWrite(ARCHIVE)).singleElement().asString().endsWith("=" + ARCHIVE);
        assertThat(kind.optionsToUse(ARCHIVE))
                .as("a JVM that cannot use it starts without it")
                .anyMatch(option -> option.endsWith("auto"))
                .anyMatch(option -> option.endsWith("=" + ARCHIVE));
    }
}
