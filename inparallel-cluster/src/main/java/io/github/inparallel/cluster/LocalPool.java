package io.github.inparallel.cluster;

import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.RemoteSlots;
import java.util.concurrent.atomic.AtomicInteger;

/** A pool of this member, and how many of its slots long calls have that are on their way to it. Thread-safe. */
final class LocalPool {

    private static final int BESIDE = 2 << 20; // bytes, what there is beside arguments or a result
    private static final int EXCEPTION = 8 << 20; // bytes, as a worker may describe it
    private static final int CROSSING = 4; // long ends that may wait for a peer before they take slots from it

    final String name;
    final int number;
    private final SharedPool shared;
    private final AtomicInteger arriving = new AtomicInteger(); // long calls that have been accepted

    LocalPool(String name, int number, SharedPool shared) {
        this.name = name;
        this.number = number;
        this.shared = shared;
    }

    RemoteSlots remote() {
        return shared.remote();
    }

    LentSlots lent() {
        return shared.lent();
    }

    long graceNanos() {
        return shared.grace().toNanos();
    }

    /** Bytes of the largest list of arguments, and of the largest result. */
    long maxPayload() {
        return shared.maxPayload();
    }

    /** Bytes of the longest call. */
    long longestCall() {
        return shared.maxPayload() + BESIDE;
    }

    /** Bytes of the longest end. */
    long longestEnd() {
        return Math.max(shared.maxPayload(), EXCEPTION) + BESIDE;
    }

    /**
     * Returns how many tasks of a peer it takes.
     *
     * @param crossing long ends that the peer has not read yet: one that reads slowly gets fewer slots, so that they do not
     *     fill the memory
     */
    FreeSlots free(int crossing) {
        return without(shared.lent().free(), arriving.get() + Math.max(0, crossing - CROSSING));
    }

    private static FreeSlots without(FreeSlots free, int taken) {
        if (taken == 0) {
            return free;
        }
        int idle = Math.max(0, free.idle() - taken);
        int startable = Math.max(0, free.startable() - Math.max(0, taken - free.idle()));
        return new FreeSlots(idle, startable);
    }

    /** Whether there is a slot for a call that is here; it is not taken. */
    boolean hasSlot(int crossing) {
        boolean everySlotIsItsOwn = arriving.get() == 0 && crossing <= CROSSING;
        return everySlotIsItsOwn || free(crossing).sum() > 0; // else the pool itself knows best
    }

    /** Takes a slot for a long call that is to arrive, if there is one. */
    boolean reserve(int crossing) {
        arriving.incrementAndGet(); // first, so that of two at once at most one gets the last
        boolean taken = false;
        try {
            int needed = arriving.get() + Math.max(0, crossing - CROSSING);
            taken = shared.lent().free().sum() >= needed;
            return taken;
        } finally {
            if (!taken) {
                arriving.decrementAndGet();
            }
        }
    }

    void release() {
        arriving.decrementAndGet();
    }

    int arriving() {
        return arriving.get();
    }
}
