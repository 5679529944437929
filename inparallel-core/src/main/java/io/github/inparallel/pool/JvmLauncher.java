package io.github.inparallel.pool;

import io.github.inparallel.TaskContext;
import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a worker as a JVM. Its command line says only what it is; options, class path and properties go through an
 * argument file in the private directory, secrets and settings through standard input.
 */
final class JvmLauncher implements WorkerLauncher {

    private static final Logger log = LoggerFactory.getLogger(JvmLauncher.class);

    private static final String WORKER_MAIN = "io.github.inparallel.worker.WorkerMain";

    private final PoolOptions options;
    private final Executor readers;
    private final MachineShare machine;
    private final AtomicBoolean debugPortTaken = new AtomicBoolean();

    JvmLauncher(PoolOptions options, Executor readers) {
        this.options = options;
        this.readers = readers;
        this.machine = MachineShare.ofThisProcess();
        describeSlices();
    }

    private void describeSlices() {
        log.info(
                "Pool '{}': up to {} workers, each with heap: {}, max-memory: {} and {} processors; there are {} and {}"
                        + " processors here",
                options.name(),
                options.maxWorkers(),
                MemoryWatch.megabytes(options.heap()),
                options.maxMemory() == null ? "none" : MemoryWatch.megabytes(options.maxMemory()),
                machine.processors(options.maxWorkers()),
                MemoryWatch.megabytes(machine.memory()),
                machine.processors());
        if (machine.dyingTogether()) {
            OneFate.warn();
        }
    }

    /** Warns when it is initialised: once in a process. */
    private static final class OneFate {
        static {
            log.warn(
                    "memory.oom.group is set for this container: when its memory runs short, the kernel ends the"
                            + " application together with the worker that took it. Each worker has a max-memory for that reason;"
                            + " leave room for all of them beside the application, or unset it (Kubernetes: singleProcessOOMKill)");
        }

        static void warn() {}
    }

    @Override
    public WorkerProcess launch(LaunchDescription description, Path directory) throws IOException {
        String name = description.pool() + "-" + description.worker();
        Path arguments = directory.resolve("worker-" + description.worker() + ".args");
        Path temporary = directory.resolve("tmp-" + description.worker());
        List<String> command = command(name, arguments);
        // One worker at a time has the debug port: a second one could not start with it.
        boolean debugged = options.debugPort() != null && debugPortTaken.compareAndSet(false, true);
        try {
            Files.createDirectories(temporary);
            Files.write(arguments, argumentLines(name, directory, temporary, debugged));
            Process process = start(command);
            if (debugged) {
                log.info("Worker {} listens for a debugger on port {}", name, options.debugPort());
                process.onExit().thenRun(() -> debugPortTaken.set(false));
            }
            return attend(process, description, name, List.of(arguments, temporary));
        } catch (IOException e) {
            if (debugged) {
                debugPortTaken.set(false);
            }
            PrivateDirectory.delete(arguments);
            PrivateDirectory.delete(temporary); // nothing of a worker that could not be started stays
            throw e;
        }
    }

    private List<String> command(String name, Path arguments) throws IOException {
        Path java = options.javaHome().resolve("bin").resolve("java");
        if (!Files.isExecutable(java)) {
            throw new IOException("There is no java executable at " + java + ": set java-home");
        }
        List<String> command = new ArrayList<>(options.commandPrefix());
        command.add(java.toString());
        command.add("@" + arguments);
        String mainClass = options.bootstrap().mainClass();
        if (mainClass == null) {
            command.add(WORKER_MAIN);
        } else {
            command.addAll(List.of(mainClass, "WorkerMain")); // so that every worker's command line ends alike
        }
        command.add(name);
        return command;
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        environment(builder.environment());
        if (options.workingDirectory() != null) {
            builder.directory(options.workingDirectory().toFile());
        }
        return builder.start();
    }

    /** Has its output read, and tells it what it must know. */
    private WorkerProcess attend(Process process, LaunchDescription description, String name, List<Path> files)
            throws IOException {
        Logger output = LoggerFactory.getLogger("inparallel.worker." + description.pool());
        OutputTail stdout = new OutputTail(process.getInputStream(), output, name);
        OutputTail stderr = new OutputTail(process.getErrorStream(), output, name);
        try {
            readers.execute(stdout);
            readers.execute(stderr);
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw new IOException("There is no thread to read what it prints: " + e, e);
        }
        process.onExit().thenRunAsync(() -> files.forEach(PrivateDirectory::delete), readers);
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(description.toBytes());
        } catch (IOException e) {
            log.debug("{} did not read its launch description", name, e); // it is dying; its exit tells why
        }
        return new JvmProcess(process, stdout, stderr);
    }

    private List<String> argumentLines(String name, Path directory, Path temporary, boolean debugged) {
        List<String> lines = new ArrayList<>();
        lines.addAll(InheritedOptions.ofThisJvm());
        lines.add("-Xmx" + options.heap());
        lines.addAll(List.of(
                "-XX:+UseSerialGC",
                // Without these two a counted loop delays halt, stacks and heartbeats for seconds.
                "-XX:+UseCountedLoopSafepoints",
                "-XX:LoopStripMiningIter=1000",
                "-XX:+ExitOnOutOfMemoryError",
                "--add-opens=java.base/java.lang=ALL-UNNAMED", // so that hanging shutdown hooks do not hold up an exit
                "-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"),
                "-XX:ActiveProcessorCount=" + machine.processors(options.maxWorkers())));
        lines.add("-Djava.io.tmpdir=" + temporary);
        if (debugged) {
            lines.add("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + options.debugPort());
        }
        options.systemProperties().forEach((key, value) -> lines.add("-D" + key + "=" + value));
        lines.add("-D" + TaskContext.WORKER_PROPERTY + "=" + name);
        lines.addAll(options.jvmArgs());
        lines.add("-cp");
        lines.add(JvmClassPath.of(options));
        return lines.stream().map(JvmLauncher::quoted).collect(Collectors.toList());
    }

    private static String quoted(String argument) {
        return "\"" + argument.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private void environment(Map<String, String> environment) {
        for (String variable : new String[] {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}) {
            environment.computeIfPresent(variable, (name, value) -> InheritedOptions.filtered(value));
        }
        environment.putAll(options.environment());
    }

    /** A worker's process and the readers of its output. */
    private record JvmProcess(Process process, OutputTail stdout, OutputTail stderr) implements WorkerProcess {

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public CompletableFuture<Integer> exit() {
            return process.onExit().thenApply(Process::exitValue);
        }

        @Override
        public CompletableFuture<Void> outputEnd() {
            return CompletableFuture.allOf(stdout.end(), stderr.end());
        }

        @Override
        public void kill() {
            // Children first: without their parent they would no longer be found. As long as there are any, because
            // one that forks faster than we look must not win.
            for (int i = 0; i < 10; i++) {
                List<ProcessHandle> descendants = process.descendants().collect(Collectors.toList());
                descendants.forEach(ProcessHandle::destroyForcibly);
                if (descendants.isEmpty()) {
                    break;
                }
            }
            process.destroyForcibly();
        }

        @Override
        public List<String> lastLines() {
            List<String> errors = stderr.lines();
            return errors.isEmpty() ? stdout.lines() : errors;
        }

        @Override
        public boolean hasPrinted(String text) {
            return Stream.concat(stdout.lines().stream(), stderr.lines().stream())
                    .anyMatch(line -> line.contains(text));
        }

        @Override
        public OptionalLong residentMemory() {
            return ResidentMemory.of(process.pid());
        }
    }
}
