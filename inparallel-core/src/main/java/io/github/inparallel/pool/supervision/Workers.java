package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.dispatch.SlotConnection;
import io.github.inparallel.pool.dispatch.WorkerEntries;
import io.github.inparallel.pool.dispatch.WorkerEntry;
import io.github.inparallel.pool.history.History;
import io.github.inparallel.pool.process.CrashFiles;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.HeapHistogram;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.LogLevels;
import io.github.inparallel.units.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Leads each worker through its life: what happens to one becomes a transition of its state, with what follows from that.
 * On the supervisor's thread; what may take long (starting a process, killing a tree of them) runs on other threads, and
 * its result comes back as a command.
 */
@ConfinedToSupervisor
final class Workers
        implements WorkerControl, ControlConnections.Listener, WorkerLaunches.Listener, WorkerConnections.Listener {

    private static final Log log = Log.of(Workers.class);

    private static final long MILLI = 1_000_000L;
    private static final long OUTPUT_WAIT = 20 * MILLI;
    private static final long LEAVE_WAIT = 5_000 * MILLI;
    private static final long KILL_AGAIN = 500 * MILLI;
    private static final long READING_WAIT = 30_000 * MILLI;
    private static final long LONGEST_COUNT = 60_000 * MILLI;
    private static final int MOST_LAST_WORDS = 100;
    private static final long CRASH_WAIT_MILLIS = 2_000;

    /** Exit code of a process that could not be ended: it waits in the kernel, or belongs to somebody else. */
    private static final int UNKNOWN = -1;

    private final PoolOptions options;
    private final Machine machine;
    private final Dispatcher dispatcher;
    private final WorkerEntries entries;
    private final PoolObserver observer;
    private final History history;
    private final SlotConnection.Surroundings slots;
    private final Executor supervisor;
    private final Chores chores;
    private final StartBreaker breaker;
    private final WorkerLaunches launches;
    private final WorkerConnections connections;
    private final ControlConnections controls;
    private final TaskLimits limits;
    private final MemoryWatch memory;
    private final Heartbeat heartbeat;
    private final Sizing sizing;
    private final ExitHandler exits;
    private final CrashFiles crashes;
    private final WorkerList all = new WorkerList();
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private int nextNumber = 1;
    private boolean closing; // no more tasks for anybody

    /**
     * @param listener is told what happens in slots
     * @param supervisor runs commands on the supervisor's thread
     */
    Workers(SupervisedPool pool, StartBreaker breaker, SlotConnection.Listener listener, Executor supervisor) {
        this.options = pool.options();
        this.machine = pool.machine();
        this.dispatcher = pool.dispatcher();
        this.entries = dispatcher.entries();
        this.observer = pool.observer();
        this.history = pool.history();
        this.slots = new SlotConnection.Surroundings(options, observer, pool.results(), listener, machine);
        this.supervisor = supervisor;
        this.chores = new Chores(options.name(), pool.chores());
        this.breaker = breaker;
        this.launches = new WorkerLaunches(pool, chores, supervisor, this);
        this.connections =
                new WorkerConnections(options, machine, worker -> breaker.isDown() && !worker.wasReady(), this);
        this.controls = new ControlConnections(options, dispatcher, observer, this);
        this.limits = new TaskLimits(options, dispatcher, this, machine);
        this.memory = new MemoryWatch(options, entries, this);
        this.heartbeat = new Heartbeat(options, this);
        this.sizing = new Sizing(options, dispatcher, breaker, this);
        this.exits = new ExitHandler(pool, breaker, firstReady);
        this.crashes = new CrashFiles(pool.directory().path(), options.crashDir());
    }

    @AnyThread
    WorkerList all() {
        return all;
    }

    @AnyThread
    Sizing sizing() {
        return sizing;
    }

    @AnyThread
    TaskLimits limits() {
        return limits;
    }

    /** Returns the last workers that ended; for any thread. */
    @AnyThread
    ExitHistory history() {
        return exits.history();
    }

    /** Completes when the first worker is ready, or cannot start. */
    @AnyThread
    CompletableFuture<Void> firstReady() {
        return firstReady;
    }

    // ---- what others want of them

    /** Tells the task to stop, if a worker has it. */
    void stop(DispatchedTask task) {
        for (Worker worker : all.snapshot()) {
            for (Slot slot : worker.slots()) {
                if (dispatcher.leased(slot) == task) {
                    limits.stop(worker, slot, task);
                    return;
                }
            }
        }
        revoke(task);
    }

    /** Takes the task back, if it was assigned to a worker early. */
    void revoke(DispatchedTask task) {
        Slot slot = dispatcher.earlySlot(task);
        Worker worker = slot == null ? null : all.of(slot);
        if (slot != null && worker != null) {
            limits.revoke(worker, slot, machine.nanoTime(), true);
        }
    }

    /** Has all of them replaced. */
    void recycle() {
        all.snapshot().forEach(sizing::replace);
    }

    void sendLevels() {
        all.snapshot().stream().filter(worker -> worker.control().isConnected()).forEach(this::sendLevels);
    }

    private void sendLevels(Worker worker) {
        WorkerLogs logs = options.logs();
        if (logs != null) {
            send(worker, new LogLevels(logs.levels()).toFrame());
        }
    }

    void threadDump(long pid, CompletableFuture<String> answer) {
        for (Worker worker : all.snapshot()) {
            if (worker.pid() == pid && worker.control().isConnected()) {
                worker.control().dumpAsked(aside(answer));
                send(worker, Frame.of(FrameType.DUMP, 0));
                return;
            }
        }
        noSuchWorker(pid, answer);
    }

    /** Has the worker count its heap, which stops all its threads for that time. */
    void heapHistogram(long pid, CompletableFuture<HeapHistogram> answer) {
        for (Worker worker : all.snapshot()) {
            if (worker.pid() == pid && worker.control().isConnected()) {
                if (worker.control().countAsked(aside(answer))) {
                    heartbeat.excuse(worker, machine.nanoTime() + LONGEST_COUNT);
                    send(worker, Frame.of(FrameType.HISTOGRAM, 0));
                }
                return;
            }
        }
        noSuchWorker(pid, answer);
    }

    @Override
    public void counted(Worker worker) {
        heartbeat.returns(worker, machine.nanoTime());
    }

    /** Returns what completes the answer, but not on this thread: what follows it is the caller's. */
    private <T> CompletableFuture<T> aside(CompletableFuture<T> answer) {
        CompletableFuture<T> heard = new CompletableFuture<>();
        heard.whenComplete((value, failure) -> chores.run(
                failure == null ? () -> answer.complete(value) : () -> answer.completeExceptionally(failure)));
        return heard;
    }

    private void noSuchWorker(long pid, CompletableFuture<?> answer) {
        chores.run(() -> answer.completeExceptionally(
                new IllegalArgumentException("Pool '" + options.name() + "' has no worker with pid " + pid)));
    }

    @Override
    public void send(Worker worker, Frame frame) {
        controls.send(worker, frame);
    }

    // ---- starting

    @Override
    public void launch() {
        int number = nextNumber++;
        long now = machine.nanoTime();
        WorkerEntry entry = new WorkerEntry(
                options.name() + "-" + number, number, all.freePlace(), options.concurrency(), dispatcher, slots);
        Worker worker = new Worker(number, entry, now, Deadline.after(now, options.startupTimeout()));
        all.add(worker);
        observer.workerStarting(worker.name());
        launches.launch(worker);
    }

    @Override
    public void launched(Worker worker, WorkerProcess process) {
        process.exit().whenComplete((code, failure) -> ended(worker, code == null ? UNKNOWN : code));
        process.outputEnd().whenComplete((end, failure) -> supervisor.execute(worker::outputEnds));
        if (worker.state() == Worker.State.KILLED) {
            kill(worker); // it was to be killed before there was a process
        }
        if (breaker.isDown()) {
            log.debug("Worker {} starts, pid {}", worker.name(), worker.pid()); // as others have, again and again
        } else {
            log.info("Worker {} starts, pid {}", worker.name(), worker.pid());
        }
        open(worker); // it may have been quicker than the thread that launched it
    }

    @Override
    public void notLaunched(Worker worker, Throwable failure) {
        if (remove(worker)) { // else it was given up
            exits.notLaunched(worker, all.hasReady(), failure);
        }
    }

    // ---- connecting

    void connected(Worker worker, int index, FrameChannel channel) {
        try {
            connections.connect(worker, index, channel);
            if (index == Hello.CONTROL) {
                heartbeat.begin(worker, machine.nanoTime());
                sendLevels(worker);
                worker.control().flush();
            }
        } catch (IOException e) {
            lost(worker, null);
        } catch (Throwable e) { // there is no thread, most likely
            log.error("Worker {}, pid {}, cannot be connected and is killed", worker.name(), worker.pid(), e);
            lost(worker, Cause.BROKEN);
        }
        open(worker);
    }

    /** Lets tasks in when the worker has said that it is ready and all its slots are connected. */
    @Override
    public void open(Worker worker) {
        if (worker.process() == null
                || !worker.control().hasReportedReady()
                || !worker.slots().stream().allMatch(slot -> slot.connection().isConnected())
                || !worker.becomesReady(machine.nanoTime())) {
            return;
        }
        Duration startup = Duration.ofNanos(worker.readyNanos() - worker.launchedNanos());
        log.info("Worker {} is ready, pid {}, after {} ms", worker.name(), worker.pid(), startup.toMillis());
        observer.workerReady(worker.name(), startup);
        history.ready(worker.number(), worker.pid(), worker.place());
        if (breaker.ready()) {
            log.info("Pool '{}' is up again", options.name());
            dispatcher.admission().reopen();
        }
        if (!closing) {
            entries.accept(worker.entry());
            for (Slot slot : worker.slots()) {
                slot.connection().open();
            }
        }
        firstReady.complete(null);
    }

    // ---- hearing

    /** Reads some of what the worker has said. Returns whether there is more. */
    boolean listen(Worker worker) {
        return controls.listen(worker);
    }

    @Override
    public void pong(Worker worker) {
        heartbeat.answered(worker);
    }

    @Override
    public void inspected(Worker worker, long task, Inspection inspection) {
        limits.inspected(worker, task, inspection);
    }

    /** Shutdown hooks have their grace in the worker; if even that does not end it, it is killed from here. */
    @Override
    public void exitCalled(Worker worker, long task) {
        for (Slot slot : worker.slots()) {
            PoolTask running = dispatcher.leased(slot);
            if (running != null && running.id() == task) {
                worker.blame(running.taskId());
            }
        }
        entries.close(worker.entry());
        worker.exits(Deadline.after(machine.nanoTime() + LEAVE_WAIT, options.killGrace()));
    }

    @AnyThread
    @Override
    public void broken(Worker worker) {
        supervisor.execute(() -> lost(worker, Cause.BROKEN));
    }

    @AnyThread
    @Override
    public void unheard(Worker worker) {
        supervisor.execute(() -> {
            if (all.contains(worker)) { // else nobody would forget it
                sizing.replace(worker);
            }
        });
    }

    @AnyThread
    @Override
    public void logEnded(Worker worker) {
        supervisor.execute(worker::logEnds);
    }

    /** Notes that the data connection of a slot has ended. */
    void closed(Slot slot, boolean broken) {
        Worker worker = all.of(slot);
        if (worker != null) {
            if (broken) {
                blame(worker, slot);
            }
            lost(worker, broken ? Cause.BROKEN : null);
        }
    }

    private void blame(Worker worker, Slot slot) {
        PoolTask task = dispatcher.leased(slot);
        if (task != null) {
            worker.blame(task.taskId());
        }
    }

    // ---- watching

    /** Does what is due for the worker. Returns when something is due next. */
    long watch(Worker worker, long now) {
        long counted = worker.countTasks();
        if (worker.tasksDone() > counted) {
            if (counted == 0) {
                breaker.started();
            } else {
                breaker.answered();
            }
        }
        if (Deadline.isDue(worker.deadline(), now) && isGivenUp(worker)) {
            return now;
        }
        if (Deadline.isDue(worker.killAgainAt(), now)) {
            sendKill(worker, now);
        }
        long next = Deadline.earlier(worker.deadline(), worker.killAgainAt());
        next = Deadline.earlier(next, heartbeat.beat(worker, now));
        for (Slot slot : worker.slots()) {
            next = Deadline.earlier(next, limits.watch(worker, slot, now));
        }
        next = Deadline.earlier(next, memory.watch(worker, now));
        return Deadline.earlier(next, handleIfOver(worker, now));
    }

    /** Ends a worker that has missed its deadline. Returns whether it is no worker any more. */
    private boolean isGivenUp(Worker worker) {
        if (worker.giveUpLaunch()) {
            notLaunched(
                    worker,
                    new TimeoutException("there is no process after startup-timeout: " + options.startupTimeout()));
            return true;
        }
        if (worker.wasKilled()) {
            log.error(
                    "Worker {}, pid {}, does not end although it was killed: it is given up. Look after the process",
                    worker.name(),
                    worker.pid());
            exited(worker, UNKNOWN);
        } else {
            kill(worker, worker.missesDeadline(), null);
        }
        return false;
    }

    // ---- ending

    @Override
    public void retire(Worker worker, Cause cause, long now) {
        Cause why = worker.entry().shortage() == null ? cause : Cause.OUT_OF_MEMORY;
        if (worker.retires(why, Deadline.after(now, Math.max(LEAVE_WAIT, Durations.nanos(options.killGrace()))))) {
            log.debug("Worker {} is to leave: {}", worker.name(), cause.label());
            send(worker, Frame.of(FrameType.RETIRE, 0));
        }
    }

    @Override
    public void kill(Worker worker, @Nullable Cause cause, @Nullable String culprit) {
        writeOff(worker);
        if (!worker.hasExited()) {
            worker.decide(cause, culprit);
            worker.condemn();
            kill(worker);
        }
    }

    /** Ends a worker because somebody wants it ended. */
    void killOnDemand(Worker worker) {
        if (all.contains(worker) && !worker.hasExited()) {
            log.info("Worker {}, pid {}, is killed: somebody asked for it", worker.name(), worker.pid());
            kill(worker, Cause.KILLED, null);
        }
    }

    private void kill(Worker worker) {
        long now = machine.nanoTime();
        if (worker.killsFirst(now + LEAVE_WAIT)) {
            sendKill(worker, now);
        }
    }

    /** Sends a kill. That may fail, without descriptors for example; so it is repeated until the worker is gone. */
    private void sendKill(Worker worker, long now) {
        WorkerProcess process = worker.process();
        worker.killsAgain(now + KILL_AGAIN);
        if (process != null) {
            chores.run(process::kill);
        }
    }

    private void writeOff(Worker worker) {
        if (entries.writeOff(worker.entry())) {
            slots.listener().tasksWait();
        }
    }

    /**
     * A connection has ended: the worker dies, or is made to. One that has closed its end is on its way out, and a shutdown
     * hook may want its time.
     */
    @Override
    public void lost(Worker worker, @Nullable Cause cause) {
        writeOff(worker);
        worker.slots().forEach(slot -> slot.connection().closeIfIdle());
        boolean first = worker.loses(
                Deadline.after(machine.nanoTime(), Math.max(1_000 * MILLI, Durations.nanos(options.killGrace()))));
        if (cause != null && !worker.hasExited()) {
            if (first) {
                kill(worker, cause, null);
            } else {
                worker.decide(cause, null);
            }
        }
    }

    /** Tells of an exit when the error file has been read, or soon without: the supervisor waits for no file. */
    private void ended(Worker worker, int code) {
        if (code == 0) {
            supervisor.execute(() -> exited(worker, code));
            return;
        }
        CompletableFuture<CrashFiles.@Nullable Crash> crash = new CompletableFuture<>();
        crash.completeOnTimeout(null, CRASH_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                .thenAccept(found -> supervisor.execute(() -> {
                    worker.crashed(found);
                    exited(worker, code);
                }));
        chores.run(() -> {
            try {
                crash.complete(crashes.take(worker.name(), worker.pid()));
            } finally {
                crash.complete(null); // whatever has happened to the file, the worker has ended
            }
        });
    }

    private void exited(Worker worker, int exitCode) {
        if (!worker.exited(exitCode, machine.nanoTime())) {
            return; // it was given up, and has ended after all
        }
        CrashFiles.Crash crash = worker.crash();
        if (crash != null && crash.slot() >= 0 && crash.slot() < worker.slots().size()) {
            blame(worker, worker.slots().get(crash.slot()));
        }
        writeOff(worker);
        for (int i = 0; i < MOST_LAST_WORDS && controls.listen(worker); i++) {
            // what it had still to say
        }
        worker.slots().forEach(slot -> slot.connection().closeIfIdle());
    }

    private long handleIfOver(Worker worker, long now) {
        if (!worker.hasExited()) {
            return Deadline.NEVER;
        }
        long handleAt = worker.exitedNanos() + OUTPUT_WAIT;
        boolean waited = handleAt - now <= 0;
        if (waited) {
            // Somebody else holds its connections or its output open: a child that it left.
            worker.slots().forEach(slot -> slot.connection().close());
        }
        boolean reads =
                worker.slots().stream().anyMatch(slot -> slot.connection().isReading())
                        && now - worker.exitedNanos() < READING_WAIT; // else its reader is stuck
        if (reads || !worker.hasBeenHeard() && !waited) {
            return waited ? now + MILLI : handleAt;
        }
        remove(worker);
        exits.handle(worker, worker.exitCode(), all.hasReady());
        return now;
    }

    /** Ends tasks that could not be ended before. */
    void settle() {
        exits.settle();
    }

    /** Forgets a worker. Returns whether it was there. */
    private boolean remove(Worker worker) {
        worker.control().close();
        worker.slots().forEach(slot -> slot.connection().close());
        for (CompletableFuture<String> dump = worker.control().nextDump();
                dump != null;
                dump = worker.control().nextDump()) {
            dump.completeExceptionally(new IllegalArgumentException("Worker " + worker.name() + " has ended"));
        }
        worker.control()
                .takeCounts()
                .forEach(count -> count.completeExceptionally(
                        new IllegalArgumentException("Worker " + worker.name() + " has ended")));
        heartbeat.forget(worker);
        memory.forget(worker);
        limits.forget(worker);
        sizing.forget(worker);
        return all.remove(worker);
    }

    // ---- the end of all

    /** Ends the pool: workers leave as soon as they have nothing to do. */
    long dismiss(long now) {
        closing = true;
        long next = Deadline.NEVER;
        for (Worker worker : all.snapshot()) {
            entries.close(worker.entry());
            if (!worker.wasReady()) {
                dismissStarting(worker);
            } else if (entries.leases(worker.entry()) == 0) {
                retire(worker, Cause.SHUTDOWN, now);
            }
            next = Deadline.earlier(next, worker.deadline()); // set just now, perhaps
        }
        return next;
    }

    /** Ends a worker that is still starting: it has nothing to finish, so nobody waits for it. */
    private void dismissStarting(Worker worker) {
        if (worker.giveUpLaunch()) {
            remove(worker);
            exits.dismissed(worker);
        } else if (worker.isConnected()) {
            kill(worker, Cause.SHUTDOWN, null);
        }
    }

    /** Lets go of a worker, since the supervisor itself has failed. */
    void abandon(Worker worker) {
        all.remove(worker);
        kill(worker, Cause.SHUTDOWN, null);
        for (Slot slot : worker.slots()) {
            slot.connection().close();
            while (dispatcher.takeBack(slot) != null) {
                // it has been refused
            }
        }
    }
}
