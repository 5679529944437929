package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker may leave anything where its error file should be. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrashFilesTests {

    private static final String USUAL = """
            #
            # A fatal error has been detected by the Java Runtime Environment:
            #
            #  SIGSEGV (0xb) at pc=0x00007f0000000000, pid=7, tid=8
            #
            # Problematic frame:
            # C  [libfoo.so+0x12]  bar\u0007+0x34
            #
            """;

    @TempDir
    private Path folder;

    private Path written = Path.of("");
    private Path kept = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void folders() throws IOException {
        written = Files.createDirectory(folder.resolve("written"));
        kept = folder.resolve("a/kept");
        file = written.resolve("hs_err_pid7.log");
    }

    private CrashFiles.@Nullable Crash take() {
        return new CrashFiles(written, kept).take("test-1", 7);
    }

    @Test
    void threadOfASlotIsKnown() throws IOException {
        String thread = "\nCurrent thread (0x00007f7a4a6a5c06):  JavaThread \"%s\" daemon [_thread_in_vm, id=8]\n";
        Files.writeString(file, USUAL + thread.formatted("inparallel-test-slot-3"));
        assertThat(Objects.requireNonNull(take()).slot()).isEqualTo(3);

        Files.writeString(file, USUAL + thread.formatted("main"));
        assertThat(Objects.requireNonNull(take()).slot()).isEqualTo(-1);
    }

    @Test
    void usualOneIsReadAndKeptForItsOwnerOnly() throws IOException {
        Files.writeString(file, USUAL);

        CrashFiles.Crash crash = Objects.requireNonNull(take());

        assertThat(crash.signal()).isEqualTo("SIGSEGV");
        assertThat(crash.frame()).isEqualTo("C  [libfoo.so+0x12]  bar?+0x34");
        assertThat(crash.file())
                .hasContent(USUAL)
                .hasFileName("hs_err_pid7.test-1.log")
                .hasParent(kept);
        assertThat(mode(crash.file())).isEqualTo("rw-------");
        assertThat(mode(kept)).isEqualTo("rwx------");
        assertThat(file).doesNotExist();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void noneIsNoCrash() {
        assertThat(take()).isNull();
        assertThat(kept).doesNotExist();
    }

    @Test
    void pipeIsNotOpened() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertThat(take()).isNull();
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        for (Path target : List.of(secret, Path.of("/dev/zero"), folder)) {
            Files.deleteIfExists(file);
            Files.createSymbolicLink(file, target);
            assertThat(take()).isNull();
        }
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(take()).isNull();
    }

    @Test
    void noMoreIsReadThanSuchAFileHolds() throws IOException {
        Files.writeString(file, USUAL);
        try (var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[1]), 1L << 40); // a terabyte, of holes
        }

        CrashFiles.Crash crash = Objects.requireNonNull(take());

        assertThat(crash.signal()).isEqualTo("SIGSEGV");
        assertThat(crash.file()).hasSize(CrashFiles.MOST_BYTES_OF_ONE);
    }

    @Test
    void whateverIsInItCostsNothing() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(50_000)];
            random.nextBytes(bytes);
            Files.write(file, bytes);
            Files.writeString(
                    file, USUAL.substring(random.nextInt(USUAL.length())), java.nio.file.StandardOpenOption.APPEND);

            CrashFiles.Crash crash = take();

            assertThat(crash).as("seed %s, round %s", seed, i).isNotNull();
            assertThat(Objects.requireNonNull(crash).frame())
                    .satisfiesAnyOf(
                            frame -> assertThat(frame).isNull(),
                            frame -> assertThat(frame)
                                    .hasSizeLessThanOrEqualTo(500)
                                    .doesNotContainPattern("\\p{Cntrl}"));
        }
    }

    @Test
    void newestAreKeptAndWhatIsNotOursStays() throws IOException {
        Files.createDirectories(kept);
        Path own = Files.createFile(kept.resolve("hs_err_pid1.log")); // the application's
        Path notes = Files.createFile(kept.resolve("notes.txt"));
        Path old = aged("hs_err_pid1.test-1.log", CrashFiles.LONGEST.plusDays(1));
        for (int i = 1; i <= 30; i++) {
            aged("hs_err_pid2.test-" + i + ".log", Duration.ofMinutes(i));
        }
        Files.writeString(file, USUAL);
        take();

        assertThat(old).doesNotExist();
        assertThat(own).exists();
        assertThat(notes).exists();
        assertThat(kept.resolve("hs_err_pid2.test-19.log")).exists();
        assertThat(kept.resolve("hs_err_pid2.test-20.log")).doesNotExist();
        assertThat(kept.resolve("hs_err_pid7.test-1.log")).exists();
    }

    @Test
    void theyAreBoundedInSizeTogether() throws IOException {
        Files.createDirectories(kept);
        for (int i = 1; i <= 3; i++) {
            try (var channel = java.nio.channels.FileChannel.open(
                    kept.resolve("hs_err_pid2.test-" + i + ".log"),
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.WRITE)) {
                channel.write(java.nio.ByteBuffer.wrap(new byte[1]), 45L << 20);
            }
            aged("hs_err_pid2.test-" + i + ".log", Duration.ofMinutes(i));
        }
        Files.writeString(file, USUAL);
        take();
        assertThat(names())
                .containsExactly("hs_err_pid2.test-1.log", "hs_err_pid2.test-2.log", "hs_err_pid7.test-1.log");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private Path aged(String name, Duration age) throws IOException {
        Path path = kept.resolve(name);
        if (!Files.exists(path)) {
            Files.createFile(path);
        }
        return Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void anotherOfTheSameNameIsNotOverwritten() throws IOException {
        Files.writeString(file, USUAL);
        take();
        Files.writeString(file, USUAL + "again");

        assertThat(Objects.requireNonNull(take()).file()).hasFileName("hs_err_pid7.test-1.1.log");

        assertThat(kept.resolve("hs_err_pid7.test-1.log")).hasContent(USUAL);
    }

    @Test
    void folderThatCannotBeUsedIsReplaced() throws IOException {
        kept = Files.createFile(folder.resolve("file"));
        Files.writeString(file, USUAL);

        CrashFiles.Crash crash = Objects.requireNonNull(take());

        assertThat(crash.file()).hasContent(USUAL).hasParent(Path.of(System.getProperty("java.io.tmpdir")));
        Files.delete(crash.file());
    }
}
