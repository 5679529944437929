package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.units.Durations;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says to callers what became of their tasks at other members, in the words in which a worker of their own pool would be spoken of. */
final class MemberFailures {

    private final PoolOptions options;

    MemberFailures(PoolOptions options) {
        this.options = options;
    }

    TaskTimeoutException timedOut(SentAttempt attempt, EncodedOutcome.TimedOut outcome) {
        return new TaskTimeoutException(
                withMember(outcome.message(), outcome.pid(), attempt),
                outcome.limit(),
                outcome.kind(),
                attempt.task.taskId(),
                true,
                outcome.stuckAt().isEmpty() ? null : new StuckAt(attempt, outcome));
    }

    /** The member said nothing, though its limit has passed. */
    TaskTimeoutException overdue(SentAttempt attempt) {
        Duration limit = Duration.ofNanos(attempt.timeoutNanos());
        return new TaskTimeoutException(
                attempt.task.displayName() + " ran longer than timeout: " + Durations.text(limit) + where(attempt)
                        + ", which has not ended it",
                limit,
                Limit.RUN,
                attempt.task.taskId(),
                attempt.worker() != null,
                null);
    }

    TaskTimeoutException waitedTooLong(SentAttempt attempt) {
        Duration limit = Objects.requireNonNull(options.queueTimeout());
        return attempt.task.waitedTooLong(
                limit, "a worker of pool '" + options.name() + "' at member " + attempt.member.name());
    }

    TaskRefusedException refused(SentAttempt attempt, EncodedOutcome.Refused outcome) {
        return new TaskRefusedException(
                "Member " + attempt.member.name() + ": " + outcome.message(), outcome.reason(), null);
    }

    WorkerLostException workerLost(SentAttempt attempt, EncodedOutcome.WorkerLost outcome) {
        return new WorkerLostException(
                withMember(outcome.message(), outcome.pid(), attempt),
                outcome.pid(),
                outcome.exit(),
                outcome.lastStderr(),
                path(outcome.errorFile()),
                outcome.culprit().orElse(null),
                attempt.member.name());
    }

    /** @param why a clause */
    WorkerLostException memberLost(SentAttempt attempt, String why) {
        return new WorkerLostException(
                attempt.task.displayName() + " of pool '" + options.name() + "' was lost" + where(attempt)
                        + ", which is gone: " + why,
                attempt.task.workerPid().orElse(-1),
                new WorkerExit(-1, Optional.empty(), WorkerExit.Cause.MEMBER_LOST),
                List.of(),
                null,
                null,
                attempt.member.name());
    }

    private static String where(SentAttempt attempt) {
        String worker = attempt.worker();
        return worker == null
                ? " at member " + attempt.member.name()
                : " in " + worker + ", of member " + attempt.member.name();
    }

    /** The member's own words name its worker; those here say too whose that is. */
    private static String withMember(String message, long pid, SentAttempt attempt) {
        String worker = "pid " + pid;
        String member = ", of member " + attempt.member.name();
        int at = pid < 0 ? -1 : message.indexOf(worker);
        return at < 0
                ? message + member
                : message.substring(0, at + worker.length()) + member + message.substring(at + worker.length());
    }

    /** A path of another machine may be none here. */
    private static @Nullable Path path(Optional<String> text) {
        try {
            return text.map(Path::of).orElse(null);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** Shows, as a cause, where a task was stuck. */
    private static final class StuckAt extends Throwable {
        StuckAt(SentAttempt attempt, EncodedOutcome.TimedOut outcome) {
            super(
                    "The task was here, in worker " + outcome.worker() + ", pid " + outcome.pid() + ", of member "
                            + attempt.member.name(),
                    null,
                    false,
                    true);
            setStackTrace(outcome.stuckAt().toArray(StackTraceElement[]::new));
        }
    }
}
