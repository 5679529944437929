package io.github.inparallel.cluster;

import io.github.inparallel.cluster.Message.FreeWord;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.runtime.Log;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** This member, as all of its peers see it. Thread-safe. */
final class LocalMember {

    /** Between two words about the same thing, of which a newer one replaces an older. */
    static final long BREATH = 20_000_000; // nanoseconds

    private static final long LOOK = 1_000_000_000; // nanoseconds between looks at tasks that have a limit

    private static final Log LOG = Log.of(LocalMember.class);

    final Identity identity;
    final Transport transport;
    final Timing timing;
    final Map<String, LocalPool> pools = new LinkedHashMap<>(); // written by the constructor only
    final List<LocalPool> numbered = new ArrayList<>(); // the same, in the order of the greeting
    private final ClusterObserver observer;
    private final AtomicLong words = new AtomicLong();
    private final Queue<ReceivedCall> withNews = new ConcurrentLinkedQueue<>();
    private final Pause slotsChanged;
    private final Pause news;
    private final Pause limits;
    private final AtomicInteger callers =
            new AtomicInteger(); // peers that have calls here: they share what may come ahead
    private volatile boolean leaving;

    LocalMember(
            Identity identity,
            Map<String, SharedPool> shared,
            Transport transport,
            Timing timing,
            ClusterObserver observer,
            Peers peers) {
        if (!identity.methods().keySet().equals(shared.keySet())) {
            throw new IllegalArgumentException("pools " + shared.keySet() + " (expected: those of the identity, "
                    + identity.methods().keySet() + ")");
        }
        this.identity = identity;
        this.transport = transport;
        this.timing = timing;
        this.observer = observer;
        for (String name : identity.methods().keySet()) {
            LocalPool pool = new LocalPool(name, numbered.size(), Objects.requireNonNull(shared.get(name)));
            pools.put(name, pool);
            numbered.add(pool);
        }
        slotsChanged = new Pause(timing, BREATH, true, "told how many slots are free", peers::tellSlots);
        news = new Pause(timing, BREATH, false, "told how far their calls are", this::tellNews);
        limits = new Pause(timing, LOOK, false, "asked for tasks that are overdue", peers::endOverdue);
    }

    /** What is done for all peers, on the timer's thread. */
    interface Peers {

        /** Tells them how many slots are free, and what could not be told before. */
        void tellSlots();

        /** Looks for tasks of ours that they should have ended. */
        void endOverdue();
    }

    /** Peers are to hear of it; whatever lock is held. */
    void slotsChanged() {
        slotsChanged.ask();
    }

    /** The caller of the task is to hear of it soon, unless the task ends before. */
    void hasNews(ReceivedCall call) {
        withNews.add(call);
        news.ask();
    }

    /** A peer runs a task that has a limit. */
    void watchLimits() {
        limits.ask();
    }

    private void tellNews() {
        for (ReceivedCall call = withNews.poll(); call != null; call = withNews.poll()) {
            call.tellNews();
        }
    }

    /** Number of a word about free slots: taken before one looks, so that the greater number has the newer truth. */
    long nextWord() {
        return words.incrementAndGet();
    }

    FreeWord freeWord(LocalPool pool, int crossing) {
        long number = nextWord();
        return new FreeWord(number, free(pool, crossing));
    }

    FreeSlots free(LocalPool pool, int crossing) {
        if (leaving) {
            return FreeSlots.NONE;
        }
        FreeSlots free = pool.free(crossing);
        return new FreeSlots(free.idle(), free.startable(), free.ahead() / Math.max(1, callers.get()));
    }

    /** From here on a peer has calls here, which had none. */
    void callerCame() {
        callers.incrementAndGet();
    }

    /** A peer has no calls here any more. */
    void callerWent() {
        callers.decrementAndGet();
    }

    boolean isLeaving() {
        return leaving;
    }

    /** From now on it takes nothing of others. */
    void leaves() {
        leaving = true;
    }

    void counted(LocalPool pool, ClusterObserver.Direction direction, String outcome) {
        try {
            observer.taskEnded(pool.name, direction, outcome);
        } catch (Throwable e) { // whoever counts, the task goes on to its end
            LOG.warn("An observer of tasks of pool {} that cross failed", pool.name, e);
        }
    }
}
