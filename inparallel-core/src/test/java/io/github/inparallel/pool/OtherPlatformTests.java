package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.platform.PlatformFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pool promises everywhere holds where the operating system has less than Linux, in the application and its workers. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OtherPlatformTests {

    @TempDir
    private Path folder;

    private static WorkerPool without(PlatformFeature feature) {
        // Properties that the application has set are its workers' too.
        System.setProperty(PlatformFeature.WITHOUT_PROPERTY, feature.name().toLowerCase(Locale.ROOT));
        return ProcessPool.create(options -> options.killGrace(Duration.ofMillis(200)));
    }

    @AfterEach
    void haveAllAgain() {
        System.clearProperty(PlatformFeature.WITHOUT_PROPERTY);
    }

    @ParameterizedTest
    @EnumSource
    void callsAndExceptionsCross(PlatformFeature feature) {
        try (WorkerPool pool = without(feature)) {
            Probe probe = ProcessPool.probe(pool);
            assertThat(probe.echo("here")).isEqualTo("here");
            assertThatThrownBy(() -> probe.fail("there")).hasMessage("there");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatHangsIsKilledAndWhatDiesIsNamed(PlatformFeature feature) throws Exception {
        try (WorkerPool pool = without(feature)) {
            Probe probe = ProcessPool.probe(pool);
            long worker = probe.pid().get();
            assertThatThrownBy(() -> probe.spin(TaskOptions.timeout(Duration.ofMillis(100)))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TaskTimeoutException.class);
            await().until(() -> !isAlive(worker));

            assertThatThrownBy(() -> probe.halt(7).get())
                    .cause()
                    .isInstanceOfSatisfying(
                            WorkerLostException.class,
                            lost -> assertThat(lost.exit().exitCode()).isEqualTo(7));
            assertThat(probe.echo("again")).isEqualTo("again");
        }
    }

    /** Without /proc only elsewhere: on Linux the JDK itself would know the start of a process to the second only. */
    @ParameterizedTest
    @EnumSource(names = "POSIX_PERMISSIONS")
    void processThatACancelledTaskHasStartedEndsWithIt(PlatformFeature feature) throws Exception {
        try (WorkerPool pool = without(feature)) {
            Path file = folder.resolve("child");
            CompletableFuture<String> task = ProcessPool.probe(pool).spawnAndStop(file.toString());
            await().until(() -> Files.exists(file) && !Files.readString(file).isBlank());
            long child = Long.parseLong(Files.readString(file).trim());

            task.cancel(true);

            await().until(() -> !isAlive(child));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingOfAPoolStays(PlatformFeature feature) throws Exception {
        String before = System.getProperty("java.io.tmpdir");
        System.setProperty("java.io.tmpdir", folder.toString());
        long worker;
        try (WorkerPool pool = without(feature)) {
            worker = ProcessPool.probe(pool).pid().get();
            assertThat(folder).isNotEmptyDirectory();
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
        await().until(() -> !isAlive(worker));
        assertThat(folder).isEmptyDirectory();
    }

    private static boolean isAlive(@Nullable Long pid) {
        return pid != null && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
