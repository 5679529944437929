package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.history.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A worker as the dispatcher sees it: its slots, and whether they may get tasks. What the dispatcher notes of it is read
 * and written under the dispatcher's lock alone, by the classes that have it; everything else is thread-safe.
 */
public final class WorkerEntry {

    private final String name;
    private final int place;
    private final List<Slot> slots;
    private final AtomicLong answered = new AtomicLong();
    private volatile long pid = -1; // set once, by whoever launches the worker
    private volatile @Nullable Shortage shortage; // written by whoever reads one of its slots

    boolean accepting; // its slots may get tasks
    boolean writtenOff; // it is dead, or as good as that: what it still has does not count as running
    int leases; // tasks that its slots have
    int assigned; // tasks that its slots have had
    long idleSinceNanos; // when it was last left without a task, or began to accept

    /**
     * @param name ends with its number
     * @param place a number that no other worker has that lives
     */
    public WorkerEntry(
            String name,
            int number,
            int place,
            int concurrency,
            Dispatcher dispatcher,
            SlotConnection.Surroundings pool) {
        this.name = name;
        this.place = place;
        List<Slot> all = new ArrayList<>(concurrency);
        for (int i = 0; i < concurrency; i++) {
            all.add(new Slot(this, new Lane(number, place * concurrency + i), i, dispatcher, pool));
        }
        this.slots = List.copyOf(all);
    }

    public String name() {
        return name;
    }

    /** Returns its place among those that live. */
    public int place() {
        return place;
    }

    /** Returns its process id; -1 before there is a process. */
    public long pid() {
        return pid;
    }

    public void startedAs(long processId) {
        pid = processId;
    }

    public List<Slot> slots() {
        return slots;
    }

    /** Counts an answer to one of its tasks. */
    void answered() {
        answered.incrementAndGet();
    }

    /** Returns how many tasks it has answered. */
    public long tasksDone() {
        return answered.get();
    }

    /** Notes that it has run out of something, and is to be replaced. */
    void ranOut(Shortage of) {
        shortage = of;
    }

    /** Returns what it has run out of; null if nothing. */
    @Nullable
    public Shortage shortage() {
        return shortage;
    }
}
