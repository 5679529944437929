package io.github.inparallel.pool.history;

import io.github.inparallel.pool.PoolHistory.LastFailure;
import io.github.inparallel.pool.PoolHistory.MethodHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of the tasks of each method. Only so many methods have an entry of their own; those that are called while
 * there is none that has not been called for an hour share one. Guarded by the history's lock.
 */
final class Methods {

    static final int MOST = 32;

    private static final int OTHERS = MOST;

    private final @Nullable Entry[] entries = new Entry[MOST + 1];
    private final Entry others = new Entry(OTHERS, MethodHistory.OTHERS);
    private final Map<String, Entry> byName = new HashMap<>();
    private final RunTimes times = new RunTimes(MOST + 1);
    private final Columns columns = new Columns();
    private int failureBytes;

    Methods() {
        entries[OTHERS] = others;
    }

    /** One method. */
    private static final class Entry {

        private final int number;
        private final String name;
        private final Tally tally = new Tally();
        private @Nullable Failure lastFailure;

        private Entry(int number, String name) {
            this.number = number;
            this.name = name;
        }
    }

    /** Counts a task, and how long it ran if that is not negative. Returns the number of the entry. */
    int count(String method, int outcome, long nanos) {
        Entry entry = entry(method);
        entry.tally.count(outcome, nanos);
        if (nanos >= 0) {
            times.count(entry.number, nanos);
        }
        return entry.number;
    }

    void failed(Failure failure) {
        Entry entry = entry(failure.method());
        failureBytes += failure.bytes() - bytes(entry.lastFailure);
        entry.lastFailure = failure;
    }

    private static int bytes(@Nullable Failure failure) {
        return failure == null ? 0 : failure.bytes();
    }

    /** Returns how much memory the last failures need. */
    int failureBytes() {
        return failureBytes;
    }

    /** Returns the name of an entry that was counted in within the last half hour. */
    String name(int number) {
        Entry entry = entries[number];
        return entry == null ? MethodHistory.OTHERS : entry.name;
    }

    private Entry entry(String method) {
        Entry known = byName.get(method);
        if (known != null) {
            return known;
        }
        for (int i = 0; i < MOST; i++) {
            if (entries[i] == null) {
                return enter(i, method);
            }
        }
        return others;
    }

    private Entry enter(int number, String method) {
        Entry entry = new Entry(number, method);
        entries[number] = entry;
        byName.put(method, entry);
        return entry;
    }

    /** The present minute is over. */
    void minuteEnds() {
        times.minuteEnds(columns);
        for (Entry entry : entries) {
            if (entry != null) {
                entry.tally.minuteEnds(columns);
            }
        }
        columns.minuteEnded();
    }

    /** The present five minutes are over, and so is their last one. */
    void fiveEnds() {
        times.fiveEnds(columns);
        for (int i = 0; i <= MOST; i++) {
            Entry entry = entries[i];
            if (entry != null) {
                entry.tally.fiveEnds(columns);
                if (i != OTHERS && entry.tally.isEmpty()) {
                    byName.remove(entry.name);
                    failureBytes -= bytes(entry.lastFailure);
                    entries[i] = null;
                }
            }
        }
        columns.fiveEnded();
    }

    /** Returns those that were called within the hour, those with most calls first. */
    List<MethodHistory> all(LongFunction<Instant> instants) {
        List<MethodHistory> all = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry != null && !entry.tally.isEmpty()) {
                Failure failure = entry.lastFailure;
                all.add(new MethodHistory(
                        entry.name,
                        entry.tally.fiveMinutes(times.ofFiveMinutes(entry.number)),
                        entry.tally.hour(times.ofHour(entry.number)),
                        failure == null
                                ? Optional.empty()
                                : Optional.of(new LastFailure(
                                        instants.apply(failure.nanos()), failure.type(), failure.message()))));
            }
        }
        all.sort(
                Comparator.comparingLong((MethodHistory method) -> method.hour().calls())
                        .reversed()
                        .thenComparing(MethodHistory::method));
        return all;
    }
}
