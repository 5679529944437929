package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.inparallel.InParallel;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files by which application and worker find each other: who may read them, and what a worker may put in their place. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerFilesTests {

    @TempDir
    private Path folder;

    /** Does to its own files what a worker should not. */
    @InParallel
    public interface Mischief {
        String folder();

        CompletableFuture<Void> plant(String kind);
    }

    public static final class Planter implements Mischief {

        @Override
        public String folder() {
            return Objects.requireNonNull(errorFile().getParent()).toString();
        }

        @Override
        public CompletableFuture<Void> plant(String kind) {
            try {
                String file = errorFile().toString();
                String[] command = kind.equals("pipe")
                        ? new String[] {"mkfifo", file}
                        : new String[] {"ln", "-s", "/dev/zero", file};
                new ProcessBuilder(command).start().waitFor();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            Runtime.getRuntime().halt(3);
            throw new IllegalStateException();
        }

        private static Path errorFile() {
            String option = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(each -> each.startsWith("-XX:ErrorFile="))
                    .findFirst()
                    .orElseThrow();
            return Path.of(option.substring(option.indexOf('=') + 1)
                    .replace("%p", Long.toString(ProcessHandle.current().pid())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe", "endless"})
    void whatIsNoErrorFileStopsNobody(String kind) {
        try (WorkerPool pool = ProcessPool.create(options -> options.crashDir(folder.resolve("crashes")))) {
            Mischief mischief = pool.proxy(Mischief.class, Planter.class);

            WorkerLostException lost = (WorkerLostException) Objects.requireNonNull(
                    catchThrowable(() -> mischief.plant(kind).get()).getCause());

            assertThat(lost.exit().cause()).isEqualTo(WorkerExit.Cause.EXITED);
            assertThat(lost.errorFile()).isEmpty();
            assertThat(ProcessPool.probe(pool).echo("next")).isEqualTo("next");
        }
        assertThat(folder.resolve("crashes")).doesNotExist();
    }

    @Test
    void nobodyElseMayReadThem() throws IOException {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            Path own = Path.of(pool.proxy(Mischief.class, Planter.class).folder());
            try (Stream<Path> files = Files.walk(own)) {
                List<String> open = files.filter(path -> !path.endsWith("s")) // the socket: its folder guards it
                        .sorted(Comparator.naturalOrder())
                        .map(WorkerFilesTests::modeOf)
                        .filter(mode -> !mode.endsWith(" rw-------") && !mode.endsWith(" rwx------"))
                        .toList();
                assertThat(open).isEmpty();
            }
            assertThat(own.resolve("worker-1.args")).exists();
            assertThat(own.resolve("tmp-1")).isDirectory();
        }
    }

    private static String modeOf(Path path) {
        try {
            return path + " " + PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
