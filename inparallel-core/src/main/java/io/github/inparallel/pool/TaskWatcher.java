package io.github.inparallel.pool;

import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.units.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches running tasks: at a limit it asks the worker where the task is, then tells the task to stop, then has the
 * worker killed if it does not. A kill is bound to the lease, so it cannot hit the slot's next task. On the supervisor's
 * thread.
 */
final class TaskWatcher {

    private static final Log log = Log.of(TaskWatcher.class);

    private static final int LONGEST_REPORT = 200;
    private static final long STACK_WAIT = 50 * 1_000_000L;

    private final PoolOptions options;
    private final Bag bag;
    private final WorkerControl control;
    private final Machine machine;

    TaskWatcher(PoolOptions options, Bag bag, WorkerControl control, Machine machine) {
        this.machine = machine;
        this.options = options;
        this.bag = bag;
        this.control = control;
    }

    /** Does what is due for the slot's task; returns when something is due next. */
    long watch(Slot slot, long now) {
        PoolTask task = bag.leased(slot);
        if (task == null) {
            slot.watch = null;
            return Deadline.NEVER;
        }
        revoke(slot, now, slot.worker().shortage != null);
        return Deadline.earlier(bag.revokeAt(slot), watch(slot, of(slot, task), now));
    }

    /** Takes back what the slot was given early, if it is time or has to be at once. */
    void revoke(Slot slot, long now, boolean atOnce) {
        long last = bag.toRevoke(slot, now, atOnce);
        if (last != 0) {
            control.send(slot.worker(), new Frame(FrameType.REVOKE, last, number(slot)));
        }
    }

    /** The task is to stop, since its caller gave up. */
    void stop(Slot slot, PoolTask task) {
        tellToStop(slot, of(slot, task), Cause.CANCELLED, machine.nanoTime());
    }

    private TaskWatch of(Slot slot, PoolTask task) {
        TaskWatch watch = slot.watch;
        if (watch == null || watch.task != task || watch.beginning.at() < task.givenNanos()) {
            watch = new TaskWatch(task);
            slot.watch = watch;
        }
        return watch;
    }

    private long watch(Slot slot, TaskWatch watch, long now) {
        switch (watch.phase) {
            case RUNNING -> {
                long run = watch.task.timeoutNanos() == 0
                        ? Deadline.NEVER
                        : Deadline.after(watch.beginning.at(), watch.task.timeoutNanos());
                long stall = Deadline.after(lastProgress(watch), options.stallTimeout());
                watch.at = Deadline.earlier(run, stall);
                watch.limit = watch.at == run ? Limit.RUN : Limit.STALL;
                if (Deadline.isDue(watch.at, now)) {
                    control.send(slot.worker(), about(FrameType.INSPECT, slot, watch.task));
                    watch.phase = TaskWatch.Phase.ASKED;
                    watch.at = now + STACK_WAIT;
                }
            }
            case ASKED -> {
                if (Deadline.isDue(watch.at, now)) {
                    timedOut(slot, watch, null, now);
                }
            }
            case STOPPING -> {
                if (Deadline.isDue(watch.at, now)) {
                    notStopped(slot, watch, now);
                }
            }
            case NEIGHBOURS -> {
                if (Deadline.isDue(watch.at, now) || bag.leases(slot.worker()) == 1) {
                    control.kill(slot.worker(), watch.cause, watch.task.taskId());
                    return Deadline.NEVER;
                }
            }
            default -> throw new IllegalStateException(watch.phase.toString());
        }
        return watch.at;
    }

    private static Frame about(FrameType type, Slot slot, PoolTask task) {
        return new Frame(type, task.id(), number(slot));
    }

    private static byte[] number(Slot slot) {
        return new byte[] {(byte) (slot.index() >> 8), (byte) slot.index()};
    }

    /** The worker has said where its task is. */
    void inspected(Worker worker, long taskId, Inspection inspection) {
        long now = machine.nanoTime();
        for (Slot slot : worker.slots()) {
            TaskWatch watch = slot.watch;
            if (watch == null || watch.task.id() != taskId || watch.phase != TaskWatch.Phase.ASKED) {
                continue;
            }
            if (!watch.beginning.told(inspection.runningNanos(), now) || isOver(watch, now)) {
                Throwable stuck = new StuckAt(worker.name(), worker.pid());
                stuck.setStackTrace(inspection.stack().toArray(StackTraceElement[]::new));
                timedOut(slot, watch, inspection.stack().isEmpty() ? null : stuck, now);
            } else {
                watch.phase = TaskWatch.Phase.RUNNING;
            }
        }
    }

    /** Whether the limit has really passed. */
    private boolean isOver(TaskWatch watch, long now) {
        long at = watch.limit == Limit.RUN
                ? Deadline.after(watch.beginning.at(), watch.task.timeoutNanos())
                : Deadline.after(lastProgress(watch), options.stallTimeout());
        return Deadline.isDue(at, now);
    }

    private static long lastProgress(TaskWatch watch) {
        long progress = watch.task.progressNanos();
        return progress - watch.beginning.at() > 0 ? progress : watch.beginning.at();
    }

    private void timedOut(Slot slot, TaskWatch watch, @Nullable Throwable stuck, long now) {
        PoolTask task = watch.task;
        Duration limit = watch.limit == Limit.STALL && options.stallTimeout() != null
                ? options.stallTimeout()
                : Duration.ofNanos(task.timeoutNanos());
        String what = watch.limit == Limit.STALL
                ? " made no progress for longer than stall-timeout: "
                : " ran longer than timeout: ";
        boolean first = task.timedOut(new TaskTimeoutException(
                task.displayName() + what + Durations.text(limit) + " in worker "
                        + slot.worker().name() + ", pid " + slot.worker().pid()
                        + (watch.limit == Limit.STALL ? lastReport(task, now) : ""),
                limit,
                watch.limit,
                task.taskId(),
                true,
                stuck));
        if (first) {
            log.debug("Task {} ({}) timed out", task.taskId(), task.displayName());
        }
        tellToStop(slot, watch, Cause.TIMEOUT, now);
    }

    private static String lastReport(PoolTask task, long now) {
        Duration ago = Duration.ofMillis(Math.max(0, now - task.progressNanos()) / 1_000_000);
        return task.progress()
                .map(report -> "; its last report: " + Math.round(report.fraction() * 100) + " %"
                        + (report.message().isEmpty() ? "" : ", '" + shortened(report.message()) + "'") + ", "
                        + Durations.text(ago) + " ago, at " + report.at())
                .orElse("; it has reported none");
    }

    /** On one line. */
    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_REPORT ? line : line.substring(0, LONGEST_REPORT) + "…";
    }

    private void tellToStop(Slot slot, TaskWatch watch, Cause cause, long now) {
        if (watch.phase == TaskWatch.Phase.STOPPING || watch.phase == TaskWatch.Phase.NEIGHBOURS) {
            return;
        }
        watch.phase = TaskWatch.Phase.STOPPING;
        watch.cause = cause;
        watch.at = Deadline.after(now, options.killGrace());
        control.send(slot.worker(), about(FrameType.CANCEL, slot, watch.task));
    }

    private void notStopped(Slot slot, TaskWatch watch, long now) {
        Worker worker = slot.worker();
        if (!bag.closeIfLeased(slot, watch.task)) {
            return; // answered in this moment
        }
        if (bag.leases(worker) > 1) {
            watch.phase = TaskWatch.Phase.NEIGHBOURS;
            watch.at = Deadline.after(now, options.killGrace());
        } else {
            watch.at = Deadline.NEVER;
            control.kill(worker, watch.cause, watch.task.taskId());
        }
    }

    /** Shows, as a cause, where a task was stuck. */
    private static final class StuckAt extends Throwable {
        StuckAt(String worker, long pid) {
            super("The task was here, in worker " + worker + ", pid " + pid, null, false, true);
        }
    }
}
