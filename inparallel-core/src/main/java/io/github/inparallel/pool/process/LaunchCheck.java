package io.github.inparallel.pool.process;

import io.github.inparallel.platform.JavaCommand;
import io.github.inparallel.pool.InvalidOptionException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.config.OptionsCheck;
import io.github.inparallel.pool.runtime.FileTree;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Redaction;
import io.github.inparallel.units.Durations;
import io.github.inparallel.units.Sizes;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tries what a worker's command is made of, once, when a pool is made: so that what is wrong is said by the name of its
 * option, and not by each worker that fails. Where nothing is set it looks at one file. Where options, prefix or
 * installation are set it has a JVM say its version with them, which takes about fifty milliseconds; options that have
 * effects of their own, such as agents, are left to the first worker.
 */
final class LaunchCheck {

    private static final Log log = Log.of(LaunchCheck.class);

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int LONGEST_WORDS = 300;
    private static final int MOST_BYTES = 64 * 1024;

    /** Beginnings of options that others may not see, or that do more than to be accepted or not. */
    private static final List<String> LEFT_OUT = List.of(
            "-D", "-agent", "-javaagent", "-Xrun", "-Xdebug", "-Xlog", "-XX:StartFlightRecording", "-XX:+Print");

    /** Trials of this process that went well; pools have most options in common. */
    private static final Set<Trial> GOOD = ConcurrentHashMap.newKeySet();

    private final PoolOptions options;

    private LaunchCheck(PoolOptions options) {
        this.options = options;
    }

    /**
     * Tries the options of a pool.
     *
     * @throws InvalidOptionException if no worker could be started
     */
    static void check(PoolOptions options) {
        LaunchCheck check = new LaunchCheck(options);
        check.workingDirectory();
        check.javaHome();
        check.commandPrefix();
        if (options.startup() != PoolOptions.Startup.BLOCKING) { // else the first worker is the trial
            check.trials();
        }
        check.debugPort();
    }

    private void workingDirectory() {
        Path folder = options.workingDirectory();
        OptionsCheck.check(
                folder == null || Files.isDirectory(folder), "working-directory", folder, "a folder that exists");
    }

    private void javaHome() {
        OptionsCheck.check(
                Files.isExecutable(java()),
                "java-home",
                options.javaHome(),
                "a Java installation: there is no " + java() + " that can be run");
    }

    private Path java() {
        return JavaCommand.of(options.javaHome());
    }

    private void commandPrefix() {
        if (!options.commandPrefix().isEmpty()) {
            String program = options.commandPrefix().get(0);
            OptionsCheck.check(
                    isThere(program), "command-prefix", options.commandPrefix(), "a command: there is no " + program);
        }
    }

    private boolean isThere(String program) {
        Path folder = options.workingDirectory();
        Stream<Path> places = program.indexOf(File.separatorChar) >= 0
                ? Stream.of((folder == null ? Path.of("") : folder).resolve(program))
                : Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                        .map(place -> Path.of(place, program));
        return places.anyMatch(Files::isExecutable);
    }

    private void debugPort() {
        Integer port = options.debugPort();
        if (port == null || port == 0 || DebugPort.isTaken(port)) {
            return;
        }
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            log.trace("{} is free", socket);
        } catch (IOException e) {
            throw new InvalidOptionException(
                    "debug-port", String.valueOf(port), "a port that is free: " + e.getMessage());
        }
    }

    // ---- trials

    /** One command, with its folder and what is set of its environment. */
    private record Trial(List<String> command, @Nullable Path folder, Map<String, String> environment) {}

    private void trials() {
        List<String> prefix = options.commandPrefix();
        boolean ownJava = options.javaHome().equals(Path.of(System.getProperty("java.home")));
        if (prefix.isEmpty() && options.jvmArgs().isEmpty() && ownJava) {
            return;
        }
        List<String> fixed = new ArrayList<>(JvmCommand.FIXED);
        fixed.add("-Xmx" + options.heap());
        List<String> all = new ArrayList<>(fixed);
        all.addAll(options.jvmArgs());
        all.removeIf(option -> LEFT_OUT.stream().anyMatch(option::startsWith));
        String words = trouble(prefix, all);
        if (words == null) {
            return;
        }
        // Which of them it is: with one after another left out.
        String plain = prefix.isEmpty() ? words : trouble(List.of(), all);
        OptionsCheck.check(
                plain != null, "command-prefix", prefix, "a command that runs what follows it, which says: " + words);
        OptionsCheck.check(
                options.jvmArgs().isEmpty() || trouble(List.of(), fixed) != null,
                "jvm-args",
                Redaction.of(options.jvmArgs().toString()),
                "made of options that the JVM takes, which says: " + plain);
        String bare = trouble(List.of(), List.of());
        OptionsCheck.check(
                bare == null, "java-home", options.javaHome(), "a Java installation that runs, which says: " + bare);
        throw new InvalidOptionException("heap", Sizes.text(options.heap()), "one that the JVM takes: " + plain);
    }

    /** Returns what a JVM says instead of its version; null if it tells its version. */
    private @Nullable String trouble(List<String> prefix, List<String> jvmArgs) {
        List<String> command = new ArrayList<>(prefix);
        command.add(java().toString());
        command.addAll(jvmArgs);
        command.add("-version");
        Trial trial = new Trial(command, options.workingDirectory(), options.environment());
        if (GOOD.contains(trial)) {
            return null;
        }
        String words = run(trial);
        if (words == null) {
            GOOD.add(trial);
        }
        return words;
    }

    private static @Nullable String run(Trial trial) {
        Path output;
        try {
            output = Files.createTempFile("inparallel-", ".txt"); // a file takes however much it prints
        } catch (IOException e) {
            log.debug("There is no place for what {} prints", trial, e);
            return null; // the first worker will tell
        }
        try {
            return run(trial, output);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } finally {
            FileTree.delete(output);
        }
    }

    private static @Nullable String run(Trial trial, Path output) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(trial.command()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(trial.environment());
        InheritedOptions.VARIABLES.forEach(builder.environment()::remove); // they may name agents
        if (trial.folder() != null) {
            builder.directory(trial.folder().toFile());
        }
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            if (process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue() == 0 ? null : words(output, process.exitValue());
            }
            log.debug("{} has not ended after {}", trial, Durations.text(LONGEST));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly); // a prefix may have started the JVM
                process.destroyForcibly();
            }
        }
        return null; // the first worker will tell
    }

    /** Returns what was printed in a few words, whatever its encoding is, and however much there is of it. */
    private static String words(Path output, int exitCode) throws IOException {
        String all;
        try (InputStream in = Files.newInputStream(output)) {
            all = new String(in.readNBytes(MOST_BYTES), Charset.defaultCharset());
        }
        String words = all.lines()
                .filter(line -> !line.isBlank()
                        && !line.startsWith("Error: Could not create the Java Virtual Machine")
                        && !line.startsWith("Error: A fatal exception has occurred"))
                .collect(Collectors.joining("; "));
        String some = words.substring(0, Math.min(words.length(), LONGEST_WORDS));
        return some.isEmpty() ? "exit code " + exitCode : Redaction.of(some);
    }
}
