package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.dispatch.Shortage;
import io.github.inparallel.pool.process.CrashFiles;
import io.github.inparallel.protocol.Scarcity;
import io.github.inparallel.protocol.WorkerJvm;
import io.github.inparallel.units.Durations;
import io.github.inparallel.units.Sizes;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says why a worker ended, from what is known, in a fixed order: what the parent itself decided; the JVM's error file;
 * its line on running out of memory; the worker's word that exit was called, or an ordinary code; the codes of signals
 * that somebody sends; other signals.
 */
final class ExitJudge {

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

    private static final int LAST_SIGNAL = 64;

    /** What a JVM with {@code ExitOnOutOfMemoryError} prints. */
    private static final String TERMINATING = "Terminating due to java.lang.OutOfMemoryError: ";

    /** Its exit code. */
    private static final int OUT_OF_MEMORY_CODE = 3;

    /** A verdict: how it ended, and what is worth saying beside it. */
    record Verdict(WorkerExit exit, @Nullable Path errorFile, String hint) {}

    private final PoolOptions options;

    ExitJudge(PoolOptions options) {
        this.options = options;
    }

    Verdict judge(Worker worker, int exitCode) {
        Verdict seen = seen(worker, exitCode);
        Cause decided = worker.decided();
        if (decided == null) {
            return seen;
        }
        WorkerExit exit = new WorkerExit(exitCode, seen.exit().signal(), decided);
        return new Verdict(exit, seen.errorFile(), decidedHint(worker, decided, seen));
    }

    /** What the end looks like to somebody who does not know what this process did to the worker. */
    private Verdict seen(Worker worker, int exitCode) {
        CrashFiles.Crash crash = worker.crash();
        Optional<String> signal = crash != null && crash.signal() != null
                ? Optional.of(crash.signal())
                : Optional.ofNullable(exitCode > 128 ? SIGNALS.get(exitCode - 128) : null);
        if (crash != null) {
            return new Verdict(new WorkerExit(exitCode, signal, Cause.CRASHED), crash.file(), crashHint(crash));
        }
        WorkerProcess process = worker.process();
        if (exitCode == OUT_OF_MEMORY_CODE && process != null && process.hasPrinted(TERMINATING)) {
            return new Verdict(new WorkerExit(exitCode, signal, Cause.OUT_OF_MEMORY), null, outOfMemoryHint(process));
        }
        if (exitCode == WorkerJvm.FAILED && !worker.exitCalled()) {
            return new Verdict(
                    new WorkerExit(exitCode, signal, Cause.BROKEN),
                    null,
                    "A thread of its own failed that it cannot do without: see the last lines that it printed");
        }
        if (worker.exitCalled() || exitCode <= 128 || exitCode > 128 + LAST_SIGNAL) {
            return new Verdict(new WorkerExit(exitCode, signal, Cause.EXITED), null, exitHint(worker, exitCode));
        }
        if (exitCode == 137 || exitCode == 143 || exitCode == 130) {
            return new Verdict(new WorkerExit(exitCode, signal, Cause.KILLED), null, killedHint(exitCode));
        }
        return new Verdict(
                new WorkerExit(exitCode, signal, Cause.CRASHED), null, "The JVM left no error file that says where");
    }

    /** What a person can do about what this process did to the worker. */
    private String decidedHint(Worker worker, Cause decided, Verdict seen) {
        Shortage shortage = worker.entry().shortage();
        Long limit = options.maxMemory();
        return switch (decided) {
            case OUT_OF_MEMORY -> shortage == null ? "" : shortage.text(options);
            case TIMEOUT, CANCELLED ->
                "A task did not end within kill-grace: " + Durations.text(options.killGrace()) + " of its interrupt";
            case MEMORY_LIMIT -> "It used more than max-memory: " + (limit == null ? "none" : Sizes.text(limit));
            case UNRESPONSIVE ->
                "It did not answer for heartbeat-timeout: " + Durations.text(options.heartbeatTimeout());
            case KILLED -> "An operator killed it: WorkerPool.kill, or the endpoint's action kill";
            case BROKEN -> "It closed a connection, or sent what a worker never sends: see the log before this";
            case START_FAILED -> worker.wasKilled() ? "" : startHint(seen);
            default -> "";
        };
    }

    /** A start's own error has the reason; what is seen is worth saying only if the worker could not tell one. */
    private static String startHint(Verdict seen) {
        return switch (seen.exit().cause()) {
            case CRASHED -> seen.errorFile() == null ? "" : seen.hint();
            case OUT_OF_MEMORY, KILLED -> seen.hint();
            default -> "";
        };
    }

    private static String crashHint(CrashFiles.Crash crash) {
        String frame = crash.frame() == null ? "" : " in " + crash.frame();
        return "The JVM crashed" + frame + "; see " + crash.file();
    }

    private static String killedHint(int exitCode) {
        return exitCode == 137
                ? "Somebody killed it; if nobody did, it was the kernel, short of memory (see dmesg)"
                : "Somebody killed it";
    }

    private String outOfMemoryHint(WorkerProcess process) {
        boolean classes = process.hasPrinted(TERMINATING + "Metaspace")
                || process.hasPrinted(TERMINATING + "Compressed class space");
        return Shortage.text(classes ? Scarcity.CLASSES : Scarcity.HEAP, options);
    }

    private static String exitHint(Worker worker, int exitCode) {
        return exitCode == WorkerJvm.PARENT_GONE && !worker.exitCalled()
                ? "It had not heard from this process for twice heartbeat-timeout: was the application stopped?"
                : "The task or a library called exit or halt";
    }
}
