package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.dispatch.WorkerEntry;
import io.github.inparallel.pool.process.CrashFiles;
import io.github.inparallel.pool.process.Credentials;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.WorkerReport;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One worker: where it is in its life, by when it has to be farther, and what is decided about its end. Each change is one
 * of the transitions below, on the supervisor's thread; a transition that comes too late changes nothing. What is not said
 * to be the supervisor's may be asked by any thread.
 */
public final class Worker {

    private static final Log log = Log.of(Worker.class);

    /** States of its life, in the order in which they can follow each other. */
    enum State {
        /** Its process is being started, or boots. */
        LAUNCHED,
        /** Its slots may have tasks. */
        READY,
        /** Somebody called exit in it: its shutdown hooks run. */
        EXITING,
        /** It was asked to leave. */
        RETIRING,
        /** A connection has ended: it dies, or is made to. */
        LOST,
        /** It is to be killed, which is tried until it has ended. */
        KILLED,
        /** Its process has ended; what it has sent may still have to be read. */
        EXITED
    }

    private final int number;
    private final WorkerEntry entry;
    private final Credentials credentials;
    private final ControlConnection control = new ControlConnection();
    private final long launchedNanos;

    private volatile State state = State.LAUNCHED; // written by the supervisor
    private volatile boolean wasReady; // written by the supervisor
    private volatile PoolStats.@Nullable HeapStats heap; // written by the supervisor
    private volatile WorkerReport report = WorkerReport.EMPTY; // written by the supervisor

    // Written by whoever launches the worker, under this monitor, while the launch has not been given up.
    private volatile @Nullable WorkerProcess process;
    private boolean launchGivenUp; // under the same monitor

    // The supervisor's alone.
    private long deadline; // of the state; a worker that misses it is killed
    private @Nullable Cause overdue; // what it is killed of then; null if its exit speaks for itself
    private long readyNanos;
    private boolean exitCalled;
    private boolean lost; // a connection has ended
    private @Nullable Cause decided;
    private @Nullable String decidedBy;
    private boolean killSent;
    private long killAgainAt = Deadline.NEVER;
    private long exitedNanos;
    private int exitCode;
    private CrashFiles.@Nullable Crash crash;
    private boolean outputEnded;
    private boolean logEnded = true; // there is no log connection yet
    private long tasksCounted;

    /** @param startBy when it is killed unless it is ready */
    Worker(int number, WorkerEntry entry, long launchedNanos, long startBy) {
        this.number = number;
        this.entry = entry;
        this.credentials = new Credentials(entry.slots().size());
        this.launchedNanos = launchedNanos;
        this.deadline = startBy;
        this.overdue = Cause.START_FAILED;
    }

    // ---- who it is

    int number() {
        return number;
    }

    public String name() {
        return entry.name();
    }

    /** Returns its place among those that live. */
    public int place() {
        return entry.place();
    }

    /** Returns its process id; -1 before there is a process. */
    public long pid() {
        return entry.pid();
    }

    /** Returns what the dispatcher knows it by. */
    WorkerEntry entry() {
        return entry;
    }

    public List<Slot> slots() {
        return entry.slots();
    }

    /** Returns its secrets; for the supervisor alone. */
    @ConfinedToSupervisor
    Credentials credentials() {
        return credentials;
    }

    /** Returns its control connection; for the supervisor alone. */
    @ConfinedToSupervisor
    ControlConnection control() {
        return control;
    }

    public long launchedNanos() {
        return launchedNanos;
    }

    /** Returns its process; null before there is one. */
    @Nullable
    public WorkerProcess process() {
        return process;
    }

    /** Returns its resident bytes; empty if that is not known, whatever the reason. */
    public OptionalLong memory() {
        WorkerProcess running = process;
        try {
            return running == null ? OptionalLong.empty() : running.residentMemory();
        } catch (Throwable e) { // whoever asks how the pool is gets an answer
            log.debug("The memory of worker {} is not known", name(), e);
            return OptionalLong.empty();
        }
    }

    // ---- the launch

    /** Notes its process. Returns false if nobody waits for it any more. */
    synchronized boolean hasProcess(WorkerProcess started, long id) {
        if (launchGivenUp) {
            return false;
        }
        entry.startedAs(id);
        process = started;
        return true;
    }

    /** Gives up its launch. Returns false if there is a process already. */
    synchronized boolean giveUpLaunch() {
        launchGivenUp = process == null;
        return launchGivenUp;
    }

    // ---- transitions

    /** Lets it be ready, if it starts. Returns whether it is ready by this. */
    @ConfinedToSupervisor
    boolean becomesReady(long now) {
        if (state != State.LAUNCHED) {
            return false;
        }
        wasReady = true;
        readyNanos = now;
        state = State.READY;
        deadline = Deadline.NEVER;
        return true;
    }

    /** Notes that somebody called exit in it. A second time gives it no more time. */
    @ConfinedToSupervisor
    void exits(long by) {
        if (exitCalled) {
            return;
        }
        exitCalled = true;
        if (state.compareTo(State.EXITING) < 0) {
            state = State.EXITING;
        }
        if (state.compareTo(State.LOST) <= 0) {
            deadline = by;
            overdue = null;
        }
    }

    /**
     * Asks it to leave. Returns whether it is to do so by this.
     *
     * @param cause what it will have ended of, unless that is decided
     */
    @ConfinedToSupervisor
    boolean retires(Cause cause, long by) {
        if (state.compareTo(State.EXITING) >= 0) {
            return false;
        }
        decide(cause, null);
        state = State.RETIRING;
        deadline = by;
        overdue = Cause.SHUTDOWN;
        return true;
    }

    /** Notes that a connection has ended. Returns whether it is lost by this. */
    @ConfinedToSupervisor
    boolean loses(long by) {
        lost = true;
        if (state.compareTo(State.LOST) >= 0) {
            return false;
        }
        if (!exitCalled) {
            overdue = wasReady ? Cause.BROKEN : Cause.START_FAILED;
        }
        state = State.LOST;
        deadline = by;
        return true;
    }

    /** Has it killed, if it has not ended. The deadline of a launch stays, until there is a process to be killed. */
    @ConfinedToSupervisor
    void condemn() {
        if (state != State.EXITED) {
            state = State.KILLED;
        }
    }

    /**
     * Notes the first kill of its process. Returns false if it was killed before, has no process, or has ended.
     *
     * @param goneBy when it is given up if it has not ended
     */
    @ConfinedToSupervisor
    boolean killsFirst(long goneBy) {
        if (state != State.KILLED || killSent || process == null) {
            return false;
        }
        killSent = true;
        deadline = goneBy;
        return true;
    }

    /**
     * Notes one more kill.
     *
     * @param at when the next one is due
     */
    @ConfinedToSupervisor
    void killsAgain(long at) {
        killAgainAt = at;
    }

    /** Notes that its process has ended. Returns whether that was not known. */
    @ConfinedToSupervisor
    boolean exited(int code, long now) {
        if (state == State.EXITED) {
            return false;
        }
        state = State.EXITED;
        exitCode = code;
        exitedNanos = now;
        deadline = Deadline.NEVER;
        killAgainAt = Deadline.NEVER;
        return true;
    }

    // ---- what is decided about its end

    /**
     * Decides what it ends of, unless that is decided.
     *
     * @param cause null is not known
     * @param culprit id of the task for whose sake; null if for none
     */
    @ConfinedToSupervisor
    void decide(@Nullable Cause cause, @Nullable String culprit) {
        if (decided == null) {
            decided = cause;
            decidedBy = culprit == null ? decidedBy : culprit;
        }
    }

    /** Notes that it ends of what this task did, unless that is known. */
    @ConfinedToSupervisor
    void blame(String taskId) {
        if (decided == null && decidedBy == null) {
            decidedBy = taskId;
        }
    }

    /** Whether it ends because somebody wanted it ended. */
    @ConfinedToSupervisor
    boolean endsOnDemand() {
        return decided == Cause.KILLED; // a kill that nobody here has decided is judged when it has ended
    }

    @Nullable
    @ConfinedToSupervisor
    Cause decided() {
        return decided;
    }

    /** Returns the id of the task for whose sake it ends; null if that is not known. */
    @Nullable
    @ConfinedToSupervisor
    String decidedBy() {
        return decidedBy;
    }

    // ---- where it is

    State state() {
        return state;
    }

    /** Whether it is starting. One that calls exit meanwhile goes on to be, so that no other is started before it is gone. */
    boolean isStarting() {
        return !wasReady && state.compareTo(State.EXITING) <= 0;
    }

    /** Whether it has ever been ready. */
    boolean wasReady() {
        return wasReady;
    }

    /** Whether it is ready and stays, as far as is known. */
    boolean isReady() {
        return state == State.READY;
    }

    /** Whether its connections are there, and it is not to be killed. */
    boolean isConnected() {
        return state.compareTo(State.LOST) < 0;
    }

    /** Whether it may still make connections. */
    @ConfinedToSupervisor
    boolean mayConnect() {
        return !lost && state != State.EXITED;
    }

    /** Whether it is to be killed, or has been. */
    boolean isCondemned() {
        return state == State.KILLED;
    }

    /** Whether its process was killed from here. */
    @ConfinedToSupervisor
    boolean wasKilled() {
        return killSent;
    }

    boolean hasExited() {
        return state == State.EXITED;
    }

    @ConfinedToSupervisor
    boolean exitCalled() {
        return exitCalled;
    }

    /** Returns by when it has to be farther; {@link Deadline#NEVER} if it may stay as it is. */
    @ConfinedToSupervisor
    long deadline() {
        return deadline;
    }

    /** Returns when it is to be killed once more; {@link Deadline#NEVER} if it is not. */
    @ConfinedToSupervisor
    long killAgainAt() {
        return killAgainAt;
    }

    /** Notes that it has missed its deadline. Returns what it is killed of; null if its exit will say so itself. */
    @Nullable
    @ConfinedToSupervisor
    Cause missesDeadline() {
        deadline = Deadline.NEVER;
        return overdue;
    }

    long readyNanos() {
        return readyNanos;
    }

    @ConfinedToSupervisor
    long exitedNanos() {
        return exitedNanos;
    }

    @ConfinedToSupervisor
    int exitCode() {
        return exitCode;
    }

    /** Returns its state as users see it. */
    public WorkerState shown(int leases) {
        return switch (state) {
            case LAUNCHED -> WorkerState.STARTING;
            case READY -> leases > 0 ? WorkerState.BUSY : WorkerState.IDLE;
            case EXITED -> WorkerState.EXITED;
            case EXITING, RETIRING, LOST, KILLED -> WorkerState.RETIRING;
        };
    }

    // ---- what it says of itself

    @ConfinedToSupervisor
    void reports(WorkerReport made) {
        report = made;
    }

    /** Returns what it made of the application; empty before it has said so. */
    public WorkerReport report() {
        return report;
    }

    @ConfinedToSupervisor
    void hasHeap(PoolStats.HeapStats now) {
        heap = now;
    }

    /** Returns its heap as it last said; null if it has not. */
    public PoolStats.@Nullable HeapStats heap() {
        return heap;
    }

    // ---- what it leaves

    /** Returns what the JVM's error file says; null if there is none. */
    @ConfinedToSupervisor
    CrashFiles.@Nullable Crash crash() {
        return crash;
    }

    @ConfinedToSupervisor
    void crashed(CrashFiles.@Nullable Crash found) {
        crash = found;
    }

    @ConfinedToSupervisor
    void outputEnds() {
        outputEnded = true;
    }

    @ConfinedToSupervisor
    void logBegins() {
        logEnded = false;
    }

    @ConfinedToSupervisor
    void logEnds() {
        logEnded = true;
    }

    /** Whether everything that it printed and logged has been read. */
    @ConfinedToSupervisor
    boolean hasBeenHeard() {
        return outputEnded && logEnded;
    }

    // ---- its tasks

    /** Returns how many tasks it has answered. */
    public long tasksDone() {
        return entry.tasksDone();
    }

    /** Counts the tasks that it has answered. Returns how many were counted before. */
    @ConfinedToSupervisor
    long countTasks() {
        long before = tasksCounted;
        tasksCounted = tasksDone();
        return before;
    }
}
