package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.config.MachineShare;
import io.github.inparallel.pool.process.cache.CachedClasses;
import io.github.inparallel.protocol.ProcessMark;
import io.github.inparallel.protocol.WorkerJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker's JVM is started with: command, argument file, environment. No process is started. */
class JvmCommandTests {

    private static final MachineShare MACHINE = new MachineShare(8, 8L << 30, 1L << 30, false);
    private static final long MB = 1L << 20;

    @TempDir
    private Path folder;

    private static PoolOptions options(UnaryOperator<PoolOptionsBuilder> settings) {
        return settings.apply(PoolOptions.builder().name("test").maxWorkers(2).heap(64 * MB))
                .build();
    }

    private static JvmCommand command(UnaryOperator<PoolOptionsBuilder> settings) {
        return new JvmCommand(options(settings), MACHINE);
    }

    private JvmCommand.Start start(JvmCommand.Origin origin) {
        return new JvmCommand.Start(
                "test-1", ProcessMark.create(), new WorkerFiles(folder, "-1"), origin, List.of(), List.of());
    }

    private ProcessBuilder prepare(JvmCommand command) throws IOException {
        return command.prepare(start(command.plain()));
    }

    /** Lines of the argument file, without their quotes. */
    private List<String> arguments() throws IOException {
        return Files.readAllLines(folder.resolve("worker-1.args")).stream()
                .map(line -> line.substring(1, line.length() - 1).replace("\\\\", "\\"))
                .toList();
    }

    // ---- the command

    @Test
    void commandLineSaysOnlyWhatItIs() throws IOException {
        ProcessBuilder builder = prepare(command(options -> options.systemProperties(Map.of("secret", "word"))));

        assertThat(builder.command())
                .containsExactly(
                        System.getProperty("java.home") + "/bin/java",
                        "@" + folder.resolve("worker-1.args"),
                        WorkerJvm.MAIN_CLASS,
                        "test-1");
        assertThat(arguments()).contains("-Dsecret=word");
    }

    @Test
    void prefixOfTheUserGoesBeforeOurs() throws IOException {
        JvmCommand command = command(options -> options.commandPrefix(List.of("taskset", "1")));
        ProcessBuilder builder = command.prepare(new JvmCommand.Start(
                "test-1",
                ProcessMark.create(),
                new WorkerFiles(folder, "-1"),
                command.plain(),
                List.of("/usr/bin/nice", "-n", "19"),
                List.of()));

        assertThat(builder.command()).startsWith("taskset", "1", "/usr/bin/nice", "-n", "19");
    }

    @Test
    void commandLineEndsAlikeWithAnotherMainClass() throws IOException {
        PoolOptions.Bootstrap bootstrap =
                new PoolOptions.Bootstrap("com.example.Loader", "com.example.Boot", Map.of(), List.of());
        assertThat(prepare(command(options -> options.bootstrap(bootstrap))).command())
                .endsWith("com.example.Loader", "WorkerMain", "test-1");
    }

    @Test
    void installationWithoutJavaIsNamedAndLeavesNothing() {
        JvmCommand command = command(options -> options.javaHome(folder.resolve("none")));
        assertThatThrownBy(() -> prepare(command))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.resolve("none").toString())
                .hasMessageContaining("java-home");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void workingDirectoryIsTheOneThatIsSet() throws IOException {
        assertThat(prepare(command(options -> options)).directory()).isNull();
        new WorkerFiles(folder, "-1").delete();
        assertThat(prepare(command(options -> options.workingDirectory(folder))).directory())
                .isEqualTo(folder.toFile());
    }

    // ---- files

    @Test
    void temporaryFolderIsTheWorkersOwnAndForNobodyElse() throws IOException {
        prepare(command(options -> options));
        Path temporary = folder.resolve("tmp-1");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)))
                .isEqualTo("rwx------");
        assertThat(arguments()).contains("-Djava.io.tmpdir=" + temporary);
    }

    @Test
    void filesOfAnotherWorkerAreNotTakenOver() throws IOException {
        prepare(command(options -> options));
        assertThatThrownBy(() -> prepare(command(options -> options))).isInstanceOf(FileAlreadyExistsException.class);
        new WorkerFiles(folder, "-1").delete();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void directoryThatSomebodyHasRemovedIsNamed() throws IOException {
        JvmCommand command = command(options -> options);
        Files.delete(folder);

        assertThatThrownBy(() -> prepare(command))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(folder.toString(), "has been removed", "restart");

        Files.createDirectory(folder); // as JUnit wants it
    }

    @Test
    void errorFilesGoToThePoolsFolderAlsoIfItsNameHasAPercentSign() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("100%p"));
        JvmCommand command = command(options -> options);
        command.prepare(new JvmCommand.Start(
                "test-1", ProcessMark.create(), new WorkerFiles(odd, ""), command.plain(), List.of(), List.of()));

        assertThat(Files.readString(odd.resolve("worker.args")))
                .contains("-XX:ErrorFile=" + folder.resolve("100%%p") + "/hs_err_pid%p.log");
    }

    // ---- options

    @Test
    void heapBeginsSmallAndGrowsInLargeSteps() throws IOException {
        prepare(command(options -> options.heap(10 * MB)));
        assertThat(arguments()).contains("-Xmx" + 10 * MB, "-XX:InitialHeapSize=" + 10 * MB);
        new WorkerFiles(folder, "-1").delete();

        prepare(command(options -> options.heap(4096 * MB)));
        assertThat(arguments())
                .contains(
                        "-Xmx" + 4096 * MB,
                        "-XX:InitialHeapSize=" + WorkerJvm.INITIAL_HEAP,
                        "-XX:MinHeapDeltaBytes=" + 256 * MB);
    }

    @Test
    void processorsAreAShareOfTheMachine() throws IOException {
        prepare(command(options -> options.maxWorkers(2)));
        assertThat(arguments()).contains("-XX:ActiveProcessorCount=4");
    }

    @Test
    void optionsOfTheUserComeLastSoThatTheyCount() throws IOException {
        prepare(command(options ->
                options.jvmArgs(List.of("-XX:+UseParallelGC", " ", "-Da=2")).systemProperties(Map.of("a", "1"))));

        List<String> arguments = arguments();
        assertThat(arguments).doesNotContain("", " ");
        assertThat(arguments.indexOf("-XX:+UseParallelGC")).isGreaterThan(arguments.indexOf("-XX:+UseSerialGC"));
        assertThat(arguments.indexOf("-Da=2")).isGreaterThan(arguments.indexOf("-Da=1"));
        assertThat(arguments.subList(arguments.size() - 2, arguments.size()))
                .containsExactly("-cp", System.getProperty("java.class.path"));
    }

    @Test
    void nameIsAPropertyThatTheUserCannotTake() throws IOException {
        prepare(command(options -> options.systemProperties(Map.of("inparallel.worker.name", "mine"))));
        assertThat(arguments().lastIndexOf("-Dinparallel.worker.name=test-1"))
                .isGreaterThan(arguments().indexOf("-Dinparallel.worker.name=mine"));
    }

    @Test
    void selectorsAreNamedForTheSameInstallationOnly() throws IOException {
        prepare(command(options -> options));
        assertThat(arguments()).anyMatch(line -> line.startsWith("-Djava.nio.channels.spi.SelectorProvider=sun.nio."));
        new WorkerFiles(folder, "-1").delete();

        Path other = Files.createSymbolicLink(folder.resolve("jdk"), Path.of(System.getProperty("java.home")));
        prepare(command(options -> options.javaHome(other)));
        assertThat(arguments()).noneMatch(line -> line.contains("SelectorProvider"));
    }

    @Test
    void whatAnArgumentFileCannotHoldIsLeftToTheLaunchDescription() throws IOException {
        prepare(command(options -> options.systemProperties(Map.of("zero", "a\0b", "line", "a\nb"))));
        assertThat(arguments()).noneMatch(line -> line.contains("zero")).contains("-Dline=a\\nb");
    }

    // ---- environment

    @Test
    void environmentIsThisProcessesWithoutWhatClashesAndWithTheMark() throws IOException {
        JvmCommand command = command(options ->
                options.environment(Map.of("OWN", "value", "JDK_JAVA_OPTIONS", "-Xmx1g", "PATH", "/opt/bin")));
        JvmCommand.Start start = start(command.plain());

        Map<String, String> environment = command.prepare(start).environment();

        assertThat(environment)
                .containsEntry(ProcessMark.VARIABLE, start.mark().value(null))
                .containsEntry("OWN", "value")
                .containsEntry("PATH", "/opt/bin")
                .as("what the user sets for workers is not filtered")
                .containsEntry("JDK_JAVA_OPTIONS", "-Xmx1g");
        System.getenv().forEach((name, value) -> {
            if (!name.equals("PATH") && !InheritedOptions.VARIABLES.contains(name)) {
                assertThat(environment).containsEntry(name, value);
            }
        });
    }

    // ---- where classes come from

    private static Path jar(String name) {
        return Path.of("/cache/lib").resolve(name);
    }

    private static CachedClasses cached(@Nullable Path archive) {
        return new CachedClasses(List.of(jar("a.jar"), jar("b.jar")), archive);
    }

    @Test
    void cachedClassesHaveTheirOwnClassPathAndMainClass() {
        PoolOptions.Bootstrap bootstrap =
                new PoolOptions.Bootstrap("com.example.Loader", "com.example.Boot", Map.of(), List.of());
        JvmCommand command = command(options -> options.bootstrap(bootstrap));

        JvmCommand.Origin origin = command.cached(cached(null));

        assertThat(origin.mainClass()).isNull();
        assertThat(origin.classPath()).isEqualTo(jar("a.jar") + File.pathSeparator + jar("b.jar"));
        assertThat(origin.jvmOptions()).isEmpty();
        assertThat(command.plain().mainClass()).isEqualTo("com.example.Loader");
    }

    @Test
    void archiveIsUsedAndWrittenWithTheOptionsOfTheInstallation() {
        JvmCommand command = command(options -> options);
        ArchiveKind kind = ArchiveKind.of(Path.of(System.getProperty("java.home")), List.of());
        Path archive = Path.of("/cache/archive");

        assertThat(command.cached(cached(archive)).jvmOptions()).isEqualTo(kind.optionsToUse(archive));
        assertThat(command.training(List.of(jar("a.jar")), archive).jvmOptions())
                .isEqualTo(kind.optionsToWrite(archive));
    }

    @Test
    void traitsChangeWithWhatAnArchiveDependsOnAndNothingElse() {
        List<String> traits = command(options -> options).traits();

        assertThat(command(options -> options.heap(128 * MB)
                                .maxWorkers(5)
                                .systemProperties(Map.of("a", "b"))
                                .jvmArgs(List.of("-Da=b")))
                        .traits())
                .isEqualTo(traits);
        for (UnaryOperator<PoolOptionsBuilder> change : List.<UnaryOperator<PoolOptionsBuilder>>of(
                options -> options.heap(32L << 30),
                options -> options.jvmArgs(List.of("-XX:+UseParallelGC")),
                options -> options.jvmArgs(List.of("-Djava.system.class.loader=com.example.Loader")),
                options -> options.jvmArgs(List.of("-javaagent:a.jar")),
                options -> options.environment(Map.of("JAVA_TOOL_OPTIONS", "-Xint")))) {
            assertThat(command(change).traits()).isNotEqualTo(traits);
        }
    }
}
