package io.github.inparallel.pool.member;

/**
 * The slots of other members that this pool may use, as far as it has been told. Which member has most of them, gets the next
 * task. Thread-safe.
 */
public interface RemoteSlots {

    /** A member says how many tasks it takes from now on. A member that is new is known by this. */
    void free(RemoteMember member, FreeSlots slots);

    /**
     * A member takes nothing more. What it runs is told by each {@link SentTask} of it.
     */
    void gone(RemoteMember member);

    /** Whether tasks wait that only other members can run, since this pool has no workers. */
    boolean isNeeded();
}
