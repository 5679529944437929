package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.process.CrashFiles;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.Secret;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One worker and what is known of it. Fields say whose they are; nothing here decides anything. */
final class Worker {

    private final int number;
    private final String name;
    private final List<Slot> slots = new ArrayList<>(); // filled before anybody else sees the worker
    private final AtomicLong answered = new AtomicLong();
    final String controlSecret = Secret.create();
    final String logSecret = Secret.create();
    final List<String> slotSecrets = new ArrayList<>();
    final long launchedNanos;

    // Guarded by the bag's lock.
    boolean accepting;
    boolean writtenOff;
    int leases;
    int leased;
    long idleSinceNanos;

    // Written by the supervisor, read by anybody.
    volatile boolean ready;
    volatile boolean leaving;

    // Written by whoever reads one of its slots, read by anybody: what it has run out of.
    volatile @Nullable Shortage shortage;

    // Written by whoever launches the worker, under its monitor, while the launch has not been given up.
    private volatile long pid = -1;
    private volatile @Nullable WorkerProcess process;
    private boolean launchGivenUp; // under the same monitor

    // The supervisor's alone.

    @Nullable
    FrameChannel control;

    private final Deque<Frame> outbox = new ArrayDeque<>();
    boolean reported; // what it made of the application
    boolean reportedReady;

    @Nullable
    Throwable startFailure;

    long readyNanos;
    boolean replace; // somebody wants another in its place
    boolean expired; // older than it may be: it goes on until it is replaced
    boolean aboveMemory;
    long nextSample; // of its memory; 0: at once
    long tasksAtSample;
    long tasksCounted; // by the breaker
    final BitSet admitted = new BitSet(); // connections that were let in, the control connection as 0
    long nextPing;
    long pingSent; // 0: none is unanswered

    @Nullable
    Cause decided;

    @Nullable
    String decidedBy; // the task for whose sake

    boolean exitCalled;
    boolean lost; // a connection has ended
    boolean killed;
    long killAt = Deadline.NEVER;
    long killAgainAt = Deadline.NEVER; // it was killed, and is not gone yet
    long giveUpAt = Deadline.NEVER; // it was killed, and should be gone by then
    long exitedNanos;

    @Nullable
    Integer exitCode;

    CrashFiles.@Nullable Crash crash; // known when there is an exit code

    boolean outputEnded;
    boolean logEnded = true; // false while there is a log connection
    final Deque<CompletableFuture<String>> dumps = new ArrayDeque<>(); // asked for, in order

    Worker(String pool, int number, long launchedNanos) {
        this.launchedNanos = launchedNanos;
        this.number = number;
        this.name = pool + "-" + number;
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    long pid() {
        return pid;
    }

    /** Its process; null before there is one. */
    @Nullable
    WorkerProcess process() {
        return process;
    }

    /** There is a process now; false if nobody waits for it any more. */
    synchronized boolean hasProcess(WorkerProcess started, long id) {
        if (launchGivenUp) {
            return false;
        }
        pid = id;
        process = started;
        return true;
    }

    /** Nobody waits for its process any more; false if there is one already. */
    synchronized boolean giveUpLaunch() {
        launchGivenUp = process == null;
        return launchGivenUp;
    }

    List<Slot> slots() {
        return slots;
    }

    void answered() {
        answered.incrementAndGet();
    }

    long tasksDone() {
        return answered.get();
    }

    WorkerState state(int leasesNow) {
        if (!ready) {
            return leaving ? WorkerState.RETIRING : WorkerState.STARTING;
        }
        if (leaving) {
            return WorkerState.RETIRING;
        }
        return leasesNow > 0 ? WorkerState.BUSY : WorkerState.IDLE;
    }

    // ---- control messages; supervisor's thread

    /** Sends when the connection takes it: a worker that does not read blocks nobody. */
    void send(Frame frame) throws IOException {
        outbox.add(frame);
        flush();
    }

    /** Whether everything has been sent. */
    boolean flush() throws IOException {
        FrameChannel connection = control;
        if (connection == null) {
            return outbox.isEmpty();
        }
        while (connection.flush()) {
            Frame frame = outbox.poll();
            if (frame == null) {
                return true;
            }
            connection.offer(frame.encode());
        }
        return false;
    }
}
