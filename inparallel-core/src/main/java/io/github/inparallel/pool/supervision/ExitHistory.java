package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.PoolStats;
import java.util.ArrayList;
import java.util.List;

/** The last workers that ended, newest first. Written by the supervisor; read by anybody, as a list that never changes. */
final class ExitHistory {

    static final int MOST = 20;

    private volatile List<PoolStats.ExitStats> last = List.of();

    void add(PoolStats.ExitStats exit) {
        List<PoolStats.ExitStats> all = new ArrayList<>(MOST);
        all.add(exit);
        all.addAll(last.subList(0, Math.min(last.size(), MOST - 1)));
        last = List.copyOf(all);
    }

    List<PoolStats.ExitStats> last() {
        return last;
    }
}
