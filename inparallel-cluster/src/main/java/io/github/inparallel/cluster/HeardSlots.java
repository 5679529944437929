package io.github.inparallel.cluster;

import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.RemoteSlots;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has said of the free slots of one pool, on its way to our pool of that name: always the newest, in order, and
 * under no lock, although several threads hear it. One of them tells it, the others leave theirs to that one.
 */
final class HeardSlots {

    private final RemoteSlots pool;
    private final RemoteMember member;
    private final Consumer<Runnable> later;
    private final Runnable tell = this::tell; // made while there is memory for it

    // All guarded by this.
    private long number = -1; // of the newest word
    private @Nullable FreeSlots heard;
    private boolean usable; // the peer is compatible
    private boolean gone;
    private boolean stale; // the pool does not know it yet
    private boolean known; // the pool knows the member
    private boolean telling; // a thread does

    /** @param later has something done a moment later, on a thread that may take its time */
    HeardSlots(RemoteSlots pool, RemoteMember member, Consumer<Runnable> later) {
        this.pool = pool;
        this.member = member;
        this.later = later;
    }

    /** Hears a word; one that is older than another does not count. */
    void hear(long wordNumber, FreeSlots slots) {
        note(wordNumber, slots, false);
        tell();
    }

    /** Hears a word, and says the newest also if the pool knew it: it has dropped what it knew. */
    void hearAnew(long wordNumber, FreeSlots slots) {
        note(wordNumber, slots, true);
        tell();
    }

    private synchronized void note(long wordNumber, FreeSlots slots, boolean anew) {
        stale |= anew;
        if (wordNumber > number) {
            number = wordNumber;
            heard = slots;
            stale = true;
        }
    }

    /** From now on the pool may use what is heard; {@link #tell} is to follow. */
    synchronized void use() {
        usable = true;
    }

    /** Says it again: what the pool had counted as sent has not been. */
    void repeat() {
        isStale();
        tell();
    }

    /** As {@link #repeat}, but not on this thread, which has no memory for it now. */
    void repeatLater() {
        isStale();
        later.accept(tell);
    }

    private synchronized void isStale() {
        stale = true;
    }

    void gone() {
        synchronized (this) {
            gone = true;
            stale = true;
        }
        tell();
    }

    /** Returns the newest that was heard. */
    synchronized FreeSlots free() {
        return heard == null ? FreeSlots.NONE : heard;
    }

    /** Tells the pool what it does not know yet. */
    void tell() {
        for (; ; ) {
            FreeSlots slots; // null if it is gone
            synchronized (this) {
                if (telling || !stale || !usable || heard == null || gone && !known) {
                    return;
                }
                stale = false;
                telling = true;
                slots = gone ? null : heard;
                known = slots != null;
            }
            try {
                if (slots == null) {
                    pool.gone(member);
                } else {
                    pool.free(member, slots);
                }
            } catch (OutOfMemoryError e) {
                synchronized (this) {
                    known = true; // still, perhaps: it is to hear of the end
                }
                repeatLater();
                return;
            } finally {
                synchronized (this) {
                    telling = false;
                }
            }
        }
    }
}
