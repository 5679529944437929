package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.pool.Leftovers;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.ProcessPool;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.pool.WorkerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Workers that start from the class cache, and those that cannot. */
@Tag("process")
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClassSourceTests {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path home;

    private Path cache;

    private final Logger logger = (Logger) LoggerFactory.getLogger(ClassSource.class);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @BeforeEach
    void listen() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        cache = home.resolve("cache");
        events.start();
        logger.addAppender(events);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(events);
    }

    private WorkerPool pool(String... more) {
        List<String> jvmArgs = new ArrayList<>(
                List.of("-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + home.resolve("classes-%p.txt")));
        jvmArgs.addAll(List.of(more));
        return ProcessPool.create(
                options -> options.classCache(cache.toString()).jvmArgs(jvmArgs));
    }

    private List<String> warnings() {
        return List.copyOf(events.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** Where a worker's JVM had its main class from. */
    private String source(WorkerPool pool) throws IOException {
        long pid = ProcessPool.probe(pool).pid().join();
        try (Stream<String> lines = Files.lines(home.resolve("classes-" + pid + ".txt"))) {
            return lines.filter(line -> line.contains("io.github.inparallel.worker.WorkerMain source: "))
                    .findFirst()
                    .orElse("");
        }
    }

    private Path archive() throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(file -> file.endsWith("archive")).findFirst().orElseThrow();
        }
    }

    private boolean isReady() {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.anyMatch(file -> file.endsWith("ready"));
        } catch (IOException | UncheckedIOException e) {
            return false; // something is just being moved
        }
    }

    private void prepared() throws IOException {
        try (WorkerPool pool = pool()) {
            assertThat(source(pool)).doesNotContain("shared objects file");
            await().atMost(LIMIT).until(this::isReady);
            assertThat(pool.stats().workers())
                    .as("the worker that trains is none of the pool's")
                    .hasSize(1);
        }
    }

    /** JDK 17 takes no class from an archive whose jar lies in a path with a blank. */
    private void assertSharedSource(WorkerPool pool) throws IOException {
        String source = source(pool);
        if (Runtime.version().feature() >= 25 || !source.contains("%20")) {
            assertThat(source).contains("shared objects file");
        }
    }

    @Test
    void laterWorkersStartFromTheArchive() throws IOException {
        prepared();
        try (WorkerPool pool = pool()) {
            assertSharedSource(pool);
            assertThat(ProcessPool.probe(pool).echo("still the same")).isEqualTo("still the same");
        }
        assertThat(warnings()).isEmpty();
        await().untilAsserted(() -> assertThat(Leftovers.list()).isEmpty());
    }

    @Test
    void damagedArchiveCostsOneLineAndIsMadeAnew() throws IOException {
        prepared();
        Path archive = archive();
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-r--r--"));
        try (FileChannel file = FileChannel.open(archive, StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        try (WorkerPool pool = pool()) {
            assertThat(source(pool)).doesNotContain("shared objects file");
            assertThat(warnings()).singleElement().asString().contains("damaged", archive.toString());
            await().atMost(LIMIT).until(this::isReady);
        }
        try (WorkerPool pool = pool()) {
            assertSharedSource(pool);
        }
    }

    @Test
    void archiveThatTheJvmDoesNotTakeCostsOneLineAtMost() throws IOException {
        prepared();
        String ready = Files.readString(archive().resolveSibling("ready"));
        // As if the rest had been changed without a trace: a checksum that is right, of an archive that is none.
        Path archive = archive();
        Files.delete(archive);
        Files.write(archive, new byte[4096]);
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("r--r--r--"));
        CRC32 sum = new CRC32();
        sum.update(new byte[4096]);
        Files.writeString(
                archive.resolveSibling("ready"),
                ready.replaceFirst("archive \\d+ [0-9a-f]+", "archive 4096 " + Long.toHexString(sum.getValue())));
        try (WorkerPool pool = pool()) {
            assertThat(source(pool)).doesNotContain("shared objects file");
            pool.resize(2, 2);
            await().atMost(LIMIT)
                    .until(() -> pool.stats().workers().stream()
                                    .filter(worker -> worker.state() == WorkerState.IDLE)
                                    .count()
                            == 2);
        }
        // A JVM of release 17 says nothing of this kind of damage.
        assertThat(warnings()).hasSizeLessThanOrEqualTo(1).allMatch(line -> line.contains("without class cache"));
    }

    @Test
    void unsafeFolderIsRefusedInOneLine() throws IOException {
        Files.createDirectory(cache);
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (WorkerPool pool = pool()) {
            assertThat(ProcessPool.probe(pool).echo("works")).isEqualTo("works");
            pool.recycle();
        }
        assertThat(warnings()).singleElement().asString().contains("can be written to by others");
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void withAnAgentThereIsNoArchive() throws IOException {
        String agent = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";
        try (WorkerPool pool = pool(agent)) {
            assertThat(ProcessPool.probe(pool).echo("works")).isEqualTo("works");
            await().atMost(LIMIT).until(this::isReady);
        }
        try (WorkerPool pool = pool(agent)) {
            assertThat(ProcessPool.probe(pool).echo("works")).isEqualTo("works");
        }
        assertThat(warnings()).isEmpty();
    }

    @Test
    void preparedInAdvance() throws IOException { // as the build of a container image does it
        PoolOptions options = PoolOptions.builder()
                .name("test")
                .heap(ProcessPool.HEAP)
                .classCache(cache.toString())
                .build();
        assertThat(WorkerPool.prepareClassCache(options)).contains(cache);
        assertThat(archive()).isNotEmptyFile();
        assertThat(WorkerPool.prepareClassCache(options)).as("again").contains(cache);
        assertThat(WorkerPool.prepareClassCache(PoolOptions.builder().build())).isEmpty();
    }
}
