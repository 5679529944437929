package io.github.inparallel.pool;

import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.marshal.Call;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One pool on one thread: its supervisor, its slots, its chores and callbacks and its workers each go a step when the
 * seed says so, in a time that the seed lets pass, while callers submit, cancel, resize and shut down and workers die,
 * stop and babble. The same seed does the same again. What is simulated is time, threads and workers; the sockets are
 * real. What has no part in it: callers that block (for an answer, or for room) and results above the budget's share.
 */
final class PoolSimulation implements Machine, WorkerLauncher {

    private static final long MILLI = 1_000_000;
    private static final int MOST_STEPS = 50_000; // from the last event to the end of everything

    @SuppressWarnings("unused") // called by nobody: its methods are what tasks are of
    interface Work {
        CompletableFuture<Void> quick(byte[] bytes);

        CompletableFuture<Void> slow(byte[] bytes);
    }

    /** How a task ends that nobody stops. */
    enum End {
        RESULT,
        ERROR,
        /** Its worker dies of it. */
        CRASH,
        /** It only ends when it is told to. */
        OBEDIENT,
        /** Not even then. */
        STUBBORN
    }

    /** What a task does in a worker. */
    record Plan(End end, int nanos, boolean reports) {
        long endsAfter(long since) {
            return end == End.OBEDIENT || end == End.STUBBORN ? Long.MAX_VALUE : since + nanos;
        }
    }

    /** A task, and what became of it. */
    private static final class Submitted {
        final PoolTask task;
        final Plan plan;
        final boolean limited;
        final int mostBegins;
        int begins;
        int answers;
        boolean given; // up, by its caller
        boolean givenUpInQueue; // no worker had it then

        Submitted(PoolTask task, Plan plan, boolean limited, int mostBegins) {
            this.task = task;
            this.plan = plan;
            this.limited = limited;
            this.mostBegins = mostBegins;
        }
    }

    private final Random random;
    private final PoolOptions options;
    private final WorkerPool pool;
    private final TaskMethod[] methods;
    private final byte[] nothing; // what all tasks return, encoded
    private final Map<Long, Submitted> tasks = new LinkedHashMap<>();
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final Deque<Runnable> chores = new ArrayDeque<>();
    private final Deque<Runnable> callbacks = new ArrayDeque<>();
    private @Nullable Supervisor supervisor;
    private long now = 1_000_000_000;
    private long nextPid = 2_000_000_000;
    private int ended;
    private boolean stopped; // by shutdownNow
    private boolean calm; // no more events
    private boolean looks; // the supervisor was woken without a word

    PoolSimulation(long seed) throws IOException, NoSuchMethodException {
        random = new Random(seed);
        int max = 1 + random.nextInt(3);
        options = PoolOptions.builder()
                .name("sim")
                .minWorkers(random.nextInt(max + 1))
                .maxWorkers(max)
                .spareWorkers(random.nextInt(4) == 0 ? 1 : 0)
                .concurrency(random.nextInt(4) == 0 ? 2 : 1)
                .startup(random.nextBoolean() ? PoolOptions.Startup.BACKGROUND : PoolOptions.Startup.ON_DEMAND)
                .startupTimeout(Duration.ofSeconds(1))
                .idleTimeout(Duration.ofMillis(100))
                .queueCapacity(2 + random.nextInt(60))
                .queueMemory(1 << 21)
                .queueTimeout(random.nextInt(4) == 0 ? Duration.ofMillis(50) : null)
                .stallTimeout(random.nextInt(4) == 0 ? Duration.ofMillis(20) : null)
                .killGrace(Duration.ofMillis(10))
                .maxTasksPerWorker(random.nextInt(4) == 0 ? 1 + random.nextInt(6) : null)
                .maxLifetime(random.nextInt(4) == 0 ? Duration.ofMillis(100) : null)
                .poisonLimit(random.nextInt(4) == 0 ? 2 : 0)
                .restartLimit(1 + random.nextInt(8))
                .spin(Duration.ZERO)
                .heap(1L << 27)
                .observer(new PoolObserver() {
                    @Override
                    public void taskEnded(
                            String method, String outcome, @Nullable Throwable failure, Duration elapsed) {
                        ended++;
                    }
                })
                .build();
        pool = WorkerPool.create(options, this, Resilience.DEFAULT, this);
        methods = new TaskMethod[] {method("quick"), method("slow")};
        nothing = methods[0].codec().encodeResult(null).bytes();
    }

    private TaskMethod method(String name) throws NoSuchMethodException {
        Method method = Work.class.getDeclaredMethod(name, byte[].class);
        return TaskMethod.of("work", method, new Limits(null, -1), pool.marshaller());
    }

    // ---- the machine

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void start(Runnable body, String name) {
        if (body instanceof Slot slot) {
            slots.add(slot);
        } else {
            supervisor = (Supervisor) body;
        }
    }

    @Override
    public Executor chores(String name) {
        return chores::add;
    }

    @Override
    public Executor callbacks(Executor poolsOwn) {
        return callbacks::add;
    }

    @Override
    public WorkerProcess launch(LaunchDescription description, Path directory) throws IOException {
        int luck = calm ? 100 : random.nextInt(100);
        if (luck < 3) {
            throw new IOException("planned");
        }
        SimulatedWorker worker = new SimulatedWorker(this, random, description, nextPid++, luck > 6);
        workers.add(worker);
        return worker;
    }

    List<Integer> shuffled(int count) {
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        List<Integer> list = Arrays.asList(order);
        Collections.shuffle(list, random);
        return list;
    }

    byte[] nothing() {
        return nothing;
    }

    // ---- told by workers

    Plan begun(long id) {
        Submitted submitted = Objects.requireNonNull(tasks.get(id));
        if (++submitted.begins > submitted.mostBegins) {
            throw new AssertionError("begun too often: " + describe(submitted));
        }
        if (submitted.givenUpInQueue) {
            throw new AssertionError("begun although it was queued when its caller gave up: " + describe(submitted));
        }
        return submitted.plan;
    }

    void answered(long id) {
        Objects.requireNonNull(tasks.get(id)).answers++;
    }

    // ---- the run

    void run() {
        if (random.nextInt(4) > 0) {
            learn();
        }
        int events = 20 + random.nextInt(280);
        for (int i = 0; i < events; i++) {
            if (random.nextInt(4) == 0) {
                happen();
            } else {
                step();
            }
        }
        calm = true;
        settle(() -> tasks.values().stream().allMatch(each -> each.task.isDone())
                && pool.bag().leases() == 0
                && pool.bag().waiting() == 0
                && callbacks.isEmpty());
        if (random.nextBoolean()) {
            pool.shutdown();
        } else {
            stopped = true;
            pool.shutdownNow();
        }
        settle(() -> Objects.requireNonNull(supervisor).stopped().isDone()
                && chores.isEmpty()
                && workers.stream().allMatch(SimulatedWorker::isGone));
        atTheEnd();
    }

    /** Until the pool knows which tasks are short: then it gives them to workers early. */
    private void learn() {
        for (int i = 0; i < 8; i++) {
            submit(methods[0], new Plan(End.RESULT, 1_000, false), 10, TaskOptions.declared(), Map.of());
        }
        settle(() -> tasks.values().stream().allMatch(each -> each.task.isDone()));
    }

    /** Something that nobody in the pool has a hand in. */
    private void happen() {
        int what = random.nextInt(100);
        if (what < 60) {
            int burst = random.nextInt(5) == 0 ? 1 + random.nextInt(20) : 1;
            for (int i = 0; i < burst; i++) {
                submit();
            }
        } else if (what < 80) {
            giveUp();
        } else if (what < 90) {
            workers.stream()
                    .filter(each -> !each.isGone())
                    .skip(random.nextInt(3))
                    .findFirst()
                    .ifPresent(this::harm);
        } else if (what < 95) {
            int max = 1 + random.nextInt(3);
            pool.resize(random.nextInt(max + 1), max);
            looks = true;
        } else if (what < 97) {
            pool.recycle();
        } else if (what == 97) {
            pool.shutdown();
        } else if (what == 98) {
            stopped = true;
            pool.shutdownNow();
        } else {
            pool.stats();
        }
    }

    private void harm(SimulatedWorker worker) {
        switch (random.nextInt(4)) {
            case 0 -> worker.freeze();
            case 1 -> worker.babble();
            default -> {
                worker.faulty = true;
                worker.die(random.nextBoolean() ? 137 : 1);
            }
        }
    }

    private void submit() {
        boolean quick = random.nextInt(3) > 0;
        int luck = random.nextInt(100);
        End end = quick && luck < 85 || luck < 70
                ? End.RESULT
                : luck < 88 ? End.ERROR : luck < 92 ? End.CRASH : luck < 96 ? End.OBEDIENT : End.STUBBORN;
        Plan plan = new Plan(
                end,
                quick ? 1 + random.nextInt(20_000) : random.nextInt(10 * (int) MILLI),
                !quick && random.nextInt(4) == 0);
        boolean limited = end == End.OBEDIENT || end == End.STUBBORN || random.nextInt(4) == 0;
        int retries = random.nextInt(4) == 0 ? 1 : 0;
        int luckOfSize = random.nextInt(100);
        int size = luckOfSize < 80
                ? random.nextInt(200)
                : luckOfSize < 97 ? random.nextInt(50_000) : luckOfSize < 99 ? 300_000 : (1 << 20) + 100;
        submit(
                methods[quick ? 0 : 1],
                plan,
                size,
                new TaskOptions(limited ? Duration.ofNanos((1 + random.nextInt(20)) * MILLI) : null, retries),
                random.nextInt(4) == 0 ? Map.of("mdc", "x".repeat(random.nextInt(3000))) : Map.of());
    }

    private void submit(TaskMethod method, Plan plan, int size, TaskOptions limits, Map<String, String> attributes) {
        Call call =
                new Call(method, new @Nullable Object[] {new byte[size]}, limits, attributes, Call.Ending.NONE, false);
        PoolTask task = (PoolTask) pool.submit(call);
        Integer retries = limits.retries();
        tasks.put(task.id(), new Submitted(task, plan, limits.timeout() != null, 1 + (retries == null ? 0 : retries)));
    }

    private void giveUp() {
        List<Submitted> open =
                tasks.values().stream().filter(each -> !each.task.isDone()).toList();
        if (open.isEmpty()) {
            return;
        }
        Submitted victim = open.get(random.nextInt(open.size()));
        TaskState before = victim.task.taskState();
        boolean first = random.nextInt(5) == 0 ? victim.task.complete(null) : victim.task.cancel(random.nextBoolean());
        victim.given |= first;
        victim.givenUpInQueue |= first && before == TaskState.QUEUED;
    }

    /** Somebody in the pool comes on, or time passes. */
    private void step() {
        switch (random.nextInt(8)) {
            case 0 -> {
                Runnable chore = chores.poll();
                if (chore != null) {
                    chore.run();
                }
            }
            case 1 -> {
                Runnable callback = callbacks.poll();
                if (callback != null) {
                    callback.run();
                }
            }
            case 2, 3 -> supervise();
            case 4 -> {
                if (!slots.isEmpty()) {
                    read(slots.get(random.nextInt(slots.size())));
                }
            }
            case 5, 6 -> {
                if (!workers.isEmpty()) {
                    workers.get(random.nextInt(workers.size())).step();
                }
            }
            default -> now += random.nextInt(random.nextInt(10) == 0 ? 20 * (int) MILLI : 100_000);
        }
    }

    private boolean supervise() {
        Supervisor it = Objects.requireNonNull(supervisor);
        if (it.stopped().isDone() || !looks && it.wakesAt() - now > 0) {
            return false;
        }
        looks = false;
        it.step();
        return true;
    }

    private boolean read(Slot slot) {
        boolean read = slot.step();
        if (!slot.isReading()) {
            slots.remove(slot);
        }
        return read;
    }

    /** Everybody comes on, in any order; where nobody has anything to do, time passes. */
    private void settle(java.util.function.BooleanSupplier over) {
        for (int i = 0; !over.getAsBoolean(); i++) {
            if (i == MOST_STEPS) {
                throw new AssertionError("it does not end: " + describe());
            }
            boolean busy = supervise();
            for (Slot slot : List.copyOf(slots)) {
                busy |= read(slot);
            }
            for (int each : shuffled(workers.size())) {
                busy |= workers.get(each).step();
            }
            for (Deque<Runnable> queue : List.of(chores, callbacks)) {
                Runnable next = queue.poll();
                if (next != null) {
                    next.run();
                    busy = true;
                }
            }
            if (!busy) {
                for (Slot slot : List.copyOf(slots)) {
                    busy |= read(slot); // the last words of a worker may have come since
                }
                if (!busy && !supervise()) {
                    pass();
                }
            }
        }
    }

    private void pass() {
        if (pool.bag().canMatch()) {
            throw new AssertionError("a task waits, a slot is idle, and nobody sees to it: " + describe());
        }
        long next = Objects.requireNonNull(supervisor).wakesAt();
        for (SimulatedWorker worker : workers) {
            next = Math.min(next, worker.wakesAt());
        }
        now = Math.max(now + 1, Math.min(next, now + 60_000 * MILLI));
    }

    // ---- what has to be so

    /** Besides what is seen to at once: see {@link #begun} and {@link #pass}. */
    private void atTheEnd() {
        if (ended != tasks.size()) {
            throw new AssertionError(tasks.size() + " tasks were submitted, " + ended + " have ended: " + describe());
        }
        if (pool.bag().leases() != 0 || pool.bag().waiting() != 0 || pool.bag().bytes() != 0) {
            throw new AssertionError("something is left: " + describe());
        }
        if (pool.stats().inFlight() != 0) {
            throw new AssertionError("in flight: " + pool.stats());
        }
        tasks.values().forEach(this::judge);
        pool.close();
    }

    /** A task ends badly only for a reason of its own. */
    private void judge(Submitted each) {
        TaskState state = each.task.taskState();
        boolean right = switch (state) {
            case SUCCEEDED -> each.answers > 0 && each.plan.end == End.RESULT;
            case FAILED -> each.answers > 0 && each.plan.end == End.ERROR;
            case CANCELLED -> each.given || stopped;
            case TIMED_OUT -> each.limited || options.queueTimeout() != null || options.stallTimeout() != null;
            case WORKER_LOST -> each.plan.end == End.CRASH || hadFaultyWorker(each) || options.concurrency() > 1;
            case REFUSED -> true;
            case QUEUED, RUNNING -> false;
        };
        if (!right) {
            throw new AssertionError("wrong end: " + describe(each));
        }
    }

    private boolean hadFaultyWorker(Submitted each) {
        return workers.stream()
                .anyMatch(worker ->
                        worker.faulty && worker.pid() == each.task.workerPid().orElse(-1));
    }

    private static String describe(Submitted each) {
        return each.task + " " + each.plan + " begins " + each.begins + " answers " + each.answers + " given up "
                + each.given;
    }

    private String describe() {
        return "leases " + pool.bag().leases() + ", waiting " + pool.bag().waiting() + ", bytes "
                + pool.bag().bytes() + ", workers " + pool.stats().workers() + ", open "
                + tasks.values().stream()
                        .filter(each -> !each.task.isDone())
                        .map(PoolSimulation::describe)
                        .toList();
    }
}
