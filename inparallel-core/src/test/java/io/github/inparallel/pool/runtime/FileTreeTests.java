package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees of every shape are removed, and nothing beside them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileTreeTests {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    private Path folder;

    @Test
    void whatIsNotThereIsGone() {
        FileTree.delete(folder.resolve("missing"));
        FileTree.delete(folder.resolve("missing/in/missing"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void generatedTreesGoAndWhatLinksPointToStays() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Path precious = Files.createDirectory(folder.resolve("precious"));
        Files.createFile(precious.resolve("file"));
        for (int i = 0; i < 50; i++) {
            Path tree = Files.createDirectory(folder.resolve("tree"));
            List<Path> folders = new ArrayList<>(List.of(tree));
            List<Path> readOnly = new ArrayList<>();
            for (int j = random.nextInt(60); j > 0; j--) {
                Path parent = folders.get(random.nextInt(folders.size()));
                Path path = parent.resolve(name(random));
                try {
                    switch (random.nextInt(6)) {
                        case 0, 1 -> folders.add(Files.createDirectory(path));
                        case 2 -> Files.createSymbolicLink(path, precious);
                        case 3 -> Files.createSymbolicLink(path, folder.resolve("dangling"));
                        case 4 -> readOnly.add(parent);
                        default -> Files.createFile(path);
                    }
                } catch (FileAlreadyExistsException e) {
                    // the same name twice
                }
            }
            for (Path path : readOnly) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r-xr-xr-x"));
            }

            FileTree.delete(tree);

            assertThat(tree).as("seed %s, round %s", seed, i).doesNotExist();
        }
        assertThat(precious).isDirectoryContaining(path -> path.endsWith("file"));
    }

    private static String name(Random random) {
        return List.of("a", "b", " ", "ü", "-rf", "moved-0", ".hidden", "x".repeat(255))
                .get(random.nextInt(8));
    }

    @Test
    void pipesAndLinksThemselvesAreRemoved() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("target")));

        FileTree.delete(pipe);
        FileTree.delete(link);

        assertThat(folder).isDirectoryContaining(path -> path.endsWith("target"));
        assertThat(pipe).doesNotExist();
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    /** It may be of the same file system, so that no number of a device tells it. */
    @ParameterizedTest
    @ValueSource(strings = {"tree", "tree/share", "tree/a/share"})
    void whatIsMountedWithinIsLeftAlone(String where) throws Exception {
        assumeThat(run("unshare", "-rm", "true")).as("it may mount").isZero();
        Path precious = folder.resolve("precious");
        Files.createDirectories(precious.resolve("deeper"));
        Files.createFile(precious.resolve("letter"));
        Files.createFile(precious.resolve("deeper/letter"));
        Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("r-xr-xr-x"));
        Path mounted = Files.createDirectories(folder.resolve(where));
        Path tree = folder.resolve("tree");
        Files.createFile(Files.createDirectories(tree.resolve("b/c")).resolve("file"));

        assertThat(run(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        "mount --bind \"$1\" \"$2\" && exec \"$3\" -cp \"$4\" \"$5\" \"$6\"",
                        "sh",
                        precious.toString(),
                        mounted.toString(),
                        JAVA,
                        CLASS_PATH,
                        Deletion.class.getName(),
                        tree.toString()))
                .isZero();

        assertThat(precious.resolve("letter")).exists();
        assertThat(precious.resolve("deeper/letter")).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(precious)))
                .isEqualTo("r-xr-xr-x");
        if (!where.equals("tree")) {
            assertThat(tree.resolve("b")).as("what is beside it").doesNotExist();
        }
        FileTree.delete(tree);
        assertThat(tree).as("what it was mounted on").doesNotExist();
    }

    /** Root may look into them; the owner without root's rights may not. */
    @ParameterizedTest
    @ValueSource(strings = {"", "locked", "a/locked", "a/b/locked"})
    void foldersThatNobodyMayListGoToo(String where) throws Exception {
        assumeThat(run("unshare", "-U", "true")).as("rights can be dropped").isZero();
        Path tree = Files.createDirectory(folder.resolve("tree"));
        List<Path> locked = List.of(tree.resolve(where), tree.resolve(where + "2"));
        for (Path each : locked) {
            Files.createFile(Files.createDirectories(each.resolve("in/deeper")).resolve("file"));
            Files.createDirectory(each.resolve("empty"));
        }
        Files.setPosixFilePermissions(locked.get(0), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(locked.get(1), PosixFilePermissions.fromString("-wx------"));

        assertThat(run("unshare", "-U", JAVA, "-cp", CLASS_PATH, Deletion.class.getName(), tree.toString()))
                .isZero();

        assertThat(folder).isEmptyDirectory();
    }

    /** Whoever is killed in the middle would leave it under one by which nobody finds it. */
    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere the JDK may miss a name that is there for a moment
    void folderGetsNoOtherName() throws Exception {
        Path tree = folder.resolve("tree");
        Files.createFile(Files.createDirectories(tree.resolve("a/b")).resolve("file"));
        try (WatchService watch = folder.getFileSystem().newWatchService()) {
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);

            FileTree.delete(tree);
            Path last = Files.createFile(folder.resolve("last"));

            List<Object> names = new ArrayList<>();
            while (!names.contains(last.getFileName())) {
                WatchKey key = watch.take();
                key.pollEvents().forEach(event -> names.add(event.context()));
                key.reset();
            }
            assertThat(names).containsExactly(tree.getFileName(), last.getFileName());
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    /** A process that has mounts or rights of its own. */
    public static final class Deletion {
        public static void main(String[] args) {
            FileTree.delete(Path.of(args[0]));
        }
    }

    /** Each level that stayed open would take descriptors, and as a path it would be too long for the system. */
    @Test
    void treeThatIsDeeperThanAPathCanBe() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        SecureDirectoryStream<Path> parent = open(folder);
        for (int i = 0; i < 3000; i++) {
            // Built from the inside: the tree so far becomes the only folder of a new one.
            Path outer = Files.createDirectory(folder.resolve("outer"));
            try (SecureDirectoryStream<Path> into = open(outer)) {
                parent.move(Path.of("tree"), into, Path.of("tree"));
            }
            Files.move(outer, tree);
        }
        parent.close();

        FileTree.delete(tree);

        assertThat(folder).isEmptyDirectory();
    }

    @SuppressWarnings({"unchecked", "StreamResourceLeak"}) // whoever calls closes it
    private static SecureDirectoryStream<Path> open(Path path) throws IOException {
        return (SecureDirectoryStream<Path>) Files.newDirectoryStream(path);
    }
}
