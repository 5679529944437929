package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.runtime.Redaction;
import io.github.inparallel.pool.runtime.RootCause;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.units.Durations;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says of a dead worker what its tasks' callers are to know. */
final class ExitMessages {

    private final PoolOptions options;

    ExitMessages(PoolOptions options) {
        this.options = options;
    }

    /** Returns what to do about an exit, as the end of the sentence before it. */
    static String hint(ExitJudge.Verdict verdict) {
        return verdict.hint().isEmpty() ? "" : ". " + verdict.hint();
    }

    /** Returns tasks as a part of a sentence. */
    static String enumerated(List<PoolStats.LostTask> tasks) {
        return tasks.stream().map(PoolStats.LostTask::toString).collect(Collectors.joining(", "));
    }

    /** Returns the failure for the caller of a task that the worker was running. Each has one of its own. */
    WorkerLostException workerLost(
            Worker worker,
            PoolTask task,
            ExitJudge.Verdict verdict,
            List<String> lines,
            List<PoolStats.LostTask> running) {
        String hint = hint(verdict);
        String culprit = task.taskId().equals(worker.decidedBy()) ? null : worker.decidedBy();
        String last = lines.isEmpty() || lines.get(lines.size() - 1).startsWith("#") // of the JVM's own banner
                ? ""
                : ". Last output: " + lines.get(lines.size() - 1);
        return new WorkerLostException(
                "Worker " + worker.name() + ", pid " + worker.pid() + ", of pool '" + options.name()
                        + "' ended while it ran " + task.displayName() + ": "
                        + verdict.exit() + hint + neighbours(worker, task, running)
                        + last,
                worker.pid(),
                verdict.exit(),
                lines,
                verdict.errorFile(),
                culprit);
    }

    /** Returns what shared the worker with the task: the one for whose sake it ended, if that is known, or all. */
    private static String neighbours(Worker worker, PoolTask task, List<PoolStats.LostTask> running) {
        String known = worker.decidedBy();
        if (task.taskId().equals(known) || worker.endsOnDemand()) {
            return "";
        }
        List<PoolStats.LostTask> others = running.stream()
                .filter(other -> !other.taskId().equals(task.taskId()))
                .filter(other -> known == null || other.taskId().equals(known))
                .toList();
        if (!others.isEmpty()) {
            return ". It shared the worker with " + enumerated(others) + (known == null ? ", which may be why" : "");
        }
        return known == null ? "" : ". It shared the worker with task " + known;
    }

    /** Returns the failure for the caller of a task whose end could not be told with the worker's. */
    WorkerLostException unexplained(PoolTask task) {
        return new WorkerLostException(
                task.displayName() + " (task " + task.taskId() + ") lost its worker",
                task.workerPid().orElse(-1),
                new WorkerExit(-1, Optional.empty(), WorkerExit.Cause.BROKEN),
                List.of(),
                null,
                null);
    }

    /** Returns the same failure for one more caller: two futures never share an exception. */
    static WorkerStartException copy(WorkerStartException failure) {
        return new WorkerStartException(
                String.valueOf(failure.getMessage()),
                failure.exitCode().isPresent() ? failure.exitCode().getAsInt() : null,
                failure.output(),
                failure.getCause());
    }

    /** Returns the failure for whoever waits for a worker that never became ready. */
    WorkerStartException startFailed(Worker worker, int exitCode, ExitJudge.Verdict verdict, List<String> lines) {
        Throwable failure = worker.control().startFailure();
        String why = failure != null
                ? causes(failure)
                : worker.wasKilled() && verdict.exit().cause() == WorkerExit.Cause.START_FAILED
                        ? "not ready after startup-timeout: " + Durations.text(options.startupTimeout())
                        : verdict.exit().toString();
        String output = Redaction.of(String.join("\n", lines));
        return new WorkerStartException(
                "Worker " + worker.name() + ", pid " + worker.pid() + ", of pool '" + options.name()
                        + "' did not become ready: " + Redaction.of(why)
                        + (failure == null && verdict.exit().cause() == WorkerExit.Cause.START_FAILED
                                ? hint(verdict)
                                : "")
                        + (failure == null && !output.isEmpty()
                                ? ". It printed: " + output + refusedOption(worker, exitCode, output)
                                : ""),
                worker.wasKilled() ? null : exitCode,
                output,
                failure);
    }

    /** Returns the first cause, and what failed of it, such as a bean. */
    private static String causes(Throwable failure) {
        Throwable root = RootCause.of(failure);
        return RootCause.text(root) + (root == failure ? "" : ", reported as " + RootCause.text(failure));
    }

    private String refusedOption(Worker worker, int exitCode, String output) {
        boolean refused = exitCode == 1
                && (output.contains("Could not create the Java Virtual Machine")
                        || output.contains("Unrecognized option")
                        || output.contains("Error occurred during initialization of VM"));
        Integer port = options.debugPort();
        if (port != null && (output.contains("Address already in use") || output.contains("bind failed"))) {
            return ". It may be that debug-port, " + port + ", is another process's";
        }
        String jvmArgs = "look at inparallel.pool.jvm-args, which is "
                + Redaction.of(options.jvmArgs().toString()) + ", and at heap";
        if (refused) {
            return ". The JVM refuses an option: " + jvmArgs;
        }
        boolean neverConnected = !worker.credentials().wereUsed();
        return exitCode == 1 && neverConnected && !options.jvmArgs().isEmpty()
                ? ". The JVM ended before anything of the application was there: " + jvmArgs
                : "";
    }
}
