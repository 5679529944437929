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

    void add(E entry, long stamp) {
        int at = (int) (count % entries.length);
        entries[at] = entry;
        stamps[at] = stamp;
        count++;
    }

    /** Returns what came after a stamp, oldest first. */
    <T> List<T> after(long stamp, Function<? super E, T> form) {
        List<T> found = new ArrayList<>();
        for (long i = Math.max(0, count - entries.length); i < count; i++) {
            int at = (int) (i % entries.length);
            if (stamps[at] > stamp) {
                @SuppressWarnings("unchecked")
                E entry = (E) entries[at];
                if (entry != null) {
                    found.add(form.apply(entry));
                }
            }
        }
        return found;
    }
}
