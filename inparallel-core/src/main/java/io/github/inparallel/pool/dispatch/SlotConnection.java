package io.github.inparallel.pool.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.pool.runtime.VirtualThreads;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.Scarcity;
import io.github.inparallel.protocol.Spinning;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The parent's end of a slot's data connection, with a thread of its own. Whoever leases the slot has the reading
 * of the answer, until there is no next task: a caller that waits reads for as long as that takes no longer than a
 * wake-up would; then, and for all others, the slot's thread reads. Who reads hands the slot its next task before it
 * looks after the last one's caller; it runs no user code and decodes nothing.
 */
public final class SlotConnection implements Runnable {

    private static final Log log = Log.of(SlotConnection.class);

    /**
     * What all slots of a pool have in common.
     *
     * @param results bounds what is read of large results at a time
     * @param listener is told what the supervisor sees to
     */
    public record Surroundings(
            PoolOptions options, PoolObserver observer, ResultBudget results, Listener listener, Machine machine) {}

    /** What the supervisor is told by whoever reads. */
    public interface Listener {
        /** The slot has no task; its worker may have something to do now. */
        void idle(Slot slot);

        /** The connection has ended; nothing more will come. */
        void closed(Slot slot, boolean broken);

        /** A task is the worker's now. */
        void assigned(DispatchedTask task);

        /** The worker was assigned tasks early, which are to be taken back if it has not answered by then. */
        void assignedEarly(long due);

        /** Tasks wait again. */
        void tasksWait();
    }

    private final Slot slot;
    private final Dispatcher dispatcher;
    private final Machine machine;
    private final Listener listener;
    private final PoolOptions options;
    private final PoolObserver observer;
    private final ResultBudget results;
    private final Spinning callers; // a hint of whoever reads
    private final Spinning turns; // the thread's alone
    private volatile @Nullable FrameChannel channel; // set once, before the worker is ready

    // Of whoever reads; handed on under the dispatcher's lock, with the lease, or by 'turn'.
    private boolean reported; // the present task has begun to answer
    private int taken; // bytes of the budget for the answer that is being read
    private @Nullable Shortage shortage; // the worker ran out of something in the present task
    private @Nullable Throwable failure; // of the reading, by a caller: the thread goes on from there

    private boolean reading; // of a simulation alone: it is the thread's turn, and its task has not been answered
    private volatile boolean turn; // written by who had the reading: it is the thread's now
    private volatile boolean closing; // set once, by anybody
    private volatile boolean finished; // set once, by the thread, or by who found none
    private volatile @Nullable Thread thread; // set once, by the thread itself
    private volatile boolean parked; // the thread's

    // Held while a request is handed to the connection, so that the end of the connection knows whether it was.
    private final Object sendLock = new Object();

    @GuardedBy("sendLock")
    private long sent; // ordinal of the last task that was handed to the connection

    @GuardedBy("sendLock")
    private long sentAlone; // the same, if no other went with it

    @GuardedBy("sendLock")
    private boolean ended;

    SlotConnection(Slot slot, Dispatcher dispatcher, Surroundings pool) {
        this.slot = slot;
        this.dispatcher = dispatcher;
        this.machine = pool.machine();
        this.listener = pool.listener();
        this.options = pool.options();
        this.observer = pool.observer();
        this.results = pool.results();
        this.callers = new Spinning(options.spin().toNanos());
        this.turns = new Spinning(options.spin().toNanos());
    }

    Slot slot() {
        return slot;
    }

    private WorkerEntry worker() {
        return slot.worker();
    }

    /** Whether its thread may still find an answer. */
    public boolean isReading() {
        return channel != null && !finished;
    }

    /** Notes that there is no thread for it. */
    public void readsNever() {
        finished = true;
    }

    public boolean isConnected() {
        return channel != null;
    }

    public void connect(FrameChannel connection, long spinNanos) {
        connection.spin(spinNanos);
        connection.beforeLarge(length -> {
            results.take(length, connection::isOpen);
            taken = length;
        });
        channel = connection;
    }

    private FrameChannel connection() {
        FrameChannel connection = channel;
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    // ---- sending: by whoever leased the slot

    /** Lets the first task in. */
    public void open() {
        List<DispatchedTask> toSend = new ArrayList<>();
        DispatchedTask first = dispatcher.next(slot, toSend);
        if (first != null) {
            send(first, toSend);
            handOver();
        }
    }

    /**
     * Sends the task that was leased to this slot, on whatever thread leased it. Never waits: what does not go at once is
     * the slot's thread's work.
     *
     * @param callerWaits whether this thread has nothing else to do before the task's end
     */
    public void send(DispatchedTask leased, boolean callerWaits) {
        boolean read = false;
        try {
            send(leased, List.of(leased));
            read = callerWaits && readBriefly(leased);
        } finally {
            if (!read) {
                handOver();
            }
        }
    }

    /** Sends tasks in the order of their ordinals, of which the leased one is the first if it is among them. */
    private void send(DispatchedTask leased, List<DispatchedTask> tasks) {
        leased.started(worker(), observer);
        if (!tasks.isEmpty() && !offer(tasks)) {
            return; // whoever reads finds the end of the connection, and the lease
        }
        listener.assigned(leased);
        if (tasks.size() > 1 || tasks.size() == 1 && tasks.get(0) != leased) {
            listener.assignedEarly(leased.assignedNanos() + EarlyTasks.LONGEST_NANOS);
        }
    }

    private boolean offer(List<DispatchedTask> tasks) {
        FrameChannel connection = connection();
        synchronized (sendLock) {
            if (ended) {
                return false;
            }
            DispatchedTask last = tasks.get(tasks.size() - 1);
            try {
                if (!connection.offer(frames(tasks))) {
                    throw new IllegalStateException(
                            "Slot " + worker().name() + "/" + slot.index() + " was leased twice");
                }
                sent = last.ordinal();
                sentAlone = tasks.size() == 1 ? sent : 0;
            } catch (IOException e) {
                // The worker is gone and will not read the request; what it has answered before is still to be read.
                log.debug("{} did not take task {}", worker().name(), last.taskId(), e);
                connection.end();
                return false;
            } catch (RuntimeException | Error e) {
                // Out of memory, perhaps.
                log.error(
                        "Task {} ({}) could not be sent to worker {}",
                        last.taskId(),
                        last.displayName(),
                        worker().name(),
                        e);
                connection.end();
                return false;
            }
        }
        for (DispatchedTask each : tasks) {
            observer.payload(true, each.size());
        }
        return true;
    }

    private static Frame.Outgoing frames(List<DispatchedTask> tasks) {
        if (tasks.size() == 1) {
            return tasks.get(0).toFrame();
        }
        List<Frame.Outgoing> frames = new ArrayList<>(tasks.size());
        for (DispatchedTask each : tasks) {
            frames.add(each.toFrame());
        }
        return Frame.Outgoing.joined(frames);
    }

    // ---- reading: by one at a time

    /** Reads the answer of a task whose caller is this thread; false if that takes longer than it is worth. */
    private boolean readBriefly(DispatchedTask leased) {
        FrameChannel connection = connection();
        if (!callers.isWorthwhile() || VirtualThreads.isCurrent()) {
            return false;
        }
        long start = machine.nanoTime();
        try {
            do {
                Frame frame = connection.poll();
                if (frame != null && !handled(frame)) {
                    callers.spun(true);
                    return true;
                }
                if (leased.hasEnded() || connection.hasUnsent()) {
                    return false;
                }
                machine.letOthersRun();
            } while (machine.nanoTime() - start < callers.limitNanos());
            callers.spun(false);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        return false;
    }

    /** Leaves the reading to the thread. */
    private void handOver() {
        turn = true;
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        FrameChannel connection = connection();
        Throwable why = null;
        try {
            while (awaitTurn()) {
                takeTurn();
                while (handled(connection.receive())) {
                    // until the slot is idle
                }
            }
        } catch (Throwable e) {
            why = e;
        }
        end(why);
    }

    /** For a simulation without threads: what {@link #run} does until the next frame. Returns whether it did anything. */
    boolean step() {
        Throwable why = null;
        try {
            if (turn && !reading) {
                takeTurn();
                reading = true;
            }
            if (reading) {
                Frame frame = connection().poll(0);
                reading = frame == null || handled(frame);
                return frame != null;
            }
            if (!closing || !dispatcher.close(slot)) {
                return false;
            }
        } catch (Throwable e) {
            why = e;
        }
        end(why);
        return true;
    }

    private void takeTurn() throws Throwable {
        turn = false;
        Throwable before = failure;
        if (before != null) {
            throw before;
        }
    }

    /** @param why what was thrown by reading; null if the slot was closed while it had no task */
    private void end(@Nullable Throwable why) {
        FrameChannel connection = connection();
        boolean broken = false;
        boolean reset = false;
        if (why instanceof ProtocolException) {
            log.warn("Worker {} broke the protocol: {}", worker().name(), why.getMessage());
            broken = true;
        } else if (why instanceof EOFException || why instanceof ClosedChannelException) {
            log.trace("The connection to {} has ended", worker().name(), why);
        } else if (why instanceof IOException) {
            // A reset before any byte of the answer: the last request was not read.
            reset = !connection.hasBegun() && !reported;
        } else if (why != null) {
            log.error("The connection to worker {} failed", worker().name(), why);
            broken = true;
        }
        try {
            finish(connection, broken, reset);
        } finally {
            finished = true;
            listener.closed(slot, broken);
        }
    }

    /** Waits until the reading is this thread's; false if the slot was closed, and is nobody's any more. */
    private boolean awaitTurn() {
        boolean spin = turns.isWorthwhile();
        long start = System.nanoTime();
        while (!turn) {
            if (closing && dispatcher.close(slot)) {
                return false;
            }
            if (spin && !closing) {
                Thread.yield();
                if (System.nanoTime() - start > turns.limitNanos()) {
                    spin = false;
                    turns.spun(false);
                }
                continue;
            }
            parked = true;
            if (!turn && !closing) {
                LockSupport.park(this);
            } else if (!turn) {
                LockSupport.parkNanos(this, 1_000_000); // a caller reads, and will notice that the slot is closed
            }
            parked = false;
            Thread.interrupted(); // nobody has reason to; a set flag would turn this into a busy loop
        }
        if (spin) {
            turns.spun(true);
        }
        return true;
    }

    private void finish(FrameChannel connection, boolean broken, boolean reset) {
        results.giveBack(taken);
        dispatcher.close(slot);
        DispatchedTask leased = dispatcher.leased(slot);
        boolean untouched;
        synchronized (sendLock) {
            ended = true;
            // What came after the task may be what was not read, or not wholly written.
            untouched = leased != null
                    && (leased.ordinal() > sent || leased.ordinal() == sentAlone && (reset || connection.hasUnsent()));
        }
        if (!broken) {
            dispatcher.returnAllEarly(slot); // each is begun only when the one before it has been answered
        }
        if (leased != null && untouched && leased.mayGoElsewhere()) {
            dispatcher.takeBack(slot);
            dispatcher.waiting().putBack(leased);
        }
        close();
    }

    /** Returns whether the slot has a task whose answer is to be read. */
    private boolean handled(Frame frame) throws ProtocolException {
        if (frame.type() == FrameType.REVOKED) {
            return tookBack(frame.taskId());
        }
        DispatchedTask done = dispatcher.leased(slot);
        if (done == null || done.id() != frame.taskId()) {
            throw new ProtocolException("answer to task " + frame.taskId() + ", which it does not have");
        }
        switch (frame.type()) {
            case STARTED -> {
                reported = true;
                dispatcher.requestRead(slot);
                return true;
            }
            case PROGRESS -> {
                reported = true;
                done.progressed(ProgressReport.of(frame));
                return true;
            }
            case EXHAUSTED -> {
                reported = true;
                shortage = new Shortage(Scarcity.of(frame), new PoolStats.LostTask(done.taskId(), done.displayName()));
                worker().ranOut(shortage);
                dispatcher.entries().close(worker());
                dispatcher.returnAllEarly(slot);
                listener.tasksWait();
                return true;
            }
            case RESULT, ERROR -> {
                return answered(done, frame);
            }
            default -> throw new ProtocolException("unexpected " + frame.type() + " on a data connection");
        }
    }

    private boolean answered(DispatchedTask done, Frame frame) throws ProtocolException {
        boolean result = frame.type() == FrameType.RESULT;
        if (result) {
            done.known().ran(Answer.nanos(frame));
        }
        reported = false;
        int bytes = taken;
        taken = 0;
        String note = note();
        worker().answered();
        observer.payload(false, frame.size());
        List<DispatchedTask> toSend = new ArrayList<>();
        boolean more;
        try {
            more = goOn(dispatcher.next(slot, toSend), toSend);
        } finally {
            // Whatever becomes of the next task, this one has its answer.
            if (result) {
                done.succeeded(frame, () -> results.giveBack(bytes));
            } else {
                done.failed(frame.payload(), options.classLoader(), note);
                results.giveBack(bytes);
            }
            done.dropArguments();
        }
        if (!more) {
            listener.idle(slot);
        }
        return more;
    }

    /** What there is to say of the present task's failure beside what it says itself. */
    private @Nullable String note() {
        Shortage limit = shortage;
        shortage = null;
        return limit == null
                ? null
                : "Worker " + worker().name() + ", pid " + worker().pid() + ", of pool '" + options.name()
                        + "' is replaced: " + Shortage.text(limit.scarcity(), options);
    }

    private boolean tookBack(long begun) throws ProtocolException {
        List<DispatchedTask> toSend = new ArrayList<>();
        DispatchedTask next = dispatcher.revoked(slot, begun, toSend);
        listener.tasksWait();
        boolean goesOn = next != null && toSend.isEmpty(); // with the task that it had before
        return goesOn || goOn(next, toSend);
    }

    /** Returns whether there is a next task; without one the slot may be somebody else's already. */
    private boolean goOn(@Nullable DispatchedTask next, List<DispatchedTask> toSend) {
        if (next == null) {
            return false;
        }
        send(next, toSend);
        return true;
    }

    /** Has a slot without a task end, since its worker is gone; one that has a task reads to the end what was sent. */
    public void closeIfIdle() {
        closing = true;
        LockSupport.unpark(thread);
    }

    /** Ends the connection; the slot's thread notices. */
    public void close() {
        closeIfIdle();
        FrameChannel connection = channel;
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                log.debug("Closing the connection to {}", worker().name(), e);
            }
        }
    }
}
