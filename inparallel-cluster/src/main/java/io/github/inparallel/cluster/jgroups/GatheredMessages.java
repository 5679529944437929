package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.pool.runtime.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Messages that others follow soon. One thread sends all that have come for a peer since it last looked, as one: the more there
 * are, the more go together, and none waits for others but while that thread is busy. Thread-safe.
 *
 * @param <T> a peer
 */
final class GatheredMessages<T> {

    private static final Log log = Log.of(GatheredMessages.class);

    /** Bytes after which what has been gathered goes: so much is still written by this thread, and no other has to be woken. */
    static final int MOST_BYTES = 6 * 1024;

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Sender<T> sender;
    private final Queue<Gathered<T>> queue = new ConcurrentLinkedQueue<>();
    private final List<Gathered<T>> taken =
            new ArrayList<>(); // from the queue, by the thread: not sent yet, or not all of it
    private final Thread thread;
    private volatile boolean waiting; // the thread has found nothing; written by it, and by who wakes it
    private volatile boolean stopped;

    /** Sends messages to a peer, for the thread of this alone. */
    interface Sender<T> {

        /** Sends all or, if it throws, none of them. */
        void send(T to, List<byte[]> messages);
    }

    GatheredMessages(Sender<T> sender) {
        this.sender = sender;
        this.thread = new Thread(this::run, "inparallel-cluster-send");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void add(T to, byte[] message) {
        queue.add(new Gathered<>(to, message));
        if (waiting) { // looked at after the message is there: the thread looks for messages after it has written this
            waiting = false;
            LockSupport.unpark(thread);
        }
    }

    /** Sends what there is, waits for that for a second at most, and takes no more. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean failed = false;
        while (!stopped || !failed && !queue.isEmpty()) {
            try {
                if (!failed) {
                    awaitMessages();
                    take();
                }
                send(failed ? 1 : Integer.MAX_VALUE);
                failed = false;
            } catch (Throwable e) { // there is no memory, perhaps: each by itself needs less
                failed = true;
                log.warn("Messages could not be sent to other members; they are sent again", e);
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void awaitMessages() {
        waiting = true;
        if (queue.isEmpty() && !stopped) {
            LockSupport.park(this);
            Thread.interrupted(); // nobody has reason to; a set flag would turn this into a busy loop
        }
        waiting = false;
    }

    private void take() {
        int bytes = 0;
        for (Gathered<T> next = queue.peek(); next != null && bytes < MOST_BYTES; next = queue.peek()) {
            taken.add(next); // before it leaves the queue: for want of memory it would be nowhere
            queue.poll();
            bytes += next.message.length;
        }
    }

    /** @param most how many go together */
    private void send(int most) {
        for (Gathered<T> first : taken) {
            while (!first.sent) {
                List<Gathered<T>> together = taken.stream()
                        .filter(each -> !each.sent && each.to.equals(first.to))
                        .limit(most)
                        .toList();
                sender.send(
                        first.to, together.stream().map(each -> each.message).toList());
                together.forEach(each -> each.sent = true);
            }
        }
        taken.clear();
    }

    /** A message on its way to the peer. */
    private static final class Gathered<T> {

        final T to;
        final byte[] message;
        boolean sent; // the thread's

        Gathered(T to, byte[] message) {
            this.to = to;
            this.message = message;
        }
    }
}
