package io.github.inparallel.cluster;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes only when somebody lets it, and what happens in it, on one thread. */
final class SimulatedTime implements Timing {

    static final long MILLI = 1_000_000;

    private record Event(long at, long order, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private long now;
    private long order;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, order++, action));
    }

    @Override
    public void close() {}

    /** Goes on until nothing more happens. */
    void run() {
        runUntil(Long.MAX_VALUE);
    }

    void runFor(long millis) {
        long end = now + millis * MILLI;
        runUntil(end);
        now = end;
    }

    private void runUntil(long end) {
        for (Event next = events.peek(); next != null && next.at() <= end; next = events.peek()) {
            events.remove();
            now = next.at();
            next.action().run();
        }
    }
}
