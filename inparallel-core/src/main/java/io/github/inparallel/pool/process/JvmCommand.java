package io.github.inparallel.pool.process;

import io.github.inparallel.TaskContext;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.config.MachineShare;
import io.github.inparallel.pool.process.cache.CachedClasses;
import io.github.inparallel.protocol.ProcessMark;
import io.github.inparallel.protocol.WorkerJvm;
import java.io.File;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's JVM is started with. Its command line says only what it is; options, class path and properties go
 * through an argument file.
 */
final class JvmCommand {

    /** Up to this heap the JVM's references have 32 bits, and archives depend on that. */
    private static final long LARGEST_COMPRESSED = 31L << 30;

    /**
     * The heap grows in steps that have room for several large arguments: with the JVM's own, which are just what is asked
     * for, each large argument costs a full collection.
     */
    private static final long LARGEST_STEP = 256L << 20;

    static final List<String> FIXED = List.of(
            "-XX:+UseSerialGC",
            // What is free of the heap is kept while there is work, and given back at once by a worker that idles.
            "-XX:MinHeapFreeRatio=40",
            "-XX:MaxHeapFreeRatio=100",
            "-XX:-ShrinkHeapInSteps",
            // The archive of classes stays where it was made for: moved, each worker has pages of its own of it.
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            // Without these two a counted loop delays halt, stacks and heartbeats for seconds.
            "-XX:+UseCountedLoopSafepoints",
            "-XX:LoopStripMiningIter=1000",
            "-XX:+ExitOnOutOfMemoryError",
            "--add-opens=java.base/java.lang=ALL-UNNAMED"); // so that hanging shutdown hooks do not hold up an exit

    private final PoolOptions options;
    private final MachineShare machine;
    private final ArchiveKind archives;
    private final ArgumentFile file = ArgumentFile.ofThisPlatform();

    JvmCommand(PoolOptions options, MachineShare machine) {
        this.options = options;
        this.machine = machine;
        this.archives = ArchiveKind.of(options.javaHome(), jvmOptions());
    }

    /**
     * Where the JVM finds its classes.
     *
     * @param mainClass what it starts; null is the worker's own main class
     * @param jvmOptions what belongs to it
     */
    record Origin(@Nullable String mainClass, String classPath, List<String> jvmOptions) {}

    /** As the application found them. */
    Origin plain() {
        return new Origin(options.bootstrap().mainClass(), JvmClassPath.of(options), List.of());
    }

    Origin cached(CachedClasses classes) {
        Path archive = classes.archive();
        return new Origin(
                null, joined(classes.classPath()), archive == null ? List.of() : archives.optionsToUse(archive));
    }

    /** As it will be cached; the archive is written when the worker ends. */
    Origin training(List<Path> classPath, Path archive) {
        return new Origin(null, joined(classPath), archives.optionsToWrite(archive));
    }

    private static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** What an archive depends on, beside class path and Java installation. */
    List<String> traits() {
        List<String> traits = new ArrayList<>(FIXED);
        traits.add(archives.name());
        traits.add(options.heap() > LARGEST_COMPRESSED ? "large heap" : "");
        jvmOptions().stream()
                .filter(option -> !option.startsWith("-D") || option.startsWith("-Djava.system."))
                .forEach(traits::add);
        return traits;
    }

    /** All that is not ours. */
    private List<String> jvmOptions() {
        List<String> all = new ArrayList<>(InheritedOptions.ofThisJvm());
        all.addAll(options.jvmArgs());
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment(environment);
        for (String variable : InheritedOptions.VARIABLES) {
            all.addAll(List.of(environment.getOrDefault(variable, "").trim().split("\\s+", -1)));
        }
        return all;
    }

    /**
     * Starts it.
     *
     * @param mark what it and the processes that it starts carry
     * @param prefix goes before the command, after what the user wants there
     * @param arguments the file for its arguments
     */
    Process start(
            String name,
            ProcessMark mark,
            Path directory,
            Path arguments,
            Path temporary,
            Origin origin,
            List<String> prefix,
            String... more)
            throws IOException {
        Path java = options.javaHome().resolve("bin").resolve("java");
        if (!Files.isExecutable(java)) {
            throw new IOException("There is no java executable at " + java + ": set java-home");
        }
        Files.createDirectory(temporary, PrivateDirectory.PRIVATE_FOLDER);
        file.write(arguments, arguments(name, directory, temporary, origin, List.of(more)));
        List<String> command = new ArrayList<>(options.commandPrefix());
        command.addAll(prefix);
        command.add(java.toString());
        command.add("@" + arguments);
        String mainClass = origin.mainClass();
        if (mainClass == null) {
            command.add(WorkerJvm.MAIN_CLASS);
        } else {
            command.addAll(List.of(mainClass, "WorkerMain")); // so that every worker's command line ends alike
        }
        command.add(name);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(ProcessMark.VARIABLE, mark.word());
        environment(builder.environment());
        if (options.workingDirectory() != null) {
            builder.directory(options.workingDirectory().toFile());
        }
        return builder.start();
    }

    private List<String> arguments(String name, Path directory, Path temporary, Origin origin, List<String> more) {
        List<String> lines = new ArrayList<>();
        lines.addAll(InheritedOptions.ofThisJvm());
        lines.add("-Xmx" + options.heap());
        lines.add("-XX:InitialHeapSize=" + Math.min(options.heap(), WorkerJvm.INITIAL_HEAP));
        lines.add("-XX:MinHeapDeltaBytes=" + Math.min(options.heap() / 5, LARGEST_STEP));
        lines.addAll(FIXED);
        lines.add("-XX:ErrorFile=" + directory.toString().replace("%", "%%") + "/hs_err_pid%p.log");
        lines.add("-XX:ActiveProcessorCount=" + machine.processors(options.maxWorkers()));
        lines.add("-Djava.io.tmpdir=" + temporary);
        lines.addAll(selectors());
        lines.addAll(more);
        options.systemProperties().forEach((key, value) -> {
            if (file.holdsProperty(key, value)) {
                lines.add(ArgumentFile.property(key, value));
            }
        });
        lines.add("-D" + TaskContext.WORKER_PROPERTY + "=" + name);
        lines.addAll(origin.jvmOptions());
        lines.addAll(options.jvmArgs());
        lines.add("-cp");
        lines.add(origin.classPath());
        // Properties that the file does not hold go with the launch description: see LaunchProperties.
        lines.removeIf(line -> line.isBlank() || line.startsWith("-D") && !file.holds(line));
        return lines;
    }

    /**
     * Which selectors there are, if they are the JDK's own: a JVM that is not told looks for others through its whole class
     * path, and that takes a starting worker twenty milliseconds with forty jars.
     */
    private List<String> selectors() {
        Class<?> provider = SelectorProvider.provider().getClass();
        boolean same = options.javaHome().equals(Path.of(System.getProperty("java.home")));
        return same && provider.getClassLoader() == null
                ? List.of("-D" + SelectorProvider.class.getName() + "=" + provider.getName())
                : List.of();
    }

    private void environment(Map<String, String> environment) {
        for (String variable : InheritedOptions.VARIABLES) {
            environment.computeIfPresent(variable, (name, value) -> InheritedOptions.filtered(value));
        }
        environment.putAll(options.environment());
    }
}
