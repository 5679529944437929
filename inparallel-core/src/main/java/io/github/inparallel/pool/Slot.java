package io.github.inparallel.pool;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parent's side of one slot: its data connection and the thread that reads from it. That thread hands the slot its
 * next task before it looks after the last one's callbacks; it runs no user code and decodes nothing.
 */
final class Slot implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Slot.class);

    /** What the supervisor is told by a slot's thread. */
    interface Listener {
        /** The slot has no task; its worker may have something to do now. */
        void idle(Slot slot);

        /** The connection has ended; nothing more will come. */
        void closed(Slot slot, boolean broken);

        /** A task was given to the worker. */
        void given(PoolTask task);
    }

    private final Worker worker;
    private final int index;
    private final Bag bag;
    private final Listener listener;
    private final ClassLoader loader;
    private final PoolObserver observer;
    private final ResultBudget results;
    private boolean reported; // this slot's thread's alone: the present task has begun to answer
    private int taken; // this slot's thread's alone: bytes of the budget for the answer that is being read
    private volatile @Nullable FrameChannel channel; // set once, before the worker is ready

    // Held while a request is handed to the connection, so that the end of the connection knows whether it was.
    private final Object giving = new Object();
    private @Nullable PoolTask sent; // guarded by giving
    private boolean ended; // guarded by giving

    @Nullable
    PoolTask task; // guarded by the bag's lock: the lease

    boolean closed; // guarded by the bag's lock

    /** Of the supervisor alone: how it watches over the present task. */
    @Nullable
    TaskWatch watch;

    Slot(
            Worker worker,
            int index,
            Bag bag,
            PoolOptions options,
            PoolObserver observer,
            ResultBudget results,
            Listener listener) {
        this.worker = worker;
        this.index = index;
        this.bag = bag;
        this.listener = listener;
        this.loader = options.classLoader();
        this.observer = observer;
        this.results = results;
    }

    Worker worker() {
        return worker;
    }

    int index() {
        return index;
    }

    boolean isConnected() {
        return channel != null;
    }

    void connect(FrameChannel connection) {
        connection.beforeLarge(length -> {
            results.take(length, connection::isOpen);
            taken = length;
        });
        channel = connection;
    }

    /**
     * Sends the task that was leased to this slot, on whatever thread leased it. Never waits: what does not go at once is
     * this slot's thread's work.
     */
    void give(PoolTask leased) {
        FrameChannel connection = channel;
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        observer.taskStarted(leased.displayName(), Duration.ofNanos(leased.givenNanos() - leased.submittedNanos()));
        synchronized (giving) {
            if (ended) {
                return; // this slot's thread finds the lease, and puts the task back
            }
            try {
                if (!connection.offer(leased.toFrame())) {
                    throw new IllegalStateException("Slot " + worker.name() + "/" + index + " was leased twice");
                }
                sent = leased;
            } catch (IOException e) {
                // The worker is gone and has not read the request: this slot's thread puts the task back.
                log.debug("{} did not take task {}", worker.name(), leased.taskId(), e);
                close();
                return;
            } catch (RuntimeException | Error e) {
                log.error(
                        "Task {} could not be sent to {}", leased.taskId(), worker.name(), e); // out of memory, perhaps
                close();
                return;
            }
        }
        observer.payload(true, leased.size());
        listener.given(leased);
    }

    @Override
    public void run() {
        FrameChannel connection = channel;
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        boolean broken = false;
        boolean untouched = false;
        try {
            while (true) {
                answered(connection.receive());
            }
        } catch (ProtocolException e) {
            log.warn("Worker {} broke the protocol: {}", worker.name(), e.getMessage());
            broken = true;
        } catch (EOFException | ClosedChannelException e) {
            log.trace("The connection to {} has ended", worker.name(), e);
        } catch (IOException e) {
            // A reset before any byte of the answer: the request was not read.
            untouched = !connection.hasBegun() && !reported;
        } catch (RuntimeException | Error e) {
            log.error("The connection to worker {} failed", worker.name(), e);
            broken = true;
        }
        results.giveBack(taken);
        bag.close(this);
        PoolTask leased = bag.leased(this);
        synchronized (giving) {
            ended = true;
            untouched |= connection.hasUnsent() || sent != leased;
        }
        if (leased != null && untouched && leased.mayGoElsewhere()) {
            bag.takeBack(this);
            bag.putBack(leased);
        }
        close();
        listener.closed(this, broken);
    }

    private void answered(Frame frame) throws ProtocolException {
        PoolTask done = bag.leased(this);
        if (done == null || done.id() != frame.taskId()) {
            throw new ProtocolException("answer to task " + frame.taskId() + ", which it does not have");
        }
        if (frame.type() == FrameType.STARTED) {
            reported = true;
            bag.started(this);
            return;
        }
        if (frame.type() == FrameType.PROGRESS) {
            reported = true;
            done.progressed(ProgressReport.of(frame));
            return;
        }
        if (frame.type() != FrameType.RESULT && frame.type() != FrameType.ERROR) {
            throw new ProtocolException("unexpected " + frame.type() + " on a data connection");
        }
        reported = false;
        int bytes = taken;
        taken = 0;
        worker.answered();
        observer.payload(false, frame.payload().length);
        PoolTask next = bag.next(this);
        if (next != null) {
            give(next);
        }
        if (frame.type() == FrameType.RESULT) {
            done.succeeded(frame.payload(), () -> results.giveBack(bytes));
        } else {
            done.failed(frame.payload(), loader);
            results.giveBack(bytes);
        }
        done.dropArguments();
        if (next == null) {
            listener.idle(this);
        }
    }

    /** Ends the connection; the slot's thread notices. */
    void close() {
        FrameChannel connection = channel;
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                log.debug("Closing the connection to {}", worker.name(), e);
            }
        }
    }
}
