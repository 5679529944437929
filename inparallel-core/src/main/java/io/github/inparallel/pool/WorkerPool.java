package io.github.inparallel.pool;

import io.github.inparallel.InParallel;
import io.github.inparallel.InParallelException;
import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.call.Call;
import io.github.inparallel.call.CallEngine;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.config.OptionsCheck;
import io.github.inparallel.pool.dispatch.Admission;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.LostTasks;
import io.github.inparallel.pool.dispatch.Place;
import io.github.inparallel.pool.dispatch.RemoteTasks;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.history.History;
import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.RemoteSlots;
import io.github.inparallel.pool.process.JvmLauncher;
import io.github.inparallel.pool.process.PrivateDirectory;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.NamedThreads;
import io.github.inparallel.pool.supervision.Resilience;
import io.github.inparallel.pool.supervision.SupervisedPool;
import io.github.inparallel.pool.supervision.Supervisor;
import io.github.inparallel.pool.supervision.Worker;
import io.github.inparallel.pool.task.CallbackThreads;
import io.github.inparallel.pool.task.ChosenExecutor;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.OutcomeLog;
import io.github.inparallel.pool.task.PoisonGuard;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.Spinning;
import io.github.inparallel.units.Counts;
import io.github.inparallel.units.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A pool of supervised worker processes. Thread-safe. Without Spring this is where to begin:
 *
 * <pre>{@code
 * try (WorkerPool pool = WorkerPool.create(PoolOptions.builder().maxWorkers(4).build())) {
 *     Probe probe = pool.proxy(Probe.class, SshProbe.class);
 *     CompletableFuture<String> os = probe.os("alpha.local"); // Probe.os carries @InParallel
 * }
 * }</pre>
 */
public final class WorkerPool implements CallEngine, AutoCloseable {

    private static final Log log = Log.of(WorkerPool.class);

    private final PoolOptions options;
    private final Machine machine;
    private final Dispatcher dispatcher;
    private final Admission admission;
    private final PoisonGuard poison;
    private final Supervisor supervisor;
    private final RemoteTasks remote;
    private final LentTasks lent;
    private final PoolView view;
    private final PrivateDirectory directory;
    private final PoolObserver observer;
    private final @Nullable JvmLauncher jvms; // null if workers are no JVMs of ours
    private final Executor chores;
    private final CallbackThreads ownCallbacks;
    private final KnownMethods methods;
    private final OutcomeLog outcomes;
    private final History history;
    private final AtomicLong nextId = new AtomicLong(1);
    private final InFlight inFlight = new InFlight();
    private volatile boolean shutdown; // set once
    private final DispatchedTask.Owner owner = new Owner();
    private final PoolTask.Surroundings surroundings;

    private WorkerPool(
            PoolOptions options,
            @Nullable WorkerLauncher launcher,
            Marshaller marshaller,
            Resilience resilience,
            Machine machine)
            throws IOException {
        this.options = options;
        this.machine = machine;
        this.dispatcher = new Dispatcher(options, machine);
        this.admission = dispatcher.admission();
        this.poison = new PoisonGuard(options.poisonLimit());
        this.chores = machine.chores(options.name());
        this.jvms = launcher == null ? new JvmLauncher(options, chores) : null;
        PoolObserver starts = jvms == null ? null : jvms.observer().orElse(null);
        this.observer = starts == null
                ? new GuardedObserver(options.observer())
                : PoolObserver.all(List.of(starts, options.observer()));
        NamedThreads callbackThreads = new NamedThreads(options.name(), "callback");
        this.ownCallbacks = new CallbackThreads(callbackThreads, options.spin().toNanos());
        Executor chosen = options.callbackExecutor();
        this.surroundings = new PoolTask.Surroundings(
                options,
                machine::nanoTime,
                machine.callbacks(
                        chosen == null ? ownCallbacks : new ChosenExecutor(options.name(), chosen, ownCallbacks)),
                new Spinning(options.spin().toNanos()));
        this.methods = new KnownMethods(marshaller);
        this.outcomes = new OutcomeLog(options.name());
        this.history = new History(options.name(), machine);
        this.directory = PrivateDirectory.create(machine.folders());
        try {
            SupervisedPool supervised = new SupervisedPool(
                    options,
                    machine,
                    dispatcher,
                    observer,
                    jvms == null ? Objects.requireNonNull(launcher) : jvms,
                    directory,
                    methods,
                    poison,
                    machine.results(),
                    chores,
                    history);
            this.supervisor = new Supervisor(supervised, ownCallbacks, outcomes, resilience);
            this.remote = new RemoteTasks(
                    options,
                    dispatcher.remote(),
                    new LostTasks(options, machine, dispatcher.waiting(), poison, observer),
                    observer);
            this.lent = new LentTasks(options, machine, dispatcher.lending(), supervisor, methods, new Host());
            this.view = new PoolView(options, machine, dispatcher, supervisor, poison);
        } catch (IOException | RuntimeException | Error e) {
            directory.close(); // nothing of a pool that could not be made stays
            throw e;
        }
        if (jvms != null) {
            jvms.quietWhile(() -> supervisor.outage() != null);
        }
        try {
            machine.start(supervisor, "inparallel-" + options.name() + "-supervisor");
        } catch (Throwable e) { // there is no thread to be had
            supervisor.discard();
            directory.close();
            throw e;
        }
        try {
            chores.execute(directory::clearNeighbours);
        } catch (Throwable e) {
            log.debug("What other applications left behind is not looked for", e);
        }
    }

    /**
     * A pool of worker JVMs.
     *
     * @throws InvalidOptionException if no worker can be started with the options that make its command
     * @throws WorkerStartException if {@code startup} is {@code BLOCKING} and the first worker cannot start
     * @throws InParallelException if there is no place for the pool's socket
     */
    public static WorkerPool create(PoolOptions options) {
        return create(options, null);
    }

    /** A pool of workers that are started in another way than as JVMs. */
    public static WorkerPool create(PoolOptions options, @Nullable WorkerLauncher launcher) {
        return create(options, launcher, Resilience.DEFAULT);
    }

    /**
     * A pool whose tasks' values are written by a marshaller that is there already.
     *
     * @param launcher starts workers; null if they are JVMs
     * @param marshaller made with format, {@code maxPayload} and {@code mapperCustomizer} of the options
     */
    public static WorkerPool create(PoolOptions options, @Nullable WorkerLauncher launcher, Marshaller marshaller) {
        return create(options, launcher, marshaller, Resilience.DEFAULT, Machine.REAL);
    }

    static WorkerPool create(PoolOptions options, @Nullable WorkerLauncher launcher, Resilience resilience) {
        return create(options, launcher, resilience, Machine.REAL);
    }

    static WorkerPool create(
            PoolOptions options, @Nullable WorkerLauncher launcher, Resilience resilience, Machine machine) {
        Marshaller marshaller = new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        return create(options, launcher, marshaller, resilience, machine);
    }

    private static WorkerPool create(
            PoolOptions options,
            @Nullable WorkerLauncher launcher,
            Marshaller marshaller,
            Resilience resilience,
            Machine machine) {
        if (io.github.inparallel.TaskContext.inWorker()) {
            throw new IllegalStateException("A worker starts no workers of its own");
        }
        if (launcher == null && options.maxWorkers() > 0) {
            JvmLauncher.check(options);
        }
        try {
            WorkerPool pool = new WorkerPool(options, launcher, marshaller, resilience, machine);
            if (options.startup() == PoolOptions.Startup.BLOCKING && options.maxWorkers() > 0) {
                pool.awaitFirstWorker();
            }
            return pool;
        } catch (IOException e) {
            throw new InParallelException("Pool '" + options.name() + "' cannot be created: " + e.getMessage(), e);
        }
    }

    /**
     * Has what a pool is made of loaded in the background, where there is more than one processor. An application calls
     * it early in its start if creating its first pool is to hold it up less; it has no other effect.
     */
    public static void preload() {
        Preloading.inBackground();
    }

    /**
     * Prepares the class cache of a pool with these options, as the pool itself would in the background; for a build of a
     * container image, most likely.
     *
     * @return the folder; empty if the options have none, or another process is preparing it
     * @throws InParallelException if it cannot be prepared; the message says why
     */
    public static Optional<Path> prepareClassCache(PoolOptions options) {
        if (options.classCache().equals("off")) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JvmLauncher.prepareClassCache(options));
        } catch (IOException e) {
            throw new InParallelException(
                    "The class cache of pool '" + options.name() + "' cannot be prepared: " + e.getMessage(), e);
        }
    }

    private void awaitFirstWorker() {
        try {
            supervisor.firstReady().get();
        } catch (ExecutionException e) {
            shutdownNow();
            close();
            throw e.getCause() instanceof WorkerStartException failure
                    ? failure
                    : new InParallelException("Pool '" + options.name() + "' cannot start", e.getCause());
        } catch (InterruptedException e) {
            shutdownNow();
            Thread.currentThread().interrupt();
            throw new InParallelException("Interrupted while pool '" + options.name() + "' started", e);
        }
    }

    public String name() {
        return options.name();
    }

    public PoolOptions options() {
        return options;
    }

    /** How values are written; both sides have the same. */
    public Marshaller marshaller() {
        return methods.marshaller();
    }

    /**
     * An object whose methods run in workers.
     *
     * @param type interface whose methods carry {@link InParallel}
     * @param implementation class with a no-argument constructor; one object of it is created in each worker
     * @throws IllegalArgumentException if a method of the interface does not carry the annotation
     * @throws MarshallingException if a parameter or result can be seen not to cross
     */
    public <T> T proxy(Class<T> type, Class<? extends T> implementation) {
        return PoolProxy.create(this, type, implementation);
    }

    // ---- submitting

    @Override
    public TaskFuture<Object> submit(Call call) {
        DispatchedTask task =
                new DispatchedTask(nextId.getAndIncrement(), call, methods.of(call.method()), surroundings, owner);
        inFlight.begins();
        try {
            refuseIfPoisonous(task);
            task.arguments(call.method().codec().encodeArguments(call.arguments()), call.isAwaited());
            Place place = dispatcher.submit(task);
            if (place != null) {
                place.send(task, call.isAwaited());
            } else {
                supervisor.queued(task);
            }
        } catch (TaskRefusedException e) {
            task.refused(e);
        } catch (TaskTimeoutException e) {
            task.timedOut(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            task.cancelled("interrupted while it waited for room in the queue");
        } catch (RuntimeException | Error e) {
            task.failed(e); // an argument that cannot cross, most likely; whatever it is, it arrives through the future
        }
        return task;
    }

    private void refuseIfPoisonous(PoolTask task) {
        TaskRefusedException refusal = refusal(task);
        if (refusal != null) {
            throw refusal;
        }
    }

    private @Nullable TaskRefusedException refusal(PoolTask task) {
        return poison.isEmpty() ? null : poison.refusal(task.method(), task.displayName(), machine.nanoTime());
    }

    /** What the pool does when a task ends. */
    private final class Owner implements DispatchedTask.Owner {

        @Override
        public void ended(DispatchedTask task, TaskState outcome, @Nullable Throwable failure) {
            try {
                long now = machine.nanoTime();
                history.ended(task, outcome, failure, now);
                observer.taskEnded(task.displayName(), outcome, failure, Duration.ofNanos(now - task.submittedNanos()));
                task.listener().ended(outcome, failure);
                outcomes.ended(task.taskId(), task.displayName(), outcome, failure, now);
            } catch (Throwable e) { // Errors, too: whoever counts, the future ends
                log.warn(
                        "Task {} ({}) has ended, and who listens to that failed", task.taskId(), task.displayName(), e);
            } finally {
                inFlight.ends();
                stopIfDrained();
            }
        }

        @Override
        public void abandoned(DispatchedTask task, boolean interrupt) {
            if (dispatcher.waiting().forget(task) || remote.abandoned(task, interrupt)) {
                return;
            }
            if (interrupt) {
                task.toStop();
                supervisor.stop(task);
            } else if (dispatcher.earlySlot(task) != null) {
                supervisor.revoke(task); // it must not begin, if it has not
            }
        }
    }

    /** What the pool does about tasks of other members. They are not its own: it neither counts nor logs how they end. */
    private final class Host implements LentTasks.Pool {

        @Override
        public long begins() {
            inFlight.begins();
            return nextId.getAndIncrement();
        }

        @Override
        public void notTaken() {
            inFlight.ends();
            stopIfDrained();
        }

        @Override
        public void ended(DispatchedTask task, TaskState state, @Nullable Throwable failure) {
            if (task.lane() != null) { // else it has not run here
                history.ended(task, state, failure, machine.nanoTime());
            }
            notTaken();
        }

        @Override
        public void abandoned(DispatchedTask task, boolean interrupt) {
            owner.abandoned(task, interrupt);
        }

        @Override
        public @Nullable TaskRefusedException refusal(PoolTask task) {
            return WorkerPool.this.refusal(task);
        }
    }

    // ---- sharing

    /**
     * The slots of other members that this pool may use, for the module that knows them; no API for applications. What it is
     * told is of no effect unless {@code spread} is {@code CLUSTER}.
     */
    public RemoteSlots remoteSlots() {
        return remote;
    }

    /**
     * The slots of this pool, for tasks of other members; no API for applications. There are none unless {@code spread} is {@code
     * CLUSTER}.
     */
    public LentSlots lentSlots() {
        return lent;
    }

    // ---- looking

    /** The pool at this moment. */
    public PoolStats stats() {
        return view.stats(inFlight.count());
    }

    /**
     * What has happened in the pool within the last hour; also when it has been closed.
     *
     * @param since the cursor of an earlier answer, for what came after it; 0 for everything, as is any cursor that this
     *     pool has not given out
     */
    public PoolHistory history(long since) {
        return history.after(since, supervisor.gauges());
    }

    /**
     * The tasks that have waited longest, in order.
     *
     * @param most how many of them
     */
    public List<PoolStats.WaitingTask> waitingTasks(int most) {
        return view.waitingTasks(most);
    }

    /**
     * Tasks of this pool that other members of a cluster have.
     *
     * @param most how many of them
     */
    public List<PoolStats.RemoteTask> remoteTasks(int most) {
        return view.remoteTasks(most);
    }

    /**
     * Cancels a task of this pool, as {@code cancel(true)} on its future does.
     *
     * @return whether there was such a task that had not ended
     */
    public boolean cancel(String taskId) {
        PoolTask task = view.find(taskId);
        return task != null && task.cancel(true);
    }

    // ---- acting

    /**
     * Accepts no tasks for now: new ones are refused as {@code DRAINED}, and so are those of callers that wait for room in
     * the queue. Those that were accepted run, and are tried again where retries say so; workers come and go as ever. A pool
     * that is drained is not down. Drained twice is drained once; {@link #shutdown()} holds in a drained pool as in any.
     */
    public void drain() {
        if (admission.drain(new TaskRefusedException(
                "Pool '" + options.name() + "' is drained: it accepts no tasks until it is resumed, by"
                        + " WorkerPool.resume() or the endpoint's action \"resume\"",
                TaskRefusedException.Reason.DRAINED,
                null))) {
            log.info(
                    "Pool '{}' is drained: it accepts no tasks until it is resumed; {} in flight",
                    options.name(),
                    Counts.text(inFlight.count(), "task", "tasks"));
        }
    }

    /** Accepts tasks again after {@link #drain()}. Does nothing if it was not drained, or is shut down. */
    public void resume() {
        if (admission.resume()) {
            log.info("Pool '{}' is resumed", options.name());
        }
    }

    /** Whether it accepts no tasks for now, since it was drained. */
    public boolean isDraining() {
        return admission.drainingSince() != null;
    }

    /**
     * Ends a worker now, with all that it has started; another one takes its place. What it was running ends with a {@link
     * WorkerLostException} that says so, or is tried again where retries say so; it counts for no {@code poison-limit}, nor as
     * a failed start. Returns at once; the worker is gone a moment later. Where workers are threads of this process, and have
     * its process id, one of them is ended.
     *
     * @return whether there is such a worker; false also before its process exists
     */
    public boolean kill(long pid) {
        return supervisor.kill(pid);
    }

    /** Replaces all workers, one after another: each leaves when its replacement is ready and its tasks have ended. */
    public void recycle() {
        supervisor.recycle();
    }

    /**
     * What all threads of a worker do.
     *
     * @return completes with the text of the dump; exceptionally if there is no such worker, or it does not answer
     *     within five seconds
     */
    public CompletableFuture<String> threadDump(long pid) {
        return supervisor.threadDump(pid);
    }

    /**
     * Of which classes the objects of a worker are. Its JVM collects its garbage and counts what is left, and stops all
     * threads meanwhile, for about a second for each gigabyte of heap; heartbeats wait for it for up to a minute.
     *
     * @return completes with the classes that take most; exceptionally if there is no such worker, it cannot tell, or does not
     *     answer within five seconds: then who asks again waits for the same answer
     */
    public CompletableFuture<PoolStats.HeapHistogram> heapHistogram(long pid) {
        return supervisor.heapHistogram(pid).thenApply(PoolView::shown);
    }

    /** The last lines that a worker has printed; empty if there is no such worker, or it has no process yet. */
    public Optional<PoolStats.Output> lastOutput(long pid) {
        return view.lastOutput(pid);
    }

    /** Tells all workers the levels of {@link PoolOptions#logs()} anew. */
    public void logLevelsChanged() {
        supervisor.logLevelsChanged();
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Where the workers' socket is. */
    Path socket() {
        return directory.socket();
    }

    /** Connections to the workers' socket that were refused. */
    long rejectedConnections() {
        return supervisor.rejectedConnections();
    }

    // ---- size and end

    /**
     * Changes how many workers there are. Running tasks go on.
     *
     * @throws IllegalArgumentException if min is negative, max below 1, or below 0 where {@code spread} is {@code CLUSTER}, or
     *     min above max
     */
    public void resize(int min, int max) {
        OptionsCheck.atLeast("min-workers", min, 0);
        OptionsCheck.maxWorkers(max, options.spread() == PoolOptions.Spread.CLUSTER);
        OptionsCheck.check(min <= max, "min-workers", min, "<= max-workers, which is " + max);
        supervisor.resize(min, max);
    }

    /** Accepts no more tasks; those accepted finish, then the workers leave. Returns at once. */
    public void shutdown() {
        refuse();
        stopIfDrained();
    }

    /** Accepts no more tasks and cancels those accepted; workers that do not stop are killed. Returns at once. */
    public void shutdownNow() {
        shutdown = true;
        String why = "pool '" + options.name() + "' was shut down";
        try {
            admission.end(shutDown(), task -> task.endWithPool(why));
            remote.stopAll(why);
            for (Worker worker : supervisor.workers()) {
                for (Slot slot : worker.slots()) {
                    for (DispatchedTask task : dispatcher.tasks(slot)) {
                        task.endWithPool(why);
                        task.toStop();
                        supervisor.stop(task);
                    }
                }
            }
        } finally {
            supervisor.stop(); // also for want of memory: workers that still have a task are killed
        }
    }

    /** Whether it accepts no more tasks, for good. */
    public boolean isShutdown() {
        return shutdown;
    }

    private void refuse() {
        shutdown = true;
        admission.shut(shutDown());
    }

    private TaskRefusedException shutDown() {
        return new TaskRefusedException(
                "Pool '" + options.name() + "' is shut down", TaskRefusedException.Reason.SHUT_DOWN, null);
    }

    /** Lets accepted tasks finish for {@code shutdownTimeout}, then cancels and kills. Nothing is left behind. */
    @Override
    public void close() {
        close(options.shutdownTimeout());
    }

    /** Like {@link #close()}, with another time for tasks to finish. */
    public void close(Duration drain) {
        refuse();
        if (!inFlight.awaitNone(Durations.nanos(drain))) {
            log.warn(
                    "Pool '{}' is closed with {} in flight: they are cancelled, and killed after kill-grace",
                    options.name(),
                    Counts.text(inFlight.count(), "task", "tasks"));
        }
        shutdownNow();
        try {
            // Every worker is killed after its grace, so this ends.
            supervisor.stopped().get(options.killGrace().toMillis() * 2 + 30_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.error("Pool '{}' could not end its workers", options.name(), e);
        }
        if (jvms != null) {
            jvms.close();
        }
        directory.close();
        // Idle threads leave now; what comes late is still served.
        if (chores instanceof ThreadPoolExecutor threads) {
            threads.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
        }
        ownCallbacks.close();
    }

    private void stopIfDrained() {
        if (shutdown && inFlight.count() == 0) {
            supervisor.stop();
        }
    }
}
