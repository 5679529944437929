package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.runtime.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a pool's directory is made, and what of others in the same temporary folder it clears, or leaves alone. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PrivateDirectoryTests {

    private static final String DEAD = "inparallel-999999999-0123456789ab";
    private static final int FOLDERS = 2;

    @TempDir
    private Path folder;

    @Test
    void folderThatIsTooLongOrCannotBeUsedIsPassedOver() throws IOException {
        Path tooLong = folder.resolve("x".repeat(100));
        Path missing = folder.resolve("missing");
        try (PrivateDirectory directory = PrivateDirectory.create(List.of(tooLong, missing, folder))) {
            assertThat(directory.path()).hasParent(folder);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void withoutAnyPlaceTheMessageSaysWhatWasTried() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> PrivateDirectory.create(List.of(folder.resolve("x".repeat(100)), missing)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("java.io.tmpdir")
                .hasMessageContaining("too long")
                .hasMessageContaining(missing.toString());
    }

    @Test
    void whatDeadOnesLeftIsClearedAlsoIfItHasThisProcessId() throws IOException {
        Path dead = left(DEAD);
        Path sameId = left("inparallel-" + ProcessHandle.current().pid() + "-0123456789ab");
        Path unlocked = left("inparallel-999999999-0123456789ac");
        Files.delete(unlocked.resolve("lock"));
        makeOld(unlocked);
        Path young = folder("inparallel-999999999-0123456789ad");
        Path foreign = folder("inparallel-of-somebody");
        Path noId = left("inparallel-99999999999999999999-0123456789ab");
        try (PrivateDirectory mine = PrivateDirectory.create(List.of(folder));
                PrivateDirectory second = PrivateDirectory.create(List.of(folder))) {
            second.clearNeighbours();
            assertThat(dead).doesNotExist();
            assertThat(sameId).doesNotExist();
            assertThat(unlocked).doesNotExist();
            assertThat(young).exists();
            assertThat(foreign).exists();
            assertThat(noId).exists();
            assertThat(mine.path()).exists();
            assertThat(second.path()).exists();
        }
    }

    /** As a clock that was set back since this JVM has started leaves it, or that of a file server. */
    @Test
    void openOneIsKnownWhateverTheClockSays() throws Exception {
        try (PrivateDirectory mine = PrivateDirectory.create(List.of(folder))) {
            makeOld(mine.path());
            clear();
            assertThat(mine.path()).exists();

            clearInAnotherProcess();
            assertThat(mine.path()).as("also by another process").exists();
        }
    }

    /** Systemd-tmpfiles, among others, removes files that are ten days old, and no sockets that are open. */
    @Test
    void openOneIsKnownAlsoWhenACleanerHasRemovedItsLock() throws Exception {
        try (PrivateDirectory mine = PrivateDirectory.create(List.of(folder))) {
            Files.delete(mine.path().resolve("lock"));
            makeOld(mine.path());

            clearInAnotherProcess();

            assertThat(mine.path()).exists();
        }
        assertThat(folder).isEmptyDirectory();
    }

    private void clearInAnotherProcess() throws Exception {
        assertThat(new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Clearing.class.getName(),
                                folder.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Another process. */
    public static final class Clearing {
        public static void main(String[] args) throws IOException {
            try (PrivateDirectory directory = PrivateDirectory.create(List.of(Path.of(args[0])))) {
                directory.clearNeighbours();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwxr-xr-x", "rwxrwxrwx"})
    void folderThatOthersCouldEnterIsNotOurs(String mode) throws IOException {
        Path open = left(DEAD);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));
        clear();
        assertThat(open.resolve("lock")).exists();
    }

    @Test
    void folderOfAnotherUserIsLeftAlone() throws IOException {
        Path foreign = left(DEAD);
        try {
            Files.setAttribute(foreign, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            Assumptions.abort("Only root can give a folder away: " + e.getMessage());
        }
        clear();
        assertThat(foreign.resolve("lock")).exists();
    }

    @Test
    void linkWithSuchANameLeadsNowhere() throws IOException {
        Path precious = Files.createFile(folder("precious").resolve("file"));
        Files.createSymbolicLink(folder.resolve(DEAD), precious.getParent());
        clear();
        assertThat(precious).exists();
    }

    @Test
    void pipeInPlaceOfTheLockHoldsNobodyUp() throws Exception {
        Path dead = left(DEAD);
        Files.delete(dead.resolve("lock"));
        assertThat(new ProcessBuilder("mkfifo", dead.resolve("lock").toString())
                        .start()
                        .waitFor())
                .isZero();
        clear();
        assertThat(dead).doesNotExist();
    }

    @Test
    void folderThatIsSwappedForALinkInTheMiddleLeadsNowhere() throws Exception {
        long seed = new Random().nextLong();
        Path precious = Files.createFile(folder("precious").resolve("file"));
        Path dead = folder.resolve(DEAD);
        for (int round = 0; round < 100; round++) {
            left(DEAD);
            for (int i = 0; i < FOLDERS; i++) {
                Files.createFile(Files.createDirectory(dead.resolve("f" + i)).resolve("file"));
                Files.createSymbolicLink(folder.resolve("l" + i), precious.getParent());
            }
            Random random = new Random(seed + round);
            AtomicBoolean over = new AtomicBoolean();
            Thread swapper = new Thread(() -> {
                while (!over.get()) {
                    int i = random.nextInt(FOLDERS);
                    Path inner = dead.resolve("f" + i);
                    Path link = folder.resolve("l" + i);
                    Path aside = dead.resolve("aside" + i);
                    quietly(() -> Files.move(inner, aside, StandardCopyOption.ATOMIC_MOVE));
                    quietly(() -> Files.move(link, inner, StandardCopyOption.ATOMIC_MOVE));
                    quietly(() -> Files.move(inner, link, StandardCopyOption.ATOMIC_MOVE));
                    quietly(() -> Files.move(aside, inner, StandardCopyOption.ATOMIC_MOVE));
                }
            });
            swapper.start();
            try {
                clear();
            } finally {
                over.set(true);
                swapper.join();
            }
            assertThat(precious).as("seed %s, round %s", seed, round).exists();
            FileTree.delete(dead);
            for (int i = 0; i < FOLDERS; i++) {
                FileTree.delete(folder.resolve("l" + i));
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            // the other thread was quicker
        }
    }

    private void clear() throws IOException {
        try (PrivateDirectory mine = PrivateDirectory.create(List.of(folder))) {
            mine.clearNeighbours();
        }
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectory(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private Path left(String name) throws IOException {
        Path path = folder(name);
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                .close();
        makeOld(path);
        return path;
    }

    private static void makeOld(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    }
}
