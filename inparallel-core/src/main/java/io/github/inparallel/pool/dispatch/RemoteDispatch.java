package io.github.inparallel.pool.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which tasks of this pool go to other members, and which are there. Thread-safe. */
public final class RemoteDispatch {

    private final DispatchState state;
    private final ThreadLocal<Boolean> sending = new ThreadLocal<>(); // by this thread: it is set, or there is none

    RemoteDispatch(DispatchState state) {
        this.state = state;
    }

    // ---- members

    /** A member says what slots it has; {@link #sendWaiting} is to follow. */
    void free(RemoteMember member, FreeSlots free, RemoteTasks tasks) {
        state.lock.lock();
        try {
            state.members.free(member, free, tasks);
            state.blocked.roomForOne(); // for one behind tasks of others, perhaps
        } finally {
            state.lock.unlock();
        }
    }

    void gone(RemoteMember member) {
        state.lock.lock();
        try {
            state.members.gone(member);
        } finally {
            state.lock.unlock();
        }
    }

    /** How many members have said what slots they have, and are not gone. */
    public int members() {
        state.lock.lock();
        try {
            return state.members.size();
        } finally {
            state.lock.unlock();
        }
    }

    /** Whether tasks wait that only other members can run. */
    boolean isNeeded() {
        state.lock.lock();
        try {
            return state.slots.isNone() && state.queue.hasOwn();
        } finally {
            state.lock.unlock();
        }
    }

    // ---- sending

    /** Sends tasks that wait to members that have room for them. Not under the lock: members are code of others. */
    public void sendWaiting() {
        if (sending.get() != null) {
            return; // a member has told an outcome while a task was sent: whoever sends goes on
        }
        sending.set(true);
        try {
            for (SentAttempt next = nextToSend(); next != null; next = nextToSend()) {
                next.send(next.task, false);
            }
        } finally {
            sending.remove();
        }
    }

    /** When {@link #sendWaiting} has something to do, if no member says anything until then; to be asked before it is called. */
    public long sendAt() {
        state.lock.lock();
        try {
            return state.members.pausedUntil(); // also if none waits: one may come before that
        } finally {
            state.lock.unlock();
        }
    }

    private @Nullable SentAttempt nextToSend() {
        boolean taken = false;
        state.lock.lock();
        try {
            SentAttempt attempt = null;
            while (attempt == null) {
                DispatchedTask task = state.queue.firstOwn();
                if (task == null || !state.canSend(task)) {
                    break;
                }
                attempt = state.send(task); // before it leaves the queue: for want of memory it would be nobody's
                taken |= state.queue.remove(task);
                state.blocked.roomForOne();
            }
            return attempt;
        } finally {
            state.lock.unlock();
            if (taken) {
                state.tellFree(); // what it waited for may be had by others
            }
        }
    }

    /** As {@link #sendWaiting}, for who has others to see to: never throws. */
    void goOn() {
        try {
            sendWaiting();
        } catch (Throwable e) { // there is no memory, perhaps: somebody else tries again
            state.lock.lock();
            try {
                state.tasksWait.run();
            } finally {
                state.lock.unlock();
            }
        }
    }

    // ---- what is there

    /** A worker of the member has it, and its arguments. Returns false if the attempt is over. */
    boolean started(SentAttempt attempt, long pid) {
        state.lock.lock();
        try {
            if (attempt.over) {
                return false;
            }
            state.letGo(attempt.task);
            state.members.started(attempt);
            attempt.task.startedAt(pid);
            return true;
        } finally {
            state.lock.unlock();
        }
    }

    /**
     * The attempt is over; whose call is the first to say so has the task.
     *
     * @param hasRun whether it has run at the member
     * @return whether this call is the first
     */
    boolean finish(SentAttempt attempt, boolean hasRun) {
        state.lock.lock();
        try {
            return finished(attempt, hasRun);
        } finally {
            state.lock.unlock();
        }
    }

    @GuardedBy("state.lock")
    private boolean finished(SentAttempt attempt, boolean hasRun) {
        if (!state.members.finish(attempt, hasRun)) {
            return false;
        }
        state.letGo(attempt.task);
        return true;
    }

    /** The member has no slot for the task, whose time is over. Returns false if the attempt was over. */
    boolean comesBack(SentAttempt attempt) {
        state.lock.lock();
        try {
            if (attempt.over) {
                return false;
            }
            state.members.refused(attempt);
            return finished(attempt, false);
        } finally {
            state.lock.unlock();
        }
    }

    /** The task has ended, although the member may still begin it. */
    void waitsNoMore(SentAttempt attempt) {
        state.lock.lock();
        try {
            if (!attempt.over) {
                state.members.waitsNoMore(attempt);
            }
        } finally {
            state.lock.unlock();
        }
    }

    /** The member has no slot for the task, which waits again. Returns false if the attempt was over. */
    boolean putBack(SentAttempt attempt) {
        state.lock.lock();
        try {
            if (attempt.over) {
                return false;
            }
            state.members.refused(attempt);
            finished(attempt, false);
            state.queue.putBack(attempt.task);
            state.tasksWait.run();
            return true;
        } finally {
            state.lock.unlock();
            state.endHomeless();
            state.tellFree();
        }
    }

    /** The attempt at another member that has the task; null if none has. */
    @Nullable
    SentAttempt attempt(DispatchedTask task) {
        state.lock.lock();
        try {
            return task.attempt;
        } finally {
            state.lock.unlock();
        }
    }

    /** All attempts that are not over. */
    List<SentAttempt> attempts() {
        state.lock.lock();
        try {
            return state.members.open();
        } finally {
            state.lock.unlock();
        }
    }

    /** How many of them wait there, as far as is known here: most often for a worker that starts. */
    public int waiting() {
        state.lock.lock();
        try {
            return state.members.waiting();
        } finally {
            state.lock.unlock();
        }
    }

    /** Tasks that other members have. */
    public List<DispatchedTask> tasks() {
        return attempts().stream().map(attempt -> attempt.task).toList();
    }

    /** The task with this id that another member has; null if there is none. */
    public @Nullable DispatchedTask find(String taskId) {
        return attempts().stream()
                .map(attempt -> attempt.task)
                .filter(task -> task.taskId().equals(taskId))
                .findFirst()
                .orElse(null);
    }
}
