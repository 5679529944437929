package io.github.inparallel.pool.task;

import io.github.inparallel.protocol.Frame;
import org.jspecify.annotations.Nullable;

/** Who gets the outcome of a task, and in what form: a caller in this process, or another member, which gets it encoded. */
public interface Recipient {

    /** Returns what a worker's answer is to it. What is thrown is the task's failure. */
    @Nullable
    Object result(Frame answer) throws Throwable;

    /**
     * Returns what a worker's exception is to it.
     *
     * @param note what else there is to say of it; null if nothing
     */
    Throwable failure(byte[] encoded, ClassLoader loader, @Nullable String note);

    /** Returns the same failure, which the pool itself has found, as it is to be seen. */
    <E extends Throwable> E shown(E failure);
}
