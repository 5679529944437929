package io.github.inparallel.pool.history;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that have ended and are not counted yet. Noting one is all that its thread has to do, most often: it finds a page
 * that no other thread writes at this moment, allocates nothing and waits for nobody. Thread-safe.
 */
final class Journal {

    static final int PAGES = 4; // a power of two
    static final int LINES = 32; // of each page

    /** Counts what was noted. */
    interface Counter {

        /**
         * @param lane the slot of this pool that had it; null if none had
         * @param nanos how long it ran, here or at another member; -1 if it never began
         */
        void ended(String method, int outcome, @Nullable Lane lane, long nanos, long end);
    }

    private final Page[] pages = new Page[PAGES];

    Journal() {
        for (int i = 0; i < PAGES; i++) {
            pages[i] = new Page();
        }
    }

    /**
     * Notes a task; false if there is no room.
     *
     * @param anywhere whether it is noted wherever there is room; else it is time to have all counted when the page of this
     *     thread is full
     */
    boolean add(String method, int outcome, @Nullable Lane lane, long nanos, long end, boolean anywhere) {
        int own =
                (int) (Thread.currentThread().getId() * 0x9E3779B97F4A7C15L >>> 62); // as many bits as there are pages
        for (int i = 0; i < PAGES; i++) {
            Page page = pages[own + i & PAGES - 1];
            if (page.lock.tryLock()) {
                try {
                    if (page.add(method, outcome, lane, nanos, end)) {
                        return true;
                    }
                    if (!anywhere) {
                        return false;
                    }
                } finally {
                    page.lock.unlock();
                }
            }
        }
        return false;
    }

    /** Has those counted that ended before a time, and forgets them. Each is counted once, whoever calls this meanwhile. */
    void takeUntil(long end, Counter counter) {
        for (Page page : pages) {
            page.lock.lock();
            try {
                page.take(end, false, counter);
            } finally {
                page.lock.unlock();
            }
        }
    }

    /** Has all of them counted, and forgets them. */
    void takeAll(Counter counter) {
        for (Page page : pages) {
            page.lock.lock();
            try {
                page.take(0, true, counter);
            } finally {
                page.lock.unlock();
            }
        }
    }

    private static final class Page {

        private final Lock lock = new ReentrantLock();

        @GuardedBy("lock")
        private final @Nullable String[] methods = new String[LINES];

        @GuardedBy("lock")
        private final byte[] outcomes = new byte[LINES];

        @GuardedBy("lock")
        private final @Nullable Lane[] lanes = new Lane[LINES];

        @GuardedBy("lock")
        private final long[] times = new long[LINES];

        @GuardedBy("lock")
        private final long[] ends = new long[LINES];

        @GuardedBy("lock")
        private int size;

        @GuardedBy("lock")
        boolean add(String method, int outcome, @Nullable Lane lane, long nanos, long end) {
            if (size == LINES) {
                return false;
            }
            methods[size] = method;
            outcomes[size] = (byte) outcome;
            lanes[size] = lane;
            times[size] = nanos;
            ends[size] = end;
            size++;
            return true;
        }

        @GuardedBy("lock")
        void take(long end, boolean all, Counter counter) {
            int noted = size;
            size = 0; // what cannot be counted is not tried again
            int kept = 0;
            for (int i = 0; i < noted; i++) {
                String method = methods[i];
                if (all || ends[i] - end < 0) {
                    if (method != null) {
                        counter.ended(method, outcomes[i], lanes[i], times[i], ends[i]);
                    }
                } else {
                    methods[kept] = method;
                    outcomes[kept] = outcomes[i];
                    lanes[kept] = lanes[i];
                    times[kept] = times[i];
                    ends[kept] = ends[i];
                    kept++;
                }
            }
            size = kept;
        }
    }
}
