package io.github.inparallel.pool.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The last so many of something, each with the stamp under which it came. Guarded by the history's lock. */
final class Recent<E> {

    private final @Nullable Object[] entries;
    private final long[] stamps;
    private long count; // of all that ever came

    Recent(int most) {
        this.entries = new Object[most];
        this.stamps = new long[most];
    }

    /** Adds one. Returns the one that makes room for it; null if none has to. */
    @Nullable
    E add(E entry, long stamp) {
        int at = (int) (count % entries.length);
        @Nullable E oldest = entry(at);
        entries[at] = entry;
        stamps[at] = stamp;
        count++;
        return oldest;
    }

    @SuppressWarnings("unchecked")
    private @Nullable E entry(int at) {
        return (E) entries[at];
    }

    /** Returns what came after a stamp, oldest first. */
    <T> List<T> after(long stamp, Function<? super E, T> form) {
        List<T> found = new ArrayList<>();
        for (long i = Math.max(0, count - entries.length); i < count; i++) {
            int at = (int) (i % entries.length);
            if (stamps[at] > stamp) {
                E entry = entry(at);
                if (entry != null) {
                    found.add(form.apply(entry));
                }
            }
        }
        return found;
    }
}
