package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.config.MachineShare;
import io.github.inparallel.pool.process.cache.CachedClasses;
import io.github.inparallel.pool.process.cache.ClassCache;
import io.github.inparallel.pool.process.cache.ClassPathEntry;
import io.github.inparallel.pool.process.cache.Preparation;
import io.github.inparallel.pool.runtime.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** When workers start from the class cache, and when they do not: files only, no process. */
class ClassSourceChoiceTests {

    private static final MachineShare MACHINE = new MachineShare(2, 4L << 30, 1L << 30, false);

    @TempDir
    private Path home;

    private Path cache;
    private Path jar;

    private final Logger logger = (Logger) LoggerFactory.getLogger(ClassSource.class);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @BeforeEach
    void prepare() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        cache = home.resolve("cache");
        jar = home.resolve("a.jar");
        new JarOutputStream(Files.newOutputStream(jar), new java.util.jar.Manifest()).close();
        events.start();
        logger.addAppender(events);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(events);
    }

    private PoolOptions options(UnaryOperator<PoolOptionsBuilder> settings) {
        return settings.apply(PoolOptions.builder()
                        .name("test")
                        .heap(64L << 20)
                        .maxWorkers(1)
                        .systemProperties(Map.of(JvmClassPath.PROPERTY, jar.toString()))
                        .classCache(cache.toString()))
                .build();
    }

    private ClassSource source(UnaryOperator<PoolOptionsBuilder> settings) {
        PoolOptions options = options(settings);
        return new ClassSource(options, new JvmCommand(options, MACHINE));
    }

    private ClassSource source() {
        return source(settings -> settings);
    }

    private String key() throws IOException {
        PoolOptions options = options(settings -> settings);
        return ClassCache.key(
                ClassPathEntry.listOf(jar.toString()), options.javaHome(), new JvmCommand(options, MACHINE).traits());
    }

    /** As another process would do it. */
    private void publish(boolean archive) throws IOException {
        try (ClassCache open = ClassCache.open(cache.toString());
                Preparation preparation =
                        Objects.requireNonNull(open.prepare(key(), ClassPathEntry.listOf(jar.toString())))) {
            preparation.classPath();
            if (archive) {
                Files.writeString(preparation.archive(), "archive");
            }
            preparation.publish();
        }
    }

    private List<String> warnings() {
        return List.copyOf(events.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static WorkerExit exit(WorkerExit.Cause cause) {
        return new WorkerExit(1, Optional.empty(), cause);
    }

    @Test
    void thatIsOffFindsNothing() {
        ClassSource source = source(settings -> settings.classCache("off"));
        assertThat(source.isOff()).isTrue();
        assertThat(source.find("test-1")).isNull();
        assertThat(warnings()).isEmpty();
        source.close();
    }

    @Test
    void emptyCacheIsNoReasonToWarn() {
        ClassSource source = source();
        assertThat(source.find("test-1")).isNull();
        assertThat(source.isOff()).isFalse();
        assertThat(warnings()).isEmpty();
        source.close();
        assertThat(source.find("test-2")).isNull();
    }

    @Test
    void entryThatAnotherProcessHasMadeIsUsed() throws IOException {
        ClassSource source = source();
        assertThat(source.find("test-1")).isNull();
        publish(true);

        CachedClasses found = Objects.requireNonNull(source.find("test-2"));

        assertThat(found.classPath()).containsExactly(jar);
        assertThat(found.archive()).hasContent("archive");
        assertThat(source.find("test-3")).isSameAs(found);
        source.close();
    }

    @Test
    void cacheThatSomebodyHasClearedIsUsedNoMore() throws IOException {
        publish(false);
        ClassSource source = source();
        assertThat(source.find("test-1")).isNotNull();
        FileTree.delete(cache.resolve(key()));
        assertThat(source.find("test-2")).isNull();
        assertThat(source.isOff()).isFalse();
        publish(false);
        assertThat(source.find("test-3")).isNotNull();
        assertThat(warnings()).isEmpty();
        source.close();
    }

    @Test
    void damagedEntryIsRemovedSoThatItIsMadeAnew() throws IOException {
        publish(true);
        Path archive = cache.resolve(key()).resolve("archive");
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(archive, "changed");
        ClassSource source = source();

        assertThat(source.find("test-1")).isNull();

        assertThat(warnings()).singleElement().asString().contains("'test'", "is made anew", archive + " is damaged");
        assertThat(cache.resolve(key())).doesNotExist();
        assertThat(source.isOff()).isFalse();
        source.close();
    }

    @Test
    void folderThatIsNotSafeIsUsedByNobody() throws IOException {
        Files.createDirectory(cache);
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        ClassSource source = source();

        assertThat(source.find("test-1")).isNull();
        assertThat(source.find("test-2")).isNull();

        assertThat(source.isOff()).isTrue();
        assertThat(warnings()).singleElement().asString().contains("can be written to by others");
        source.close();
    }

    @Test
    void loaderWhoseClassPathIsNotKnownHasNoCache() {
        ClassSource source = source(settings -> settings.bootstrap(
                new PoolOptions.Bootstrap("com.example.Loader", "com.example.Boot", Map.of(), List.of())));
        assertThat(source.find("test-1")).isNull();
        assertThat(source.isOff()).isTrue();
        assertThat(warnings()).singleElement().asString().contains("com.example.Loader");
        source.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [0.012s][warning][cds] shared class paths mismatch                   | true
            [warning][cds,dynamic] This file is not the one used                 | true
            [0.010s][error][aot] The AOT cache was created by a different version | true
            [0.010s][warning][gc] a warning of another kind                      | false
            a line of the application about [cds]                                | false
            [cds                                                                 | false
            """)
    void wordOfTheJvmThatItCannotUseTheArchiveIsOneLine(String line, boolean refusal) {
        ClassSource source = source();
        assertThat(source.isRefusal(line)).isEqualTo(refusal);
        assertThat(source.isRefusal(line)).isEqualTo(refusal);
        assertThat(source.isOff()).isEqualTo(refusal);
        assertThat(warnings()).hasSize(refusal ? 1 : 0);
        source.close();
    }

    @ParameterizedTest
    @EnumSource(WorkerExit.Cause.class)
    void workerThatDoesNotBecomeReadyWithItIsTheLastOne(WorkerExit.Cause cause) throws IOException {
        publish(false);
        ClassSource source = source();
        assertThat(source.find("test-1")).isNotNull();

        source.workerExited("test-1", exit(cause));

        boolean blamed = cause != WorkerExit.Cause.SHUTDOWN; // else it was told to leave
        assertThat(source.find("test-2") == null).isEqualTo(blamed);
        assertThat(warnings()).hasSize(blamed ? 1 : 0);
        source.close();
    }

    @Test
    void endOfAWorkerThatWasReadyBlamesNobody() throws IOException {
        publish(false);
        ClassSource source = source();
        source.find("test-1");
        source.workerReady("test-1", Duration.ofMillis(1));

        source.workerExited("test-1", exit(WorkerExit.Cause.CRASHED));
        source.workerExited("test-0", exit(WorkerExit.Cause.CRASHED)); // came from the class path

        assertThat(source.find("test-2")).isNotNull();
        assertThat(warnings()).isEmpty();
        source.close();
    }

    @Test
    void whatIsThereOrBeingMadeIsNotPrepared() throws IOException {
        ClassSource source = source();
        try (ClassCache open = ClassCache.open(cache.toString());
                Preparation other = open.prepare(key(), ClassPathEntry.listOf(jar.toString()))) {
            assertThat(other).isNotNull();
            assertThat(source.prepare(true)).as("another is at it").isNull();
        }
        publish(false);
        assertThat(source.prepare(true)).isEqualTo(cache);
        source.close();
    }

    @Test
    void workerThatCannotBeStartedForItLeavesNothing() throws IOException {
        ClassSource source = source(settings -> settings.javaHome(home.resolve("none")));
        assertThatThrownBy(() -> source.prepare(true)).isInstanceOf(IOException.class);
        source.close();
        assertThat(cache).isEmptyDirectory();
    }
}
