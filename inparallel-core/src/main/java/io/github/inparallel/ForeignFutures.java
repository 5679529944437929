package io.github.inparallel;

import java.lang.ref.Cleaner;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for futures that tell nobody when they are done: a daemon thread for each. They end with the loop; if it was left
 * without a word, by an exception of its body or a {@code break}, when its iterator is collected as garbage.
 */
final class ForeignFutures {

    /** Started with the first such future. */
    private static final class Abandoned {
        static final Cleaner CLEANER = Cleaner.create();
    }

    private final Object loop;
    private @Nullable ThreadPoolExecutor threads; // of the thread that iterates

    ForeignFutures(Object loop) {
        this.loop = loop;
    }

    /**
     * @param done called when the future is complete, on another thread; must not lead to the loop
     */
    void await(Future<?> future, Runnable done) {
        ThreadPoolExecutor executor = threads;
        if (executor == null) {
            ThreadPoolExecutor created = new ThreadPoolExecutor(
                    0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), ForeignFutures::newThread);
            Abandoned.CLEANER.register(loop, created::shutdownNow);
            executor = created;
            threads = created;
        }
        ThreadPoolExecutor waiters = executor;
        waiters.execute(() -> {
            try {
                future.get();
            } catch (Throwable e) {
                // failed, cancelled, or beyond use: in any case there is nothing to wait for, unless the loop has ended
            }
            if (!waiters.isShutdown()) {
                done.run();
            }
        });
    }

    private static Thread newThread(Runnable body) {
        Thread thread = new Thread(body, "inparallel-wait-for");
        thread.setDaemon(true);
        return thread;
    }

    /** Nobody waits any more. */
    void close() {
        if (threads != null) {
            threads.shutdownNow();
            threads = null;
        }
    }
}
