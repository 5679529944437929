package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.SentTask;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.task.PoisonGuard;
import io.github.inparallel.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Pools of two or three members that lend each other slots, in a time of their own: messages take a while, tasks run, some for
 * longer than they used to, callers give up, members disagree on what is short, supervisors sleep until they are woken. Whenever
 * time goes on, nothing waits that somebody has room for unless a supervisor is about to look; and in the end nothing waits.
 */
class SharingInTimeTests {

    private static final int SEEDS = 100;

    record Event(long at, long number, Runnable what) {}

    static final class World {
        final PriorityQueue<Event> events =
                new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
        final List<Node> nodes = new ArrayList<>();
        long now = 1_000_000_000;
        long number;

        void post(long at, Runnable what) {
            events.add(new Event(Math.max(at, now), number++, what));
        }

        void run(long until) {
            while (!events.isEmpty() && events.peek().at <= until) {
                Event next = events.poll();
                if (next.at > now) {
                    now = next.at;
                    nodes.forEach(each -> each.tasks.now = now);
                    nodes.forEach(Node::look);
                }
                next.what.run();
            }
        }
    }

    static final class Link implements RemoteMember {
        final Node from;
        final Node to;
        final long delay;
        final Set<SentTask> there = new HashSet<>();
        final Map<Long, DispatchedTask> taken = new HashMap<>();

        @Nullable
        FreeSlots told;

        boolean used;
        long heard;

        Link(Node from, Node to, long delay) {
            this.from = from;
            this.to = to;
            this.delay = delay;
        }

        @Override
        public String name() {
            return to.name;
        }

        @Override
        public void run(SentTask task) {
            from.world.post(from.world.now + delay, () -> arrives(task));
        }

        @Override
        public void cancel(SentTask task) {
            from.world.post(from.world.now + delay, () -> {
                DispatchedTask its = taken.get(task.id());
                if (its != null) {
                    its.cancel(false);
                    to.dispatcher.waiting().forget(its);
                }
            });
        }

        void arrives(SentTask task) {
            used = true;
            there.add(task);
            DispatchedTask lent = to.knowsShort.getAsBoolean() ? to.tasks.lentQuick() : to.tasks.lent();
            to.durations.put(lent, from.duration(((SentAttempt) task).task));
            Place place = to.dispatcher.lending().lend(lent);
            if (place == null) {
                answer(task, new EncodedOutcome.NoSlot());
                return;
            }
            taken.put(task.id(), lent);
            lent.whenComplete((r, f) -> {
                taken.remove(task.id());
                boolean back = f instanceof TaskRefusedException;
                answer(task, back ? new EncodedOutcome.NoSlot() : new EncodedOutcome.Cancelled("ran"));
            });
            if (place instanceof Slot slot) {
                to.begins(slot);
            } else {
                to.wakeBy(Deadline.after(lent.submittedNanos(), Lending.LONGEST_WAIT));
            }
        }

        void answer(SentTask task, EncodedOutcome outcome) {
            boolean back = outcome instanceof EncodedOutcome.NoSlot;
            long word = to.words++;
            FreeSlots free = to.free();
            told = free;
            used = false;
            there.remove(task);
            from.world.post(from.world.now + delay, () -> {
                if (!back) {
                    hears(word, free);
                }
                task.ended(outcome);
                if (back) {
                    heard = Math.min(heard, word - 1);
                    hears(word, free);
                }
            });
        }

        void hears(long word, FreeSlots free) {
            if (word > heard) {
                heard = word;
                from.remoteTasks.free(this, free);
            }
        }

        void tell() {
            FreeSlots free = to.free();
            long word = to.words++;
            if (used || !free.equals(told)) {
                told = free;
                used = false;
                from.world.post(from.world.now + delay, () -> hears(word, free));
            }
        }
    }

    static final class Node {
        final World world;
        final String name;
        final TestTasks tasks;
        final Dispatcher dispatcher;
        final RemoteTasks remoteTasks;
        final List<Link> callers = new ArrayList<>(); // those who call here
        final Map<DispatchedTask, Long> durations = new HashMap<>();
        final List<DispatchedTask> own = new ArrayList<>();
        BooleanSupplier knowsShort = () -> true;
        long words = 1;
        long wakesAt = Deadline.NEVER;
        boolean tells;

        Node(World world, String name, int workers, int concurrency, int capacity) {
            this.world = world;
            this.name = name;
            PoolOptions options = PoolOptions.builder()
                    .name("ocr")
                    .minWorkers(0)
                    .maxWorkers(workers)
                    .concurrency(concurrency)
                    .spread(PoolOptions.Spread.CLUSTER)
                    .queueCapacity(capacity)
                    .build();
            tasks = new TestTasks(options);
            tasks.now = world.now;
            dispatcher = new Dispatcher(options, tasks.machine);
            PoolObserver observer = new PoolObserver() {};
            LostTasks lost = new LostTasks(options, tasks.machine, dispatcher.waiting(), new PoisonGuard(2), observer);
            remoteTasks = new RemoteTasks(options, dispatcher.remote(), lost, observer);
            dispatcher.watchedBy(() -> wakeBy(this.world.now));
            dispatcher.lending().onFree(this::changed);
            for (int i = 0; i < workers; i++) {
                WorkerEntry worker = TestEntries.entry(name + "-" + i, concurrency, dispatcher);
                dispatcher.entries().accept(worker);
                worker.slots().forEach(slot -> dispatcher.next(slot, new ArrayList<>()));
            }
            world.nodes.add(this);
        }

        FreeSlots free() {
            FreeSlots free = dispatcher.lending().free();
            long calling =
                    callers.stream().filter(each -> !each.there.isEmpty()).count();
            return new FreeSlots(free.idle(), free.startable(), free.ahead() / (int) Math.max(1, calling));
        }

        void changed() {
            if (!tells && !callers.isEmpty()) {
                tells = true;
                world.post(world.now + 20_000_000, () -> {
                    tells = false;
                    callers.forEach(Link::tell);
                });
            }
        }

        void wakeBy(long at) {
            if (at != Deadline.NEVER && (wakesAt == Deadline.NEVER || at < wakesAt)) {
                wakesAt = at;
                world.post(at + 10_000, () -> {
                    if (wakesAt == at) {
                        supervise();
                    }
                });
            }
        }

        void supervise() {
            wakesAt = Deadline.NEVER;
            dispatcher.matchWaiting().forEach(this::begins);
            long sendAt = dispatcher.remote().sendAt();
            dispatcher.remote().sendWaiting();
            dispatcher.lending().returnWaiting();
            wakeBy(sendAt);
            wakeBy(dispatcher.lending().returnAt());
        }

        void submit(DispatchedTask task, long duration) {
            durations.put(task, duration);
            own.add(task);
            try {
                Place place = dispatcher.submit(task);
                if (place instanceof Slot slot) {
                    begins(slot);
                } else if (place != null) {
                    place.send(task, false);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** How long it runs; forgotten when it has. */
        long duration(DispatchedTask task) {
            return durations.getOrDefault(task, 20_000L);
        }

        void begins(Slot slot) {
            DispatchedTask task = Objects.requireNonNull(dispatcher.leased(slot));
            long takes = duration(task);
            if (takes > 1_000_000) {
                world.post(world.now + 1_000_000, () -> {
                    if (dispatcher.leased(slot) == task && dispatcher.toRevoke(slot, world.now, true) != 0) {
                        try {
                            dispatcher.revoked(slot, task.ordinal, new ArrayList<>());
                        } catch (ProtocolException e) {
                            throw new IllegalStateException(e);
                        }
                        wakeBy(world.now);
                    }
                });
            }
            world.post(world.now + takes, () -> {
                DispatchedTask next = dispatcher.next(slot, new ArrayList<>());
                task.cancelled("ran");
                durations.remove(task);
                tasks.ended.clear();
                if (next != null) {
                    begins(slot);
                } else if (dispatcher.entries().needsCare(slot.worker())) {
                    wakeBy(world.now);
                }
            });
        }

        void look() {
            if (dispatcher.canMatch()) {
                assertThat(wakesAt != Deadline.NEVER && wakesAt <= world.now)
                        .as(
                                "%s at %s: nobody sees to %s that wait",
                                name, world.now, dispatcher.waiting().size())
                        .isTrue();
            }
        }

        long waits() {
            return own.stream().filter(each -> !each.hasEnded()).count();
        }
    }

    private static void connect(Node from, Node to, long delay) {
        Link link = new Link(from, to, delay);
        to.callers.add(link);
        from.world.post(from.world.now, link::tell);
    }

    @Test
    void nothingWaitsThatSomebodyHasRoomFor() {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
    }

    private static void run(int seed) {
        Random random = new Random(seed);
        World world = new World();
        List<Node> all = new ArrayList<>();
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            int[] capacities = {1, 2, 10, 100, 1_000, Integer.MAX_VALUE};
            all.add(new Node(
                    world,
                    "n" + i,
                    i == 0 ? 1 + random.nextInt(3) : random.nextInt(2),
                    1 + random.nextInt(2),
                    i == 0 ? capacities[random.nextInt(6)] : 100_000));
        }
        for (Node from : all) {
            boolean disagrees = random.nextInt(3) == 0;
            from.knowsShort = () -> !disagrees || random.nextInt(4) > 0;
            for (Node to : all) {
                if (from != to) {
                    connect(from, to, 10_000 + random.nextInt(200_000));
                }
            }
            int calls = from == all.get(0) ? 0 : random.nextInt(600);
            boolean oneByOne = random.nextInt(3) == 0; // one that comes back alone brings a pause
            long at = world.now + 1_000_000;
            for (int i = 0; i < calls; i++) {
                if (oneByOne) {
                    at += random.nextInt(3_000_000);
                } else if (random.nextInt(8) == 0) {
                    at += random.nextInt(random.nextInt(4) == 0 ? 40_000_000 : 1_000_000);
                }
                boolean isLong = random.nextInt(oneByOne ? 10 : 50) == 0;
                long takes = isLong ? random.nextInt(60_000_000) : 1_000 + random.nextInt(60_000);
                boolean quick = takes < 100_000 || random.nextBoolean();
                boolean gives = random.nextInt(30) == 0;
                boolean interrupt = random.nextBoolean();
                long gaveUp = at + random.nextInt(2_000_000);
                world.post(at, () -> {
                    DispatchedTask task = quick ? from.tasks.quick() : from.tasks.slow();
                    from.submit(task, takes);
                    if (gives) {
                        world.post(gaveUp, () -> {
                            task.cancel(interrupt);
                            if (!from.dispatcher.waiting().forget(task)) {
                                from.remoteTasks.abandoned(task, interrupt);
                            }
                        });
                    }
                });
            }
        }
        try {
            world.run(world.now + 60_000_000_000L);
            for (Node each : all) {
                assertThat(each.waits()).as(each.name + " waits").isZero();
                assertThat(each.dispatcher.waiting().size()).isZero();
                assertThat(each.dispatcher.entries().leases()).isZero();
                assertThat(each.dispatcher.remote().tasks()).isEmpty();
            }
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + " " + e.getMessage(), e);
        }
    }
}
