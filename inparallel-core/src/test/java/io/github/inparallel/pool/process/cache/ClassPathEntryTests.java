package io.github.inparallel.pool.process.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassPathEntryTests {

    @TempDir
    private Path folder;

    private Path jar(String name, String classPath) throws IOException {
        return Jars.write(
                folder.resolve(name),
                classPath.isEmpty() ? null : Jars.manifest(Map.of("Class-Path", classPath)),
                Map.of("a", "1"));
    }

    private static String joined(Object... elements) {
        return Stream.of(elements).map(String::valueOf).collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<Path> files(String classPath) {
        return ClassPathEntry.listOf(classPath).stream().map(ClassPathEntry::file);
    }

    @Test
    void orderIsTheClassPathsWithoutWhatIsNotThereOrTwice() throws IOException {
        Path a = jar("a.jar", "");
        Path b = jar("b.jar", "");
        Path classes = Files.createDirectory(folder.resolve("classes"));

        assertThat(files(joined(b, classes, folder.resolve("none.jar"), a, b, classes)))
                .containsExactly(b, classes, a);
    }

    @Test
    void emptyElementIsNotTheWorkingDirectory() throws IOException {
        Path a = jar("a.jar", "");
        assertThat(files(joined("", a, ""))).containsExactly(a);
        assertThat(files("")).isEmpty();
    }

    @Test
    void elementIsTheSameHoweverItIsWritten() throws IOException {
        Path a = jar("a.jar", "");
        Path relative = Path.of("").toAbsolutePath().relativize(a);
        assertThat(files(joined(a, folder.resolve("x/../a.jar"), relative))).containsExactly(a);
    }

    @Test
    void manifestsAddWhatTheyNameRightBehindTheirJar() throws IOException {
        Path d = jar("d.jar", "");
        Path c = jar("c.jar", "");
        Path b = jar("b.jar", "d.jar");
        Path a = jar("a.jar", "b.jar none.jar " + c.toUri());

        assertThat(files(joined(a, d))).containsExactly(a, b, d, c);
    }

    @Test
    void manifestsThatNameEachOtherComeToAnEnd() throws IOException {
        Path a = jar("a.jar", "b.jar a.jar");
        Path b = jar("b.jar", "a.jar");
        assertThat(files(a.toString())).containsExactly(a, b);
    }

    @Test
    void whatNoManifestShouldNameIsPassedOver() throws IOException {
        Path b = jar("b.jar", "");
        Path a = jar("a.jar", "http://example.com/x.jar %zz ht\\tp:: b.jar jar:file:x!/y");
        assertThat(files(a.toString())).containsExactly(a, b);
    }

    @Test
    void fileThatIsNoJarIsPassedOverAsTheJvmDoes() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.jar"), "these are notes");
        assertThat(files(text.toString())).isEmpty();
    }

    @Test
    void plainJarIsOneThatLeadsToNoFolder() throws IOException {
        Files.createDirectory(folder.resolve("classes"));
        Path plain = jar("plain.jar", "other.jar none/");
        Path leading = jar("leading.jar", "other.jar classes/");

        assertThat(new ClassPathEntry(plain, "").isPlainJar()).isTrue();
        assertThat(new ClassPathEntry(leading, "").isPlainJar()).isFalse();
        assertThat(new ClassPathEntry(leading, "").leadsToFolder()).isTrue();
        assertThat(new ClassPathEntry(plain, "lib/a.jar").isPlainJar()).isFalse();
        assertThat(new ClassPathEntry(folder, "").isPlainJar()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/app/a.jar, '', a.jar",
        "/app/classes, '', classes.jar",
        "/app/app.war, WEB-INF/lib/b.jar, b.jar",
        "/app/app.jar, BOOT-INF/classes/, app.jar",
        "/app/app.war, WEB-INF/classes/, app.war.jar"
    })
    void jarThatIsMadeOfItIsCalledAsItWas(Path file, String inside, String name) {
        assertThat(new ClassPathEntry(file, inside).jarName()).isEqualTo(name);
    }
}
