package io.github.inparallel;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for one future: a lock-free stack, closed when the end is decided. The release learns whether
 * it has woken a thread for certain, because that thread then owes the rest of the work.
 */
final class WaitingThreads {

    private static final Node CLOSED = new Node(null, null);

    private final AtomicReference<@Nullable Node> top = new AtomicReference<>();

    /**
     * Closes the stack and wakes everybody on it.
     *
     * @return whether at least one thread was still waiting, and so has been told
     */
    boolean release() {
        boolean told = false;
        for (Node node = top.getAndSet(CLOSED); node != null && node != CLOSED; node = node.next) {
            // Against leave(): exactly one of the two sees WAITING.
            if (node.state.compareAndSet(State.WAITING, State.TOLD)) {
                told = true;
                LockSupport.unpark(node.thread);
            }
        }
        return told;
    }

    /**
     * Waits until released, or so long.
     *
     * @param done whether there is nothing to wait for any more; true for good once the stack is closed
     * @param spinNanos how much of it this thread spins before it blocks
     * @param spun told whether spinning was enough
     * @throws InterruptedException if this thread was interrupted and had not been told before
     */
    void await(BooleanSupplier done, long spinNanos, Spun spun, long nanos) throws InterruptedException {
        Node node = new Node(Thread.currentThread(), null);
        if (!push(node) || spinNanos > 0 && spins(done, spinNanos, spun)) {
            return;
        }
        long deadline = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + nanos;
        while (!done.getAsBoolean()) {
            if (deadline == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    leave(node);
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
            if (Thread.interrupted()) {
                if (leave(node)) {
                    throw new InterruptedException();
                }
                Thread.currentThread().interrupt(); // told first: the end stands, the interrupt is for what comes next
                return;
            }
        }
    }

    /** Hears how spinning went. */
    @FunctionalInterface
    interface Spun {
        void spun(boolean enough);
    }

    /** Yields rather than hints: who is waited for may need this processor. */
    private static boolean spins(BooleanSupplier done, long nanos, Spun spun) {
        long start = System.nanoTime();
        boolean enough = done.getAsBoolean();
        while (!enough && System.nanoTime() - start < nanos) {
            Thread.yield();
            enough = done.getAsBoolean();
        }
        spun.spun(enough);
        return enough;
    }

    private boolean push(Node node) {
        while (true) {
            Node head = top.get();
            if (head == CLOSED) {
                return false;
            }
            node.next = head;
            if (top.compareAndSet(head, node)) {
                return true;
            }
        }
    }

    /** Gives up waiting; false if it was told in the same moment. Nodes that left stay until the end: see prune. */
    private boolean leave(Node node) {
        boolean left = node.state.compareAndSet(State.WAITING, State.LEFT);
        if (left) {
            prune();
        }
        return left;
    }

    /** Takes nodes that have left off the top, so that polling with {@code get(timeout)} piles nothing up. */
    private void prune() {
        while (true) {
            Node head = top.get();
            if (head == null || head == CLOSED || head.state.get() != State.LEFT) {
                return;
            }
            top.compareAndSet(head, head.next);
        }
    }

    private enum State {
        WAITING,
        TOLD,
        LEFT
    }

    private static final class Node {
        final @Nullable Thread thread;
        final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        volatile @Nullable Node next;

        Node(@Nullable Thread thread, @Nullable Node next) {
            this.thread = thread;
            this.next = next;
        }
    }
}
