package io.github.inparallel.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A few members in one time: they call, cancel, join, leave, die, lose each other and meet again when the seed says so, and
 * messages take as long as it says. The same seed does the same again. What is real is {@link ClusterNode} and all below it;
 * pools, network and time are simulated.
 */
final class ClusterSimulation {

    private static final long MILLI = SimulatedTime.MILLI;
    private static final int MOST_MEMBERS = 7; // that ever were
    private static final Duration GRACE = Duration.ofMillis(30);

    private final Random random;
    private final @Nullable List<String> trace;
    private final SimulatedTime time = new SimulatedTime();
    private final SimulatedNetwork network;
    private final List<Member> members = new ArrayList<>();
    private final List<SimulatedTask> tasks = new ArrayList<>();
    private final boolean slow; // messages now and then take very long
    private final boolean twoVersions;
    private final boolean large;
    private final boolean hasty; // callers give up often
    private final boolean scarce; // there is no memory now and then
    private boolean calm; // nothing new happens

    /** A member, from its start to its end. */
    private static final class Member {

        final String name;
        final String version;
        final SimulatedNetwork.Port port;
        final Map<String, SimulatedPool> pools = new TreeMap<>();
        final List<SimulatedTask> called = new ArrayList<>();
        final ClusterNode node;
        boolean leaving;

        Member(ClusterSimulation simulation, String name, String version) {
            this.name = name;
            this.version = version;
            port = simulation.network.port(name);
            Map<String, SharedPool> shared = new LinkedHashMap<>();
            Map<String, List<String>> methods = new LinkedHashMap<>();
            for (String pool : simulation.once(4) ? List.of("b") : List.of("a", "b")) {
                SimulatedPool each = new SimulatedPool(
                        pool,
                        simulation.random.nextInt(4),
                        simulation.time,
                        simulation.tasks::get,
                        simulation::hasNoMemory);
                pools.put(pool, each);
                shared.put(pool, new SharedPool(each, each, 4 << 20, GRACE));
                methods.put(pool, List.of("Work.do"));
            }
            node = new ClusterNode(
                    port, new Identity("app", version, methods), shared, ClusterObserver.NONE, simulation.time);
        }

        boolean isUp() {
            return port.isUp();
        }
    }

    /** @param trace gets what happens, for people; null if nobody looks at it */
    ClusterSimulation(long seed, @Nullable List<String> trace) {
        random = new Random(seed);
        this.trace = trace;
        slow = once(3);
        twoVersions = once(5);
        large = once(4);
        hasty = once(4);
        scarce = once(4);
        network = new SimulatedNetwork(time, this::delay, this::trace, this::hasNoMemory);
    }

    void run() {
        int first = 3 + random.nextInt(2);
        for (int i = 0; i < first; i++) {
            join();
        }
        int steps = 20 + random.nextInt(60);
        for (int i = 0; i < steps; i++) {
            step();
            if (hasty && random.nextBoolean()) {
                cancel();
            }
            if (random.nextBoolean()) {
                time.runFor(random.nextInt(6));
            }
        }
        trace("all meet, and nothing new happens");
        calm = true;
        network.heal();
        time.run();
        nobodyWaitsBesideAFreeSlot();
        do {
            members.stream()
                    .filter(Member::isUp)
                    .forEach(member -> member.pools.values().forEach(SimulatedPool::release));
            time.run();
            nobodyWaitsBesideAFreeSlot();
        } while (members.stream()
                .filter(Member::isUp)
                .anyMatch(member -> member.pools.values().stream().anyMatch(pool -> pool.running() > 0)));
        eachTaskHasEndedOnce();
        nothingIsLeft();
    }

    private void step() {
        int choice = random.nextInt(100);
        if (choice < 70) {
            call();
        } else if (choice < 82) {
            cancel();
        } else if (choice < 84) {
            die(any());
        } else if (choice < 87) {
            leave(any());
            if (once(3)) {
                leave(any()); // two at once
            }
        } else if (choice < 90) {
            split();
        } else if (choice < 95) {
            trace("all meet");
            network.heal();
        } else if (choice < 98) {
            join();
        } else {
            Member member = any();
            if (member != null) {
                member.pools.values().forEach(SimulatedPool::release);
            }
        }
    }

    private void join() {
        if (members.size() < MOST_MEMBERS) {
            Member member = new Member(this, "m" + members.size(), twoVersions && once(3) ? "2" : "1");
            trace(member.name + " joins with " + member.pools.keySet());
            members.add(member);
            member.node.start();
        }
    }

    private void call() {
        Member member = any();
        if (member == null) {
            return;
        }
        List<SimulatedPool> pools = List.copyOf(member.pools.values());
        SimulatedPool pool = pools.get(random.nextInt(pools.size()));
        SimulatedTask task = new SimulatedTask(
                tasks.size(),
                large && once(5) ? 200_000 + random.nextInt(900_000) : 8 + random.nextInt(100),
                large && once(5) ? 200_000 + random.nextInt(900_000) : random.nextInt(100),
                once(8) ? -1 : random.nextInt(10) * MILLI,
                once(4),
                once(3) ? 2 : 0);
        tasks.add(task);
        member.called.add(task);
        trace(member.name + " calls " + task + " of pool " + pool.name);
        pool.submit(task);
    }

    private void cancel() {
        Member member = any();
        if (member != null && !member.called.isEmpty()) {
            SimulatedTask task = member.called.get(random.nextInt(member.called.size()));
            trace(member.name + " cancels " + task);
            member.pools.values().forEach(pool -> pool.cancel(task));
        }
    }

    private void die(@Nullable Member member) {
        if (member != null) {
            trace(member.name + " dies");
            member.port.end("it did not answer");
            member.pools.values().forEach(SimulatedPool::die);
        }
    }

    private void leave(@Nullable Member member) {
        if (member != null && !member.leaving) {
            trace(member.name + " leaves");
            member.leaving = true;
            member.node.beginToLeave();
            leaveWhenQuiet(member, time.nanoTime() + random.nextInt(60) * MILLI);
        }
    }

    private void leaveWhenQuiet(Member member, long deadline) {
        time.after(MILLI, () -> {
            if (!member.isUp()) {
                return;
            }
            if (member.node.isQuiet()) {
                member.node.stopSending();
            }
            boolean quiet = member.node.isQuiet();
            if (quiet || time.nanoTime() >= deadline) {
                if (quiet) {
                    member.port.isQuiet();
                }
                trace(member.name + " has left");
                member.node.endLeaving();
            } else {
                leaveWhenQuiet(member, deadline);
            }
        });
    }

    private void split() {
        List<Member> up = members.stream().filter(Member::isUp).toList();
        for (Member one : up) {
            for (Member other : up) {
                if (one != other && once(3)) {
                    trace(one.name + " and " + other.name + " lose each other");
                    network.cut(one.port, other.port, "the network was cut");
                }
            }
        }
    }

    private @Nullable Member any() {
        List<Member> up = members.stream().filter(Member::isUp).toList();
        return up.isEmpty() ? null : up.get(random.nextInt(up.size()));
    }

    private long delay() {
        return slow && once(10) ? random.nextInt(40) * MILLI : random.nextInt(2_000_000);
    }

    private boolean hasNoMemory() {
        return scarce && !calm && once(5);
    }

    private boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    private void nobodyWaitsBesideAFreeSlot() {
        for (Member member : members) {
            for (SimulatedPool pool : member.pools.values()) {
                if (!member.isUp() || pool.waiting() == 0) {
                    continue;
                }
                for (Member other : members) {
                    SimulatedPool theirs = other.pools.get(pool.name);
                    if (other.isUp()
                            && !other.leaving
                            && other.version.equals(member.version)
                            && theirs != null
                            && theirs.free().sum() > 0) {
                        throw new AssertionError(pool.waiting() + " tasks of " + member.name + " wait, and "
                                + other.name + " has a free slot in pool " + pool.name);
                    }
                }
            }
        }
    }

    private void eachTaskHasEndedOnce() {
        for (SimulatedTask task : tasks) {
            if (task.outcomes.size() > 1) {
                throw new AssertionError(task + " has ended twice");
            }
            if (task.retriesAtFirst == 0 && task.runs > 1) {
                throw new AssertionError(task + " has run twice");
            }
        }
        for (Member member : members) {
            int waiting = member.pools.values().stream()
                    .mapToInt(SimulatedPool::waiting)
                    .sum();
            List<SimulatedTask> open =
                    member.called.stream().filter(task -> !task.isOver()).toList();
            if (member.isUp() && open.size() != waiting) {
                throw new AssertionError(
                        waiting + " tasks wait in " + member.name + ", and these have no outcome: " + open);
            }
        }
    }

    private void nothingIsLeft() {
        List<Member> up = members.stream().filter(Member::isUp).toList();
        for (Member member : up) {
            List<String> left = new ArrayList<>(member.node.leftovers());
            if (scarce) { // a call that was cancelled since it could not be sent, or was it?
                left.removeIf(each -> each.endsWith("have not come"));
            }
            if (!left.isEmpty()) {
                throw new AssertionError("In " + member.name + " is left: " + left);
            }
            long compatible = up.stream()
                    .filter(other -> other != member && other.version.equals(member.version) && !other.leaving)
                    .count();
            ClusterStats stats = member.node.stats();
            if (stats.members().size() != up.size() - 1 || stats.count(ClusterStats.State.COMPATIBLE) != compatible) {
                throw new AssertionError(member.name + " sees " + stats);
            }
            for (SimulatedPool pool : member.pools.values()) {
                long sharing = up.stream()
                        .filter(other -> other != member
                                && other.version.equals(member.version)
                                && other.pools.containsKey(pool.name))
                        .count();
                if (pool.knownMembers() != sharing) {
                    throw new AssertionError("Pool " + pool.name + " of " + member.name + " knows "
                            + pool.knownMembers() + " members (expected: " + sharing + ")");
                }
            }
        }
    }

    private void trace(String what) {
        if (trace != null) {
            trace.add(time.nanoTime() / 1_000 + " us: " + what);
        }
    }
}
