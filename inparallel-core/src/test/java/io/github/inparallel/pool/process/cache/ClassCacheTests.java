package io.github.inparallel.pool.process.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, safety, making and removing of entries: files only, no process. */
class ClassCacheTests {

    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir
    private Path home;

    private Path folder;

    @BeforeEach
    void ownFolder() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        folder = home.resolve("cache");
    }

    // ---- keys

    @Test
    void keyChangesWithContentOptionsAndOrderOnly() throws IOException {
        Path classes = Files.createDirectory(home.resolve("classes"));
        Files.writeString(classes.resolve("a.txt"), "one");
        Path jar = jar("b.jar", null, "b.txt", "two");
        String key = key(List.of(), classes, jar);
        Files.setLastModifiedTime(classes.resolve("a.txt"), FileTime.from(Instant.EPOCH));
        assertThat(key(List.of(), classes, jar)).isEqualTo(key).matches("[0-9a-f]{32}");
        assertThat(key(List.of("-XX:+UseG1GC"), classes, jar)).isNotEqualTo(key);
        assertThat(key(List.of(), jar, classes)).isNotEqualTo(key);
        Files.writeString(classes.resolve("a.txt"), "ONE");
        assertThat(key(List.of(), classes, jar)).isNotEqualTo(key);
        Files.writeString(classes.resolve("a.txt"), "one");
        assertThat(key(List.of(), classes, jar)).isEqualTo(key);
    }

    @Test
    void sizeAndTimeAloneMakeNoKey() throws IOException { // builds set all times alike
        Path jar = jar("b.jar", null, "b.txt", "two");
        FileTime time = Files.getLastModifiedTime(jar);
        String key = key(List.of(), jar);
        jar("b.jar", null, "b.txt", "TWO");
        Files.setLastModifiedTime(jar, time);
        assertThat(key(List.of(), jar)).isNotEqualTo(key);
    }

    private String key(List<String> traits, Path... paths) throws IOException {
        return ClassCache.key(entries(paths), JAVA_HOME, traits);
    }

    private static List<ClassPathEntry> entries(Path... paths) {
        return List.of(paths).stream().map(path -> new ClassPathEntry(path, "")).toList();
    }

    // ---- safety

    @Test
    void folderThatOthersCanWriteToIsRefused() throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThatThrownBy(() -> ClassCache.open(folder, home, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder + " can be written to by others");
    }

    @Test
    void folderInOneThatOthersCanWriteToIsRefused() throws IOException {
        Path parent = Files.createDirectory(home.resolve("parent"));
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> ClassCache.open(parent.resolve("cache"), home, true))
                .hasMessageContaining(parent + " can be written to by others");
    }

    @Test
    void folderOfAnotherUserIsRefused() throws IOException {
        Files.createDirectory(folder);
        assumeThat(giveAway(folder)).as("only root can give files away").isTrue();
        assertThatThrownBy(() -> ClassCache.open(folder, home, true)).hasMessageContaining("belongs to another user");
    }

    private static boolean giveAway(Path path) {
        try {
            Files.setAttribute(path, "unix:uid", 65534);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void entryThatOthersCanWriteToIsNotUsed() throws IOException {
        ClassCache cache = ClassCache.open(folder, home, true);
        Path classes = Files.createDirectory(home.resolve("classes"));
        String key = made(cache, classes, "archive");
        Files.setPosixFilePermissions(folder.resolve(key).resolve("lib"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> cache.find(key)).hasMessageContaining("can be written to by others");
    }

    @Test
    void ownFolderFollowsTheConvention() throws IOException {
        assertThat(ClassCache.ownFolder(home, null)).isEqualTo(home.resolve(".cache/inparallel"));
        assertThat(ClassCache.ownFolder(home, "/somewhere")).isEqualTo(Path.of("/somewhere/inparallel"));
        assertThat(ClassCache.ownFolder(home, "relative")).isEqualTo(home.resolve(".cache/inparallel"));
        assertThatThrownBy(() -> ClassCache.ownFolder(Path.of("?"), null)).hasMessageContaining("no home folder");
    }

    // ---- making

    @Test
    void entryCountsOnlyWhenItIsPublished() throws IOException {
        ClassCache cache = ClassCache.open(folder, home, true);
        Path classes = Files.createDirectory(home.resolve("classes"));
        Files.writeString(classes.resolve("a.txt"), "one");
        List<ClassPathEntry> classPath = entries(classes);
        String key = ClassCache.key(classPath, JAVA_HOME, List.of());
        try (Preparation preparation = begin(cache, key, classPath)) {
            assertThat(cache.prepare(key, classPath))
                    .as("another at the same time")
                    .isNull();
            List<Path> jars = preparation.classPath();
            assertThat(jars).singleElement().satisfies(jar -> assertThat(jar).exists());
            assertThat(cache.contains(key)).isFalse();
            assertThat(cache.find(key)).isNull();
            Files.writeString(preparation.archive(), "archive");
            CachedClasses made = preparation.publish();
            assertThat(cache.find(key)).isEqualTo(made);
            assertThat(made.classPath()).isEqualTo(jars);
        }
        assertThat(cache.find(key)).isNotNull();
        cache.close();
        assertThat(folder).isDirectoryRecursivelyContaining("glob:**/archive");
        assertThat(folder).isDirectoryNotContaining("glob:**/*.lock");
    }

    @Test
    void whatIsNotPublishedLeavesNothing() throws IOException {
        ClassCache cache = ClassCache.open(folder, home, true);
        List<ClassPathEntry> classPath = entries(Files.createDirectory(home.resolve("classes")));
        String key = ClassCache.key(classPath, JAVA_HOME, List.of());
        try (Preparation preparation = begin(cache, key, classPath)) {
            preparation.classPath();
            Files.writeString(preparation.archive(), "half an arch");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void damagedArchiveIsNotUsed() throws IOException { // a JVM would not look, and would die of it
        ClassCache cache = ClassCache.open(folder, home, true);
        String key = made(cache, Files.createDirectory(home.resolve("classes")), "archive");
        Path archive = folder.resolve(key).resolve("archive");
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(archive, "Archive");
        assertThatThrownBy(() -> cache.find(key)).hasMessageContaining(archive + " is damaged");
        cache.discard(key);
        assertThat(cache.find(key)).isNull();
        assertThat(folder).isEmptyDirectory();
    }

    private static Preparation begin(ClassCache cache, String key, List<ClassPathEntry> classPath) throws IOException {
        return Objects.requireNonNull(cache.prepare(key, classPath), "another is at it");
    }

    private String made(ClassCache cache, Path classes, String archive) throws IOException {
        List<ClassPathEntry> classPath = entries(classes);
        String key = ClassCache.key(classPath, JAVA_HOME, List.of(classes.toString()));
        try (Preparation preparation = begin(cache, key, classPath)) {
            preparation.classPath();
            Files.writeString(preparation.archive(), archive);
            preparation.publish();
        }
        return key;
    }

    // ---- content

    @Test
    void executableJarIsUnpackedInItsOrder() throws Exception {
        Path nested = jar("lib.jar", "sibling.jar", "where.txt", "lib");
        Manifest manifest = manifest(null);
        manifest.getMainAttributes().putValue("Implementation-Version", "1.2");
        manifest.getMainAttributes().putValue("Start-Class", "app.Main");
        Path app = home.resolve("app.jar");
        try (OutputStream file = Files.newOutputStream(app);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            put(out, "org/springframework/boot/loader/Launcher.class", "launcher".getBytes(UTF_8));
            put(out, "BOOT-INF/classes/", null);
            put(out, "BOOT-INF/classes/deep/", null);
            put(out, "BOOT-INF/classes/deep/where.txt", "app".getBytes(UTF_8));
            put(out, "BOOT-INF/lib/lib.jar", Files.readAllBytes(nested));
        }
        ClassCache cache = ClassCache.open(folder, home, true);
        List<ClassPathEntry> classPath =
                List.of(new ClassPathEntry(app, "BOOT-INF/classes/"), new ClassPathEntry(app, "BOOT-INF/lib/lib.jar"));
        try (Preparation preparation = begin(cache, ClassCache.key(classPath, JAVA_HOME, List.of()), classPath)) {
            List<Path> jars = preparation.classPath();
            assertThat(jars).extracting(jar -> jar.getFileName().toString()).containsExactly("app.jar", "lib.jar");
            assertThat(jars.get(1)).hasSameBinaryContentAs(nested);
            assertThat(jars.get(0).getParent()).isNotEqualTo(jars.get(1).getParent());
            try (JarFile own = new JarFile(jars.get(0).toFile())) {
                assertThat(own.stream().map(ZipEntry::getName))
                        .containsExactly("META-INF/MANIFEST.MF", "deep/", "deep/where.txt");
                Attributes attributes = own.getManifest().getMainAttributes();
                assertThat(attributes.getValue("Implementation-Version")).isEqualTo("1.2");
                assertThat(attributes.getValue("Start-Class")).isNull();
            }
        }
    }

    @Test
    void folderBecomesJarWithTheSameResources() throws Exception {
        Path classes = home.resolve("classes");
        Files.createDirectories(classes.resolve("deep"));
        Files.writeString(classes.resolve("deep/a.txt"), "one");
        Files.createDirectory(classes.resolve("META-INF"));
        try (OutputStream out = Files.newOutputStream(classes.resolve("META-INF/MANIFEST.MF"))) {
            manifest("other.jar").write(out);
        }
        Path jar = home.resolve("classes.jar");
        PlainJars.write(new ClassPathEntry(classes, ""), jar);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            assertThat(loader.getResource("deep/")).isNotNull();
            assertThat(new String(loader.getResourceAsStream("deep/a.txt").readAllBytes(), UTF_8))
                    .isEqualTo("one");
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH))
                    .isNull();
        }
    }

    @Test
    void jarThatLeadsToFoldersIsCopiedWithoutItsClassPath() throws IOException { // as IDEs make them
        Path classes = Files.createDirectory(home.resolve("classes"));
        Path library = jar("library.jar", null, "b.txt", "two");
        Path pathing = jar("pathing.jar", "classes/ library.jar missing.jar", "c.txt", "three");
        List<ClassPathEntry> classPath = ClassPathEntry.listOf(pathing + File.pathSeparator);
        assertThat(classPath).extracting(ClassPathEntry::file).containsExactly(pathing, classes, library);
        assertThat(classPath.get(0).isPlainJar()).isFalse();
        assertThat(classPath.get(2).isPlainJar()).isTrue();
        Path copy = home.resolve("copy.jar");
        PlainJars.write(classPath.get(0), copy);
        try (ZipFile file = new ZipFile(copy.toFile())) {
            assertThat(file.getEntry("c.txt")).isNotNull();
        }
        assertThat(ClassPathEntry.listOf(copy.toString())).hasSize(1);
    }

    private Path jar(String name, @Nullable String classPath, String entry, String content) throws IOException {
        Path jar = home.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest(classPath))) {
            put(out, entry, content.getBytes(UTF_8));
        }
        return jar;
    }

    private static Manifest manifest(@Nullable String classPath) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (classPath != null) {
            manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        }
        return manifest;
    }

    private static void put(JarOutputStream out, String name, byte @Nullable [] content) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        if (content != null) {
            out.write(content);
        }
        out.closeEntry();
    }

    // ---- removing

    @Test
    void unusedEntriesGoOldestFirstUntilTheRestIsSmallEnough() throws IOException {
        ClassCache cache = ClassCache.open(folder, home, true);
        ClassCache user = ClassCache.open(folder, home, true);
        Path inUse = entry(cache, "used", 3);
        assertThat(user.find(inUse.getFileName().toString())).isNotNull();
        age(inUse, 3);
        Path older = entry(cache, "older", 2);
        Path newer = entry(cache, "newer", 1);
        Path ancient = entry(cache, "ancient", 100);
        Path fresh = entry(cache, "fresh", 0);
        Files.writeString(folder.resolve("note.txt"), "not ours to remove");
        Entries.prune(folder, fresh, 2500);
        assertThat(ancient).as("not used for long").doesNotExist();
        assertThat(older).as("too much").doesNotExist();
        assertThat(newer).exists();
        assertThat(fresh).exists();
        assertThat(inUse).as("in use").exists();
        assertThat(folder.resolve("note.txt")).exists();
        user.close();
        Entries.prune(folder, fresh, 1);
        assertThat(inUse).doesNotExist();
        assertThat(newer).doesNotExist();
        assertThat(fresh).as("just made").exists();
    }

    private Path entry(ClassCache cache, String name, int days) throws IOException {
        Path classes = Files.createDirectory(home.resolve(name));
        Path entry = folder.resolve(made(cache, classes, "x".repeat(900)));
        age(entry, days);
        return entry;
    }

    private static void age(Path entry, int days) throws IOException {
        Files.setLastModifiedTime(
                entry.resolve(ClassCache.READY), FileTime.from(Instant.now().minus(Duration.ofDays(days))));
    }
}
