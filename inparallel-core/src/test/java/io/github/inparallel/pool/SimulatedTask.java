package io.github.inparallel.pool;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.call.Call;
import io.github.inparallel.pool.task.PoolTask;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task of a {@link PoolSimulation}: what it is to do, and what became of it. */
final class SimulatedTask implements Call.EndListener {

    /** How a task ends that nobody stops. */
    enum End {
        RESULT,
        LARGE_RESULT,
        ERROR,
        /** Its worker dies of it. */
        CRASH,
        /** It calls exit, and its worker tells. */
        EXIT,
        /** It only ends when it is told to. */
        OBEDIENT,
        /** Not even then. */
        STUBBORN
    }

    /** What a task does in a worker, and for how long. */
    record Plan(End end, int nanos, boolean reports) {

        boolean isEndless() {
            return end == End.OBEDIENT || end == End.STUBBORN;
        }

        long endsAfter(long since) {
            return isEndless() ? Long.MAX_VALUE : since + nanos;
        }
    }

    final long id;
    final Plan plan;
    final long timeoutNanos; // 0: none
    final int retries;

    @Nullable
    PoolTask future; // null until its caller has it

    int begins;
    int answers;
    boolean given; // up, by its caller
    boolean givenUpInQueue; // no worker had it then
    long stopAt; // when its worker was to be told that it is to stop; 0: never

    private final List<SimulatedWorker> begunBy = new ArrayList<>();
    private int ends;
    private @Nullable TaskState outcome;
    private @Nullable Throwable failure;

    SimulatedTask(long id, Plan plan, long timeoutNanos, int retries) {
        this.id = id;
        this.plan = plan;
        this.timeoutNanos = timeoutNanos;
        this.retries = retries;
    }

    @Override
    public void ended(TaskState how, @Nullable Throwable why) {
        ends++;
        outcome = how;
        failure = why;
    }

    /** A worker begins it. */
    void begin(SimulatedWorker by) {
        begins++;
        begunBy.add(by);
        if (begunBy.stream().filter(worker -> !worker.lied).count() > 1 + retries) {
            throw new AssertionError("begun too often: " + this);
        }
        if (givenUpInQueue) {
            throw new AssertionError("begun although it was queued when its caller gave up: " + this);
        }
    }

    /** Whether how it ends is known; looking changes nothing. */
    boolean isDecided() {
        return ends > 0 || future != null && future.hasEnded();
    }

    /** Unless somebody stops it. */
    boolean isForEver() {
        return plan.isEndless() && timeoutNanos == 0;
    }

    boolean isOpen() {
        return future != null && !future.isDone();
    }

    /** What else may be why it ended as it did. */
    interface Circumstances {
        boolean wasShutDown();

        boolean wasStopped();

        boolean wasInterrupted();

        boolean wasDrained();

        /** Its worker did what no worker should, or something was done to it. */
        boolean hadFaultyWorker(SimulatedTask task);

        boolean hadFailedStarts();

        PoolOptions options();

        /** Whether a task may be ended because it makes no progress: also by another member that runs it. */
        default boolean mayStall() {
            return options().stallTimeout() != null;
        }
    }

    /** Only for a reason of its own. */
    void judge(Circumstances circumstances) {
        PoolTask task = future;
        if (task == null || ends != 1) {
            throw new AssertionError("not one end but " + ends + ": " + this);
        }
        TaskState state = task.taskState();
        boolean right = switch (state) {
            case SUCCEEDED -> answers > 0 && (plan.end == End.RESULT || plan.end == End.LARGE_RESULT);
            case FAILED -> answers > 0 && plan.end == End.ERROR;
            case CANCELLED -> given || circumstances.wasStopped() || circumstances.wasInterrupted();
            case TIMED_OUT -> mayTimeOut(circumstances);
            case WORKER_LOST ->
                plan.end == End.CRASH
                        || plan.end == End.EXIT
                        || circumstances.hadFaultyWorker(this)
                        || circumstances.options().concurrency() > 1
                        || diedOfAnother(task);
            case REFUSED -> mayBeRefused(circumstances);
            case QUEUED, RUNNING -> false;
        };
        if (!right || state != outcome) {
            throw new AssertionError("wrong end: " + this);
        }
    }

    /** One before it was to stop, and its worker was killed: its answer lay unread, and this one, given early, had begun. */
    private boolean diedOfAnother(PoolTask task) {
        return begins > 0
                && failure instanceof WorkerLostException lost
                && lost.culprit().filter(id -> !id.equals(task.taskId())).isPresent();
    }

    private boolean mayTimeOut(Circumstances circumstances) {
        return failure instanceof TaskTimeoutException timeout
                && switch (timeout.kind()) {
                    case RUN -> timeoutNanos != 0;
                    case STALL -> circumstances.mayStall();
                    case QUEUE -> circumstances.options().queueTimeout() != null && (begins == 0 || retries > 0);
                };
    }

    private boolean mayBeRefused(Circumstances circumstances) {
        if (begins > 0 && retries == 0) {
            return false;
        }
        if (failure instanceof WorkerStartException) {
            return circumstances.hadFailedStarts();
        }
        return failure instanceof TaskRefusedException refused
                && switch (refused.reason()) {
                    case QUEUE_FULL, QUEUE_MEMORY ->
                        begins == 0 && circumstances.options().whenFull() == PoolOptions.WhenFull.REFUSE;
                    case SHUT_DOWN -> circumstances.wasShutDown();
                    case POOL_DOWN -> circumstances.hadFailedStarts();
                    case POISON -> circumstances.options().poisonLimit() > 0;
                    case DRAINED -> begins == 0 && circumstances.wasDrained();
                };
    }

    @Override
    public String toString() {
        return "task " + id + " " + plan + " timeout " + timeoutNanos / 1_000_000 + " ms, retries " + retries + ", "
                + (future == null ? "its caller waits" : future.toString()) + ", begun " + begins + ", answered "
                + answers + (given ? ", given up" : "") + (failure == null ? "" : ", " + failure);
    }
}
