package io.github.inparallel.cluster;

import io.github.inparallel.pool.runtime.Log;
import java.util.HashMap;
import java.util.Map;

/** Messages of peers that cannot be read: one line a minute for each peer. Thread-safe. */
final class MalformedMessages {

    private static final Log LOG = Log.of(ClusterNode.class);
    private static final long MINUTE = 60_000_000_000L;

    private final Timing timing;
    private final Map<Peer, Integer> counts = new HashMap<>(); // since the last line; guarded by this
    private long total; // guarded by this

    MalformedMessages(Timing timing) {
        this.timing = timing;
    }

    void add(Peer peer, String what) {
        synchronized (this) {
            total++;
            if (counts.merge(peer, 0, (before, none) -> before + 1) > 0) {
                return;
            }
        }
        LOG.warn(
                "A message of member {} makes no sense and is dropped: {}. Does something else use its port?",
                peer,
                what);
        timing.after(MINUTE, () -> endMinute(peer));
    }

    /** How many there were, ever. */
    synchronized long total() {
        return total;
    }

    private void endMinute(Peer peer) {
        int count;
        synchronized (this) {
            count = counts.getOrDefault(peer, 0);
            if (count == 0) {
                counts.remove(peer);
                return;
            }
            counts.put(peer, 0);
        }
        LOG.warn("{} more messages of member {} made no sense in the last minute, and were dropped", count, peer);
        timing.after(MINUTE, () -> endMinute(peer));
    }
}
