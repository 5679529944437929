package io.github.inparallel.pool.history;

import org.jspecify.annotations.Nullable;

/** What is recorded of a task when it has ended. */
public interface RecordedTask {

    long id();

    /** Returns its method, as {@code SimpleClass.method}. */
    String displayName();

    /** Returns the slot of this pool that had it in the end; null if none had. */
    @Nullable
    Lane lane();

    long submittedNanos();

    /** Returns whether a worker has had it, here or at another member. */
    boolean hasBegun();

    /** Returns since when one had it, if one has. */
    long assignedNanos();

    /** Returns when its end was decided, which may be long before it is counted; 0 if that is now. */
    long endedNanos();
}
