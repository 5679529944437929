package io.github.inparallel.pool.member;

import io.github.inparallel.TaskProgress;
import java.util.Optional;

/**
 * One attempt of a task at another member. The pool makes it, the member's side tells it what it hears. The first end counts;
 * what is told of an attempt that is over does nothing. Thread-safe.
 */
public interface SentTask {

    /** Number of the attempt, unique in this pool and never used again. */
    long id();

    /** Returns what is to be sent; empty if the attempt is over, and nothing is. */
    Optional<EncodedCall> call();

    /** Limit of running time in nanoseconds; 0 is none. The member keeps it; the caller's side has to notice if it does not. */
    long timeoutNanos();

    /** A worker has it. */
    void started(String worker, long pid);

    void progressed(TaskProgress progress);

    /** It has ended there. */
    void ended(EncodedOutcome outcome);

    /**
     * The member is gone, or has left: nothing more is heard of the task. It ends as lost, or goes elsewhere if it has retries.
     *
     * @param why a clause for the message, as "it did not answer for 10 s"
     */
    void memberLost(String why);

    /**
     * It has ended there, and its outcome cannot be had: it ends with a {@code MarshallingException}. It is not tried again, since it has
     * run to its end.
     *
     * @param why a clause for the message, as "there was no memory here for its outcome"
     */
    void outcomeLost(String why);

    /** Its result has so many bytes, which is more than may come: it ends as it would if it had run here. */
    void resultTooLarge(long bytes);

    /** The member has not ended it in time, and not said why: it ends as timed out here, and the member is told to stop it. */
    void overdue();

    /** Whether this attempt is over. */
    boolean isOver();
}
