package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.process.CrashFiles;
import io.github.inparallel.pool.process.LaunchProperties;
import io.github.inparallel.pool.process.PrivateDirectory;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.LogLevels;
import io.github.inparallel.protocol.Secret;
import io.github.inparallel.protocol.WireLimit;
import io.github.inparallel.units.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The workers that live, from launch to burial: launched, connected, ready, watched, told to leave or killed, ended. On
 * the supervisor's thread, but for {@link #snapshot()}; what may take long (starting a process, killing a tree of them)
 * runs on other threads, and its result comes back as a command.
 */
final class Workers implements WorkerControl, ControlDesk.Listener {

    private static final Log log = Log.of(Workers.class);

    private static final long MILLI = 1_000_000L;
    private static final long OUTPUT_WAIT = 20 * MILLI;
    private static final long LEAVE_WAIT = 5_000 * MILLI;
    private static final long KILL_AGAIN = 500 * MILLI;
    private static final long READING_WAIT = 30_000 * MILLI;
    private static final int MOST_LAST_WORDS = 100;
    private static final long CRASH_WAIT_MILLIS = 2_000;

    /** Exit code of a process that could not be ended: it waits in the kernel, or belongs to somebody else. */
    private static final int UNKNOWN = -1;

    private final PoolOptions options;
    private final Machine machine;
    private final Bag bag;
    private final WorkerLauncher launcher;
    private final PrivateDirectory directory;
    private final Executor supervisor;
    private final Executor chores;
    private final KnownMethods methods;
    private final PoolObserver observer;
    private final StartBreaker breaker;
    private final Slot.Listener slotListener;
    private final TaskWatcher tasks;
    private final MemoryWatch memory;
    private final Heartbeat heartbeat;
    private final ControlDesk desk;
    private final Undertaker undertaker;
    private final PastExits exits = new PastExits();
    private final CrashFiles crashes;
    private final ResultBudget results;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();

    private final List<Worker> all = new ArrayList<>();
    private int nextNumber = 1;
    private boolean closing; // no more tasks for anybody

    private volatile List<Worker> snapshot = List.of(); // written by the supervisor

    /**
     * @param supervisor runs commands on the supervisor's thread
     * @param chores runs what may take long
     * @param methods what new workers prepare for
     */
    Workers(
            PoolOptions options,
            Bag bag,
            WorkerLauncher launcher,
            PrivateDirectory directory,
            StartBreaker breaker,
            PoisonGuard poison,
            PoolObserver observer,
            Slot.Listener slotListener,
            Executor supervisor,
            Executor chores,
            KnownMethods methods,
            Machine machine) {
        this.options = options;
        this.machine = machine;
        this.results = machine.results();
        this.bag = bag;
        this.launcher = launcher;
        this.directory = directory;
        this.breaker = breaker;
        this.observer = observer;
        this.slotListener = slotListener;
        this.supervisor = supervisor;
        this.chores = chores;
        this.methods = methods;
        this.tasks = new TaskWatcher(options, bag, this, machine);
        this.memory = new MemoryWatch(options, bag, this);
        this.heartbeat = new Heartbeat(options, this);
        this.desk = new ControlDesk(options, bag, tasks, observer, this);
        this.crashes = new CrashFiles(directory.path(), options.crashDir());
        this.undertaker = new Undertaker(
                options, bag, new ExitJudge(options), breaker, poison, observer, firstReady, exits, machine);
    }

    /** The workers at this moment, for anybody. */
    List<Worker> snapshot() {
        return snapshot;
    }

    /** Completes when the first worker is ready, or cannot start. */
    CompletableFuture<Void> firstReady() {
        return firstReady;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** A copy, so that what is done to one may change the list. */
    List<Worker> list() {
        return List.copyOf(all);
    }

    /** The task is to stop, if a worker has it. */
    void stop(PoolTask task) {
        for (Worker worker : all) {
            for (Slot slot : worker.slots()) {
                if (bag.leased(slot) == task) {
                    tasks.stop(slot, task);
                    return;
                }
            }
        }
        revoke(task);
    }

    /** The task is not to begin, if a worker was given it early. */
    void revoke(PoolTask task) {
        Slot slot = bag.earlySlot(task);
        if (slot != null) {
            tasks.revoke(slot, machine.nanoTime(), true);
        }
    }

    /** The pool ends: workers leave as soon as they have nothing to do. */
    long dismiss(long now) {
        closing = true;
        long next = Deadline.NEVER;
        for (Worker worker : list()) {
            bag.close(worker);
            if (!worker.ready) {
                dismissStarting(worker);
            } else if (!worker.leaving && bag.leases(worker) == 0) {
                retire(worker, Cause.SHUTDOWN, now);
            }
            next = Deadline.earlier(next, worker.killAt); // set just now, perhaps
            next = Deadline.earlier(next, worker.giveUpAt);
        }
        return next;
    }

    /** One that is still starting has nothing to finish, so nobody waits for it. */
    private void dismissStarting(Worker worker) {
        if (worker.giveUpLaunch()) {
            remove(worker);
            undertaker.dismissed(worker);
        } else if (!worker.lost && !worker.killed && worker.exitCode == null) {
            kill(worker, Cause.SHUTDOWN, null);
        }
    }

    // ---- starting

    @Override
    public void launch() {
        Worker worker = new Worker(options.name(), nextNumber++, machine.nanoTime());
        for (int i = 0; i < options.concurrency(); i++) {
            worker.slots().add(new Slot(worker, i, bag, options, observer, results, slotListener, machine));
            worker.slotSecrets.add(Secret.create());
        }
        worker.killAt = Deadline.after(worker.launchedNanos, options.startupTimeout());
        all.add(worker);
        snapshot = List.copyOf(all);
        observer.workerStarting(worker.name());
        LaunchDescription description = new LaunchDescription(
                directory.socket().toString(),
                options.name(),
                worker.number(),
                worker.controlSecret,
                options.logs() == null ? "" : worker.logSecret,
                List.copyOf(worker.slotSecrets),
                Durations.millis(options.heartbeatTimeout()),
                Durations.millis(options.killGrace()),
                options.spin().toNanos(),
                options.maxPayload(),
                options.format().name(),
                methods.needMapper(),
                methods.ids(),
                options.bootstrap().type(),
                options.bootstrap().settings(),
                LaunchProperties.of(options));
        elsewhere(() -> launch(worker, description));
    }

    /** On a thread that may wait. Whatever becomes of it, the supervisor ends what it does not hear of in time. */
    private void launch(Worker worker, LaunchDescription description) {
        WorkerProcess process = null;
        try {
            process = launcher.launch(description, directory.path());
            if (worker.hasProcess(process, process.pid())) {
                WorkerProcess known = process;
                supervisor.execute(() -> launched(worker, known));
                return;
            }
        } catch (Throwable e) {
            supervisor.execute(() -> notLaunched(worker, e));
        }
        if (process != null) {
            process.kill(); // nobody waits for it
        }
    }

    /** On another thread; on this one if there is none to be had. What it throws ends no thread. */
    private void elsewhere(Runnable chore) {
        Runnable guarded = () -> {
            try {
                chore.run();
            } catch (Throwable e) {
                log.warn("A step of pool '{}' failed", options.name(), e);
            }
        };
        try {
            chores.execute(guarded);
        } catch (Throwable e) {
            log.warn("Pool '{}' got no thread", options.name(), e);
            guarded.run();
        }
    }

    private void launched(Worker worker, WorkerProcess process) {
        process.exit().whenComplete((code, failure) -> ended(worker, orUnknown(code)));
        process.outputEnd().whenComplete((end, failure) -> supervisor.execute(() -> worker.outputEnded = true));
        if (worker.leaving) {
            kill(worker, null, null); // it was to be killed before there was a process
        }
        if (breaker.isDown()) {
            log.debug("Worker {} starts, pid {}", worker.name(), worker.pid()); // as others have, again and again
        } else {
            log.info("Worker {} starts, pid {}", worker.name(), worker.pid());
        }
        open(worker); // it may have been quicker than the thread that launched it
    }

    private static int orUnknown(@Nullable Integer exitCode) {
        return exitCode == null ? UNKNOWN : exitCode;
    }

    /** The supervisor waits for no file: it hears of the exit when the error file has been read, or soon without. */
    private void ended(Worker worker, int code) {
        if (code == 0) {
            supervisor.execute(() -> exited(worker, code));
            return;
        }
        CompletableFuture<CrashFiles.@Nullable Crash> crash = new CompletableFuture<>();
        crash.completeOnTimeout(null, CRASH_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                .thenAccept(found -> supervisor.execute(() -> {
                    worker.crash = found;
                    exited(worker, code);
                }));
        elsewhere(() -> {
            try {
                crash.complete(crashes.take(worker.name(), worker.pid()));
            } finally {
                crash.complete(null); // whatever has happened to the file, the worker has ended
            }
        });
    }

    private void notLaunched(Worker worker, Throwable failure) {
        if (all.contains(worker)) { // else it was given up
            remove(worker);
            undertaker.notLaunched(worker, othersWork(), failure);
        }
    }

    private boolean othersWork() {
        return all.stream().anyMatch(worker -> worker.ready && !worker.lost && !worker.leaving);
    }

    // ---- connecting

    @Nullable
    Worker find(int number) {
        return all.stream()
                .filter(worker -> worker.number() == number && !worker.lost)
                .findFirst()
                .orElse(null);
    }

    void connected(Worker worker, int index, FrameChannel channel) {
        try {
            if (index == Hello.LOG) {
                readLog(worker, channel);
            } else if (index == Hello.CONTROL) {
                channel.maxPayload(WireLimit.MESSAGE.most());
                worker.control = channel;
                worker.nextPing = machine.nanoTime(); // what answering the first one loads no task needs to wait for
                sendLevels(worker);
                worker.flush();
            } else {
                Slot slot = worker.slots().get(index);
                // An exception may say more than a result.
                channel.maxPayload(
                        (int) Math.min(Integer.MAX_VALUE - 64, (long) options.maxPayload() + WireLimit.MESSAGE.most()));
                slot.connect(channel, options.spin().toNanos());
                startReading(slot, "inparallel-" + options.name() + "-slot-" + worker.number() + "-" + index);
            }
        } catch (IOException e) {
            lost(worker, null);
        } catch (Throwable e) { // there is no thread, most likely
            log.error("Worker {} cannot be connected", worker.name(), e);
            lost(worker, Cause.BROKEN);
        }
        open(worker);
    }

    private void startReading(Slot slot, String name) {
        try {
            machine.start(slot, name);
        } catch (Throwable e) {
            slot.readsNever();
            throw e;
        }
    }

    private void readLog(Worker worker, FrameChannel channel) throws IOException {
        WorkerLogs logs = options.logs();
        if (logs == null) {
            channel.close();
            return;
        }
        channel.maxPayload(WireLimit.MESSAGE.most());
        worker.logEnded = false;
        LogReader.Listener listener = new LogReader.Listener() {
            @Override
            public boolean isKnown() {
                return breaker.isDown() && !worker.ready;
            }

            @Override
            public void broken() {
                supervisor.execute(() -> lost(worker, Cause.BROKEN));
            }

            @Override
            public void unheard() {
                supervisor.execute(() -> worker.replace = true);
            }

            @Override
            public void ended() {
                supervisor.execute(() -> worker.logEnded = true);
            }
        };
        machine.start(
                new LogReader(worker, options.name(), channel, logs, listener),
                "inparallel-" + options.name() + "-log-" + worker.number());
    }

    private void sendLevels(Worker worker) {
        WorkerLogs logs = options.logs();
        if (logs != null) {
            send(worker, new LogLevels(logs.levels()).toFrame());
        }
    }

    void sendLevels() {
        all.stream().filter(worker -> worker.control != null).forEach(this::sendLevels);
    }

    /** All of them are to be replaced. */
    void recycle() {
        all.forEach(worker -> worker.replace = true);
    }

    /** The last workers that ended, newest first. For any thread. */
    List<PoolStats.ExitStats> exits() {
        return exits.last();
    }

    void threadDump(long pid, CompletableFuture<String> answer) {
        for (Worker worker : all) {
            if (worker.pid() == pid && worker.control != null) {
                worker.dumps.add(answer);
                send(worker, Frame.of(FrameType.DUMP, 0));
                return;
            }
        }
        elsewhere(() -> answer.completeExceptionally(
                new IllegalArgumentException("Pool '" + options.name() + "' has no worker with pid " + pid)));
    }

    /** Reads some of what the worker has said; returns whether there is more. */
    boolean listen(Worker worker) {
        return desk.listen(worker);
    }

    /** Shutdown hooks have their grace there; if even that does not end it, we do. */
    @Override
    public void exitCalled(Worker worker, long task) {
        worker.exitCalled = true;
        for (Slot slot : worker.slots()) {
            PoolTask running = bag.leased(slot);
            if (running != null && running.id() == task) {
                blame(slot);
            }
        }
        bag.close(worker);
        worker.killAt = Deadline.after(machine.nanoTime() + LEAVE_WAIT, options.killGrace());
    }

    /** Lets tasks in when the worker has said that it is ready and all its slots are connected. */
    @Override
    public void open(Worker worker) {
        if (worker.ready
                || worker.lost
                || worker.exitCode != null
                || !worker.reportedReady
                || worker.process() == null
                || !worker.slots().stream().allMatch(Slot::isConnected)) {
            return;
        }
        worker.ready = true;
        worker.readyNanos = machine.nanoTime();
        worker.killAt = Deadline.NEVER;
        Duration startup = Duration.ofNanos(worker.readyNanos - worker.launchedNanos);
        log.info("Worker {} is ready, pid {}, after {} ms", worker.name(), worker.pid(), startup.toMillis());
        observer.workerReady(worker.name(), startup);
        if (breaker.ready()) {
            log.info("Pool '{}' is up again", options.name());
            bag.reopen();
        }
        if (!closing) {
            bag.accept(worker);
            for (Slot slot : worker.slots()) {
                slot.open();
            }
        }
        firstReady.complete(null);
    }

    // ---- watching

    long watch(Worker worker, long now) {
        long done = worker.tasksDone();
        if (done > worker.tasksCounted) {
            if (worker.tasksCounted == 0) {
                breaker.started();
            } else {
                breaker.answered();
            }
            worker.tasksCounted = done;
        }
        if (Deadline.isDue(worker.killAt, now)) {
            worker.killAt = Deadline.NEVER;
            if (worker.giveUpLaunch()) {
                notLaunched(
                        worker,
                        new TimeoutException("there is no process after startup-timeout: " + options.startupTimeout()));
                return now;
            }
            kill(worker, overdue(worker), null);
        }
        if (worker.killed && worker.exitCode == null && Deadline.isDue(worker.killAgainAt, now)) {
            sendKill(worker, now);
        }
        if (Deadline.isDue(worker.giveUpAt, now)) {
            log.error(
                    "Worker {}, pid {}, does not end although it was killed: it is given up. Look after the process",
                    worker.name(),
                    worker.pid());
            exited(worker, UNKNOWN);
        }
        long next = Deadline.earlier(worker.killAt, Deadline.earlier(worker.killAgainAt, worker.giveUpAt));
        next = Deadline.earlier(next, heartbeat.beat(worker, now));
        for (Slot slot : worker.slots()) {
            next = Deadline.earlier(next, tasks.watch(slot, now));
        }
        next = Deadline.earlier(next, memory.watch(worker, now));
        return Deadline.earlier(next, judgeIfOver(worker, now));
    }

    /** Why a worker is killed that has not done in time what it was to do. */
    private static @Nullable Cause overdue(Worker worker) {
        if (worker.exitCalled) {
            return null; // its exit speaks for itself
        }
        if (!worker.ready) {
            return Cause.START_FAILED;
        }
        return worker.lost ? Cause.BROKEN : Cause.SHUTDOWN;
    }

    @Override
    public void send(Worker worker, Frame frame) {
        desk.send(worker, frame);
    }

    // ---- ending

    @Override
    public void retire(Worker worker, Cause cause, long now) {
        if (worker.lost || worker.killed) {
            return;
        }
        if (worker.decided == null) {
            worker.decided = worker.shortage == null ? cause : Cause.OUT_OF_MEMORY;
        }
        worker.leaving = true;
        worker.killAt = Deadline.after(now, Math.max(LEAVE_WAIT, Durations.nanos(options.killGrace())));
        log.debug("Worker {} is to leave: {}", worker.name(), cause.label());
        send(worker, Frame.of(FrameType.RETIRE, 0));
    }

    @Override
    public void kill(Worker worker, @Nullable Cause cause, @Nullable String culprit) {
        writeOff(worker);
        worker.leaving = true;
        if (worker.decided == null) {
            worker.decided = cause;
            worker.decidedBy = culprit == null ? worker.decidedBy : culprit;
        }
        WorkerProcess process = worker.process();
        if (process == null || worker.killed) {
            return;
        }
        worker.killed = true;
        long now = machine.nanoTime();
        worker.giveUpAt = now + LEAVE_WAIT;
        sendKill(worker, now);
    }

    private void writeOff(Worker worker) {
        if (bag.writeOff(worker)) {
            slotListener.tasksWait();
        }
    }

    /** It may fail, without descriptors for example; so it is sent until the worker is gone. */
    private void sendKill(Worker worker, long now) {
        WorkerProcess process = worker.process();
        worker.killAgainAt = now + KILL_AGAIN;
        if (process != null) {
            elsewhere(process::kill);
        }
    }

    /** A connection has ended: the worker dies, or is made to. */
    @Override
    public void lost(Worker worker, @Nullable Cause cause) {
        writeOff(worker);
        if (cause != null && worker.decided == null && worker.exitCode == null) {
            worker.decided = cause;
        }
        if (!worker.lost) {
            worker.lost = true;
            worker.slots().forEach(Slot::closeIfIdle);
            if (worker.exitCode == null) {
                if (cause != null) {
                    kill(worker, cause, null);
                } else {
                    // It has closed its end, so it is on its way out; a shutdown hook may want its time.
                    worker.killAt = Deadline.after(
                            machine.nanoTime(), Math.max(1_000 * MILLI, Durations.nanos(options.killGrace())));
                }
            }
        }
    }

    /** It is for what the slot's task did that the worker ends, unless that is known already. */
    void blame(Slot slot) {
        Worker worker = slot.worker();
        PoolTask task = bag.leased(slot);
        if (task != null && worker.decided == null && worker.decidedBy == null) {
            worker.decidedBy = task.taskId();
        }
    }

    private void exited(Worker worker, int exitCode) {
        if (worker.exitCode != null) {
            return; // it was given up, and has ended after all
        }
        CrashFiles.Crash crash = worker.crash;
        if (crash != null && crash.slot() >= 0 && crash.slot() < worker.slots().size()) {
            blame(worker.slots().get(crash.slot()));
        }
        worker.exitedNanos = machine.nanoTime();
        worker.exitCode = exitCode;
        worker.killAt = Deadline.NEVER;
        worker.killAgainAt = Deadline.NEVER;
        worker.giveUpAt = Deadline.NEVER;
        writeOff(worker);
        worker.lost = true;
        for (int i = 0; i < MOST_LAST_WORDS && desk.listen(worker); i++) {
            // what it had still to say
        }
        worker.slots().forEach(Slot::closeIfIdle);
    }

    private long judgeIfOver(Worker worker, long now) {
        Integer exitCode = worker.exitCode;
        if (exitCode == null) {
            return Deadline.NEVER;
        }
        long judgeAt = worker.exitedNanos + OUTPUT_WAIT;
        boolean waited = judgeAt - now <= 0;
        if (waited) {
            // Somebody else holds its connections or its output open: a child that it left.
            worker.slots().forEach(Slot::close);
        }
        boolean reads = worker.slots().stream().anyMatch(Slot::isReading)
                && now - worker.exitedNanos < READING_WAIT; // else its reader is stuck
        if (reads || (!worker.outputEnded || !worker.logEnded) && !waited) {
            return waited ? now + MILLI : judgeAt;
        }
        remove(worker);
        undertaker.bury(worker, exitCode, othersWork());
        return now;
    }

    /** Ends tasks that could not be ended before. */
    void settle() {
        undertaker.settle();
    }

    private void remove(Worker worker) {
        for (CompletableFuture<String> dump : worker.dumps) {
            // Not here: what follows it is the caller's.
            elsewhere(() ->
                    dump.completeExceptionally(new IllegalArgumentException("Worker " + worker.name() + " has ended")));
        }
        worker.dumps.clear();
        desk.close(worker);
        worker.slots().forEach(Slot::close);
        all.remove(worker);
        snapshot = List.copyOf(all);
    }

    /** Lets go of one: the supervisor itself has failed. */
    void abandon(Worker worker) {
        all.remove(worker);
        snapshot = List.copyOf(all);
        kill(worker, Cause.SHUTDOWN, null);
        for (Slot slot : worker.slots()) {
            slot.close();
            while (bag.takeBack(slot) != null) {
                // it has been refused
            }
        }
    }
}
