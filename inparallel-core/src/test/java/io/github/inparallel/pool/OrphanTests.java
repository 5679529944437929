package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of workers when their application is killed, stopped, or told to end by its terminal. */
@Tag("process")
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OrphanTests {

    @TempDir
    private Path folder;

    private final List<Process> applications = new ArrayList<>();

    /** An application of its own, in a process group of its own. */
    private final class Application {
        final Process process;
        final BufferedReader output;

        Application(String what) throws IOException {
            process = new ProcessBuilder(
                            "setsid",
                            System.getProperty("java.home") + "/bin/java",
                            "-Xmx64m",
                            "-Djava.io.tmpdir=" + folder,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Orphanage.class.getName(),
                            what,
                            folder.toString())
                    .redirectError(new File("/dev/null"))
                    .start();
            applications.add(process);
            output = process.inputReader(StandardCharsets.UTF_8);
        }

        /** The rest of the next line that begins with this word. */
        String line(String word) throws IOException {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(word + " ")) {
                    return line.substring(word.length() + 1);
                }
            }
            throw new AssertionError("no line " + word);
        }

        ProcessHandle handle(String word) throws IOException {
            return ProcessHandle.of(Long.parseLong(line(word))).orElseThrow();
        }
    }

    @AfterEach
    void end() {
        applications.forEach(application -> application.descendants().forEach(ProcessHandle::destroyForcibly));
        applications.forEach(Process::destroyForcibly);
    }

    private static void signal(String name, String target) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, "--", target).start().waitFor())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "loop"})
    void workersEndWithTheirApplication(String what) throws Exception { // B63
        Application application = new Application(what);
        ProcessHandle worker = application.handle("worker");

        application.process.destroyForcibly().waitFor();

        await().until(() -> !worker.isAlive());
    }

    @Test
    void applicationWhoseMainReturnsEndsWithItsWorkers() throws Exception { // B59, B62
        Application application = new Application("return");
        ProcessHandle worker = application.handle("worker");

        assertThat(application.process.waitFor()).isZero();

        await().until(() -> !worker.isAlive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"child", "daemon"})
    void descendantsOfAWorkerEndWithItsApplication(String what) throws Exception {
        Application application = new Application(what);
        ProcessHandle worker = application.handle("worker");
        ProcessHandle child = application.handle("child");

        application.process.destroyForcibly().waitFor();

        await().until(() -> !worker.isAlive() && !child.isAlive());
    }

    @Test
    void taskThatRunsOneProgramAfterAnotherLeavesNoneWhenItsApplicationIsKilled() throws Exception {
        Application application = new Application("programs");
        ProcessHandle worker = application.handle("worker");
        try {
            application.process.destroyForcibly().waitFor();

            await().until(() -> !worker.isAlive());
            assertThat(TaskProgramsTests.running("sleep " + Orphanage.SECONDS)).isEmpty();
        } finally {
            TaskProgramsTests.running("sleep " + Orphanage.SECONDS).forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void workerThatHearsNothingFromItsApplicationEnds() throws Exception {
        Application application = new Application("loop");
        ProcessHandle worker = application.handle("worker");

        signal("STOP", Long.toString(application.process.pid()));

        await().until(() -> hasEnded(worker.pid()));
    }

    /** Its parent is stopped, so it stays a zombie. */
    private static boolean hasEnded(long pid) throws IOException {
        Path file = Path.of("/proc/" + pid + "/stat");
        if (!Files.exists(file)) {
            return true;
        }
        String stat = Files.readString(file);
        return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
    }

    @Test
    void nextStartClearsWhatAKilledApplicationLeft() throws Exception {
        Application first = new Application("idle");
        first.line("worker");
        first.process.destroyForcibly().waitFor();
        assertThat(directories()).hasSize(1);

        Application second = new Application("idle");
        second.line("worker");

        assertThat(directories()).hasSize(1);
        second.process.destroyForcibly().waitFor();
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("inparallel-"))
                    .collect(Collectors.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void signalToTheWholeGroupLeavesTasksTheirTime(String signal) throws Exception { // B117
        Assumptions.assumeFalse(isIgnored(signal), "this process was started with the signal ignored");
        Application application = new Application("drain");
        ProcessHandle worker = application.handle("worker");

        signal(signal, "-" + application.process.pid());
        application.line("closing");
        Files.createFile(folder.resolve("go"));

        assertThat(application.line("outcome")).isEqualTo("met");
        assertThat(application.line("late")).contains("TaskRefusedException"); // B60
        application.process.waitFor();
        assertThat(worker.isAlive()).isFalse();
        assertThat(directories()).isEmpty();
    }

    private static boolean isIgnored(String signal) throws IOException {
        int number = List.of("HUP", "INT", "TERM").indexOf(signal.toUpperCase(Locale.ROOT));
        int bit = new int[] {1, 2, 15}[number] - 1;
        String mask = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn:\t0");
        return (Long.parseUnsignedLong(mask.substring(7).trim(), 16) >> bit & 1) == 1;
    }
}
