package io.github.inparallel.pool.process;

import io.github.inparallel.TaskContext;
import io.github.inparallel.platform.JavaCommand;
import io.github.inparallel.platform.OwnerOnly;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.config.MachineShare;
import io.github.inparallel.pool.process.cache.CachedClasses;
import io.github.inparallel.protocol.ProcessMark;
import io.github.inparallel.protocol.WorkerJvm;
import java.io.File;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a worker's JVM is started with. Its command line says only what it is; options, class path and properties go
 * through an argument file.
 */
final class JvmCommand {

    /** The largest heap with which the JVM's references have 32 bits; archives depend on that. */
    private static final long LARGEST_COMPRESSED = 31L << 30;

    /**
     * The largest step of the heap. It grows in steps that have room for several large arguments: with the JVM's own, which are just what is asked
     * for, each large argument costs a full collection.
     */
    private static final long LARGEST_STEP = 256L << 20;

    /** Options that each worker has. */
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
     * A place where a JVM finds its classes.
     *
     * @param mainClass what it starts; null is the worker's own main class
     * @param jvmOptions what belongs to it
     */
    record Origin(@Nullable String mainClass, String classPath, List<String> jvmOptions) {}

    /** Returns where the application found them. */
    Origin plain() {
        return new Origin(options.bootstrap().mainClass(), JvmClassPath.of(options), List.of());
    }

    /** Returns where the class cache has them. */
    Origin cached(CachedClasses classes) {
        Path archive = classes.archive();
        return new Origin(
                null, joined(classes.classPath()), archive == null ? List.of() : archives.optionsToUse(archive));
    }

    /** Returns where they will be cached; the archive is written when the worker ends. */
    Origin training(List<Path> classPath, Path archive) {
        return new Origin(null, joined(classPath), archives.optionsToWrite(archive));
    }

    private static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Returns what an archive depends on, beside class path and Java installation. */
    List<String> traits() {
        List<String> traits = new ArrayList<>(FIXED);
        traits.add(archives.name());
        traits.add(options.heap() > LARGEST_COMPRESSED ? "large heap" : "");
        jvmOptions().stream()
                .filter(option -> !option.startsWith("-D") || option.startsWith("-Djava.system."))
                .forEach(traits::add);
        return traits;
    }

    /** Returns all options that are not ours. */
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
     * One process that is to be started.
     *
     * @param mark what it and the processes that it starts carry
     * @param prefix goes before the command, after what the user wants there
     * @param jvmOptions what only this one gets
     */
    record Start(
            String name,
            ProcessMark mark,
            WorkerFiles files,
            Origin origin,
            List<String> prefix,
            List<String> jvmOptions) {}

    /** Makes the files of a process, and starts it. */
    Process start(Start start) throws IOException {
        return prepare(start).start();
    }

    /** Makes the files of a process, and its command. */
    ProcessBuilder prepare(Start start) throws IOException {
        Path java = JavaCommand.of(options.javaHome());
        if (!Files.isExecutable(java)) {
            throw new IOException("There is no java executable at " + java + ": set java-home");
        }
        WorkerFiles files = start.files();
        try {
            Files.createDirectory(files.temporary(), OwnerOnly.folder());
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "The directory of its pool, " + files.directory()
                            + ", has been removed: restart the application, and keep what clears temporary folders from it",
                    e);
        }
        file.write(files.arguments(), arguments(start));
        List<String> command = new ArrayList<>(options.commandPrefix());
        command.addAll(start.prefix());
        command.add(java.toString());
        command.add("@" + files.arguments());
        String mainClass = start.origin().mainClass();
        if (mainClass == null) {
            command.add(WorkerJvm.MAIN_CLASS);
        } else {
            command.addAll(List.of(mainClass, "WorkerMain")); // so that every worker's command line ends alike
        }
        command.add(start.name());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .compute(ProcessMark.VARIABLE, (name, inherited) -> start.mark().value(inherited));
        environment(builder.environment());
        if (options.workingDirectory() != null) {
            builder.directory(options.workingDirectory().toFile());
        }
        return builder;
    }

    private List<String> arguments(Start start) {
        WorkerFiles files = start.files();
        List<String> lines = new ArrayList<>();
        lines.addAll(InheritedOptions.ofThisJvm());
        lines.add("-Xmx" + options.heap());
        lines.add("-XX:InitialHeapSize=" + Math.min(options.heap(), WorkerJvm.INITIAL_HEAP));
        lines.add("-XX:MinHeapDeltaBytes=" + Math.min(options.heap() / 5, LARGEST_STEP));
        lines.addAll(FIXED);
        lines.add("-XX:ErrorFile=" + files.directory().toString().replace("%", "%%") + "/hs_err_pid%p.log");
        lines.add("-XX:ActiveProcessorCount=" + machine.processors(options.maxWorkers()));
        lines.add("-Djava.io.tmpdir=" + files.temporary());
        lines.addAll(selectors());
        lines.addAll(start.jvmOptions());
        options.systemProperties().forEach((key, value) -> {
            if (file.holdsProperty(key, value)) {
                lines.add(ArgumentFile.property(key, value));
            }
        });
        lines.add("-D" + TaskContext.WORKER_PROPERTY + "=" + start.name());
        lines.addAll(start.origin().jvmOptions());
        lines.addAll(options.jvmArgs());
        lines.add("-cp");
        lines.add(start.origin().classPath());
        // Properties that the file does not hold go with the launch description: see LaunchProperties.
        lines.removeIf(line -> line.isBlank() || line.startsWith("-D") && !file.holds(line));
        return lines;
    }

    /**
     * Says which selectors there are, if they are the JDK's own: a JVM that is not told looks for others through its whole class
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
