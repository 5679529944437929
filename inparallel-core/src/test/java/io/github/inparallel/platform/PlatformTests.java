package io.github.inparallel.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is used where it is there, and what is done without. */
class PlatformTests {

    @TempDir
    private Path folder;

    private static void without(String features) {
        System.setProperty(PlatformFeature.WITHOUT_PROPERTY, features);
    }

    @AfterEach
    void haveAllAgain() {
        System.clearProperty(PlatformFeature.WITHOUT_PROPERTY);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void linuxLacksNothing() throws IOException {
        assertThat(PlatformFeature.missing()).isEmpty();
        assertThat(Procfs.pids()).contains(ProcessHandle.current().pid());
        assertThat(Procfs.self("stat")).isReadable();
        assertThat(Procfs.of(ProcessHandle.current().pid(), "stat")).isReadable();
    }

    @Test
    void whatIsMissingIsSaidWithWhatItMeans() {
        without("procfs,posix_permissions");
        assertThat(PlatformFeature.missing())
                .hasSize(2)
                .anySatisfy(sentence -> assertThat(sentence).contains("/proc", "max-memory"))
                .anySatisfy(sentence -> assertThat(sentence).contains("permissions", "temporary folder"));
    }

    @Test
    void withoutFilesAboutProcessesAllAreGone() throws IOException {
        without("procfs");
        assertThat(Procfs.pids()).isEmpty();
        assertThatThrownBy(() -> Procfs.self("stat"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("/proc/self/stat");
    }

    @Test
    void newFilesAreTheirOwnersOnlyWherePermissionsAreKnown() throws IOException {
        Path own = Files.createDirectory(folder.resolve("own"), OwnerOnly.folder());
        Path file = Files.createFile(own.resolve("file"), OwnerOnly.file());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        without("posix_permissions");
        assertThat(OwnerOnly.folder()).isEmpty();
        assertThat(OwnerOnly.file()).isEmpty();
    }

    @Test
    void windowsHasAnotherNameForJava() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        assertThat(JavaCommand.of(folder)).isEqualTo(bin.resolve("java"));

        Path windows = Files.createFile(bin.resolve("java.exe"));
        assertThat(JavaCommand.of(folder)).isEqualTo(windows);
    }
}
