package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.cluster.ClusterNode;
import io.github.inparallel.cluster.ClusterObserver;
import io.github.inparallel.cluster.ClusterStats;
import io.github.inparallel.cluster.Identity;
import io.github.inparallel.cluster.SharedPool;
import io.github.inparallel.cluster.jgroups.JGroupsTransport;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.WorkerPools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The application's membership. The port is taken when the context starts, so that one that is taken stops the start; the
 * member joins on a thread of its own, once the application has started and its pools are there. It leaves before they are
 * closed: it takes nothing more of others, what crosses ends as long as the shutdown phase allows, and then it is gone.
 * Thread-safe.
 */
final class ClusterMembership implements SmartLifecycle {

    /** What comes on top of {@code kill-grace} until the end of an overdue task has come back. */
    private static final Duration REPORT = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(ClusterMembership.class);

    private final MemberSettings settings;
    private final WorkerPools pools;
    private final Supplier<Map<String, List<String>>> methods;
    private final Function<Map<String, List<String>>, Identity> identity;
    private final ClusterObserver observer;

    private final Object lock = new Object();
    private boolean running; // guarded by lock
    private @Nullable JGroupsTransport transport; // guarded by lock; from start to stop
    private volatile @Nullable ClusterNode node; // from joining to leaving, written under lock

    /**
     * @param methods the methods of each pool, also of beans that nobody has asked for: their pools do not exist yet
     * @param identity what this member is, by the methods of the pools that it shares
     */
    ClusterMembership(
            MemberSettings settings,
            WorkerPools pools,
            Supplier<Map<String, List<String>>> methods,
            Function<Map<String, List<String>>, Identity> identity,
            ClusterObserver observer) {
        this.settings = settings;
        this.pools = pools;
        this.methods = methods;
        this.identity = identity;
        this.observer = observer;
    }

    @Override
    public void start() {
        synchronized (lock) {
            transport = settings.open();
            running = true;
        }
        pools.whenStarted(() -> new Thread(this::join, "inparallel-cluster-join").start());
    }

    private void join() {
        try {
            ClusterNode joining = create();
            if (joining != null) {
                joining.start();
            }
        } catch (RuntimeException | Error e) { // else nobody would be told: this thread is its own
            log.error(
                    "This application could not become a member of cluster '{}', so nothing crosses",
                    settings.name(),
                    e);
        }
    }

    /** Returns the node that is to join; null if the application shuts down already. */
    private @Nullable ClusterNode create() {
        Map<String, SharedPool> shared = new LinkedHashMap<>();
        Map<String, List<String>> sharedMethods = new LinkedHashMap<>();
        Map<String, List<String>> allMethods = methods.get();
        Set<String> names = new TreeSet<>(pools.names());
        names.addAll(allMethods.keySet());
        List<String> onlyCalling = new ArrayList<>();
        for (String name : names) {
            PoolOptions options = pools.options(name);
            if (options.spread() == PoolOptions.Spread.CLUSTER) {
                WorkerPool pool = pools.get(name);
                sharedMethods.put(name, allMethods.getOrDefault(name, List.of()));
                shared.put(
                        name,
                        new SharedPool(
                                pool.remoteSlots(),
                                pool.lentSlots(),
                                options.maxPayload(),
                                options.killGrace().plus(REPORT)));
                if (options.maxWorkers() == 0) {
                    onlyCalling.add("'" + name + "'");
                }
            }
        }
        if (shared.isEmpty()) {
            log.warn(
                    "No pool has 'spread: cluster', so nothing crosses between members. Set it below inparallel.pool or"
                            + " inparallel.pools.<name>");
        }
        Identity self = identity.apply(sharedMethods);
        synchronized (lock) {
            if (transport == null) {
                return null;
            }
            if (!onlyCalling.isEmpty()) {
                transport.whileAlone(
                        onlyCalling.size() == names.size()
                                ? "its calls wait until a member comes"
                                : "calls of " + String.join(", ", onlyCalling)
                                        + " wait until a member comes; all else runs here");
            }
            ClusterNode created = new ClusterNode(transport, self, shared, observer);
            node = created;
            return created;
        }
    }

    /** What this member sees; empty before it joins, and after it has left. */
    Optional<ClusterStats> stats() {
        return Optional.ofNullable(node).map(ClusterNode::stats);
    }

    /** This member's address; empty while it has none. */
    Optional<String> address() {
        synchronized (lock) {
            return Optional.ofNullable(transport).map(JGroupsTransport::address);
        }
    }

    List<ClusterStats.Member> members() {
        return stats().map(ClusterStats::members).orElse(List.of());
    }

    @Override
    public void stop() {
        leave();
    }

    @Override
    public void stop(Runnable callback) {
        new Thread(
                        () -> {
                            try {
                                leave();
                            } finally {
                                callback.run();
                            }
                        },
                        "inparallel-cluster-leave")
                .start();
    }

    private void leave() {
        ClusterNode leaving;
        JGroupsTransport unused;
        synchronized (lock) {
            running = false;
            leaving = node;
            unused = transport;
            node = null;
            transport = null;
        }
        if (leaving != null) {
            leaving.leave(pools.shutdownTimeLeft());
        } else if (unused != null) {
            unused.stop();
        }
    }

    @Override
    public boolean isRunning() {
        synchronized (lock) {
            return running;
        }
    }

    /** Above the pools: it starts after them, and stops before. */
    @Override
    public int getPhase() {
        return WorkerPools.PHASE + 1;
    }
}
