package io.github.inparallel.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Stops one task: interrupts its thread, and cancels the future that its body has returned. Both run code of the task's
 * own: {@code cancel} may be overridden, and an interrupt closes the channel that the thread is blocked in. So it is done
 * on a thread of its own, which may wait or fail and holds up nobody but the task.
 */
final class TaskStop implements Runnable {

    private final @Nullable Future<?> body;

    // Held while the thread is interrupted, and by the task's end: no interrupt comes after it.
    private final Object interrupting = new Object();
    private @Nullable Thread target; // guarded by interrupting: null when the task has ended

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean completedBody; // written before done

    /**
     * @param target runs the task
     * @param body what the task waits for, if its method has returned already
     */
    TaskStop(Thread target, @Nullable Future<?> body) {
        this.target = target;
        this.body = body;
    }

    /** Never fails: where no thread is to be had, the interrupt at least is delivered. */
    void start() {
        try {
            Thread thread = new Thread(null, this, "inparallel-stop", 0, false);
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) { // no more threads, no more memory
            completedBody = body != null; // as good as: nobody may believe that it has stopped
            done.countDown();
            interrupt();
        }
    }

    @Override
    public void run() {
        interrupt();
        completedBody = body != null && completes(body);
        done.countDown();
    }

    private void interrupt() {
        try {
            synchronized (interrupting) {
                if (target != null) {
                    target.interrupt();
                }
            }
        } catch (Throwable e) {
            // of the channel that it was blocked in
        }
    }

    /** Cancels the future; returns whether that completed it, or may have. */
    static boolean completes(Future<?> body) {
        try {
            return body.cancel(true);
        } catch (Throwable e) {
            return isCancelled(body); // it may have failed after it was cancelled, or never be cancelled
        }
    }

    private static boolean isCancelled(Future<?> body) {
        try {
            return body.isCancelled();
        } catch (Throwable e) {
            return true; // nobody can say that its work has stopped
        }
    }

    /** Whether cancelling completed the body's future. Waits, whatever interrupts, until it is known. */
    boolean completedBody() {
        boolean interrupted = false;
        while (body != null) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return completedBody;
    }

    /** The task has ended: its thread is interrupted no more. */
    void end() {
        synchronized (interrupting) {
            target = null;
        }
    }
}
