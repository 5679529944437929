package io.github.inparallel.pool.supervision;

import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.dispatch.WorkerEntries;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.units.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches running tasks: at a limit it asks the worker where the task is, then tells the task to stop, then has the
 * worker killed if it does not. A kill is bound to the lease, so it cannot hit the slot's next task. On the supervisor's
 * thread.
 */
@ConfinedToSupervisor
final class TaskLimits {

    private static final Log log = Log.of(TaskLimits.class);

    private static final int LONGEST_REPORT = 200;
    private static final long STACK_WAIT = 50 * 1_000_000L;

    private final PoolOptions options;
    private final Dispatcher dispatcher;
    private final WorkerEntries entries;
    private final WorkerControl control;
    private final Machine machine;
    private final Map<Slot, WatchedTask> watched = new HashMap<>();

    TaskLimits(PoolOptions options, Dispatcher dispatcher, WorkerControl control, Machine machine) {
        this.machine = machine;
        this.options = options;
        this.dispatcher = dispatcher;
        this.entries = dispatcher.entries();
        this.control = control;
    }

    /** Does what is due for the slot's task. Returns when something is due next. */
    long watch(Worker worker, Slot slot, long now) {
        PoolTask task = dispatcher.leased(slot);
        if (task == null) {
            watched.remove(slot);
            return Deadline.NEVER;
        }
        revoke(worker, slot, now, worker.entry().shortage() != null);
        return Deadline.earlier(dispatcher.revokeAt(slot), watch(worker, slot, of(slot, task), now));
    }

    /** Takes back what the slot was assigned early, if it is time to, or has to be at once. */
    void revoke(Worker worker, Slot slot, long now, boolean atOnce) {
        long last = dispatcher.toRevoke(slot, now, atOnce);
        if (last != 0) {
            control.send(worker, new Frame(FrameType.REVOKE, last, number(slot)));
        }
    }

    /** Tells the task to stop, since its caller gave up. */
    void stop(Worker worker, Slot slot, PoolTask task) {
        tellToStop(worker, slot, of(slot, task), Cause.CANCELLED, machine.nanoTime());
    }

    private WatchedTask of(Slot slot, PoolTask task) {
        WatchedTask watch = watched.get(slot);
        if (watch == null || watch.task != task || watch.start.at() - task.assignedNanos() < 0) {
            watch = new WatchedTask(task);
            watched.put(slot, watch);
        }
        return watch;
    }

    private long watch(Worker worker, Slot slot, WatchedTask watch, long now) {
        switch (watch.phase) {
            case RUNNING -> {
                long run = watch.task.timeoutNanos() == 0
                        ? Deadline.NEVER
                        : Deadline.after(watch.start.at(), watch.task.timeoutNanos());
                long stall = Deadline.after(lastProgress(watch), options.stallTimeout());
                watch.at = Deadline.earlier(run, stall);
                watch.limit = watch.at == run ? Limit.RUN : Limit.STALL;
                if (Deadline.isDue(watch.at, now)) {
                    control.send(worker, about(FrameType.INSPECT, slot, watch.task));
                    watch.phase = WatchedTask.Phase.ASKED;
                    watch.at = now + STACK_WAIT;
                }
            }
            case ASKED -> {
                if (Deadline.isDue(watch.at, now)) {
                    timedOut(worker, slot, watch, null, now);
                }
            }
            case STOPPING -> {
                if (Deadline.isDue(watch.at, now)) {
                    notStopped(worker, slot, watch, now);
                }
            }
            case NEIGHBOURS -> {
                if (Deadline.isDue(watch.at, now) || entries.leases(worker.entry()) == 1) {
                    control.kill(worker, watch.cause, watch.task.taskId());
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

    /** Hears where a task is. */
    void inspected(Worker worker, long taskId, Inspection inspection) {
        long now = machine.nanoTime();
        for (Slot slot : worker.slots()) {
            WatchedTask watch = watched.get(slot);
            if (watch == null
                    || watch.task.id() != taskId
                    || watch.phase != WatchedTask.Phase.ASKED
                    || dispatcher.leased(slot) != watch.task) { // answered, or waits for another slot
                continue;
            }
            if (!watch.start.told(inspection.runningNanos(), now) || isOver(watch, now)) {
                Throwable stuck = new StuckAt(worker.name(), worker.pid());
                stuck.setStackTrace(inspection.stack().toArray(StackTraceElement[]::new));
                timedOut(worker, slot, watch, inspection.stack().isEmpty() ? null : stuck, now);
            } else {
                watch.phase = WatchedTask.Phase.RUNNING;
            }
        }
    }

    /** Whether the limit has really passed. */
    private boolean isOver(WatchedTask watch, long now) {
        long at = watch.limit == Limit.RUN
                ? Deadline.after(watch.start.at(), watch.task.timeoutNanos())
                : Deadline.after(lastProgress(watch), options.stallTimeout());
        return Deadline.isDue(at, now);
    }

    private static long lastProgress(WatchedTask watch) {
        long progress = watch.task.progressNanos();
        return progress - watch.start.at() > 0 ? progress : watch.start.at();
    }

    private void timedOut(Worker worker, Slot slot, WatchedTask watch, @Nullable Throwable stuck, long now) {
        PoolTask task = watch.task;
        Duration limit = watch.limit == Limit.STALL && options.stallTimeout() != null
                ? options.stallTimeout()
                : Duration.ofNanos(task.timeoutNanos());
        String what = watch.limit == Limit.STALL
                ? " made no progress for longer than stall-timeout: "
                : " ran longer than timeout: ";
        boolean first = task.timedOut(new TaskTimeoutException(
                task.displayName() + what + Durations.text(limit) + " in worker "
                        + worker.name() + ", pid " + worker.pid()
                        + (watch.limit == Limit.STALL ? lastReport(task, now) : ""),
                limit,
                watch.limit,
                task.taskId(),
                true,
                stuck));
        if (first) {
            log.debug("Task {} ({}) timed out", task.taskId(), task.displayName());
        }
        tellToStop(worker, slot, watch, Cause.TIMEOUT, now);
    }

    private static String lastReport(PoolTask task, long now) {
        Duration ago = Duration.ofMillis(Math.max(0, now - task.progressNanos()) / 1_000_000);
        return task.progress()
                .map(report -> "; its last report: " + Math.round(report.fraction() * 100) + " %"
                        + (report.message().isEmpty() ? "" : ", '" + shortened(report.message()) + "'") + ", "
                        + Durations.text(ago) + " ago, at " + report.at())
                .orElse("; it has reported none");
    }

    /** Returns the text on one line, and not all of a long one. */
    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_REPORT ? line : line.substring(0, LONGEST_REPORT) + "…";
    }

    private void tellToStop(Worker worker, Slot slot, WatchedTask watch, Cause cause, long now) {
        if (watch.phase == WatchedTask.Phase.STOPPING || watch.phase == WatchedTask.Phase.NEIGHBOURS) {
            return;
        }
        watch.phase = WatchedTask.Phase.STOPPING;
        watch.cause = cause;
        watch.at = Deadline.after(now, options.killGrace());
        control.send(worker, about(FrameType.CANCEL, slot, watch.task));
    }

    private void notStopped(Worker worker, Slot slot, WatchedTask watch, long now) {
        if (!entries.closeIfLeased(slot, watch.task)) {
            return; // answered in this moment
        }
        if (entries.leases(worker.entry()) > 1) {
            watch.phase = WatchedTask.Phase.NEIGHBOURS;
            watch.at = Deadline.after(now, options.killGrace());
        } else {
            watch.at = Deadline.NEVER;
            control.kill(worker, watch.cause, watch.task.taskId());
        }
    }

    /** Returns how the slot's task is watched; null if it is not. */
    @Nullable
    WatchedTask watched(Slot slot) {
        return watched.get(slot);
    }

    void forget(Worker worker) {
        worker.slots().forEach(watched::remove);
    }

    /** Shows, as a cause, where a task was stuck. */
    private static final class StuckAt extends Throwable {
        StuckAt(String worker, long pid) {
            super("The task was here, in worker " + worker + ", pid " + pid, null, false, true);
        }
    }
}
