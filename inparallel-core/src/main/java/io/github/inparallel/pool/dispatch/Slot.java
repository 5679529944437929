package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.history.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One slot of a worker, which runs one task at a time. What the dispatcher notes of it is read and written under the
 * dispatcher's lock alone, by the classes that have it; its requests and answers are the matter of its {@link
 * SlotConnection}.
 */
public final class Slot implements Place {

    private final WorkerEntry worker;
    private final int index;
    private final Lane lane;
    private final SlotConnection connection;

    @Nullable
    DispatchedTask task; // the lease

    boolean lastWasShort; // of its tasks, which may be the lease, as far as was known
    final Deque<DispatchedTask> early = new ArrayDeque<>(); // what follows it
    long lastOrdinal; // of the last task that was assigned to this slot
    long revoking; // the worker was asked for the tasks up to this one; 0 if it was not
    boolean closed; // it gets no more tasks

    Slot(WorkerEntry worker, Lane lane, int index, Dispatcher dispatcher, SlotConnection.Surroundings pool) {
        this.worker = worker;
        this.lane = lane;
        this.index = index;
        this.connection = new SlotConnection(this, dispatcher, pool);
    }

    public WorkerEntry worker() {
        return worker;
    }

    /** Returns its number in the worker, from 0. */
    public int index() {
        return index;
    }

    /** Returns where it is on a time line. */
    public Lane lane() {
        return lane;
    }

    public SlotConnection connection() {
        return connection;
    }

    @Override
    public void send(DispatchedTask leased, boolean callerWaits) {
        connection.send(leased, callerWaits);
    }

    /** Returns the ordinal of the task that is sent to it next. */
    long nextOrdinal() {
        return ++lastOrdinal;
    }
}
