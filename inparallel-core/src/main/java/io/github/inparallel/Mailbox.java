package io.github.inparallel;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What completing threads put their word into. It is all that callbacks hold of a loop, and empty when the loop has ended,
 * so that a future that outlives the loop keeps nothing of it. Thread-safe.
 */
final class Mailbox<E> {

    private volatile @Nullable BlockingQueue<E> open = new LinkedBlockingQueue<>(); // null once nobody reads it

    void put(E word) {
        BlockingQueue<E> queue = open;
        if (queue != null) {
            queue.add(word);
        }
    }

    @Nullable
    E poll() {
        BlockingQueue<E> queue = open;
        return queue == null ? null : queue.poll();
    }

    /** Waits so long, or for ever. */
    @Nullable
    E poll(long nanos) throws InterruptedException {
        BlockingQueue<E> queue = open;
        if (queue == null) {
            return null;
        }
        return nanos == Long.MAX_VALUE ? queue.take() : queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    void close() {
        open = null;
    }
}
