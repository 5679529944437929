package io.github.inparallel.pool.dispatch;

/** Where a task goes next: a slot of this pool, another member, or the queue. */
public interface Place {

    /** It waits: nothing is sent until it has another place. */
    Place QUEUE = (task, callerWaits) -> {};

    /**
     * Sends the task that has this place, on whatever thread found it. Never waits.
     *
     * @param callerWaits whether this thread has nothing else to do before the task's end
     */
    void send(DispatchedTask task, boolean callerWaits);
}
