package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
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

    private final List<Member> members = new ArrayList<>();
    private final Set<SentAttempt> open = new LinkedHashSet<>(); // those that are not over
    private long idle; // of all members together
    private long startable; // of all members together
    private long nextId = 1;

    /** A member, and what it has said last. */
    private static final class Member {
        final RemoteMember remote;
        final RemoteTasks tasks;
        int idle;
        int startable;

        Member(RemoteMember remote, RemoteTasks tasks) {
            this.remote = remote;
            this.tasks = tasks;
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
    }

    /** It has no slot after all, until it says so. */
    void exhausted(RemoteMember remote) {
        Member member = find(remote);
        if (member != null) {
            set(member, 0, 0);
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
    boolean hasRoom(boolean localFull) {
        return idle > 0 || localFull && startable > 0;
    }

    /** Only slots for which there is no worker yet. */
    boolean hasStartable() {
        return startable > 0;
    }

    /** A place for the task, while there {@link #hasRoom}. Null if it has ended. */
    @Nullable
    SentAttempt send(DispatchedTask task) {
        Member member = most();
        if (!task.sentTo(member.remote.name())) {
            return null;
        }
        if (member.idle > 0) {
            set(member, member.idle - 1, member.startable);
        } else {
            set(member, 0, member.startable - 1);
        }
        SentAttempt attempt = new SentAttempt(nextId++, task, member.remote, member.tasks);
        task.attempt = attempt;
        open.add(attempt);
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

    // ---- what is there

    /** It is over. Returns whether it was not before. */
    boolean finish(SentAttempt attempt) {
        if (!open.remove(attempt)) {
            return false;
        }
        attempt.over = true;
        attempt.task.attempt = null;
        return true;
    }

    List<SentAttempt> open() {
        return List.copyOf(open);
    }
}
