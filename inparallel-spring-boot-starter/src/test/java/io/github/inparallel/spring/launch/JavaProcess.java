package io.github.inparallel.spring.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM that is started as a user would start it. */
final class JavaProcess {

    private static final Duration LIMIT = Duration.ofSeconds(100);

    private final Path folder;
    private final List<String> classPath = new ArrayList<>();
    private final List<String> options = new ArrayList<>(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    private final Map<String, String> environment = new LinkedHashMap<>();

    /** @param folder its working directory */
    JavaProcess(Path folder) {
        this.folder = folder;
    }

    /** The class path of this test, as it is. */
    static List<String> ownClassPath() {
        return Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
    }

    JavaProcess classPath(List<String> entries) {
        classPath.addAll(entries);
        return this;
    }

    JavaProcess options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    JavaProcess environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Runs an application with one small worker to its end; returns what it printed. */
    String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        try (Running application = start(main, arguments)) {
            return application.awaitEnd();
        }
    }

    /** Starts an application with one small worker. */
    Running start(Class<?> main, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--inparallel.pool.heap=64MB");
        all.add("--inparallel.pool.max-workers=1");
        all.add("--inparallel.pool.jvm-args=-XX:TieredStopAtLevel=1");
        return start(main.getName(), all);
    }

    /** Starts any program. */
    Running start(String main, List<String> arguments) throws IOException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Path classes = Files.createTempFile(folder, "java", ".args");
        String path = String.join(File.pathSeparator, classPath.isEmpty() ? ownClassPath() : classPath);
        Files.writeString(classes, "-cp\n\"" + path.replace("\\", "\\\\") + "\"\n");
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "@" + classes));
        command.addAll(options);
        command.add(main);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Running(builder.start(), output);
    }

    /** A process, and the file with what it prints. Closing it leaves neither it nor a worker alive. */
    record Running(Process process, Path output) implements AutoCloseable {

        /** What it printed up to its end, which has to be a good one. */
        String awaitEnd() throws IOException, InterruptedException {
            boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            String text = Files.readString(output);
            assertThat(ended).as("ended in time: %s", text).isTrue();
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        }

        /** The first line that begins so, without that beginning. */
        String awaitLine(String beginning) {
            await().atMost(LIMIT)
                    .failFast("it ended", () -> !process.isAlive())
                    .untilAsserted(() -> assertThat(Files.readString(output)).contains(beginning));
            try {
                return Files.readAllLines(output).stream()
                        .filter(line -> line.startsWith(beginning))
                        .findFirst()
                        .orElseThrow()
                        .substring(beginning.length());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
