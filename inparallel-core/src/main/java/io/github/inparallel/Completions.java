package io.github.inparallel;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tells which futures of a collection have completed. Each is registered with once. Everything here and the collection
 * belong to the thread that iterates; completing threads only put into the queue.
 */
@SuppressWarnings("CollectionUndefinedEquality") // futures are compared by identity, or as the caller's collection does
final class Completions<F extends Future<?>> {

    private final Collection<F> inFlight;
    private final Set<F> awaited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final BlockingQueue<F> done = new LinkedBlockingQueue<>(); // written by completing threads
    // What the callbacks hold: emptied at the end, so that a future that outlives the loop keeps nothing of it.
    private final AtomicReference<@Nullable BlockingQueue<F>> open = new AtomicReference<>(done);
    private @Nullable ThreadPoolExecutor waiters;
    private @Nullable F ready;
    private int total;

    Completions(Collection<F> inFlight) {
        this.inFlight = inFlight;
        Collection<?> unchecked = inFlight; // a raw type may have let in anything
        try {
            unchecked.removeIf(each -> false);
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException(
                    "inFlight cannot be changed (" + inFlight.getClass().getName()
                            + "); pass a collection that futures can be removed from, such as an ArrayList",
                    e);
        }
    }

    /** How many different futures there have been. */
    int total() {
        return total;
    }

    /** Whether a completed future can be taken. Looks at each future that is awaited; does not wait. */
    boolean isReady() {
        if (ready == null) {
            register();
            find(done.poll());
        }
        if (ready == null) {
            // A future may be complete before its callbacks have run.
            for (F future : awaited) {
                if (future.isDone() && find(future)) {
                    break;
                }
            }
        }
        return ready != null;
    }

    /**
     * Waits until a completed future can be taken, the collection has no other, or so long.
     *
     * @return whether one can be taken
     */
    boolean await(long nanos) {
        long start = System.nanoTime();
        while (!isReady() && !awaited.isEmpty()) {
            long left = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : nanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            try {
                find(left == Long.MAX_VALUE ? done.take() : done.poll(left, TimeUnit.NANOSECONDS));
            } catch (InterruptedException e) {
                close();
                Thread.currentThread().interrupt();
                throw new InParallelException(
                        "Interrupted while it waited for " + inFlight.size() + " futures; they stay in the collection",
                        e);
            }
        }
        return ready != null;
    }

    /** Takes the completed future out of the collection. */
    F take() {
        F future = ready;
        if (future == null) {
            throw new IllegalStateException("nothing is ready");
        }
        ready = null;
        awaited.remove(future);
        if (inFlight instanceof Set) {
            inFlight.remove(future);
        } else {
            inFlight.removeIf(each -> each == future);
        }
        return future;
    }

    /** Nobody waits any more. */
    void close() {
        open.set(null);
        if (waiters != null) {
            waiters.shutdownNow();
        }
    }

    private boolean find(@Nullable F future) {
        if (future != null && awaited.contains(future)) {
            ready = future;
            return true;
        }
        return false; // none, or one that was found complete before its callback came
    }

    private void register() {
        awaited.removeIf(each -> !inFlight.contains(each)); // the caller may take futures out
        Collection<?> unchecked = inFlight; // what a raw type may have let in
        for (Object each : unchecked) {
            if (!(each instanceof Future)) {
                throw new IllegalArgumentException("inFlight contains " + each + " (expected: only futures)");
            }
            @SuppressWarnings("unchecked")
            F future = (F) each;
            if (awaited.add(future)) {
                total++;
                register(future);
            }
        }
    }

    private void register(F future) {
        if (future.isDone()) {
            done.add(future);
        } else if (future instanceof CompletionStage<?> stage) {
            stage.whenComplete((value, failure) -> completed(future));
        } else {
            waiters().execute(() -> {
                try {
                    future.get();
                } catch (InterruptedException e) {
                    return; // the loop has ended
                } catch (Exception | Error e) {
                    // failed or cancelled: complete, too
                }
                completed(future);
            });
        }
    }

    private void completed(F future) {
        BlockingQueue<F> queue = open.get();
        if (queue != null) {
            queue.add(future);
        }
    }

    private ThreadPoolExecutor waiters() {
        if (waiters == null) {
            waiters = new ThreadPoolExecutor(
                    0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), body -> {
                        Thread thread = new Thread(body, "inparallel-wait-for");
                        thread.setDaemon(true);
                        return thread;
                    });
        }
        return waiters;
    }
}
