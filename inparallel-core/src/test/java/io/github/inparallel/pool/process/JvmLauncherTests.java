package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Workers as processes, from start to the removal of what they leave; a shell script stands for the JVM. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JvmLauncherTests {

    private static final int PORT = 65_002;

    @TempDir
    private Path test;

    private Path directory;

    private final ExecutorService readers = Executors.newCachedThreadPool();
    private final List<WorkerProcess> started = new CopyOnWriteArrayList<>();
    private final Logger printed = (Logger) LoggerFactory.getLogger("inparallel.worker.scripted");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @BeforeEach
    void folder() throws IOException {
        directory = Files.createDirectory(test.resolve("pool"));
        printed.setLevel(Level.DEBUG);
        printed.addAppender(events);
        events.start();
    }

    @AfterEach
    void end() {
        started.forEach(WorkerProcess::kill);
        readers.shutdown();
        printed.detachAppender(events);
        printed.setLevel(null);
    }

    private PoolOptions options(UnaryOperator<PoolOptionsBuilder> settings, String... script) throws IOException {
        return settings.apply(PoolOptions.builder()
                        .name("scripted")
                        .maxWorkers(2)
                        .heap(64L << 20)
                        .javaHome(ScriptedJava.in(test, script)))
                .build();
    }

    private JvmLauncher launcher(String... script) throws IOException {
        return new JvmLauncher(options(options -> options, script), readers);
    }

    private static LaunchDescription description(PoolOptions options, int worker) {
        return new LaunchDescriptions(options, Path.of("/s")).of(worker, new Credentials(1), false, List.of());
    }

    private WorkerProcess launch(JvmLauncher launcher, int worker) throws IOException {
        WorkerProcess process = launcher.launch(
                description(PoolOptions.builder().name("scripted").build(), worker), directory);
        started.add(process);
        return process;
    }

    private static int exit(WorkerProcess process) throws Exception {
        process.outputEnd().get(20, TimeUnit.SECONDS);
        return process.exit().get(20, TimeUnit.SECONDS);
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void workerIsToldThroughStandardInputAndNothingElseKnowsItsSecrets() throws Exception {
        PoolOptions options = options(
                settings -> settings,
                "cat > '" + test + "/stdin'",
                "tr '\\0' '\\n' < /proc/$$/cmdline > '" + test + "/command'",
                "env > '" + test + "/environment'",
                "cat \"${1#@}\" > '" + test + "/arguments'");
        LaunchDescription description = description(options, 7);
        JvmLauncher launcher = new JvmLauncher(options, readers);

        WorkerProcess process = launcher.launch(description, directory);

        assertThat(exit(process)).isZero();
        assertThat(Files.readAllBytes(test.resolve("stdin"))).isEqualTo(description.toBytes());
        for (String seen : List.of("command", "environment", "arguments")) {
            assertThat(test.resolve(seen))
                    .content()
                    .doesNotContain(description.controlSecret())
                    .doesNotContain(description.slotSecrets().get(0));
        }
        assertThat(test.resolve("command")).content().contains("WorkerMain", "scripted-7");
    }

    @Test
    void lastLinesAreThoseOfTheErrorsIfThereAreAny() throws Exception {
        JvmLauncher launcher =
                launcher("cat > /dev/null", "echo out", "[ \"$3\" = scripted-2 ] && echo error >&2", "exit 3");
        WorkerProcess silent = launch(launcher, 1);
        WorkerProcess loud = launch(launcher, 2);

        assertThat(exit(silent)).isEqualTo(3);
        assertThat(exit(loud)).isEqualTo(3);
        assertThat(silent.lastLines()).containsExactly("out");
        assertThat(loud.lastLines()).containsExactly("error");
        assertThat(loud.hasPrinted("out")).isTrue();
        assertThat(silent.hasPrinted("error")).isFalse();
    }

    @Test
    void filesOfAWorkerGoWithIt() throws Exception {
        JvmLauncher launcher = launcher("cat > /dev/null", "echo mess > '" + directory + "/tmp-1/mess'", "sleep 60");
        WorkerProcess process = launch(launcher, 1);
        await().until(() -> Files.exists(directory.resolve("tmp-1").resolve("mess")));
        assertThat(left()).hasSize(2);

        process.kill();

        await().untilAsserted(() -> assertThat(left()).isEmpty());
    }

    @Test
    void closingWaitsUntilWhatEndedWorkersLeftIsGone() throws Exception {
        JvmLauncher launcher = launcher("cat > /dev/null");
        for (int i = 1; i <= 4; i++) {
            launch(launcher, i);
        }

        launcher.close();

        assertThat(left()).isEmpty();
        assertThatThrownBy(() -> launch(launcher, 5))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'scripted' is closed");
    }

    @Test
    void workerThatCannotBeStartedLeavesNothing() throws Exception {
        JvmLauncher launcher = launcher("exit 0");
        Files.writeString(test.resolve("jdk/bin/java"), "#!/nowhere/interpreter\n");

        assertThatThrownBy(() -> launch(launcher, 1)).isInstanceOf(IOException.class);

        assertThat(left()).isEmpty();
    }

    @Test
    void workerThatDoesNotReadWhatItIsToldHoldsUpNobody() throws Exception {
        PoolOptions options = options(
                settings -> settings.systemProperties(
                        Map.of("long", "x".repeat(1 << 20) + '\0')), // more than a pipe holds, and than a file can
                "exec sleep 600");
        LaunchDescription description = description(options, 1);
        assertThat(description.toBytes()).hasSizeGreaterThan(1 << 20);

        WorkerProcess process = new JvmLauncher(options, readers).launch(description, directory);
        started.add(process);
        assertThat(process.exit()).isNotDone();
        process.kill(); // as when its time to start is over

        assertThat(exit(process)).isEqualTo(137);
    }

    @Test
    void workerWhoseOutputNobodyReadsIsEnded() throws Exception {
        Path child = test.resolve("child");
        Executor none = body -> {
            await().until(() -> Files.exists(child));
            throw new RejectedExecutionException("planned: no thread");
        };
        // Its JVM is a child, as where a prefix has started it.
        PoolOptions options = options(
                settings -> settings,
                "sleep 60 &",
                "echo $! > '" + child + ".part'",
                "mv '" + child + ".part' '" + child + "'",
                "wait");
        JvmLauncher launcher = new JvmLauncher(options, none);

        assertThatThrownBy(() -> launch(launcher, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no thread")
                .hasRootCauseInstanceOf(RejectedExecutionException.class);

        assertThat(left()).isEmpty();
        // It has been killed; its end takes as long as the machine needs.
        await().until(() -> ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .noneMatch(each -> each.info().commandLine().orElse("").contains(test.toString())));
        long pid = Long.parseLong(Files.readString(child).trim());
        await().until(() -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    void oneWorkerAtATimeHasTheDebugPort() throws Exception {
        PoolOptions options = options(
                settings -> settings.debugPort(PORT),
                "cat > /dev/null",
                "grep -c agentlib \"${1#@}\"",
                "while [ ! -e '" + test + "/end-'$3 ]; do sleep 0.02; done");
        JvmLauncher launcher = new JvmLauncher(options, readers);
        WorkerProcess first = launch(launcher, 1);
        WorkerProcess second = launch(launcher, 2);
        assertThat(DebugPort.isTaken(PORT)).isTrue();
        Files.createFile(test.resolve("end-scripted-1"));
        exit(first);
        await().until(() -> !DebugPort.isTaken(PORT));
        WorkerProcess third = launch(launcher, 3);
        Files.createFile(test.resolve("end-scripted-2"));
        Files.createFile(test.resolve("end-scripted-3"));
        exit(second);
        exit(third);

        assertThat(first.lastLines()).containsExactly("1");
        assertThat(second.lastLines()).containsExactly("0");
        assertThat(third.lastLines()).containsExactly("1");
        await().until(() -> !DebugPort.isTaken(PORT));
    }

    @Test
    void portOfAWorkerThatCouldNotBeStartedIsFree() throws Exception {
        JvmLauncher launcher = new JvmLauncher(options(settings -> settings.debugPort(PORT), "exit 0"), readers);
        Files.delete(test.resolve("jdk/bin/java"));

        assertThatThrownBy(() -> launch(launcher, 1)).hasMessageContaining("java-home");

        assertThat(DebugPort.isTaken(PORT)).isFalse();
    }

    @Test
    void whatWorkersPrintIsLoggedOnceWhileTheirStartsFailAgainAndAgain() throws Exception {
        JvmLauncher launcher = launcher("cat > /dev/null", "echo \"word of $3\"");
        AtomicBoolean known = new AtomicBoolean();
        launcher.quietWhile(known::get);

        exit(launch(launcher, 1));
        known.set(true);
        exit(launch(launcher, 2));

        assertThat(events.list)
                .extracting(ILoggingEvent::getFormattedMessage, ILoggingEvent::getLevel)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("scripted-1: word of scripted-1", Level.INFO),
                        org.assertj.core.api.Assertions.tuple("scripted-2: word of scripted-2", Level.DEBUG));
    }

    @Test
    void nobodyHasToHearOfWorkersWithoutClassCache() throws Exception {
        assertThat(launcher("exit 0").observer()).isEmpty();
        PoolOptions cached =
                options(settings -> settings.classCache(test.resolve("cache").toString()), "exit 0");
        assertThat(new JvmLauncher(cached, readers).observer()).containsInstanceOf(ClassSource.class);
    }
}
