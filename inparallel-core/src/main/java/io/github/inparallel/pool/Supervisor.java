package io.github.inparallel.pool;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts workers, watches over them and their tasks, and buries them. One thread does all of it, so the lives of workers
 * need no locks; what may take long (starting a process, killing a tree of them) runs on other threads, and its result
 * comes back as a command. It sleeps until the next deadline or the next word from anybody.
 */
final class Supervisor implements Runnable, Slot.Listener, WorkerControl {

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private static final long MILLI = 1_000_000L;
    private static final long OUTPUT_WAIT = 20 * MILLI;
    private static final long LEAVE_WAIT = 5_000 * MILLI;
    private static final long AFTER_FAILURE = 1_000 * MILLI;
    /** Exit code of a process that could not be ended: it waits in the kernel, or belongs to somebody else. */
    private static final int UNKNOWN = -1;

    private static final int CONTROL_PAYLOAD = 16 * 1024 * 1024;

    private final PoolOptions options;
    private final Bag bag;
    private final WorkerLauncher launcher;
    private final PrivateDirectory directory;
    private final Doorkeeper door;
    private final StartBreaker breaker;
    private final Staffing staffing;
    private final TaskWatcher tasks;
    private final MemoryWatch memory;
    private final Heartbeat heartbeat;
    private final Undertaker undertaker;
    private final PoolObserver observer;
    private final ResultBudget results;
    private final Executor chores;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    // The supervisor thread's alone.
    private final List<Worker> workers = new ArrayList<>();
    private int nextNumber = 1;
    private boolean stopping;

    private volatile List<Worker> snapshot = List.of(); // written by the supervisor
    // When the supervisor wakes by itself; "never" while it is not certain, so that whoever has less time wakes it.
    private volatile long wakeAt = Long.MAX_VALUE;

    Supervisor(
            PoolOptions options,
            Bag bag,
            WorkerLauncher launcher,
            PrivateDirectory directory,
            PoisonGuard poison,
            PoolObserver observer,
            Executor chores)
            throws IOException {
        this.options = options;
        this.bag = bag;
        this.launcher = launcher;
        this.directory = directory;
        this.door = new Doorkeeper(directory.socket(), options.concurrency());
        this.breaker =
                new StartBreaker(options.restartLimit(), options.restartWindow().toNanos());
        this.staffing = new Staffing(options, bag, breaker, this);
        this.tasks = new TaskWatcher(options, bag, this);
        this.memory = new MemoryWatch(options, bag, this);
        this.heartbeat = new Heartbeat(options, this);
        this.undertaker = new Undertaker(
                options, bag, new ExitJudge(options, directory.path()), breaker, poison, observer, firstReady);
        this.observer = observer;
        this.results = new ResultBudget(Runtime.getRuntime().maxMemory() / 4);
        this.chores = chores;
    }

    // ---- called by any thread

    /** Has this done on the supervisor's thread. */
    void post(Runnable command) {
        commands.add(command);
        door.wakeup();
    }

    /** There are tasks that wait: there may be too few workers. */
    void tasksWait() {
        door.wakeup();
    }

    /** The task is to stop: its caller gave up. */
    void stop(PoolTask task) {
        post(() -> {
            for (Worker worker : workers) {
                for (Slot slot : worker.slots()) {
                    if (bag.leased(slot) == task) {
                        tasks.stop(slot, task);
                    }
                }
            }
        });
    }

    void resize(int min, int max) {
        staffing.resize(min, max);
        door.wakeup();
    }

    /** Ends all workers; {@link #stopped()} completes when the last is gone. */
    void stop() {
        post(() -> stopping = true);
    }

    CompletableFuture<Void> stopped() {
        return stopped;
    }

    CompletableFuture<Void> firstReady() {
        return firstReady;
    }

    List<Worker> workers() {
        return snapshot;
    }

    boolean isDown() {
        return breaker.isDown();
    }

    long rejectedConnections() {
        return door.rejected();
    }

    @Override
    public void given(PoolTask task) {
        long limit = Math.min(
                task.timeoutNanos() == 0 ? Long.MAX_VALUE : task.timeoutNanos(),
                options.stallTimeout() == null
                        ? Long.MAX_VALUE
                        : options.stallTimeout().toNanos());
        // Most often the supervisor wakes earlier anyway, for a task that was given before.
        if (limit != Long.MAX_VALUE && (wakeAt == Long.MAX_VALUE || task.givenNanos() + limit - wakeAt < 0)) {
            door.wakeup();
        }
    }

    @Override
    public void idle(Slot slot) {
        Worker worker = slot.worker();
        if (bag.needsCare(worker) || options.maxMemory() != null || worker.tasksDone() == 1) {
            door.wakeup();
        }
    }

    @Override
    public void closed(Slot slot, boolean broken) {
        post(() -> {
            slot.worker().openSlots--;
            lost(slot.worker(), broken ? Cause.BROKEN : null);
        });
    }

    // ---- the loop

    @Override
    public void run() {
        try {
            while (!stopping || !workers.isEmpty()) {
                wakeAt = Long.MAX_VALUE; // from here on what is given to a worker may be overlooked: it wakes us
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    guarded(command);
                }
                long next = tick(System.nanoTime());
                wakeAt = next;
                if (commands.isEmpty() && (!stopping || !workers.isEmpty())) {
                    long nanos = next == Long.MAX_VALUE ? 0 : Math.max(1, next - System.nanoTime());
                    door.await(next == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
                }
                guarded(() -> door.serve(this::find, this::connected));
                for (Worker worker : List.copyOf(workers)) {
                    guarded(() -> listen(worker));
                }
            }
        } catch (Throwable e) {
            log.error("The supervisor of pool '{}' failed: the pool is closed", options.name(), e);
            giveUp(e);
        } finally {
            door.close();
            stopped.complete(null);
        }
    }

    /** Whatever happens to the supervisor, no task waits for ever. */
    private void giveUp(Throwable failure) {
        TaskRefusedException refusal = new TaskRefusedException(
                "Pool '" + options.name() + "' has failed: " + failure, Reason.SHUT_DOWN, failure);
        bag.shut(refusal);
        for (Worker worker : workers) {
            guarded(() -> kill(worker, Cause.SHUTDOWN, null));
            for (Slot slot : worker.slots()) {
                slot.close();
                PoolTask task = bag.takeBack(slot);
                if (task != null) {
                    task.refused(refusal);
                }
            }
        }
        bag.takeAll(task -> true).forEach(task -> task.refused(refusal));
        workers.clear();
        snapshot = List.of();
    }

    /** What fails in one step must not stop the others. */
    private static boolean guarded(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException | Error e) {
            log.error("A step of supervision failed", e);
            return false;
        }
    }

    private static long guarded(LongSupplier step) {
        long[] next = {Long.MAX_VALUE};
        return guarded(() -> {
                    next[0] = step.getAsLong();
                })
                ? next[0]
                : System.nanoTime() + AFTER_FAILURE;
    }

    /** Does what is due; returns when something is due next. */
    private long tick(long now) {
        long next = guarded(() -> expireWaiting(now));
        guarded(this::matchWaiting);
        for (Worker worker : List.copyOf(workers)) {
            next = Math.min(next, guarded(() -> watch(worker, now)));
        }
        next = Math.min(next, guarded(() -> stopping ? dismiss(now) : staffing.staff(List.copyOf(workers), now)));
        return Math.min(next, guarded(() -> door.expire(now)));
    }

    private void matchWaiting() {
        for (Slot slot : bag.matchWaiting()) {
            PoolTask task = bag.leased(slot);
            if (task != null) {
                slot.give(task);
            }
        }
    }

    private long expireWaiting(long now) {
        Duration limit = options.queueTimeout();
        while (limit != null) {
            PoolTask first = bag.first();
            if (first == null) {
                break;
            }
            long due = first.queuedNanos() + limit.toNanos();
            if (due - now > 0) {
                return due;
            }
            if (bag.forget(first)) {
                first.timedOut(first.waitedTooLong(limit));
            }
        }
        return Long.MAX_VALUE;
    }

    /** The pool ends: workers leave as soon as they have nothing to do. */
    private long dismiss(long now) {
        for (Worker worker : workers) {
            bag.close(worker);
            if (!worker.leaving && worker.process != null && bag.leases(worker) == 0) {
                retire(worker, Cause.SHUTDOWN, now);
            }
        }
        return Long.MAX_VALUE;
    }

    // ---- starting

    @Override
    public void launch() {
        Worker worker = new Worker(options.name(), nextNumber++);
        for (int i = 0; i < options.concurrency(); i++) {
            worker.slots().add(new Slot(worker, i, bag, options, observer, results, this));
            worker.slotSecrets.add(Secret.create());
        }
        workers.add(worker);
        snapshot = List.copyOf(workers);
        observer.workerStarting(worker.name());
        LaunchDescription description = new LaunchDescription(
                directory.socket().toString(),
                options.name(),
                worker.number(),
                worker.controlSecret,
                List.copyOf(worker.slotSecrets),
                options.heartbeatTimeout().toMillis(),
                options.killGrace().toMillis(),
                options.maxPayload(),
                options.format().name(),
                options.bootstrap().type(),
                options.bootstrap().settings(),
                options.bootstrap().properties());
        elsewhere(() -> {
            try {
                WorkerProcess process = launcher.launch(description, directory.path());
                post(() -> launched(worker, process));
            } catch (IOException | RuntimeException | Error e) {
                post(() -> notLaunched(worker, e));
            }
        });
    }

    /** On another thread; on this one if there is none to be had. */
    private void elsewhere(Runnable chore) {
        try {
            chores.execute(chore);
        } catch (RuntimeException | OutOfMemoryError e) {
            log.warn("Pool '{}' got no thread", options.name(), e);
            chore.run();
        }
    }

    private void launched(Worker worker, WorkerProcess process) {
        worker.process = process;
        worker.pid(process.pid());
        if (worker.leaving) {
            kill(worker, null, null); // it was to be killed before there was a process
        } else if (!worker.lost) {
            worker.killAt = worker.launchedNanos + options.startupTimeout().toNanos();
        }
        log.info("Worker {} starts, pid {}", worker.name(), process.pid());
        process.exit().thenAccept(code -> post(() -> exited(worker, code)));
        process.outputEnd().thenRun(() -> post(() -> worker.outputEnded = true));
        open(worker); // it may have been quicker than the thread that launched it
    }

    private void notLaunched(Worker worker, Throwable failure) {
        remove(worker);
        undertaker.notLaunched(worker, othersWork(), failure);
    }

    private boolean othersWork() {
        return workers.stream().anyMatch(worker -> worker.ready && !worker.lost && !worker.leaving);
    }

    // ---- connections

    private @Nullable Worker find(int number) {
        return workers.stream()
                .filter(worker -> worker.number() == number && !worker.lost)
                .findFirst()
                .orElse(null);
    }

    private void connected(Worker worker, int index, FrameChannel channel) {
        try {
            if (index < 0) {
                channel.maxPayload(CONTROL_PAYLOAD);
                worker.control = channel;
                worker.nextPing =
                        System.nanoTime() + options.heartbeatInterval().toNanos();
                worker.flush();
            } else {
                Slot slot = worker.slots().get(index);
                channel.maxPayload(options.maxPayload() + CONTROL_PAYLOAD); // an exception may say more than a result
                slot.connect(channel);
                NamedThreads.newThread(slot, "inparallel-" + options.name() + "-slot-" + worker.number() + "-" + index)
                        .start();
                worker.openSlots++;
            }
        } catch (IOException e) {
            lost(worker, null);
        } catch (OutOfMemoryError e) {
            log.error("There is no thread for worker {}", worker.name(), e);
            lost(worker, Cause.BROKEN);
        }
        open(worker);
    }

    private void listen(Worker worker) {
        FrameChannel control = worker.control;
        if (control == null) {
            return;
        }
        try {
            for (Frame frame = control.poll(); frame != null; frame = control.poll()) {
                handle(worker, frame);
            }
            worker.flush();
        } catch (ProtocolException | RuntimeException | StackOverflowError e) {
            log.warn("Worker {} broke the protocol: {}", worker.name(), e.toString());
            closeControl(worker);
            lost(worker, Cause.BROKEN);
        } catch (IOException e) {
            closeControl(worker);
            lost(worker, null);
        }
    }

    private static void closeControl(Worker worker) {
        FrameChannel control = worker.control;
        worker.control = null;
        if (control != null) {
            try {
                control.close();
            } catch (IOException e) {
                log.debug("Closing the control connection to {}", worker.name(), e);
            }
        }
    }

    private void handle(Worker worker, Frame frame) throws IOException {
        switch (frame.type()) {
            case READY -> {
                worker.reportedReady = true;
                open(worker);
            }
            case START_FAILED -> worker.startFailure = ThrowableCodec.decode(frame.payload(), options.classLoader());
            case PONG -> worker.pingSent = 0;
            case PROGRESS -> {
                ProgressReport report = ProgressReport.of(frame);
                for (Slot slot : worker.slots()) {
                    PoolTask task = bag.leased(slot);
                    if (task != null && task.id() == frame.taskId()) {
                        task.progressed(report);
                    }
                }
            }
            case INSPECTED -> tasks.inspected(worker, frame.taskId(), Inspection.of(frame));
            case EXITING -> exitCalled(worker);
            default -> throw new ProtocolException("unexpected " + frame.type() + " on the control connection");
        }
    }

    /** Somebody called exit in it: shutdown hooks have their grace there; if even that does not end it, we do. */
    private void exitCalled(Worker worker) {
        worker.exitCalled = true;
        bag.close(worker);
        worker.killAt = System.nanoTime() + options.killGrace().toNanos() + LEAVE_WAIT;
    }

    /** Lets tasks in when the worker has said that it is ready and all its slots are connected. */
    private void open(Worker worker) {
        if (worker.ready
                || worker.lost
                || !worker.reportedReady
                || worker.process == null
                || !worker.slots().stream().allMatch(Slot::isConnected)) {
            return;
        }
        worker.ready = true;
        worker.readyNanos = System.nanoTime();
        worker.killAt = Long.MAX_VALUE;
        Duration startup = Duration.ofNanos(worker.readyNanos - worker.launchedNanos);
        log.info("Worker {} is ready, pid {}, after {} ms", worker.name(), worker.pid(), startup.toMillis());
        observer.workerReady(worker.name(), startup);
        if (breaker.ready()) {
            log.info("Pool '{}' is up again", options.name());
            bag.reopen();
        }
        if (!stopping) {
            bag.accept(worker);
            for (Slot slot : worker.slots()) {
                PoolTask task = bag.next(slot);
                if (task != null) {
                    slot.give(task);
                }
            }
        }
        firstReady.complete(null);
    }

    // ---- watching

    private long watch(Worker worker, long now) {
        long done = worker.tasksDone();
        if (done > worker.tasksCounted) {
            if (worker.tasksCounted == 0) {
                breaker.started();
            } else {
                breaker.answered();
            }
            worker.tasksCounted = done;
        }
        if (worker.killAt - now <= 0 && worker.killAt != Long.MAX_VALUE) {
            worker.killAt = Long.MAX_VALUE;
            kill(worker, overdue(worker), null);
        }
        if (worker.giveUpAt - now <= 0 && worker.giveUpAt != Long.MAX_VALUE) {
            log.error(
                    "Worker {}, pid {}, does not end although it was killed: it is given up. Look after the process",
                    worker.name(),
                    worker.pid());
            exited(worker, UNKNOWN);
        }
        long next = Math.min(Math.min(worker.killAt, worker.giveUpAt), heartbeat.beat(worker, now));
        for (Slot slot : worker.slots()) {
            next = Math.min(next, tasks.watch(slot, now));
        }
        next = Math.min(next, memory.watch(worker, now));
        return Math.min(next, judgeIfOver(worker, now));
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
        try {
            worker.send(frame);
        } catch (IOException e) {
            closeControl(worker);
            lost(worker, null);
        }
    }

    // ---- ends

    @Override
    public void retire(Worker worker, Cause cause, long now) {
        if (worker.lost || worker.killed) {
            return;
        }
        if (worker.decided == null) {
            worker.decided = cause;
        }
        worker.leaving = true;
        worker.killAt = now + Math.max(LEAVE_WAIT, options.killGrace().toNanos());
        log.debug("Worker {} is to leave: {}", worker.name(), cause.label());
        send(worker, Frame.of(FrameType.RETIRE, 0));
    }

    @Override
    public void kill(Worker worker, @Nullable Cause cause, @Nullable String culprit) {
        bag.writeOff(worker);
        worker.leaving = true;
        if (worker.decided == null) {
            worker.decided = cause;
            worker.decidedBy = culprit;
        }
        WorkerProcess process = worker.process;
        if (process == null || worker.killed) {
            return;
        }
        worker.killed = true;
        worker.giveUpAt = System.nanoTime() + LEAVE_WAIT;
        elsewhere(process::kill);
    }

    /** A connection has ended: the worker dies, or is made to. */
    private void lost(Worker worker, @Nullable Cause cause) {
        bag.writeOff(worker);
        if (cause != null && worker.decided == null && worker.exitCode == null) {
            worker.decided = cause;
        }
        if (!worker.lost) {
            worker.lost = true;
            if (worker.exitCode == null) {
                if (cause != null) {
                    kill(worker, cause, null);
                } else {
                    // It has closed its end, so it is on its way out; a shutdown hook may want its time.
                    worker.killAt = System.nanoTime()
                            + Math.max(1_000 * MILLI, options.killGrace().toNanos());
                }
            }
        }
    }

    private void exited(Worker worker, int exitCode) {
        long now = System.nanoTime();
        worker.exitCode = exitCode;
        worker.killAt = Long.MAX_VALUE;
        worker.judgeAt = now + OUTPUT_WAIT;
        worker.giveUpAt = Long.MAX_VALUE;
        listen(worker); // what it had still to say
        bag.writeOff(worker);
        worker.lost = true;
    }

    private long judgeIfOver(Worker worker, long now) {
        Integer exitCode = worker.exitCode;
        if (exitCode == null) {
            return Long.MAX_VALUE;
        }
        boolean waited = worker.judgeAt - now <= 0;
        if (waited) {
            // Somebody else holds its connections or its output open: a child that it left.
            worker.slots().forEach(Slot::close);
        }
        if (worker.openSlots > 0 || !worker.outputEnded && !waited) {
            return waited ? now + MILLI : worker.judgeAt;
        }
        remove(worker);
        undertaker.bury(worker, exitCode, othersWork());
        return now;
    }

    private void remove(Worker worker) {
        closeControl(worker);
        worker.slots().forEach(Slot::close);
        workers.remove(worker);
        snapshot = List.copyOf(workers);
    }
}
