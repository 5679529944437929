package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The executable jar, started as a user would. Whoever waits for it longer than the limit gets what it printed and the
 * threads of the application and its workers; closing it leaves none of them alive.
 */
final class DemoProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Path JAVA_BIN = Path.of(System.getProperty("java.home"), "bin");

    private final Process process;
    private final Path output;

    private DemoProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** What the build made. */
    static Path jar() {
        return Path.of(System.getProperty("demo.jar", "target/demo-app.jar"));
    }

    static DemoProcess start(Path folder, String... arguments) throws IOException {
        return start(folder, jar(), arguments);
    }

    /** Starts a jar with an own temporary folder; what it prints goes to a file beside that. */
    static DemoProcess start(Path folder, Path jar, String... arguments) throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(
                List.of(JAVA_BIN.resolve("java").toString(), "-Djava.io.tmpdir=" + temporary, "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new DemoProcess(process, output);
    }

    long pid() {
        return process.pid();
    }

    /** Everything that it has printed so far. */
    String output() throws IOException {
        return Files.readString(output);
    }

    /** Command lines of the application and of all processes that it has started. */
    List<String> commandLines() {
        return family().stream()
                .flatMap(each -> each.info().commandLine().stream())
                .toList();
    }

    /** Asks it to end, as Ctrl-C would. */
    void terminate() {
        process.destroy();
    }

    /** Ends it at once, and nothing else: what it has started finds out. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits for the end and returns the exit code. */
    int awaitExit() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("Still running after " + LIMIT + "\n" + output() + threadDumps());
        }
        return process.exitValue();
    }

    /** Waits until it has printed something. */
    void awaitOutput(String expected) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!output().contains(expected)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("No \"" + expected + "\" after " + LIMIT + "\n" + output() + threadDumps());
            }
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("ended early: %s", output())
                    .isFalse();
        }
    }

    private String threadDumps() throws IOException, InterruptedException {
        StringBuilder dumps = new StringBuilder();
        for (ProcessHandle each : family()) {
            Process jcmd = new ProcessBuilder(
                            JAVA_BIN.resolve("jcmd").toString(), Long.toString(each.pid()), "Thread.print")
                    .redirectErrorStream(true)
                    .start();
            dumps.append(new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            jcmd.waitFor();
        }
        return dumps.toString();
    }

    private List<ProcessHandle> family() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
    }

    @Override
    public void close() {
        family().forEach(ProcessHandle::destroyForcibly);
    }
}
