package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why a worker ended, from what is known, in a fixed order: what the parent itself decided; the JVM's error file;
 * its line on running out of memory; the worker's word that exit was called, or an ordinary code; the codes of signals
 * that somebody sends; other signals.
 */
final class ExitJudge {

    private static final Logger log = LoggerFactory.getLogger(ExitJudge.class);

    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU"),
            Map.entry(25, "SIGXFSZ"),
            Map.entry(31, "SIGSYS"));

    private static final Pattern FATAL_SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z0-9]+) \\(0x");
    private static final Pattern OUT_OF_MEMORY = Pattern.compile("java\\.lang\\.OutOfMemoryError");

    /** A verdict: how it ended, and what is worth saying beside it. */
    record Verdict(WorkerExit exit, @Nullable Path errorFile, String hint) {}

    private final PoolOptions options;
    private final Path directory;

    ExitJudge(PoolOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    Verdict judge(Worker worker, int exitCode, List<String> lastLines) {
        ErrorFile crash = exitCode > 128 ? errorFile(worker.pid()) : null;
        Optional<String> signal = crash != null && crash.signal != null
                ? Optional.of(crash.signal)
                : Optional.ofNullable(exitCode > 128 ? SIGNALS.get(exitCode - 128) : null);
        Cause decided = worker.decided;
        if (decided != null) {
            return new Verdict(new WorkerExit(exitCode, signal, decided), crash == null ? null : crash.path, "");
        }
        if (crash != null) {
            String frame = crash.frame == null ? "" : " in " + crash.frame;
            return new Verdict(
                    new WorkerExit(exitCode, signal, Cause.CRASHED),
                    crash.path,
                    "The JVM crashed" + frame + "; see " + crash.path);
        }
        if (exitCode == 3
                && lastLines.stream()
                        .anyMatch(line -> OUT_OF_MEMORY.matcher(line).find())) {
            return new Verdict(
                    new WorkerExit(exitCode, signal, Cause.OUT_OF_MEMORY),
                    null,
                    "It ran out of memory with heap: " + options.heap() / (1024 * 1024) + "MB; raise the pool's heap");
        }
        if (worker.exitCalled || exitCode < 128) {
            return new Verdict(
                    new WorkerExit(exitCode, signal, Cause.EXITED), null, "The task or a library called exit or halt");
        }
        if (exitCode == 137 || exitCode == 143 || exitCode == 130) {
            return new Verdict(
                    new WorkerExit(exitCode, signal, Cause.KILLED),
                    null,
                    exitCode == 137
                            ? "Somebody killed it; if nobody did, it was the kernel, short of memory (see dmesg)"
                            : "Somebody killed it");
        }
        return new Verdict(new WorkerExit(exitCode, signal, Cause.CRASHED), null, "");
    }

    private record ErrorFile(
            Path path, @Nullable String signal, @Nullable String frame) {}

    /** Finds the error file, reads its first lines, and moves it to where it is kept. */
    private @Nullable ErrorFile errorFile(long pid) {
        Path file = directory.resolve("hs_err_pid" + pid + ".log");
        if (!Files.exists(file)) {
            return null;
        }
        String signal = null;
        String frame = null;
        try (BufferedReader reader = Files.newBufferedReader(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
            boolean frameFollows = false;
            String line = reader.readLine();
            for (int i = 0; i < 40 && line != null; i++) {
                Matcher matcher = FATAL_SIGNAL.matcher(line);
                if (matcher.find()) {
                    signal = matcher.group(1);
                }
                if (frameFollows) {
                    frame = line.replaceFirst("^#\\s*", "").trim();
                    frameFollows = false;
                } else if (line.startsWith("# Problematic frame:")) {
                    frameFollows = true;
                }
                line = reader.readLine();
            }
        } catch (IOException e) {
            log.debug("{} cannot be read", file, e);
        }
        return new ErrorFile(keep(file), signal, frame);
    }

    private Path keep(Path file) {
        Path kept = options.crashDir().toAbsolutePath().resolve(file.getFileName());
        try {
            Files.createDirectories(kept.getParent() == null ? kept : kept.getParent());
            return Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn("The error file {} cannot be kept as {}: set crash-dir", file, kept, e);
            return file;
        }
    }
}
