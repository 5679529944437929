package io.github.inparallel.pool.member;

/** Another member that runs tasks of a pool. Each is one object as long as the member is there; thread-safe. */
public interface RemoteMember {

    /** Address of the member, as {@code TaskFuture.member()} and messages name it. */
    String name();

    /**
     * Sends a task. Called on whatever thread found the slot: it neither waits nor throws, and runs no code of applications.
     * The task's outcome may be told before this returns, on this thread too.
     */
    void run(SentTask task);

    /** The task's caller gave up: it is to be interrupted, and killed if it does not stop. As {@link #run}. */
    void cancel(SentTask task);
}
