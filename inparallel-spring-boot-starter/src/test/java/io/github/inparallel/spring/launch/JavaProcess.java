package io.github.inparallel.spring.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM that is started as a user would start it, and has to come to its end by itself. */
final class JavaProcess {

    private static final long LIMIT_SECONDS = 60;

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

    /** Runs an application with one small worker; returns what it printed. */
    String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--inparallel.pool.heap=64MB");
        all.add("--inparallel.pool.max-workers=1");
        return java(main.getName(), all);
    }

    /** Runs any program; returns what it printed. */
    String java(String main, List<String> arguments) throws IOException, InterruptedException {
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
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(output);
            assertThat(ended).as("ended in time: %s", text).isTrue();
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
