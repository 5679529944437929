package io.github.inparallel.cluster;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Tells calls that are new from those that come twice, and remembers what was cancelled before it came. Not thread-safe. */
final class Arrivals {

    private static final int MOST_CANCELLED = 1_024;

    /** What a call is. */
    enum Arrival {
        NEW,
        CANCELLED,
        AGAIN
    }

    private final Map<Integer, RecentIds> heard = new HashMap<>(); // by number of the pool
    private final Set<TaskKey> cancelled = new LinkedHashSet<>(); // and have not come

    Arrival arrive(TaskKey key) {
        if (!heard.computeIfAbsent(key.pool(), pool -> new RecentIds()).add(key.id())) {
            return Arrival.AGAIN;
        }
        return cancelled.remove(key) ? Arrival.CANCELLED : Arrival.NEW;
    }

    /** A task that does not run is cancelled: it has ended, or is still to come. */
    void cancel(TaskKey key) {
        RecentIds ids = heard.get(key.pool());
        if (ids != null && ids.contains(key.id())) {
            return;
        }
        cancelled.add(key);
        if (cancelled.size() > MOST_CANCELLED) {
            Iterator<TaskKey> oldest = cancelled.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Cancelled tasks that have not come. */
    int waiting() {
        return cancelled.size();
    }
}
