package io.github.inparallel.cluster;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.EncodedOutcome.Cancelled;
import io.github.inparallel.pool.member.EncodedOutcome.Failed;
import io.github.inparallel.pool.member.EncodedOutcome.NoSlot;
import io.github.inparallel.pool.member.EncodedOutcome.Refused;
import io.github.inparallel.pool.member.EncodedOutcome.Succeeded;
import io.github.inparallel.pool.member.EncodedOutcome.TimedOut;
import io.github.inparallel.pool.member.EncodedOutcome.WorkerLost;
import io.github.inparallel.protocol.ProtocolException;
import java.time.Duration;
import java.util.Optional;

/** How the end of a task is written. */
final class OutcomeCodec {

    private static final int MOST_FRAMES = 1_024;
    private static final int MOST_LINES = 1_024;

    private static final int SUCCEEDED = 0;
    private static final int FAILED = 1;
    private static final int TIMED_OUT = 2;
    private static final int CANCELLED = 3;
    private static final int WORKER_LOST = 4;
    private static final int REFUSED = 5;
    private static final int NO_SLOT = 6;

    private OutcomeCodec() {}

    static void write(WireWriter out, EncodedOutcome outcome) {
        if (outcome instanceof Succeeded succeeded) {
            out.octet(SUCCEEDED).bytes(succeeded.answer()).bytesOrNull(succeeded.attachment());
        } else if (outcome instanceof Failed failed) {
            out.octet(FAILED).bytes(failed.throwable()).textOrNull(failed.note());
        } else if (outcome instanceof TimedOut timedOut) {
            out.octet(TIMED_OUT)
                    .signed(timedOut.limit().toSeconds())
                    .number(timedOut.limit().toNanosPart())
                    .text(timedOut.kind().name())
                    .text(timedOut.message())
                    .text(timedOut.worker())
                    .signed(timedOut.pid())
                    .list(timedOut.stuckAt(), MOST_FRAMES, OutcomeCodec::write);
        } else if (outcome instanceof Cancelled cancelled) {
            out.octet(CANCELLED).text(cancelled.why());
        } else if (outcome instanceof WorkerLost lost) {
            out.octet(WORKER_LOST)
                    .text(lost.message())
                    .text(lost.worker())
                    .signed(lost.pid())
                    .signed(lost.exit().exitCode())
                    .textOrNull(lost.exit().signal().orElse(null))
                    .text(lost.exit().cause().name())
                    .list(lost.lastStderr(), MOST_LINES, WireWriter::text)
                    .textOrNull(lost.errorFile().orElse(null))
                    .textOrNull(lost.culprit().orElse(null));
        } else if (outcome instanceof Refused refused) {
            out.octet(REFUSED).text(refused.reason().name()).text(refused.message());
        } else {
            out.octet(NO_SLOT);
        }
    }

    private static void write(WireWriter out, StackTraceElement frame) {
        out.textOrNull(frame.getClassLoaderName())
                .textOrNull(frame.getModuleName())
                .textOrNull(frame.getModuleVersion())
                .text(frame.getClassName())
                .text(frame.getMethodName())
                .textOrNull(frame.getFileName())
                .signed(frame.getLineNumber());
    }

    static EncodedOutcome read(WireReader in) throws ProtocolException {
        int kind = in.octet();
        return switch (kind) {
            case SUCCEEDED -> new Succeeded(in.bytes(), in.bytesOrNull());
            case FAILED -> new Failed(in.bytes(), in.textOrNull());
            case TIMED_OUT ->
                new TimedOut(
                        Duration.ofSeconds(in.signed(), in.number(999_999_999)),
                        in.constant(TaskTimeoutException.Limit.class),
                        in.text(),
                        in.text(),
                        in.signed(),
                        in.list(MOST_FRAMES, OutcomeCodec::frame));
            case CANCELLED -> new Cancelled(in.text());
            case WORKER_LOST ->
                new WorkerLost(
                        in.text(),
                        in.text(),
                        in.signed(),
                        new WorkerExit(
                                in.signedInt(),
                                Optional.ofNullable(in.textOrNull()),
                                in.constant(WorkerExit.Cause.class)),
                        in.list(MOST_LINES, WireReader::text),
                        Optional.ofNullable(in.textOrNull()),
                        Optional.ofNullable(in.textOrNull()));
            case REFUSED -> new Refused(in.constant(TaskRefusedException.Reason.class), in.text());
            case NO_SLOT -> new NoSlot();
            default -> throw new ProtocolException("unknown end of a task: " + kind);
        };
    }

    private static StackTraceElement frame(WireReader in) throws ProtocolException {
        return new StackTraceElement(
                in.textOrNull(),
                in.textOrNull(),
                in.textOrNull(),
                in.text(),
                in.text(),
                in.textOrNull(),
                in.signedInt());
    }

    /** Whether it says that the task has run: if not, the pool may send it elsewhere, and no more of its like here. */
    static boolean hasRun(EncodedOutcome outcome) {
        return !(outcome instanceof NoSlot || outcome instanceof Refused || outcome instanceof TimedOut);
    }

    /** How metrics spell it. */
    static String label(EncodedOutcome outcome) {
        if (outcome instanceof Succeeded) {
            return "success";
        }
        if (outcome instanceof Failed) {
            return "error";
        }
        if (outcome instanceof TimedOut) {
            return "timeout";
        }
        if (outcome instanceof Cancelled) {
            return "cancelled";
        }
        if (outcome instanceof WorkerLost) {
            return "worker-lost";
        }
        return outcome instanceof Refused ? "refused" : "no-slot";
    }
}
