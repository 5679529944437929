package io.github.inparallel.pool.process.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a class loader finds in a folder or an executable jar it finds in the jar that is made of it. */
class PlainJarsTests {

    @TempDir
    private Path folder;

    private Path written(ClassPathEntry entry) throws IOException {
        Path jar = folder.resolve("plain-" + System.nanoTime() + ".jar");
        PlainJars.write(entry, jar);
        return jar;
    }

    private static Attributes attributes(Path jar) throws IOException {
        return Objects.requireNonNull(Jars.manifestOf(jar)).getMainAttributes();
    }

    @Test
    void generatedFoldersHaveTheSameResourcesInAnOrderThatDoesNotChange() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            Map<String, String> files = new TreeMap<>();
            Path classes = Files.createDirectory(folder.resolve("classes-" + round));
            for (int i = random.nextInt(12); i > 0; i--) {
                StringBuilder name = new StringBuilder();
                for (int depth = random.nextInt(3); depth > 0; depth--) {
                    String part = "d" + random.nextInt(2) + "/";
                    name.append(part);
                    files.put(name.toString(), "");
                }
                files.put(name + "f\u00fc" + random.nextInt(5), "content " + random.nextInt(3));
            }
            for (var file : files.entrySet()) {
                Path path = classes.resolve(file.getKey());
                if (file.getKey().endsWith("/")) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.writeString(path, file.getValue());
                }
            }

            Map<String, String> packed = Jars.read(written(new ClassPathEntry(classes, "")));

            assertThat(packed).as("seed %s, round %s", seed, round).isEqualTo(files);
            assertThat(packed.keySet()).as("seed %s, round %s", seed, round).containsExactlyElementsOf(files.keySet());
        }
    }

    @Test
    void manifestOfAFolderLosesWhatHadNoMeaningThere() throws IOException {
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Path inside = Files.createDirectory(classes.resolve("META-INF"));
        try (var out = Files.newOutputStream(inside.resolve("MANIFEST.MF"))) {
            Jars.manifest(Map.of(
                            "Class-Path", "other.jar",
                            "Main-Class", "com.example.Main",
                            "Launcher-Agent-Class", "com.example.Agent",
                            "Start-Class", "com.example.Start",
                            "Spring-Boot-Version", "4.0.0",
                            "Implementation-Version", "1.2"))
                    .write(out);
        }

        Attributes kept = attributes(written(new ClassPathEntry(classes, "")));

        assertThat(kept.keySet())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("Manifest-Version", "Implementation-Version");
    }

    @Test
    void partOfAnExecutableJarIsWhatIsBelowItsFolder() throws IOException {
        Map<String, String> content = new LinkedHashMap<>();
        content.put("org/springframework/boot/loader/Launcher.class", "loader");
        content.put("BOOT-INF/", "");
        content.put("BOOT-INF/classes/", "");
        content.put("BOOT-INF/classes/application.properties", "a=b");
        content.put("BOOT-INF/classes/com/", "");
        content.put("BOOT-INF/classes/com/A.class", "a");
        content.put("BOOT-INF/lib/b.jar", "jar");
        Path jar = Jars.write(
                folder.resolve("app.jar"),
                Jars.manifest(Map.of("Start-Class", "com.example.Start", "Implementation-Title", "app")),
                content);

        Path part = written(new ClassPathEntry(jar, "BOOT-INF/classes/"));

        assertThat(Jars.read(part).keySet()).containsExactly("application.properties", "com/", "com/A.class");
        assertThat(attributes(part).getValue("Implementation-Title")).isEqualTo("app");
        assertThat(attributes(part).getValue("Start-Class")).isNull();
    }

    @Test
    void jarWithinAJarIsCopiedAsItIs() throws IOException {
        Path nested = Jars.write(folder.resolve("b.jar"), null, Map.of("b", "content"));
        byte[] bytes = Files.readAllBytes(nested);
        Path jar = folder.resolve("app.jar");
        try (var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new java.util.zip.ZipEntry("BOOT-INF/lib/b.jar"));
            out.write(bytes);
        }

        assertThat(written(new ClassPathEntry(jar, "BOOT-INF/lib/b.jar"))).hasBinaryContent(bytes);
        assertThatThrownBy(() -> written(new ClassPathEntry(jar, "BOOT-INF/lib/c.jar")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("BOOT-INF/lib/c.jar")
                .hasMessageContaining(jar.toString());
    }

    @Test
    void wholeJarLosesOnlyWhereItLedTo() throws IOException {
        Path jar = Jars.write(
                folder.resolve("leading.jar"),
                Jars.manifest(Map.of("Class-Path", "classes/", "Main-Class", "com.example.Main")),
                Map.of("a", "1"));

        Path copy = written(new ClassPathEntry(jar, ""));

        assertThat(attributes(copy).getValue("Class-Path")).isNull();
        assertThat(attributes(copy).getValue("Main-Class")).isEqualTo("com.example.Main");
        assertThat(Jars.read(copy)).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void sectionsOfAManifestStayWithAWholeJarOnly() throws IOException {
        Manifest manifest = Jars.manifest(Map.of("Class-Path", "classes/"));
        Attributes sealed = new Attributes();
        sealed.putValue("Sealed", "true");
        manifest.getEntries().put("com/example/", sealed);
        Path jar = Jars.write(folder.resolve("a.jar"), manifest, Map.of("in/a", "1"));

        for (String inside : List.of("", "in/")) {
            Path copy = written(new ClassPathEntry(jar, inside));
            assertThat(Objects.requireNonNull(Jars.manifestOf(copy))
                            .getEntries()
                            .containsKey("com/example/"))
                    .isEqualTo(inside.isEmpty());
        }
    }
}
