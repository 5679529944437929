package io.github.inparallel.cluster;

import io.github.inparallel.cluster.Message.FreeWord;
import io.github.inparallel.pool.member.FreeSlots;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a peer was last told of our free slots, so that it is not told what it knows. Thread-safe. */
final class ToldSlots {

    private final Map<String, FreeWord> told = new HashMap<>(); // by pool; guarded by this
    private final Set<String> used = new HashSet<>(); // pools of which it has taken a slot since; guarded by this

    synchronized void told(String pool, FreeWord word) {
        FreeWord before = told.get(pool);
        if (before == null || before.number() < word.number()) {
            told.put(pool, word);
            used.remove(pool);
        }
    }

    /** A call of it has come: it counts one slot less than it was told, and is to be told, also if there are as many as before. */
    synchronized void used(String pool) {
        used.add(pool);
    }

    /** Notes it, and says whether it was something new. */
    synchronized boolean isNew(long number, Map<String, FreeSlots> pools) {
        boolean isNew = false;
        for (Map.Entry<String, FreeSlots> each : pools.entrySet()) {
            FreeWord before = told.get(each.getKey());
            isNew |= before == null
                    || before.number() < number
                            && (used.contains(each.getKey()) || !before.slots().equals(each.getValue()));
            told(each.getKey(), new FreeWord(number, each.getValue()));
        }
        return isNew;
    }
}
