package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.task.PoolTask;

/** What a simulation does in place of the supervisor's thread, and what it sees of supervision. */
public final class SupervisionProbe {

    /** How long a worker is believed that says it has not begun a task. */
    public static final long LONGEST_UNBEGUN = TaskStart.LONGEST_UNBEGUN;

    private final Supervisor supervisor;

    public SupervisionProbe(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** Does what the supervisor does between one sleep and the next. */
    public void step() {
        supervisor.step();
    }

    /** When it wakes by itself; now if somebody has woken it; never if it has ended. */
    public long wakesAt() {
        return supervisor.stopped().isDone() ? Deadline.NEVER : supervisor.wakesAt();
    }

    public boolean hasEnded() {
        return supervisor.stopped().isDone();
    }

    /** Whether nobody asks for the task although its limit has passed, as far as the supervisor knows. */
    public boolean overlooks(Slot slot, PoolTask task, long now) {
        WatchedTask watch = supervisor.watched(slot);
        if (watch == null || watch.task != task || watch.start.at() - task.assignedNanos() < 0) {
            watch = new WatchedTask(task); // as the supervisor will see it
        }
        return task.timeoutNanos() != 0
                && watch.phase == WatchedTask.Phase.RUNNING
                && now - watch.start.at() >= task.timeoutNanos();
    }

    /** Whether the supervisor sees to a worker with this process id, and has not killed it. */
    public boolean hasUnkilled(long pid) {
        return supervisor.workers().stream().anyMatch(each -> each.pid() == pid && !each.wasKilled());
    }
}
