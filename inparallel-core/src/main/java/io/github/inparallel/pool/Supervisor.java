package io.github.inparallel.pool;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.ProgressReport;
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
    private static final long QUICK_DEATH = 1_000 * MILLI;
    private static final long LEAVE_WAIT = 5_000 * MILLI;
    private static final int CONTROL_PAYLOAD = 16 * 1024 * 1024;

    private final PoolOptions options;
    private final Bag bag;
    private final WorkerLauncher launcher;
    private final PrivateDirectory directory;
    private final Doorkeeper door;
    private final ExitJudge judge;
    private final StartBreaker breaker;
    private final TaskWatcher tasks;
    private final Heartbeat heartbeat;
    private final Obituary obituary;
    private final PoolObserver observer;
    private final Executor chores;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    // The supervisor thread's alone.
    private final List<Worker> workers = new ArrayList<>();
    private int nextNumber = 1;
    private boolean wanted; // whether a task was ever submitted, or workers start without one
    private boolean stopping;

    private volatile int minWorkers;
    private volatile int maxWorkers;
    private volatile List<Worker> snapshot = List.of();
    private volatile long wakeAt = Long.MAX_VALUE;

    Supervisor(
            PoolOptions options,
            Bag bag,
            WorkerLauncher launcher,
            PrivateDirectory directory,
            PoolObserver observer,
            Executor chores)
            throws IOException {
        this.options = options;
        this.bag = bag;
        this.launcher = launcher;
        this.directory = directory;
        this.door = new Doorkeeper(directory.socket(), options.concurrency());
        this.judge = new ExitJudge(options, directory.path());
        this.breaker =
                new StartBreaker(options.restartLimit(), options.restartWindow().toNanos());
        this.tasks = new TaskWatcher(options, bag, this);
        this.heartbeat = new Heartbeat(options, this);
        this.obituary = new Obituary(options);
        this.observer = observer;
        this.chores = chores;
        this.minWorkers = options.minWorkers();
        this.maxWorkers = options.maxWorkers();
        this.wanted = options.startup() != PoolOptions.Startup.ON_DEMAND;
    }

    // ---- called by any thread

    /** Has this done on the supervisor's thread. */
    void post(Runnable command) {
        commands.add(command);
        door.wakeup();
    }

    /** There are tasks that wait: there may be too few workers. */
    void tasksWait() {
        post(() -> wanted = true);
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
        minWorkers = min;
        maxWorkers = max;
        post(() -> {});
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
        if (worker.leaving || options.maxTasksPerWorker() != null || worker.tasksDone() == 1 || bag.waiting() > 0) {
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
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    guarded(command);
                }
                long now = System.nanoTime();
                long next = tick(now);
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
            log.error("The supervisor of pool '{}' failed", options.name(), e);
            workers.forEach(worker -> kill(worker, Cause.SHUTDOWN, null));
        } finally {
            door.close();
            stopped.complete(null);
        }
    }

    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.error("A step of supervision failed", e);
        }
    }

    /** Does what is due; returns when something is due next. */
    private long tick(long now) {
        long next = expireWaiting(now);
        for (Slot slot : bag.matchWaiting()) {
            PoolTask task = bag.leased(slot);
            if (task != null) {
                slot.give(task);
            }
        }
        for (Worker worker : List.copyOf(workers)) {
            next = Math.min(next, watch(worker, now));
        }
        next = Math.min(next, scale(now));
        return Math.min(next, door.expire(now));
    }

    private long expireWaiting(long now) {
        Duration limit = options.queueTimeout();
        while (limit != null) {
            PoolTask first = bag.first();
            if (first == null) {
                break;
            }
            long due = first.submittedNanos() + limit.toNanos();
            if (due - now > 0) {
                return due;
            }
            bag.forget(first);
            first.timedOut(new TaskTimeoutException(
                    first.displayName() + " waited longer than queue-timeout: " + limit + " in pool '" + options.name()
                            + "'",
                    limit,
                    Limit.QUEUE,
                    first.taskId(),
                    false,
                    null));
        }
        return Long.MAX_VALUE;
    }

    // ---- how many

    private long scale(long now) {
        if (stopping) {
            for (Worker worker : workers) {
                bag.close(worker);
                if (!worker.leaving && worker.process != null && bag.leases(worker) == 0) {
                    retire(worker, Cause.SHUTDOWN, now);
                }
            }
            return Long.MAX_VALUE;
        }
        int alive = 0;
        int starting = 0;
        for (Worker worker : workers) {
            boolean counts = !worker.lost && !worker.leaving && (!worker.ready || worker.accepting);
            alive += counts ? 1 : 0;
            starting += counts && !worker.ready ? 1 : 0;
        }
        int load = bag.waiting() + bag.leases();
        wanted |= load > 0;
        int needed = (load + options.concurrency() - 1) / options.concurrency();
        int least = wanted ? minWorkers : 0;
        int target = Math.min(maxWorkers, Math.max(least, needed)) + (wanted ? options.spareWorkers() : 0);
        while (alive < target && breaker.mayStart(now, starting)) {
            launch();
            alive++;
            starting++;
        }
        return Math.min(alive < target ? breaker.nextTry() : Long.MAX_VALUE, leaveSurplus(now, alive, target));
    }

    private long leaveSurplus(long now, int alive, int target) {
        long next = Long.MAX_VALUE;
        int surplus = alive - target;
        for (Worker worker : List.copyOf(workers)) {
            if (surplus > 0 && worker.ready && worker.accepting && !worker.leaving && bag.leases(worker) == 0) {
                long due = worker.idleSinceNanos + options.idleTimeout().toNanos();
                if (due - now <= 0 && bag.closeIfIdle(worker)) {
                    retire(worker, Cause.IDLE, now);
                    surplus--;
                } else {
                    next = Math.min(next, due);
                }
            }
        }
        return next;
    }

    private void launch() {
        Worker worker = new Worker(options.name(), nextNumber++);
        for (int i = 0; i < options.concurrency(); i++) {
            worker.slots().add(new Slot(worker, i, bag, options, observer, this));
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
        chores.execute(() -> {
            try {
                WorkerProcess process = launcher.launch(description, directory.path());
                post(() -> launched(worker, process));
            } catch (IOException | RuntimeException e) {
                post(() -> notLaunched(worker, e));
            }
        });
    }

    private void launched(Worker worker, WorkerProcess process) {
        worker.process = process;
        worker.pid(process.pid());
        worker.killAt = worker.launchedNanos + options.startupTimeout().toNanos();
        log.info("Worker {} starts, pid {}", worker.name(), process.pid());
        process.exit().thenAccept(code -> post(() -> exited(worker, code)));
        process.outputEnd().thenRun(() -> post(() -> worker.outputEnded = true));
        open(worker); // it may have been quicker than the thread that launched it
    }

    private void notLaunched(Worker worker, Exception failure) {
        worker.startFailure = failure;
        bury(worker, null);
        startFailed(new WorkerStartException(
                "Worker " + worker.name() + " cannot be started: " + failure.getMessage(), null, "", failure));
    }

    private void startFailed(WorkerStartException failure) {
        if (stopping) {
            return;
        }
        log.warn("{}", failure.getMessage());
        firstReady.completeExceptionally(failure);
        if (breaker.failed(System.nanoTime(), failure)) {
            log.error(
                    "Pool '{}' is down after {} failed starts; it goes on trying",
                    options.name(),
                    options.restartLimit());
            bag.shut(new TaskRefusedException(
                    "Pool '" + options.name() + "' is down: " + failure.getMessage(),
                    TaskRefusedException.Reason.POOL_DOWN,
                    failure));
        }
        if (breaker.isDown()) {
            bag.takeAll()
                    .forEach(task -> task.refused(new WorkerStartException(
                            String.valueOf(failure.getMessage()),
                            failure.exitCode().isPresent() ? failure.exitCode().getAsInt() : null,
                            failure.output(),
                            failure.getCause())));
        }
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
                worker.openSlots++;
                NamedThreads.newThread(slot, "inparallel-" + options.name() + "-slot-" + worker.number() + "-" + index)
                        .start();
            }
        } catch (IOException e) {
            lost(worker, null);
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
        } catch (io.github.inparallel.protocol.ProtocolException e) {
            log.warn("Worker {} broke the protocol: {}", worker.name(), e.getMessage());
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
            case EXITING -> worker.exitCalled = true;
            default ->
                throw new io.github.inparallel.protocol.ProtocolException(
                        "unexpected " + frame.type() + " on the control connection");
        }
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
        if (worker.tasksDone() > 0) {
            breaker.worked();
        }
        long next = Long.MAX_VALUE;
        if (worker.killAt - now <= 0 && worker.killAt != Long.MAX_VALUE) {
            worker.killAt = Long.MAX_VALUE;
            kill(worker, worker.ready ? Cause.SHUTDOWN : Cause.START_FAILED, null);
        }
        next = Math.min(next, worker.killAt);
        next = Math.min(next, heartbeat.beat(worker, now));
        for (Slot slot : worker.slots()) {
            next = Math.min(next, tasks.watch(slot, now));
        }
        next = Math.min(next, recycle(worker, now));
        return Math.min(next, judgeIfOver(worker, now));
    }

    private long recycle(Worker worker, long now) {
        if (worker.ready && !worker.accepting && !worker.leaving && !worker.lost && !worker.killed && !stopping) {
            // It has had its last task, or has lost a slot.
            if (bag.leases(worker) == 0) {
                retire(worker, Cause.RECYCLED, now);
            }
            return Long.MAX_VALUE;
        }
        Duration lifetime = options.maxLifetime();
        if (lifetime == null || !worker.ready || worker.leaving || worker.lost) {
            return Long.MAX_VALUE;
        }
        // A jitter of up to a quarter, so that a pool never retires all at once.
        long due = worker.readyNanos + lifetime.toNanos() - lifetime.toNanos() / 4 * (worker.number() % 8) / 8;
        if (due - now <= 0) {
            bag.close(worker);
            return now;
        }
        return due;
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

    private void retire(Worker worker, Cause cause, long now) {
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
        bag.close(worker);
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
        chores.execute(process::kill);
    }

    /** A connection has ended: the worker dies, or is made to. */
    private void lost(Worker worker, @Nullable Cause cause) {
        bag.close(worker);
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
        listen(worker); // what it had still to say
        bag.close(worker);
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
        ended(worker, exitCode);
        return now;
    }

    private void ended(Worker worker, int exitCode) {
        closeControl(worker);
        WorkerProcess process = worker.process;
        List<String> lines = process == null ? List.of() : process.lastLines();
        if (!worker.ready) {
            if (worker.decided == null) {
                worker.decided = Cause.START_FAILED;
            }
        }
        ExitJudge.Verdict verdict = judge.judge(worker, exitCode, lines);
        String hint = Obituary.hint(verdict);
        boolean expected = verdict.exit().cause() == Cause.SHUTDOWN
                || verdict.exit().cause() == Cause.IDLE
                || verdict.exit().cause() == Cause.RECYCLED;
        if (expected) {
            log.info("Worker {}, pid {}, has left: {}", worker.name(), worker.pid(), verdict.exit());
        } else {
            log.warn("Worker {}, pid {}, has ended: {}{}", worker.name(), worker.pid(), verdict.exit(), hint);
        }
        observer.workerExited(worker.name(), verdict.exit());
        for (Slot slot : worker.slots()) {
            PoolTask task = bag.takeBack(slot);
            if (task != null) {
                endTask(worker, task, verdict, lines);
            }
        }
        bury(worker, exitCode);
        boolean workedBriefly = worker.ready
                && worker.tasksDone() == 0
                && System.nanoTime() - worker.readyNanos < QUICK_DEATH
                && worker.decided == null
                && verdict.exit().cause() != Cause.KILLED;
        if (!worker.ready || workedBriefly) {
            startFailed(obituary.startFailed(worker, exitCode, verdict, lines));
        }
    }

    private void endTask(Worker worker, PoolTask task, ExitJudge.Verdict verdict, List<String> lines) {
        if (!task.hasEnded() && task.takeRetry()) {
            log.info(
                    "Task {} ({}) is tried again: worker {} was lost",
                    task.taskId(),
                    task.displayName(),
                    worker.name());
            observer.taskRetried(task.displayName());
            bag.putBack(task);
            return;
        }
        task.workerLost(obituary.workerLost(worker, task, verdict, lines));
    }

    private void bury(Worker worker, @Nullable Integer exitCode) {
        closeControl(worker);
        worker.slots().forEach(Slot::close);
        workers.remove(worker);
        snapshot = List.copyOf(workers);
        log.debug("Worker {} is gone, exit code {}", worker.name(), exitCode);
    }
}
