package io.github.inparallel;

import io.github.inparallel.units.Counts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Tells which futures of a caller's collection have completed. Each is registered with once; completing threads only put
 * into a queue. Everything else here, and the collection, belong to the thread that iterates.
 *
 * <p>What the caller adds and takes out shows only when the collection is gone through. That costs time that grows with
 * its size, so where it holds more than a few futures it is done when it costs little in comparison: after a good part of
 * them has been taken, before a wait that has lasted as long already, and where the answer must be exact.
 */
@SuppressWarnings("CollectionUndefinedEquality") // the map is one of identity
final class Completions<F extends Future<?>> {

    /** So few futures are gone through whenever the caller has had its turn. */
    private static final int FEW = 256;

    private final Collection<F> inFlight;
    private final Removal<F> removal;
    private final IdentityHashMap<F, Entry<F>> entries = new IdentityHashMap<>();
    private final Deque<Entry<F>> ready = new ArrayDeque<>(); // complete; those that are gone stay until they are first
    private List<@Nullable Entry<F>> order = new ArrayList<>(); // as the last look found them; null is taken since
    private List<@Nullable Entry<F>> spare = new ArrayList<>();
    private final ForeignFutures foreign = new ForeignFutures(this);
    private Mailbox<Entry<F>> mailbox = new Mailbox<>();
    private int looks; // how often the collection was gone through
    private long lookNanos; // what that took the last time
    private boolean callerHadItsTurn = true; // since then
    private int taken; // since then
    private int arrived; // since then
    private int total;

    /**
     * @throws IllegalArgumentException if the collection can be seen not to allow removal
     */
    Completions(Collection<F> inFlight) {
        this.inFlight = inFlight;
        this.removal = new Removal<>(inFlight);
    }

    /** A future of the collection, and what is known of it. */
    static final class Entry<F> {
        final F future;
        int index; // where it was, or was first, at the last look
        int count; // how often it was there
        int look; // the last that found it
        boolean ready; // it is known to be complete
        boolean gone; // it has been taken, by the loop or by the caller

        Entry(F future) {
            this.future = future;
        }
    }

    /** Returns how many different futures there have been, as far as is known. */
    int total() {
        return total;
    }

    // ---- looking and waiting

    /** Notes that the caller may change the collection from now on. */
    void callersTurn() {
        callerHadItsTurn = true;
    }

    /** Takes in a future that has just been added to the collection, so that it need not be looked for. */
    void added(F future) {
        Entry<F> entry = entry(future);
        if (future.isDone()) {
            completed(entry);
        }
    }

    /** Whether a completed future can be taken: exact, also where it has not told anybody yet. Does not wait. */
    boolean isReady() {
        if (entries.size() <= FEW) {
            look();
        }
        if (hasReady()) {
            return true;
        }
        look();
        return hasReady();
    }

    /**
     * Waits until a completed future can be taken, the collection is empty, or so long.
     *
     * @return whether one can be taken
     */
    boolean await(long nanos) {
        long start = System.nanoTime();
        while (true) {
            if (isTimeToLook()) {
                look();
            }
            if (hasReady()) {
                return true;
            }
            long left = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : nanos - (System.nanoTime() - start);
            if (callerHadItsTurn) {
                // It will have to look; but if there is traffic the next completion comes before that is done.
                if (left <= 0 || !arrives(Math.min(left, lookNanos))) {
                    look();
                }
            } else if (left <= 0 || inFlight.isEmpty()) {
                return false;
            } else {
                arrives(left);
            }
        }
    }

    private boolean isTimeToLook() {
        collect();
        if (callerHadItsTurn && (entries.size() <= FEW || taken >= entries.size() / 4)) {
            return true;
        }
        return arrived > ready.size() / 2
                && removal.isCostly(arrived, entries.size()); // to take them in a better order
    }

    private boolean hasReady() {
        Entry<F> first = firstReady();
        if (first != null && callerHadItsTurn && !removal.finds(first.future, first.index)) {
            look(); // the caller may have taken out all that were complete
            first = firstReady();
        }
        return first != null && !inFlight.isEmpty();
    }

    private @Nullable Entry<F> firstReady() {
        collect();
        while (!ready.isEmpty() && ready.getFirst().gone) {
            ready.removeFirst();
        }
        return ready.peekFirst();
    }

    /** Takes in what completing threads have said. */
    private void collect() {
        for (Entry<F> entry = mailbox.poll(); entry != null; entry = mailbox.poll()) {
            completed(entry);
        }
    }

    private boolean arrives(long nanos) {
        try {
            Entry<F> entry = mailbox.poll(nanos);
            if (entry != null) {
                completed(entry);
            }
            return entry != null;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new InParallelException(
                    "Interrupted while it waited for "
                            + Counts.text(inFlight.size(), "future, which stays", "futures, which stay")
                            + " in the collection",
                    e);
        }
    }

    private void completed(Entry<F> entry) {
        if (!entry.ready && !entry.gone) {
            entry.ready = true;
            ready.addLast(entry);
            arrived++;
        }
    }

    // ---- going through the collection

    /** Finds out what is new, what is gone, what is complete, and where each is. */
    private void look() {
        long start = System.nanoTime();
        looks++;
        int found = 0;
        int next = 0; // most often each is followed by the one that followed it the last time
        List<@Nullable Entry<F>> now = spare;
        now.clear();
        Collection<?> unchecked = inFlight; // a raw type may have let in anything
        for (Object each : unchecked) {
            while (next < order.size() && order.get(next) == null) {
                next++;
            }
            Entry<F> entry = next < order.size() ? order.get(next) : null;
            if (entry == null || entry.future != each) {
                entry = entry(each);
                next = entry.look == looks ? next : entry.index;
            }
            next++;
            if (entry.look == looks) {
                entry.count++;
            } else {
                found++;
                entry.look = looks;
                entry.index = now.size();
                entry.count = 1;
                if (!entry.ready && entry.future.isDone()) {
                    completed(entry); // its callbacks may come later
                }
            }
            now.add(entry);
        }
        if (found < entries.size()) {
            entries.values().removeIf(this::isMissing);
        }
        spare = order;
        order = now;
        spare.clear();
        if (removal.isCostly(ready.size(), entries.size())) {
            sortReady();
        }
        callerHadItsTurn = false;
        taken = 0;
        arrived = 0;
        lookNanos = System.nanoTime() - start;
    }

    private boolean isMissing(Entry<F> entry) {
        entry.gone = entry.look != looks;
        return entry.gone;
    }

    private Entry<F> entry(@Nullable Object each) {
        if (!(each instanceof Future)) {
            throw new IllegalArgumentException("inFlight contains " + each + " (expected: only futures)");
        }
        @SuppressWarnings("unchecked")
        F future = (F) each;
        Entry<F> entry = entries.get(future);
        return entry == null ? register(future) : entry;
    }

    private Entry<F> register(F future) {
        Entry<F> entry = new Entry<>(future);
        entry.index = order.size();
        if (!future.isDone()) {
            Mailbox<Entry<F>> to = mailbox;
            if (!(future instanceof CompletionStage<?> stage) || !tells(stage, to, entry)) {
                foreign.await(future, () -> to.put(entry));
            }
        }
        entries.put(future, entry);
        total++;
        return entry;
    }

    private static <F> boolean tells(CompletionStage<?> stage, Mailbox<Entry<F>> to, Entry<F> entry) {
        try {
            stage.whenComplete((value, failure) -> to.put(entry));
            return true;
        } catch (Throwable e) {
            return false; // then it is waited for
        }
    }

    /** Of many, those that can be taken out at least cost come first. */
    private void sortReady() {
        ready.clear();
        for (int i = 0; i < order.size(); i++) {
            Entry<F> entry = order.get(i);
            if (entry != null && entry.ready && entry.index == i) {
                if (removal.isCheapestAtTheEnd()) {
                    ready.addFirst(entry);
                } else {
                    ready.addLast(entry);
                }
            }
        }
    }

    // ---- taking out

    /** Takes a completed future out of the collection; null if the caller has taken it out meanwhile. */
    @Nullable
    F take() {
        Entry<F> entry = ready.getFirst();
        try {
            if (entry.count > 1) {
                keepOne(entry);
            }
            if (!removal.remove(entry.future, entry.index)) {
                look();
                if (!entry.gone && !removal.remove(entry.future, entry.index)) {
                    throw new UnsupportedOperationException("It does not let go of " + entry.future);
                }
            }
        } catch (UnsupportedOperationException e) {
            throw Removal.unchangeable(inFlight, e);
        }
        callerHadItsTurn = true;
        if (entry.gone) {
            return null;
        }
        taken++;
        entry.gone = true;
        entries.remove(entry.future);
        if (entry.index < order.size() && order.get(entry.index) == entry) {
            order.set(entry.index, null); // so that nothing is kept of what the caller is done with
        }
        return entry.future;
    }

    /** What is complete is yielded once, however often it is there. Of many, all such are seen to in one go. */
    private void keepOne(Entry<F> which) {
        boolean few = entries.size() <= FEW;
        inFlight.removeIf(each -> {
            Entry<F> entry = few && each != which.future ? null : entries.get(each);
            if (entry == null || !entry.ready || entry.count <= 1) {
                return false;
            }
            entry.count--;
            return true;
        });
        look();
    }

    /** Forgets all, since nobody waits any more. If somebody does again, everything begins anew. */
    void close() {
        mailbox.close();
        mailbox = new Mailbox<>();
        foreign.close();
        total -= entries.size();
        entries.clear();
        ready.clear();
        order.clear();
        callerHadItsTurn = true;
    }
}
