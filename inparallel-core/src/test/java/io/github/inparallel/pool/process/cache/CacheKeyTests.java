package io.github.inparallel.pool.process.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is the same for the same content, and another for any other. */
class CacheKeyTests {

    @TempDir
    private Path folder;

    private Path javaHome;

    @BeforeEach
    void installation() throws IOException {
        javaHome = Files.createDirectories(folder.resolve("jdk"));
        Files.createDirectories(javaHome.resolve("lib/server"));
        Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"17\"");
        Files.writeString(javaHome.resolve("lib/modules"), "modules");
        Files.writeString(javaHome.resolve("lib/server/libjvm.so"), "jvm");
    }

    private String key(List<ClassPathEntry> classPath, String... traits) throws IOException {
        return CacheKey.of(classPath, javaHome, List.of(traits));
    }

    private static ClassPathEntry whole(Path file) {
        return new ClassPathEntry(file, "");
    }

    /** Trees of files that are made at random, from few names and contents: alike ones have the same key, others not. */
    @Test
    void generatedFoldersHaveTheSameKeyIfTheyAreAlike() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, Map<String, String>> byKey = new HashMap<>();
        Map<Map<String, String>, String> byContent = new HashMap<>();
        for (int round = 0; round < 60; round++) {
            Map<String, String> content = new TreeMap<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                String name = List.of("a", "b", "in/a", "in/b").get(random.nextInt(4));
                content.put(name, List.of("", "x", "y", "xy").get(random.nextInt(4)));
            }
            Path classes = folder.resolve("round-" + round).resolve("classes");
            for (var file : content.entrySet()) {
                Path path = classes.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
                Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(random.nextInt(1_000_000))));
            }

            String key = key(List.of(whole(classes)));

            assertThat(key).matches("[0-9a-f]{32}");
            assertThat(byKey.putIfAbsent(key, content))
                    .as("seed %s, round %s", seed, round)
                    .isIn(null, content);
            assertThat(byContent.putIfAbsent(content, key))
                    .as("seed %s, round %s", seed, round)
                    .isIn(null, key);
        }
    }

    @Test
    void whatIsInTwoFilesIsNotMistakenForOne() throws IOException {
        assertThat(key(List.of(), "ab", "c")).isNotEqualTo(key(List.of(), "a", "bc"));
        assertThat(key(List.of(), "ab")).isNotEqualTo(key(List.of(), "ab", ""));
    }

    @Test
    void keyChangesWithTheInstallation() throws IOException {
        String key = key(List.of());
        Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"25\"");
        String other = key(List.of());
        assertThat(other).isNotEqualTo(key);
        Files.setLastModifiedTime(javaHome.resolve("lib/modules"), FileTime.from(Instant.EPOCH));
        assertThat(key(List.of())).as("another build of the same version").isNotEqualTo(other);
    }

    @Test
    void installationIsTheSameByALink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), javaHome);
        assertThat(CacheKey.of(List.of(), link, List.of())).isEqualTo(key(List.of()));
    }

    @Test
    void plainJarStaysSoItsPlaceAndTimeCount() throws IOException {
        Path jar = Jars.write(folder.resolve("a.jar"), null, Map.of("a", "1"));
        String key = key(List.of(whole(jar)));
        Path copy = Files.copy(jar, folder.resolve("b.jar"));
        assertThat(key(List.of(whole(copy)))).isNotEqualTo(key);
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        assertThat(key(List.of(whole(jar)))).isNotEqualTo(key);
    }

    @Test
    void jarInsideAJarIsCopiedSoOnlyContentCounts() throws IOException {
        Path jar = Jars.write(folder.resolve("app.jar"), null, Map.of("lib/a.jar", "1", "lib/b.jar", "2"));
        List<ClassPathEntry> inside =
                List.of(new ClassPathEntry(jar, "lib/a.jar"), new ClassPathEntry(jar, "lib/b.jar"));
        String key = key(inside);
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        assertThat(key(inside)).isEqualTo(key);
        List<ClassPathEntry> turned = new ArrayList<>(inside);
        java.util.Collections.reverse(turned);
        assertThat(key(turned)).isNotEqualTo(key);
        Jars.write(jar, null, Map.of("lib/a.jar", "1", "lib/b.jar", "3"));
        assertThat(key(inside)).isNotEqualTo(key);
    }

    /** A comment at the end of a jar may look like its directory. */
    @Test
    void commentOfAJarIsNotItsDirectory() throws IOException {
        Path jar = folder.resolve("commented.jar");
        String inside = "";
        for (int content = 0; content < 2; content++) {
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar), StandardCharsets.ISO_8859_1)) {
                out.setComment("PK\5\6" + "\0".repeat(18) + "and more");
                out.putNextEntry(new ZipEntry("a"));
                out.write('0' + content);
            }
            String key = key(List.of(new ClassPathEntry(jar, "lib/")));
            assertThat(key).isNotEqualTo(inside);
            inside = key;
        }
    }

    @Test
    void whatIsNoJarIsReadWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "x".repeat(100_000));
        ClassPathEntry entry = new ClassPathEntry(file, "lib/");
        String key = key(List.of(entry));
        Files.writeString(file, "x".repeat(99_999) + "y");
        assertThat(key(List.of(entry))).isNotEqualTo(key);
        Files.writeString(file, "");
        assertThat(key(List.of(entry))).isNotEqualTo(key);
    }

    @Test
    void entryThatIsNotThereHasNoKey() {
        assertThatThrownBy(() -> key(List.of(new ClassPathEntry(folder.resolve("none.jar"), "lib/"))))
                .isInstanceOf(IOException.class);
    }
}
