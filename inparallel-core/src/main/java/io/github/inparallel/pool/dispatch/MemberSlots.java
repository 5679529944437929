package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slots of other members, as far as is known, and the tasks that are there. What a member says of its slots holds until
 * it says it anew, less what it was sent since. Confined to the dispatcher's lock.
 */
final class MemberSlots {

    /** How long none goes ahead after one that went alone has come back, in nanoseconds: else it might go again at once. */
    private static final long PAUSE = 20_000_000;

    private final Machine machine;
    private final List<Member> members = new ArrayList<>();
    private final Set<SentAttempt> open = new LinkedHashSet<>(); // those that are not over
    private long idle; // of all members together
    private long startable; // of all members together
    private int waiting; // of those that are open: no worker there is known to have them
    private long nextId = 1;

    MemberSlots(Machine machine) {
        this.machine = machine;
    }

    /** A member, and what it has said last. */
    private final class Member {
        final RemoteMember remote;
        final RemoteTasks tasks;
        int idle;
        int startable;
        int ahead;
        int open; // attempts there that are not over
        int openAhead; // of them, those that went ahead of a slot and are not known to have one
        int window = 1; // most of these: one more with each that is run, half of them after one that came back
        long halvedAt; // id of the first attempt after that: others that were under way say nothing new
        long pausedUntil; // after one that had gone alone, and came back

        Member(RemoteMember remote, RemoteTasks tasks) {
            this.remote = remote;
            this.tasks = tasks;
            this.pausedUntil = machine.nanoTime();
        }

        /** How many may go ahead. The member may know that they are long, and take none of them: so the first goes alone. */
        int roomAhead() {
            return Deadline.isDue(pausedUntil, machine.nanoTime()) ? Math.min(ahead - open, window - openAhead) : 0;
        }
    }

    /** How many members are known. */
    int size() {
        return members.size();
    }

    /** @param tasks sees to those that the member gets */
    void free(RemoteMember remote, FreeSlots slots, RemoteTasks tasks) {
        Member member = find(remote);
        if (member == null) {
            member = new Member(remote, tasks);
            members.add(member);
        }
        set(member, slots.idle(), slots.startable());
        member.ahead = slots.ahead();
    }

    /** It does not run an attempt, whose end is to follow: it has no slot after all, until it says so. */
    void refused(SentAttempt attempt) {
        exhausted(attempt.member);
        Member member = find(attempt.member);
        if (member == null || !attempt.ahead || attempt.id() < member.halvedAt) {
            return;
        }
        if (member.window <= 1) {
            member.pausedUntil = Deadline.after(machine.nanoTime(), PAUSE);
        }
        member.window = Math.max(1, Math.min(member.window, member.openAhead) / 2);
        member.halvedAt = nextId;
    }

    /** It has no slot after all, until it says so. */
    void exhausted(RemoteMember remote) {
        Member member = find(remote);
        if (member != null) {
            set(member, 0, 0);
            member.ahead = 0;
        }
    }

    void gone(RemoteMember remote) {
        exhausted(remote);
        members.removeIf(member -> member.remote == remote);
    }

    private void set(Member member, int newIdle, int newStartable) {
        idle += newIdle - member.idle;
        startable += newStartable - member.startable;
        member.idle = newIdle;
        member.startable = newStartable;
    }

    private @Nullable Member find(RemoteMember remote) {
        for (Member member : members) {
            if (member.remote == remote) {
                return member;
            }
        }
        return null;
    }

    // ---- who gets the next task

    /** @param localFull whether no worker of this pool could take it, not even one that would have to be started */
    boolean hasRoom(boolean localFull, DispatchedTask task) {
        return idle > 0 || localFull && (startable > 0 || EarlyTasks.isShortElsewhere(task) && mostAhead() != null);
    }

    /** When the next pause is over, after which one may go ahead. */
    long pausedUntil() {
        long now = machine.nanoTime();
        long until = Deadline.NEVER;
        for (Member each : members) {
            if (!Deadline.isDue(each.pausedUntil, now)) {
                until = Deadline.earlier(until, each.pausedUntil);
            }
        }
        return until;
    }

    /** A place for the task, while there {@link #hasRoom}. Null if it has ended. */
    @Nullable
    SentAttempt send(DispatchedTask task, boolean localFull) {
        Member free = idle > 0 || localFull && startable > 0 ? most() : null;
        Member member = free != null ? free : mostAhead();
        if (member == null) {
            throw new IllegalStateException("no member has room for " + task.displayName());
        }
        if (!task.sentTo(member.remote.name())) {
            return null;
        }
        SentAttempt attempt = new SentAttempt(nextId++, task, member.remote, member.tasks);
        open.add(attempt); // from here on nothing takes memory
        waiting++;
        task.attempt = attempt;
        if (member.idle > 0) {
            set(member, member.idle - 1, member.startable);
        } else if (free != null) {
            set(member, 0, member.startable - 1);
        }
        attempt.ahead = free == null;
        member.openAhead += attempt.ahead ? 1 : 0;
        member.open++;
        return attempt;
    }

    /** The one with most idle slots; if none has any, the one that can start most. */
    private Member most() {
        Member most = members.get(0);
        for (Member each : members) {
            if (idle > 0 ? each.idle > most.idle : each.startable > most.startable) {
                most = each;
            }
        }
        return most;
    }

    /** The one that takes most short tasks ahead of its slots; null if none takes any. */
    private @Nullable Member mostAhead() {
        Member most = null;
        int mostRoom = 0;
        for (Member each : members) {
            int room = each.roomAhead();
            if (room > mostRoom) {
                most = each;
                mostRoom = room;
            }
        }
        return most;
    }

    // ---- what is there

    /** A worker there has it. */
    void started(SentAttempt attempt) {
        waitsNoMore(attempt);
        Member member = find(attempt.member);
        if (member != null) {
            leavesQueue(member, attempt, true);
        }
    }

    /** It has begun, or is over, or its caller has given it up. */
    void waitsNoMore(SentAttempt attempt) {
        waiting -= attempt.waits ? 1 : 0;
        attempt.waits = false;
    }

    private void leavesQueue(Member member, SentAttempt attempt, boolean hasRun) {
        if (attempt.ahead) {
            member.openAhead--;
            attempt.ahead = false;
            // One that was sent before another came back says nothing new.
            boolean grows = hasRun && attempt.id() >= member.halvedAt && member.window < member.ahead;
            member.window += grows ? 1 : 0;
        }
    }

    /**
     * It is over.
     *
     * @param hasRun whether it has run there
     * @return whether it was not over before
     */
    boolean finish(SentAttempt attempt, boolean hasRun) {
        if (!open.remove(attempt)) {
            return false;
        }
        waitsNoMore(attempt);
        Member member = find(attempt.member);
        if (member != null) {
            member.open--;
            leavesQueue(member, attempt, hasRun);
        }
        attempt.over = true;
        attempt.task.attempt = null;
        return true;
    }

    /** How many wait there for a worker, as far as is known. */
    int waiting() {
        return waiting;
    }

    List<SentAttempt> open() {
        return List.copyOf(open);
    }
}
