package io.github.inparallel.pool.process.cache;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeFolderTests {

    @TempDir
    private Path home;

    private SafeFolder safety;
    private Path parent;
    private Path folder;

    @BeforeEach
    void folders() throws IOException {
        mode(home, "rwx------");
        safety = new SafeFolder(home);
        parent = home.resolve("parent");
        folder = Files.createDirectories(parent.resolve("cache"));
        mode(folder, "rwxr-xr-x");
        mode(parent, "rwxr-xr-x");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    @ParameterizedTest
    @CsvSource({
        "rwx------, true",
        "rwxr-xr-x, true",
        "r-xr-xr-x, true",
        "rwxrwxr-x, false",
        "rwxr-xrwx, false",
        "rwx-w----, false",
        "rwx----w-, false"
    })
    void folderIsSafeIfOnlyItsOwnerWritesToItAndToThoseItIsIn(String mode, boolean safe) throws IOException {
        for (Path each : new Path[] {folder, parent}) {
            mode(each, mode);
            if (safe) {
                assertThatCode(() -> safety.check(folder)).doesNotThrowAnyException();
            } else {
                assertThatThrownBy(() -> safety.check(folder))
                        .isInstanceOf(IOException.class)
                        .hasMessage(each + " can be written to by others");
            }
            mode(each, "rwxr-xr-x");
        }
    }

    @Test
    void parentMayBeForAllIfItIsSticky() throws IOException {
        Files.setAttribute(parent, "unix:mode", 01777);
        assertThatCode(() -> safety.check(folder)).doesNotThrowAnyException();
        Files.setAttribute(folder, "unix:mode", 01777);
        assertThatThrownBy(() -> safety.check(folder)).hasMessage(folder + " can be written to by others");
    }

    @Test
    void linkIsSafeIfItsTargetIs() throws IOException {
        Path link = Files.createSymbolicLink(home.resolve("link"), folder);
        assertThatCode(() -> safety.check(link)).doesNotThrowAnyException();
        mode(parent, "rwxrwxrwx");
        assertThatThrownBy(() -> safety.check(link)).hasMessage(parent + " can be written to by others");
    }

    @Test
    void homeItselfIsLookedAtAndWhatItIsInIsNot() throws IOException {
        mode(home, "rwxrwxrwx");
        assertThatThrownBy(() -> safety.check(folder)).hasMessageContaining(home + " can be written to by others");
        SafeFolder inner = new SafeFolder(parent);
        assertThatCode(() -> inner.check(folder)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "deep/file", "deep"})
    void contentIsSafeIfNobodyElseWritesToAnyOfIt(String name) throws IOException {
        Files.createDirectory(folder.resolve("deep"));
        mode(folder.resolve("deep"), "rwxr-xr-x");
        for (String file : new String[] {"file", "deep/file"}) {
            mode(Files.createFile(folder.resolve(file)), "r--r--r--");
        }
        assertThatCode(() -> safety.checkContent(folder)).doesNotThrowAnyException();
        mode(folder.resolve(name), "rwxrwxrwx");
        assertThatThrownBy(() -> safety.checkContent(folder))
                .hasMessage(folder.resolve(name) + " can be written to by others");
    }

    @Test
    void contentHasNoLinks() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("anything"));
        assertThatThrownBy(() -> safety.checkContent(folder)).hasMessage(link + " is a link");
    }

    @Test
    void folderThatIsNotThereIsNotSafe() {
        Path none = home.resolve("none");
        assertThatThrownBy(() -> safety.check(none)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> safety.checkContent(none)).isInstanceOf(IOException.class);
    }
}
