package io.github.inparallel.pool;

import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskProgress;
import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.SimulatedTask.End;
import io.github.inparallel.pool.SimulatedTask.Plan;
import io.github.inparallel.pool.SimulatedWorker.Nature;
import io.github.inparallel.pool.dispatch.DispatchProbe;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.ReceivedTask;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.SentTask;
import io.github.inparallel.pool.supervision.Resilience;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A few pools that lend each other slots, on one thread, in an order and a time that a seed decides. What they say to each
 * other is delayed, and overtakes what was said before; members are cut off from each other and find each other again, drain,
 * resize and end, and their workers do all that those of a {@link PoolSimulation} do. Each call has one outcome, nothing is begun
 * more often than its retries allow, and no pool ever takes more than it has slots for.
 */
final class MembersSimulation implements SimulatedMachine.Course {

    private static final long MILLI = SimulatedMachine.MILLI;
    private static final int QUEUE = 40;
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofMillis(500);

    @SuppressWarnings("unused") // called by nobody: its methods are what tasks are of
    interface Work {
        CompletableFuture<byte[]> quick(byte[] bytes);

        CompletableFuture<byte[]> slow(byte[] bytes);
    }

    /** What is said and not heard yet. */
    private record Word(Link link, Runnable heard) {}

    private final Random random;
    private final SimulatedMachine machine;
    private final List<Member> members = new ArrayList<>();
    private final List<Word> words = new ArrayList<>();
    private final int poisonLimit;
    private long nextPid = 2_000_000_000;
    private int sent; // tasks that went to other members
    private boolean wasCut;
    private boolean failedStarts;

    /** @param trace gets what happens, for people; null if nobody looks at it */
    MembersSimulation(long seed, @Nullable List<String> trace) throws IOException, NoSuchMethodException {
        random = new Random(seed);
        machine = new SimulatedMachine(random, this, trace);
        poisonLimit = once(4) ? 3 : 0;
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            members.add(new Member(i));
        }
        for (Member from : members) {
            for (Member to : members) {
                if (from != to) {
                    from.links.put(to, new Link(from, to));
                }
            }
        }
    }

    private boolean once(int inSoMany) {
        return random.nextInt(inSoMany) == 0;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    // ---- a member

    private final class Member
            implements WorkerLauncher, SimulatedTask.Circumstances, SimulatedWorker.Tasks, PoolObserver {

        final int number;
        final PoolOptions options;
        final WorkerPool pool;
        final TaskMethod quick;
        final TaskMethod slow;
        final Encoded result;
        final Map<Member, Link> links = new LinkedHashMap<>(); // to others
        final Map<Long, SimulatedTask> byId = new HashMap<>(); // all that its pool has a number for
        final List<SimulatedTask> own = new ArrayList<>();
        long nextId = 1; // that its pool gives
        int maxWorkers;
        int taken; // tasks of others that it has now
        int slowTaken; // of them, those that never come ahead of a slot
        int counted; // ends of tasks that it was told of
        boolean changed; // what it lends
        long said; // how often it has said what it lends
        boolean shutDown;
        boolean stopped;
        boolean drained;

        Member(int number) throws IOException, NoSuchMethodException {
            this.number = number;
            this.maxWorkers = random.nextInt(3) + (number == 0 ? 1 : 0);
            this.options = PoolOptions.builder()
                    .name("sim")
                    .spread(PoolOptions.Spread.CLUSTER)
                    .minWorkers(random.nextInt(maxWorkers + 1))
                    .maxWorkers(maxWorkers)
                    .spareWorkers(once(6) ? 1 : 0)
                    .concurrency(once(4) ? 2 : 1)
                    .startupTimeout(Duration.ofSeconds(1))
                    .idleTimeout(Duration.ofMillis(100))
                    .queueCapacity(QUEUE)
                    .queueMemory(1 << 21)
                    .queueTimeout(once(6) ? Duration.ofMillis(1 + random.nextInt(100)) : null)
                    .stallTimeout(once(6) ? Duration.ofMillis(20) : null)
                    .killGrace(Duration.ofMillis(10))
                    .heartbeatInterval(HEARTBEAT_TIMEOUT.dividedBy(4))
                    .heartbeatTimeout(HEARTBEAT_TIMEOUT)
                    .poisonLimit(poisonLimit)
                    .restartLimit(1 + random.nextInt(8))
                    .heap(1L << 27)
                    .observer(this)
                    .build();
            this.pool = WorkerPool.create(options, this, Resilience.DEFAULT, machine);
            this.quick = method("quick");
            this.slow = method("slow");
            this.result = quick.codec().encodeResult(new byte[3]);
            pool.lentSlots().onChange(() -> changed = true);
        }

        private TaskMethod method(String name) throws NoSuchMethodException {
            return TaskMethod.of(
                    "work", Work.class.getDeclaredMethod(name, byte[].class), new Limits(null, -1), pool.marshaller());
        }

        int slots() {
            return maxWorkers * options.concurrency();
        }

        /** Tells all others what it lends, if that has changed since. */
        boolean tells() {
            if (!changed) {
                return false;
            }
            changed = false;
            FreeSlots free = pool.lentSlots().free();
            long saying = ++said;
            for (Member other : members) {
                Link link = other.links.get(this);
                if (link != null) {
                    say(link, () -> link.hears(free, saying));
                }
            }
            return true;
        }

        SimulatedTask submit(TaskMethod method, Plan plan, int size, TaskOptions limits) {
            Duration timeout = limits.timeout();
            Integer retries = limits.retries();
            SimulatedTask task = new SimulatedTask(
                    nextId++, plan, timeout == null ? 0 : timeout.toNanos(), retries == null ? 0 : retries);
            byId.put(task.id, task);
            own.add(task);
            machine.tell(() -> this + " submits " + task);
            Call call = new Call(method, new @Nullable Object[] {new byte[size]}, limits, Map.of(), task, false);
            PoolTask future = (PoolTask) pool.submit(call);
            if (future.id() != task.id) {
                throw new AssertionError("task " + future.id() + " is not " + task.id);
            }
            task.future = future;
            return task;
        }

        @Override
        public WorkerProcess launch(LaunchDescription description, Path directory) throws IOException {
            int luck = machine.isEventful() ? random.nextInt(100) : 100;
            if (luck < 2) {
                failedStarts = true;
                throw new IOException("planned");
            }
            Nature nature = luck < 10 ? Nature.values()[luck % Nature.values().length] : Nature.ORDINARY;
            SimulatedWorker worker = new SimulatedWorker(machine, this, description, nextPid++, nature);
            machine.tell(() -> this + " launches " + worker + " with pid " + worker.pid());
            machine.workers.add(worker);
            return worker;
        }

        @Override
        public SimulatedTask find(long id) {
            return Objects.requireNonNull(byId.get(id));
        }

        @Override
        public Encoded result(End end) {
            return result;
        }

        @Override
        public void taskEnded(String method, TaskState outcome, @Nullable Throwable failure, Duration elapsed) {
            counted++;
        }

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
            return false;
        }

        @Override
        public boolean wasDrained() {
            return drained;
        }

        @Override
        public boolean hadFailedStarts() {
            return failedStarts
                    || machine.workers.stream().anyMatch(each -> each.faulty || each.nature != Nature.ORDINARY);
        }

        @Override
        public boolean hadFaultyWorker(SimulatedTask task) {
            PoolTask future = Objects.requireNonNull(task.future);
            if (future.exceptionNow() instanceof WorkerLostException lost
                    && lost.member().isPresent()) {
                boolean explained = lost.exit().cause() == Cause.MEMBER_LOST
                        ? wasCut
                        : lost.exit().cause() == Cause.SHUTDOWN
                                ? members.stream().anyMatch(each -> each.stopped)
                                : lost.culprit().isPresent() || wasFaulty(lost.pid());
                return explained || members.stream().anyMatch(each -> each.options.concurrency() > 1);
            }
            return wasFaulty(future.workerPid().orElse(-1));
        }

        private boolean wasFaulty(long pid) {
            return machine.workers.stream().anyMatch(each -> each.faulty && each.pid() == pid);
        }

        @Override
        public PoolOptions options() {
            return options;
        }

        @Override
        public boolean mayStall() {
            return members.stream().anyMatch(each -> each.options.stallTimeout() != null);
        }

        @Override
        public String toString() {
            return "member " + number;
        }
    }

    // ---- what is between two of them

    private void say(Link link, Runnable heard) {
        words.add(new Word(link, heard));
    }

    /** The way from a member to another, for the first one's tasks. It is another one after it was cut. */
    private final class Link implements RemoteMember {

        final Member from;
        final Member to;
        final Map<Long, SentTask> open = new LinkedHashMap<>(); // as far as the first one knows
        final Map<Long, Long> dueAt = new HashMap<>(); // when such a task should have ended
        final Map<Long, ReceivedTask> taken = new LinkedHashMap<>(); // that the other one has
        final Set<Long> cancelled = new HashSet<>(); // before they came
        long heard; // the newest that it has heard of what the other one lends
        boolean isCut;

        Link(Member from, Member to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public String name() {
            return "member-" + to.number;
        }

        void hears(FreeSlots free, long saying) {
            if (saying > heard) {
                heard = saying;
                machine.tell(() -> from + " hears that " + to + " lends " + free);
                from.pool.remoteSlots().free(this, free);
            }
        }

        @Override
        public void run(SentTask task) {
            if (isCut) {
                throw new AssertionError("sent to a member that is gone");
            }
            EncodedCall call = task.call().orElse(null);
            if (call == null) {
                return;
            }
            sent++;
            machine.tell(() -> from + " sends " + call.taskId() + " to " + to + ", attempt " + task.id());
            open.put(task.id(), task);
            if (task.timeoutNanos() > 0) {
                dueAt.put(task.id(), machine.nanoTime() + task.timeoutNanos());
            }
            say(this, () -> arrives(task, call));
        }

        @Override
        public void cancel(SentTask task) {
            open.remove(task.id());
            say(this, () -> {
                ReceivedTask its = taken.get(task.id());
                if (its == null) {
                    cancelled.add(task.id());
                } else {
                    its.cancel("its caller gave up");
                }
            });
        }

        private void arrives(SentTask task, EncodedCall call) {
            if (cancelled.contains(task.id())) {
                return; // its attempt is over
            }
            SimulatedTask its = from.own.stream()
                    .filter(each -> call.taskId().equals("sim-" + each.id))
                    .findFirst()
                    .orElseThrow();
            to.byId.put(to.nextId++, its);
            Hears hears = new Hears(task);
            ReceivedTask received = to.pool.lentSlots().run(call, "member-" + from.number, hears);
            machine.tell(() -> to + (hears.over ? " has no slot for " : " takes ") + call.taskId() + " of " + from);
            if (!hears.over) {
                hears.isTaken = true;
                taken.put(task.id(), received);
                hears.isSlow = call.displayName().contains("slow");
                to.slowTaken += hears.isSlow ? 1 : 0;
                if (++to.taken > 32 * to.slots() || hears.isSlow && to.slowTaken > to.slots()) {
                    throw new AssertionError(
                            to + " has taken " + to.taken + " tasks, and has " + to.slots() + " slots: " + describe());
                }
            }
        }

        /** What the other one hears of a task, and says on. */
        private final class Hears implements LentSlots.Listener {

            final SentTask task;
            boolean isTaken;
            boolean isSlow;
            boolean over;

            Hears(SentTask task) {
                this.task = task;
            }

            @Override
            public void started(String worker, long pid) {
                sayIfOpen(() -> task.started(worker, pid));
            }

            @Override
            public void progressed(TaskProgress progress) {
                sayIfOpen(() -> task.progressed(progress));
            }

            @Override
            public void ended(EncodedOutcome outcome) {
                sayIfOpen(() -> {
                    open.remove(task.id());
                    task.ended(outcome);
                });
                over = true;
                to.changed = true; // each answer says it anew: its caller has counted the slot down
                if (isTaken) {
                    to.taken--;
                    to.slowTaken -= isSlow ? 1 : 0;
                    taken.remove(task.id());
                }
            }

            private void sayIfOpen(Runnable word) {
                if (over) {
                    throw new AssertionError("more is told of a task after its end");
                }
                say(Link.this, word);
            }
        }

        /** The other one is gone, for this one. */
        void cut() {
            isCut = true;
            words.removeIf(word -> word.link == this);
            boolean first = once(2);
            if (first) {
                from.pool.remoteSlots().gone(this);
            }
            List<SentTask> lost = List.copyOf(open.values());
            if (!first) {
                from.pool.remoteSlots().gone(this);
            }
            lost.forEach(each -> each.memberLost("it is cut off"));
            List.copyOf(taken.values()).forEach(each -> each.cancel("its caller is gone"));
        }
    }

    private void cut(Member one, Member other) {
        machine.tell(() -> one + " and " + other + " are cut off from each other");
        wasCut = true;
        for (Link link : new Link[] {one.links.remove(other), other.links.remove(one)}) {
            if (link != null) {
                link.cut();
            }
        }
    }

    private void join(Member one, Member other) {
        machine.tell(() -> one + " and " + other + " find each other");
        one.links.put(other, new Link(one, other));
        other.links.put(one, new Link(other, one));
        one.changed = true;
        other.changed = true;
    }

    private void cutOrJoin() {
        Member one = any(members);
        Member other = any(members);
        if (one == other) {
            return;
        }
        if (one.links.containsKey(other)) {
            cut(one, other);
        } else {
            join(one, other);
        }
    }

    @Override
    public boolean comeOn() {
        boolean any = false;
        for (Member member : members) {
            any |= member.tells();
        }
        return hear() || any;
    }

    /** One of the words that are under way. */
    private boolean hear() {
        if (words.isEmpty()) {
            return false;
        }
        Word word = words.remove(random.nextInt(words.size()));
        if (!word.link.isCut) {
            word.heard.run();
        }
        return true;
    }

    // ---- the run

    /** Returns how many tasks went to other members. */
    int run() {
        try {
            machine.goOn(100 + random.nextInt(500));
            makePeace();
            machine.settle("all tasks have ended", this::isIdle);
            tryAllPlaces();
            for (Member member : members) {
                if (!member.shutDown) {
                    end(member, once(2));
                }
            }
            machine.settle(
                    "all pools have stopped",
                    () -> machine.hasStopped()
                            && machine.isQuiet()
                            && words.isEmpty()
                            && machine.workers.stream().allMatch(SimulatedWorker::isGone));
            atTheEnd();
            return sent;
        } finally {
            machine.workers.forEach(SimulatedWorker::close);
        }
    }

    /** All find each other again, and nobody waits for ever. */
    private void makePeace() {
        for (Member member : members) {
            member.pool.resume();
            for (Member other : members) {
                if (member != other && !member.links.containsKey(other)) {
                    join(member, other);
                }
            }
        }
        Member able = members.get(0);
        if (able.maxWorkers == 0) {
            able.maxWorkers = 1;
            able.pool.resize(0, 1);
        }
        for (Member member : members) {
            member.own.stream()
                    .filter(each -> each.isOpen() && (each.isForEver() || able.shutDown))
                    .forEach(this::giveUp);
        }
    }

    private boolean isIdle() {
        return words.isEmpty()
                && machine.isQuiet()
                && members.stream()
                        .allMatch(each -> !each.changed
                                && each.own.stream().noneMatch(SimulatedTask::isOpen)
                                && each.pool.dispatcher().entries().leases() == 0
                                && each.pool.dispatcher().waiting().size() == 0);
    }

    /** Members that have been through all that are as good as new: tasks of one fill the slots of all. */
    private void tryAllPlaces() {
        List<Member> able = members.stream().filter(each -> !each.shutDown).toList();
        if (able.isEmpty() || able.stream().anyMatch(each -> each.options.queueTimeout() != null)) {
            return;
        }
        long later = machine.nanoTime() + 3 * HEARTBEAT_TIMEOUT.toNanos();
        machine.settle("workers that hang are found out", () -> machine.nanoTime() - later > 0);
        machine.settle(
                "the pools are up again",
                () -> able.stream().noneMatch(each -> each.pool.stats().down()));
        if (able.stream().anyMatch(each -> each.options.poisonLimit() > 0)) {
            return; // the method may be refused for a minute
        }
        int places = able.stream().mapToInt(Member::slots).sum();
        List<SimulatedTask> all = new ArrayList<>();
        for (int i = 0; i < places; i++) {
            all.add(any(able).submit(able.get(0).slow, new Plan(End.OBEDIENT, 0, false), 10, TaskOptions.declared()));
        }
        machine.settle(
                places + " tasks have a place, of any member",
                () -> all.stream().allMatch(each -> each.begins > 0));
        all.forEach(this::giveUp);
        machine.settle("all tasks have ended", this::isIdle);
    }

    private void end(Member member, boolean now) {
        machine.tell(() -> member + (now ? " is shut down now" : " is shut down"));
        member.shutDown = true;
        if (now) {
            member.stopped = true;
            member.pool.shutdownNow();
        } else {
            member.pool.shutdown();
        }
    }

    // ---- what happens

    @Override
    public void happen() {
        for (Member member : members) {
            if (once(3)) {
                member.tells();
            }
        }
        int what = random.nextInt(100);
        if (what < 50) {
            hear();
        } else if (what < 76) {
            int burst = once(4) ? 1 + random.nextInt(6) : 1;
            Member member = any(members);
            for (int i = 0; i < burst; i++) {
                submit(member);
            }
        } else if (what < 84) {
            List<SimulatedTask> open =
                    any(members).own.stream().filter(SimulatedTask::isOpen).toList();
            if (!open.isEmpty()) {
                giveUp(any(open));
            }
        } else if (what < 88) {
            List<SimulatedWorker> alive =
                    machine.workers.stream().filter(each -> !each.isGone()).toList();
            if (!alive.isEmpty()) {
                any(alive).harm();
            }
        } else if (what < 91) {
            cutOrJoin();
        } else if (what < 93) {
            Member member = any(members);
            member.maxWorkers = random.nextInt(4);
            machine.tell(() -> member + " is resized to " + member.maxWorkers);
            member.pool.resize(random.nextInt(member.maxWorkers + 1), member.maxWorkers);
        } else if (what < 95) {
            Member member = any(members);
            if (member.pool.isDraining()) {
                member.pool.resume();
            } else {
                machine.tell(() -> member + " is drained");
                member.drained = true;
                member.pool.drain();
            }
        } else if (what == 95 && once(4)) {
            end(any(members), once(2));
        } else if (what < 98) {
            findOverdue();
        } else {
            members.forEach(each -> each.pool.stats());
        }
    }

    /** A caller's side notices that a limit has passed. */
    private void findOverdue() {
        for (Link link : any(members).links.values()) {
            for (SentTask task : List.copyOf(link.open.values())) {
                Long due = link.dueAt.get(task.id());
                if (due != null && machine.nanoTime() - due > 0 && once(2)) {
                    task.overdue();
                }
            }
        }
    }

    private void submit(Member member) {
        boolean isQuick = once(2);
        int luck = random.nextInt(100);
        End end = luck < 75
                ? End.RESULT
                : luck < 86
                        ? End.ERROR
                        : luck < 90 ? End.CRASH : luck < 91 ? End.EXIT : luck < 96 ? End.OBEDIENT : End.STUBBORN;
        Plan plan = new Plan(
                end, isQuick ? 1 + random.nextInt(20_000) : random.nextInt(10 * (int) MILLI), !isQuick && once(4));
        Duration timeout =
                plan.isEndless() && !once(3) || once(4) ? Duration.ofNanos((1 + random.nextInt(20)) * MILLI) : null;
        int size = once(40) ? (1 << 20) + 100 : random.nextInt(300);
        member.submit(isQuick ? member.quick : member.slow, plan, size, new TaskOptions(timeout, once(4) ? 1 : 0));
    }

    private void giveUp(SimulatedTask task) {
        PoolTask future = Objects.requireNonNull(task.future);
        TaskState before = future.taskState();
        int how = task.isForEver() ? 3 : random.nextInt(4); // nobody would ever stop it
        machine.tell(() -> "give up " + task + " in way " + how);
        boolean first = switch (how) {
            case 0 -> future.complete(null);
            case 1 -> future.completeExceptionally(new IllegalStateException("planned"));
            case 2 -> future.cancel(false);
            default -> future.cancel(true);
        };
        boolean isFirst = first && before != TaskState.CANCELLED;
        task.given |= isFirst;
        task.givenUpInQueue |= isFirst && before == TaskState.QUEUED;
    }

    // ---- what has to be so

    /** Nobody has anything to do in this moment. */
    @Override
    public void look() {
        for (Member member : members) {
            if (DispatchProbe.canMatch(member.pool.dispatcher())) {
                throw new AssertionError(
                        "a task waits at " + member + ", there is a slot, and nobody sees to it: " + describe());
            }
            if (DispatchProbe.keepsTooLong(member.pool.dispatcher(), machine.nanoTime())) {
                throw new AssertionError("a task of another waits too long at " + member + ": " + describe());
            }
            for (DispatchedTask task : member.pool.dispatcher().waiting().first(Integer.MAX_VALUE)) {
                if (!DispatchProbe.isLent(task) && task.hasWaitedFor(member.options.queueTimeout())) {
                    throw new AssertionError(task + " waits longer than it may: " + describe());
                }
            }
        }
    }

    private void atTheEnd() {
        for (Member member : members) {
            PoolStats stats = member.pool.stats();
            if (member.pool.dispatcher().entries().leases() != 0
                    || member.pool.dispatcher().waiting().size() != 0
                    || DispatchProbe.bytes(member.pool.dispatcher()) != 0
                    || machine.results.taken() != 0
                    || stats.inFlight() != 0
                    || !stats.workers().isEmpty()
                    || member.taken != 0) {
                throw new AssertionError("something is left at " + member + ": " + describe());
            }
            member.own.forEach(each -> each.judge(member));
            if (member.counted != member.own.size()) {
                throw new AssertionError(
                        member + " has counted " + member.counted + " ends of its " + member.own.size() + " tasks");
            }
            member.pool.close();
        }
    }

    @Override
    public String describe() {
        StringBuilder text = new StringBuilder("words " + words.size());
        for (Member member : members) {
            text.append("; ")
                    .append(member)
                    .append(": max ")
                    .append(member.maxWorkers)
                    .append(", leases ")
                    .append(member.pool.dispatcher().entries().leases())
                    .append(", waiting ")
                    .append(member.pool.dispatcher().waiting().size())
                    .append(", taken ")
                    .append(member.taken)
                    .append(", lends ")
                    .append(member.pool.lentSlots().free())
                    .append(", in flight ")
                    .append(member.pool.stats().inFlight())
                    .append(", workers ")
                    .append(member.pool.stats().workers())
                    .append(", open ")
                    .append(member.own.stream()
                            .filter(each -> each.future == null || each.isOpen())
                            .toList());
        }
        return text.toString();
    }
}
