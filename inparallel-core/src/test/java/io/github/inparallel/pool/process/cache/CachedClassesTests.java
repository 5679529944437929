package io.github.inparallel.pool.process.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachedClassesTests {

    @TempDir
    private Path folder;

    private Path ready;
    private Path archive;
    private Path jar;

    @BeforeEach
    void files() throws IOException {
        ready = folder.resolve("ready");
        archive = Files.writeString(folder.resolve("archive"), "an archive");
        jar = Files.createFile(folder.resolve("a b.jar"));
    }

    @Test
    void whatIsWrittenIsReadAgainInItsOrder() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            List<Path> jars = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                jars.add(Files.writeString(folder.resolve(random.nextInt(10) + " \u00fc.jar"), "x"));
            }
            byte[] content = new byte[random.nextInt(1 << 19)];
            random.nextBytes(content);
            CachedClasses written =
                    new CachedClasses(jars, random.nextBoolean() ? null : Files.write(archive, content));

            written.writeTo(ready);

            assertThat(CachedClasses.readFrom(ready))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(written);
        }
    }

    @Test
    void classPathIsACopy() {
        List<Path> jars = new ArrayList<>(List.of(jar));
        CachedClasses classes = new CachedClasses(jars, null);
        jars.clear();
        assertThat(classes.classPath()).containsExactly(jar);
    }

    @Test
    void archiveOfWhichOneBitHasChangedIsDamaged() throws IOException {
        new CachedClasses(List.of(jar), archive).writeTo(ready);
        byte[] bytes = Files.readAllBytes(archive);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(archive, bytes);
            assertThatThrownBy(() -> CachedClasses.readFrom(ready))
                    .isInstanceOf(IOException.class)
                    .hasMessage(archive + " is damaged");
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
        Files.write(archive, bytes);
        assertThat(CachedClasses.readFrom(ready).archive()).isEqualTo(archive);
    }

    @Test
    void archiveThatIsNotThereIsToldApart() throws IOException {
        new CachedClasses(List.of(jar), archive).writeTo(ready);
        Files.delete(archive);
        assertThatThrownBy(() -> CachedClasses.readFrom(ready))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(archive.toString());
    }

    @Test
    void jarThatIsNotThereIsNamed() throws IOException {
        new CachedClasses(List.of(jar), null).writeTo(ready);
        Files.delete(jar);
        assertThatThrownBy(() -> CachedClasses.readFrom(ready)).hasMessage(jar + " is not there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "inparallel class cache 1", "inparallel class cache 2\n\n", "\n\n/a.jar\n"})
    void fileOfAnotherReleaseIsNotRead(String text) throws IOException {
        Files.writeString(ready, text);
        assertThatThrownBy(() -> CachedClasses.readFrom(ready))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(ready + " is of another release, or damaged");
    }
}
