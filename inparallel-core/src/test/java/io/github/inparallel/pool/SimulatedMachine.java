package io.github.inparallel.pool;

import io.github.inparallel.pool.dispatch.DispatchProbe;
import io.github.inparallel.pool.dispatch.SlotConnection;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.pool.supervision.SupervisionProbe;
import io.github.inparallel.pool.supervision.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The machine of a {@link PoolSimulation}: it has one thread, which does what many would do, in an order and a time that a
 * seed decides. A caller that waits within a call has the others come on meanwhile, from where it is; so of several that
 * wait the last one goes on first, as if the others were slow.
 */
final class SimulatedMachine implements Machine {

    static final long MILLI = 1_000_000;

    private static final int MOST_ROUNDS = 50_000; // from the last event to the end of everything

    /** What the simulation adds: events, and what has to be so. */
    interface Course {
        /** Something that nobody in the pool has a hand in. */
        void happen();

        /** Nobody has anything to do in this moment: then nothing may be overdue. */
        void look();

        /** Something between pools comes on; false if there was nothing to do. */
        default boolean comeOn() {
            return false;
        }

        /** The pool, for people. */
        String describe();
    }

    /** Something that a thread does which may take long. */
    private record Chore(Runnable body, long from) {}

    /** A caller that waits for room. */
    private static final class Waiter {
        final long until;
        boolean woken;

        Waiter(long until) {
            this.until = until;
        }
    }

    final Random random;
    final List<SimulatedWorker> workers = new ArrayList<>();
    final ResultBudget results = new ResultBudget(Long.MAX_VALUE);
    private final Course course;
    private final @Nullable List<String> trace;
    private final List<SlotConnection> slots = new ArrayList<>();
    private final List<Chore> chores = new ArrayList<>();
    private final List<Runnable> callbacks = new ArrayList<>();
    private final Deque<Waiter> waiters = new ArrayDeque<>(); // the last one first
    private final List<SupervisionProbe> supervisions = new ArrayList<>(); // one of each pool
    private long now = 1_000 * MILLI;
    private int turns; // that are left while things happen
    private int rounds; // since things happened
    private int readers; // callers that read answers, right now
    private long probed; // when a caller that waits was last woken for nothing
    private boolean probing; // it was woken, and has not waited again

    SimulatedMachine(Random random, Course course, @Nullable List<String> trace) {
        this.random = random;
        this.course = course;
        this.trace = trace;
    }

    /** For people: not done if nobody asked for it, so it must change nothing. */
    void tell(Supplier<String> what) {
        if (trace != null) {
            trace.add(String.format("%,13d  %s", now / 1_000, what.get()));
        }
    }

    // ---- what the pool takes from it

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant timeOfDay() {
        return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public void start(Runnable body, String name) {
        if (body instanceof SlotConnection slot) {
            if (isEventful() && random.nextInt(500) == 0) {
                workers.stream()
                        .filter(each ->
                                each.pid() == DispatchProbe.slot(slot).worker().pid())
                        .forEach(each -> each.faulty = true);
                throw new OutOfMemoryError("planned: no thread");
            }
            slots.add(slot);
        } else {
            supervisions.add(new SupervisionProbe((Supervisor) body));
        }
    }

    @Override
    public void letOthersRun() {
        readers++;
        try {
            comeOn();
        } finally {
            readers--;
        }
        now += random.nextInt(5_000);
    }

    @Override
    public Executor chores(String name) {
        return body -> chores.add(
                new Chore(body, isEventful() && random.nextInt(40) == 0 ? now + random.nextInt(3_000) * MILLI : now));
    }

    @Override
    public Executor callbacks(Executor poolsOwn) {
        return callbacks::add;
    }

    @Override
    public List<Path> folders() {
        Path memory = Path.of("/dev/shm"); // files on a busy disk take their time
        return Files.isWritable(memory) ? List.of(memory) : REAL.folders();
    }

    @Override
    public ResultBudget results() {
        return results;
    }

    @Override
    public Condition condition(Lock lock) {
        return new Room();
    }

    /** Who waits here holds the lock all the time, but then there is nobody else. */
    private final class Room implements Condition {

        @Override
        public long awaitNanos(long nanos) throws InterruptedException {
            probing = false;
            Waiter waiter = new Waiter(Deadline.after(now, nanos));
            waiters.push(waiter);
            try {
                while (!waiter.woken && !Deadline.isDue(waiter.until, now)) {
                    comeOn();
                    if (isEventful() && random.nextInt(1_000) == 0) {
                        throw new InterruptedException("planned");
                    }
                }
            } finally {
                waiters.pop();
            }
            return waiter.until == Deadline.NEVER ? Long.MAX_VALUE : waiter.until - now;
        }

        @Override
        public void signalAll() {
            waiters.forEach(each -> each.woken = true);
        }

        @Override
        public void signal() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void await() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void awaitUninterruptibly() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean await(long time, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean awaitUntil(Date deadline) {
            throw new UnsupportedOperationException();
        }
    }

    /** A caller has come back from a call in which it may have waited; returns whether it was interrupted. */
    boolean cameBack() {
        if (probing) {
            throw new AssertionError(
                    "there was room, and nobody woke a caller that waited for it: " + course.describe());
        }
        return Thread.interrupted();
    }

    /** Whether a caller may wait for room now: not while another one, that could make room, reads and has to wait for it. */
    boolean mayWait() {
        return readers == 0;
    }

    /** Whether a caller waits for room: who comes later waits behind it, and here nobody could come on before that one. */
    boolean hasWaiters() {
        return !waiters.isEmpty();
    }

    // ---- who does something next

    /** Things happen for so long. */
    void goOn(int forTurns) {
        turns = forTurns;
        while (isEventful()) {
            comeOn();
        }
    }

    boolean isEventful() {
        return turns > 0;
    }

    private void comeOn() {
        if (!isEventful()) {
            round();
            return;
        }
        turns--;
        rounds = 0;
        if (random.nextInt(4) == 0) {
            course.happen();
        } else {
            step();
        }
    }

    /** Until that is so; nothing more happens. */
    void settle(String what, BooleanSupplier over) {
        rounds = 0;
        while (!over.getAsBoolean()) {
            if (rounds == MOST_ROUNDS) {
                throw new AssertionError("it does not come to this: " + what + ": " + course.describe());
            }
            round();
        }
    }

    /** Somebody in the pool comes on, or time passes. */
    private void step() {
        switch (random.nextInt(8)) {
            case 0 -> doChore();
            case 1 -> callBack();
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

    /** Everybody comes on, in any order; where nobody has anything to do, time passes. */
    private void round() {
        if (rounds++ > 2 * MOST_ROUNDS) {
            throw new AssertionError("callers wait for ever: " + course.describe());
        }
        boolean busy = supervise();
        busy |= readAll();
        for (int each : shuffled(workers.size())) {
            busy |= workers.get(each).step();
        }
        busy |= doChore();
        busy |= callBack();
        busy |= course.comeOn();
        // The last words of a worker may have come since.
        if (!busy && !readAll() && !supervise()) {
            pass();
        }
    }

    private boolean supervise() {
        boolean any = false;
        for (SupervisionProbe each : supervisions) {
            if (each.wakesAt() - now <= 0) {
                each.step();
                any = true;
            }
        }
        return any;
    }

    private long wakesAt() {
        long next = Deadline.NEVER;
        for (SupervisionProbe each : supervisions) {
            next = Deadline.earlier(next, each.wakesAt());
        }
        return next;
    }

    private boolean readAll() {
        boolean any = false;
        for (SlotConnection slot : List.copyOf(slots)) {
            any |= read(slot);
        }
        return any;
    }

    private boolean read(SlotConnection slot) {
        boolean read = DispatchProbe.step(slot);
        if (!slot.isReading()) {
            slots.remove(slot);
        }
        return read;
    }

    private boolean doChore() {
        List<Chore> due = chores.stream().filter(each -> each.from <= now).toList();
        if (due.isEmpty()) {
            return false;
        }
        Chore next = due.get(random.nextInt(due.size()));
        chores.remove(next);
        next.body.run();
        return true;
    }

    private boolean callBack() {
        if (callbacks.isEmpty()) {
            return false;
        }
        callbacks.remove(random.nextInt(callbacks.size())).run();
        return true;
    }

    private void pass() {
        if (readers > 0) {
            now += 1_000; // somebody looks again and again, but not for long
            return;
        }
        course.look();
        Waiter waiter = waiters.peek();
        if (waiter != null && probed != now) {
            probed = now;
            probing = true;
            waiter.woken = true; // it has to find nothing
            return;
        }
        long next = waiter == null ? wakesAt() : Deadline.earlier(wakesAt(), waiter.until);
        for (SimulatedWorker worker : workers) {
            next = Math.min(next, worker.wakesAt());
        }
        for (Chore chore : chores) {
            next = Math.min(next, chore.from);
        }
        now = Math.max(now + 1, Math.min(next, now + 60_000 * MILLI));
    }

    boolean isQuiet() {
        return chores.isEmpty() && callbacks.isEmpty();
    }

    boolean hasStopped() {
        return supervisions.stream().allMatch(SupervisionProbe::hasEnded);
    }

    SupervisionProbe supervision() {
        return supervisions.get(0);
    }

    List<SlotConnection> slots() {
        return slots;
    }

    List<Integer> shuffled(int count) {
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        List<Integer> list = Arrays.asList(order);
        Collections.shuffle(list, random);
        return list;
    }

    /** Whether something happens that does so once in so many times, as long as things happen. */
    boolean chance(int oneIn) {
        return isEventful() && random.nextInt(oneIn) == 0;
    }
}
