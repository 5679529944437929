package io.github.inparallel.pool;

import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.SimulatedTask.End;
import io.github.inparallel.pool.SimulatedTask.Plan;
import io.github.inparallel.pool.SimulatedWorker.Nature;
import io.github.inparallel.pool.dispatch.DispatchProbe;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.dispatch.SlotConnection;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.supervision.Resilience;
import io.github.inparallel.pool.supervision.SupervisionProbe;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One pool on one thread: its supervisor, its slots, its chores and callbacks and its workers each go a step when the
 * seed says so, in a time that the seed lets pass, while callers submit, wait for room, read their answers, cancel, resize
 * and shut down and workers die, stop, lie and babble. The same seed does the same again. What is simulated is time,
 * threads and workers; the sockets are real. What has no part in it: results above the budget's share, and log events.
 */
final class PoolSimulation implements SimulatedMachine.Course, SimulatedTask.Circumstances, WorkerLauncher {

    private static final long MILLI = SimulatedMachine.MILLI;
    private static final int MOST_TRIES = 20;
    private static final int MOST_CALLERS = 4; // at a time
    private static final Duration KILL_GRACE = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofMillis(100); // more than all graces together, if nobody sleeps
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofMillis(500);

    @SuppressWarnings("unused") // called by nobody: its methods are what tasks are of
    interface Work {
        CompletableFuture<byte[]> quick(byte[] bytes);

        CompletableFuture<byte[]> slow(byte[] bytes);

        CompletableFuture<byte[]> held(byte[] bytes);
    }

    private final Random random;
    private final SimulatedMachine machine;
    private final PoolOptions options;
    private final WorkerPool pool;
    private final TaskMethod quick;
    private final TaskMethod slow;
    private final TaskMethod held;
    private final Encoded result;
    private final Encoded largeResult;
    private final Map<Long, SimulatedTask> tasks = new LinkedHashMap<>();
    private final List<SimulatedConnection> strangers = new ArrayList<>();
    private long nextPid = 2_000_000_000;
    private int maxWorkers;
    private int callers; // that are in a call
    private boolean shutDown;
    private boolean stopped; // by shutdownNow
    private boolean interrupted; // a caller that waited
    private boolean failedStarts;
    private boolean recycled;
    private boolean drained; // at least once
    private long historyCursor;
    private int readSpans;
    private int readStarts;

    /** @param trace gets what happens, for people; null if nobody looks at it */
    PoolSimulation(long seed, @Nullable List<String> trace) throws IOException, NoSuchMethodException {
        random = new Random(seed);
        machine = new SimulatedMachine(random, this, trace);
        maxWorkers = 1 + random.nextInt(3);
        options = PoolOptions.builder()
                .name("sim")
                .minWorkers(random.nextInt(maxWorkers + 1))
                .maxWorkers(maxWorkers)
                .spareWorkers(once(4) ? 1 : 0)
                .concurrency(once(4) ? 2 : 1)
                .startup(random.nextBoolean() ? PoolOptions.Startup.BACKGROUND : PoolOptions.Startup.ON_DEMAND)
                .startupTimeout(Duration.ofSeconds(1))
                .idleTimeout(Duration.ofMillis(100))
                .queueCapacity(1 + random.nextInt(once(2) ? 60 : 6))
                .queueMemory(1 << 21)
                .whenFull(once(3) ? PoolOptions.WhenFull.BLOCK : PoolOptions.WhenFull.REFUSE)
                .queueTimeout(once(4) ? Duration.ofMillis(50) : null)
                .stallTimeout(once(4) ? Duration.ofMillis(20) : null)
                .killGrace(KILL_GRACE)
                .heartbeatInterval(HEARTBEAT_TIMEOUT.dividedBy(4))
                .heartbeatTimeout(HEARTBEAT_TIMEOUT)
                .maxTasksPerWorker(once(4) ? 1 + random.nextInt(6) : null)
                .maxLifetime(once(4) ? Duration.ofMillis(300) : null)
                .maxMemory(once(6) ? 1L << 30 : null)
                .poisonLimit(once(4) ? 2 : 0)
                .restartLimit(1 + random.nextInt(8))
                .spin(once(3) ? Duration.ofNanos(20_000) : Duration.ZERO)
                .heap(1L << 27)
                .build();
        pool = WorkerPool.create(options, this, Resilience.DEFAULT, machine);
        quick = method("quick");
        slow = method("slow");
        held = method("held");
        result = quick.codec().encodeResult(new byte[3]);
        largeResult = quick.codec().encodeResult(new byte[(1 << 20) + 300_000]);
    }

    private TaskMethod method(String name) throws NoSuchMethodException {
        Method method = Work.class.getDeclaredMethod(name, byte[].class);
        return TaskMethod.of("work", method, new Limits(null, -1), pool.marshaller());
    }

    private boolean once(int inSoMany) {
        return random.nextInt(inSoMany) == 0;
    }

    // ---- workers

    @Override
    public WorkerProcess launch(LaunchDescription description, Path directory) throws IOException {
        int luck = machine.isEventful() ? random.nextInt(100) : 100;
        if (luck < 3) {
            failedStarts = true;
            throw new IOException("planned");
        }
        Nature nature = luck < 15 ? Nature.values()[luck % Nature.values().length] : Nature.ORDINARY;
        SimulatedWorker worker = new SimulatedWorker(machine, new TasksOfWorkers(), description, nextPid++, nature);
        machine.tell(() -> worker + " is launched");
        machine.workers.add(worker);
        return worker;
    }

    private final class TasksOfWorkers implements SimulatedWorker.Tasks {

        @Override
        public SimulatedTask find(long id) {
            return Objects.requireNonNull(tasks.get(id));
        }

        @Override
        public Encoded result(End end) {
            return end == End.LARGE_RESULT ? largeResult : result;
        }
    }

    // ---- the run

    void run() {
        try {
            if (random.nextInt(4) > 0) {
                learn();
            }
            machine.goOn(20 + random.nextInt(280));
            pool.resume();
            tasks.values().stream()
                    .filter(each -> each.isOpen() && each.isForEver())
                    .forEach(this::giveUp);
            machine.settle("all tasks have ended", this::isIdle);
            tryAllPlaces();
            if (once(2)) {
                shutDown();
            } else {
                stop();
            }
            machine.settle(
                    "the pool has stopped",
                    () -> machine.hasStopped()
                            && machine.isQuiet()
                            && machine.workers.stream().allMatch(SimulatedWorker::isGone));
            atTheEnd();
        } finally {
            machine.workers.forEach(SimulatedWorker::close);
            strangers.forEach(SimulatedConnection::close);
        }
    }

    private boolean isIdle() {
        return tasks.values().stream().noneMatch(SimulatedTask::isOpen)
                && pool.dispatcher().entries().leases() == 0
                && pool.dispatcher().waiting().size() == 0
                && machine.isQuiet();
    }

    /** Until the pool knows which tasks are short: then it gives them to workers early. */
    private void learn() {
        for (int i = 0; i < 8; i++) {
            if (pool.dispatcher().waiting().size() < options.queueCapacity()) {
                submit(quick, new Plan(End.RESULT, 1_000, false), 10, TaskOptions.declared(), Map.of(), false);
            }
        }
        machine.settle("the first tasks have ended", this::isIdle);
    }

    /** A pool that has been through all that is as good as new. */
    private void tryAllPlaces() {
        if (shutDown) {
            return;
        }
        long later = machine.nanoTime() + 3 * HEARTBEAT_TIMEOUT.toNanos();
        machine.settle("workers that hang are found out", () -> machine.nanoTime() - later > 0);
        machine.settle("the pool is up again", () -> !pool.stats().down());
        boolean changes = recycled
                || options.maxTasksPerWorker() != null
                || options.maxLifetime() != null
                || options.maxMemory() != null;
        int places = options.concurrency() == 1 || !changes ? maxWorkers * options.concurrency() : 1;
        List<SimulatedTask> all = new ArrayList<>();
        for (int i = 0; i < places; i++) {
            all.add(held("task " + (i + 1) + " of " + places + " has a place"));
        }
        all.forEach(this::giveUp);
        machine.settle("all tasks have ended", this::isIdle);
    }

    /** A task that has begun, and stays. Where starts have failed a worker may come later than queue-timeout allows. */
    private SimulatedTask held(String what) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            SimulatedTask task =
                    submit(held, new Plan(End.OBEDIENT, 0, false), 10, TaskOptions.declared(), Map.of(), false);
            machine.settle(what, () -> task.begins > 0 || options.queueTimeout() != null && task.isDecided());
            if (task.begins > 0) {
                return task;
            }
        }
        throw new AssertionError("never: " + what);
    }

    // ---- what happens

    @Override
    public void happen() {
        int what = random.nextInt(100);
        if (what < 60) {
            int burst = once(5) ? 1 + random.nextInt(20) : 1;
            for (int i = 0; i < burst; i++) {
                submit();
            }
        } else if (what < 78) {
            List<SimulatedTask> open =
                    tasks.values().stream().filter(SimulatedTask::isOpen).toList();
            if (!open.isEmpty()) {
                giveUp(open.get(random.nextInt(open.size())));
            }
        } else if (what < 88) {
            machine.workers.stream()
                    .filter(each -> !each.isGone())
                    .skip(random.nextInt(3))
                    .findFirst()
                    .ifPresent(SimulatedWorker::harm);
        } else if (what < 93) {
            maxWorkers = 1 + random.nextInt(3);
            machine.tell(() -> "resize to " + maxWorkers);
            pool.resize(random.nextInt(maxWorkers + 1), maxWorkers);
        } else if (what < 95) {
            machine.tell(() -> "recycle");
            recycled = true;
            pool.recycle();
        } else if (what == 95) {
            switch (random.nextInt(6)) {
                case 0 -> shutDown();
                case 1 -> stop();
                default -> check(pool.stats());
            }
        } else if (what == 96) {
            visit();
        } else if (what == 97) {
            drainOrResume();
        } else if (what == 98) {
            kill();
        } else {
            check(pool.stats());
        }
    }

    private void drainOrResume() {
        boolean drain = !pool.isDraining() || once(3);
        machine.tell(() -> drain ? "drain" : "resume");
        if (drain) {
            drained = true;
            pool.drain();
        } else {
            pool.resume();
        }
        if (pool.isDraining() != drain) {
            throw new AssertionError("it is not as it was told: " + describe());
        }
    }

    private void kill() {
        List<PoolStats.WorkerStats> shown = pool.stats().workers();
        if (shown.isEmpty() || once(10)) {
            if (pool.kill(-1) || pool.kill(1)) {
                throw new AssertionError("killed a stranger: " + describe());
            }
            return;
        }
        long pid = shown.get(random.nextInt(shown.size())).pid();
        boolean found = pool.kill(pid);
        machine.tell(() -> "kill " + pid + (found ? "" : ", which is not there"));
        if (found) {
            machine.workers.stream().filter(each -> each.pid() == pid).forEach(each -> each.faulty = true);
        }
    }

    private void shutDown() {
        machine.tell(() -> "shutdown");
        shutDown = true;
        pool.shutdown();
    }

    private void stop() {
        machine.tell(() -> "shutdownNow");
        shutDown = true;
        stopped = true;
        pool.shutdownNow();
    }

    /** Somebody else connects. */
    private void visit() {
        if (machine.hasStopped()) {
            return;
        }
        try {
            SimulatedConnection stranger = new SimulatedConnection(pool.socket().toString(), false);
            strangers.add(stranger);
            if (once(2)) {
                stranger.send(io.github.inparallel.protocol.Frame.of(
                        io.github.inparallel.protocol.FrameType.HELLO, random.nextInt(3)));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void submit() {
        boolean isQuick = random.nextInt(3) > 0;
        int luck = random.nextInt(100);
        End end = isQuick && luck < 85 || luck < 70
                ? End.RESULT
                : luck < 86
                        ? End.ERROR
                        : luck < 90
                                ? End.CRASH
                                : luck < 92
                                        ? End.EXIT
                                        : luck < 93 ? End.LARGE_RESULT : luck < 96 ? End.OBEDIENT : End.STUBBORN;
        Plan plan = new Plan(
                end, isQuick ? 1 + random.nextInt(20_000) : random.nextInt(10 * (int) MILLI), !isQuick && once(4));
        int luckOfSize = random.nextInt(100);
        int size = luckOfSize < 80
                ? random.nextInt(200)
                : luckOfSize < 97 ? random.nextInt(50_000) : luckOfSize < 99 ? 300_000 : (1 << 20) + 100;
        Duration timeout = plan.isEndless() && (options.whenFull() == PoolOptions.WhenFull.BLOCK || !once(3)) || once(4)
                ? Duration.ofNanos((1 + random.nextInt(20)) * MILLI)
                : null;
        Map<String, String> attributes = once(4) ? Map.of("mdc", "x".repeat(random.nextInt(3000))) : Map.of();
        boolean mayWait = callers < MOST_CALLERS;
        if (options.whenFull() == PoolOptions.WhenFull.BLOCK && machine.hasWaiters()) {
            return;
        }
        if (options.whenFull() == PoolOptions.WhenFull.BLOCK
                && (!mayWait || !machine.mayWait())
                && (pool.dispatcher().waiting().size() >= options.queueCapacity()
                        || DispatchProbe.bytes(pool.dispatcher()) + size + 1_000 > options.queueMemory())) {
            return;
        }
        submit(
                isQuick ? quick : slow,
                plan,
                size,
                new TaskOptions(timeout, once(4) ? 1 : 0),
                attributes,
                mayWait && once(3));
    }

    private SimulatedTask submit(
            TaskMethod method,
            Plan plan,
            int size,
            TaskOptions limits,
            Map<String, String> attributes,
            boolean awaited) {
        Integer retries = limits.retries();
        Duration timeout = limits.timeout();
        SimulatedTask task = new SimulatedTask(
                tasks.size() + 1, plan, timeout == null ? 0 : timeout.toNanos(), retries == null ? 0 : retries);
        tasks.put(task.id, task);
        machine.tell(() -> (awaited ? "call " : "submit ") + task);
        callers++;
        try {
            Call call = new Call(method, new @Nullable Object[] {new byte[size]}, limits, attributes, task, awaited);
            PoolTask future = (PoolTask) pool.submit(call);
            if (future.id() != task.id) {
                throw new AssertionError("task " + future.id() + " is not " + task.id);
            }
            task.future = future;
        } finally {
            callers--;
        }
        interrupted |= machine.cameBack();
        return task;
    }

    private void giveUp(SimulatedTask task) {
        PoolTask future = Objects.requireNonNull(task.future);
        TaskState before = future.taskState();
        int how = task.isForEver() ? 6 : random.nextInt(10); // nobody would ever stop it
        machine.tell(() -> "give up task " + task.id + " in way " + how + ", " + before);
        boolean first = switch (how) {
            case 0 -> future.complete(null);
            case 1 -> future.completeExceptionally(new IllegalStateException("planned"));
            case 2 -> pool.cancel(future.taskId());
            case 3, 4, 5 -> future.cancel(false);
            default -> future.cancel(true);
        };
        boolean isFirst = first && before != TaskState.CANCELLED;
        task.given |= isFirst;
        task.givenUpInQueue |= isFirst && before == TaskState.QUEUED;
        if (isFirst && (how < 3 || how > 5)) {
            task.stopAt = machine.nanoTime();
        }
    }

    // ---- what has to be so

    /** Nobody has anything to do in this moment. */
    @Override
    public void look() {
        if (DispatchProbe.canMatch(pool.dispatcher())) {
            throw new AssertionError("a task waits, a slot is idle, and nobody sees to it: " + describe());
        }
        Duration queueTimeout = options.queueTimeout();
        if (queueTimeout != null) {
            for (PoolTask task : pool.dispatcher().waiting().first(Integer.MAX_VALUE)) {
                if (since(task.queuedNanos()) >= queueTimeout.toNanos()) {
                    throw new AssertionError(task + " waits longer than it may: " + describe());
                }
            }
        }
        for (SlotConnection connection : machine.slots()) {
            Slot slot = DispatchProbe.slot(connection);
            PoolTask task = pool.dispatcher().leased(slot);
            if (task != null) {
                look(slot, task);
            }
        }
        machine.workers.forEach(worker -> worker.forEachRun((task, nanos) -> look(worker, task, nanos)));
    }

    private void look(Slot slot, PoolTask task) {
        if (Deadline.isDue(pool.dispatcher().revokeAt(slot), machine.nanoTime())) {
            throw new AssertionError("others wait behind " + task + ": " + describe());
        }
        if (machine.supervision().overlooks(slot, task, machine.nanoTime())) {
            throw new AssertionError("nobody asks for " + task + " although its limit has passed: " + describe());
        }
    }

    private void look(SimulatedWorker worker, SimulatedTask task, long runningNanos) {
        boolean isSeenTo = !machine.supervision().hasUnkilled(worker.pid()); // killing it may take its time
        if (isSeenTo || worker.isDying() || worker.isGone()) {
            return;
        }
        long doubt = worker.nature == Nature.LIAR ? SupervisionProbe.LONGEST_UNBEGUN : 0;
        if (task.timeoutNanos != 0
                && !task.isDecided()
                && runningNanos > task.timeoutNanos + doubt + PATIENCE.toNanos()) {
            throw new AssertionError(worker + " runs longer than it may: " + task + ": " + describe());
        }
        if (task.stopAt != 0 && Math.min(since(task.stopAt), runningNanos) > PATIENCE.toNanos()) {
            throw new AssertionError(worker + " still runs what is to stop: " + task + ": " + describe());
        }
    }

    private long since(long nanos) {
        return machine.nanoTime() - nanos;
    }

    private void check(PoolStats stats) {
        readHistory();
        if (stats.queued() < 0 || stats.running() < 0 || stats.inFlight() > tasks.size()) {
            throw new AssertionError("figures that cannot be: " + stats);
        }
        long places = stats.workers().stream()
                .map(PoolStats.WorkerStats::place)
                .distinct()
                .count();
        if (places != stats.workers().size()) {
            throw new AssertionError("workers share a place: " + stats);
        }
    }

    private void atTheEnd() {
        Dispatcher dispatcher = pool.dispatcher();
        if (dispatcher.entries().leases() != 0
                || dispatcher.waiting().size() != 0
                || DispatchProbe.bytes(dispatcher) != 0
                || machine.results.taken() != 0) {
            throw new AssertionError("something is left: " + describe());
        }
        PoolStats stats = pool.stats();
        if (stats.queued() != 0 || stats.running() != 0 || !stats.workers().isEmpty()) {
            throw new AssertionError("figures that should be zero: " + stats);
        }
        tasks.values().forEach(each -> each.judge(this));
        checkHistory();
        pool.close();
    }

    /** What the history adds up to is what has happened, and who has read it now and then has read all of it once. */
    private void checkHistory() {
        readHistory();
        Map<TaskState, Long> happened = new EnumMap<>(TaskState.class);
        tasks.values()
                .forEach(each ->
                        happened.merge(Objects.requireNonNull(each.future).taskState(), 1L, Long::sum));
        Map<TaskState, Long> kept = new EnumMap<>(TaskState.class);
        PoolHistory history = pool.history(0);
        history.methods()
                .forEach(
                        method -> method.hour().ended().forEach((state, count) -> kept.merge(state, count, Long::sum)));
        if (!kept.equals(happened)) {
            throw new AssertionError("the history tells " + kept + ", but what happened is " + happened);
        }
        if (history.spans().size() != Math.min(1_000, readSpans)
                || history.starts().size() != Math.min(50, readStarts)) {
            throw new AssertionError("who reads all finds " + history.spans().size() + " tasks and "
                    + history.starts().size() + " starts, who read on and on " + readSpans + " and " + readStarts);
        }
    }

    private void readHistory() {
        PoolHistory history = pool.history(historyCursor);
        historyCursor = history.cursor();
        readSpans += history.spans().size();
        readStarts += history.starts().size();
    }

    @Override
    public String describe() {
        return "leases " + pool.dispatcher().entries().leases() + ", waiting "
                + pool.dispatcher().waiting().size() + ", bytes "
                + DispatchProbe.bytes(pool.dispatcher()) + ", results " + machine.results.taken() + ", workers "
                + pool.stats().workers() + ", open "
                + tasks.values().stream()
                        .filter(each -> each.future == null || each.isOpen())
                        .toList();
    }

    // ---- what may explain how a task ended

    @Override
    public boolean wasShutDown() {
        return shutDown;
    }

    @Override
    public boolean wasStopped() {
        return stopped;
    }

    @Override
    public boolean wasInterrupted() {
        return interrupted;
    }

    @Override
    public boolean wasDrained() {
        return drained;
    }

    @Override
    public boolean hadFailedStarts() {
        return failedStarts || machine.workers.stream().anyMatch(each -> each.faulty || each.nature != Nature.ORDINARY);
    }

    @Override
    public boolean hadFaultyWorker(SimulatedTask task) {
        long pid = Objects.requireNonNull(task.future).workerPid().orElse(-1);
        return machine.workers.stream().anyMatch(each -> each.faulty && each.pid() == pid);
    }

    @Override
    public PoolOptions options() {
        return options;
    }
}
