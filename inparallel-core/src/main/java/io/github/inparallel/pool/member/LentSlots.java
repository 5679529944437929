package io.github.inparallel.pool.member;

import io.github.inparallel.TaskProgress;

/** The slots of this pool, for tasks of other members. Thread-safe. */
public interface LentSlots {

    /** How many tasks of others the pool takes now. */
    FreeSlots free();

    /**
     * Whoever wants to know that {@link #free()} may have changed. It is called on threads of the engine, sometimes under no
     * lock, often: it neither waits nor throws. There is one.
     */
    void onChange(Runnable listener);

    /**
     * Runs a call of another member, if there is a slot for it. It uses no retries of this pool. If there is no slot, or the pool
     * takes nothing, the listener is told so before this returns, and only that.
     *
     * @param from the member that sent it, as messages name it
     */
    ReceivedTask run(EncodedCall call, String from, Listener listener);

    /** Hears of one task, on threads of the engine, one at a time: it neither waits nor throws. */
    interface Listener {

        void started(String worker, long pid);

        void progressed(TaskProgress progress);

        /** The end. Called once, last. */
        void ended(EncodedOutcome outcome);
    }
}
