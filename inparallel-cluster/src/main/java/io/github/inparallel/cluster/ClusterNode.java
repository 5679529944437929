package io.github.inparallel.cluster;

import io.github.inparallel.pool.member.SentTask;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This member's side of a cluster: it lends its pools' free slots to peers with the same methods, and tells its pools of
 * theirs. Thread-safe.
 */
public final class ClusterNode {

    private static final Log LOG = Log.of(ClusterNode.class);
    private static final long POLL = 5_000_000; // nanoseconds, of one who waits

    private final LocalMember local;
    private final Map<Peer, RemotePeer> peers = new ConcurrentHashMap<>();
    private final MalformedMessages malformed;
    private volatile @Nullable Peer self; // written by start
    private volatile boolean sendsNothing;
    private volatile boolean closed;

    /**
     * Makes a member that has not joined yet.
     *
     * @param pools those of the identity, by name
     */
    public ClusterNode(
            Transport transport, Identity identity, Map<String, SharedPool> pools, ClusterObserver observer) {
        this(transport, identity, pools, observer, Timing.real());
    }

    ClusterNode(
            Transport transport,
            Identity identity,
            Map<String, SharedPool> pools,
            ClusterObserver observer,
            Timing timing) {
        local = new LocalMember(identity, pools, transport, timing, observer, new ForAll());
        malformed = new MalformedMessages(timing);
    }

    /** Joins. */
    public void start() {
        local.numbered.forEach(pool -> pool.lent().onChange(local::slotsChanged));
        local.transport.start(new Arriving());
        self = local.transport.self();
    }

    /**
     * Takes nothing more of others, waits until what crosses has ended, here and there, and leaves. What has not ended by
     * then is lost, or cancelled.
     *
     * @param patience how long it waits at most
     */
    public void leave(Duration patience) {
        long deadline = local.timing.nanoTime() + patience.toNanos();
        beginToLeave();
        await(this::isQuiet, deadline);
        stopSending();
        await(this::nothingCrosses, deadline); // a call may have been sent since one looked
        endLeaving();
    }

    private void await(BooleanSupplier condition, long deadline) {
        while (!condition.getAsBoolean()
                && deadline - local.timing.nanoTime() > 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(POLL);
        }
    }

    void beginToLeave() {
        local.leaves();
        peers.values().forEach(RemotePeer::tellSlots);
    }

    /** From now on no call goes to a peer. */
    void stopSending() {
        sendsNothing = true;
        peers.values().forEach(peer -> peer.sent.stop());
    }

    /** Whether no call is run for or by another, nor is on its way. */
    boolean nothingCrosses() {
        return peers.values().stream().allMatch(RemotePeer::isQuiet);
    }

    /** Whether nothing crosses, and no call waits that a peer could still run. */
    boolean isQuiet() {
        return nothingCrosses()
                && (peers.values().stream().noneMatch(RemotePeer::mayBeCompatible)
                        || local.numbered.stream()
                                .noneMatch(pool -> pool.remote().isNeeded()));
    }

    /** Says what should not be there when it is quiet; empty if nothing is. */
    List<String> leftovers() {
        List<String> left = new ArrayList<>();
        if (malformed.total() != 0) {
            left.add(malformed.total() + " malformed messages");
        }
        peers.values().forEach(peer -> left.addAll(peer.leftovers()));
        local.numbered.stream()
                .filter(pool -> pool.arriving() != 0)
                .forEach(pool -> left.add(pool.arriving() + " slots reserved in pool " + pool.name));
        return left;
    }

    void endLeaving() {
        closed = true;
        peers.values().forEach(RemotePeer::sayWhatIsCut);
        peers.keySet()
                .forEach(peer -> close(peer, "this member has left the cluster", "this member leaves the cluster"));
        local.transport.stop();
        local.timing.close();
    }

    private void close(Peer peer, String toCallers, String toRunners) {
        RemotePeer gone = peers.remove(peer);
        if (gone != null) {
            gone.close(toCallers, toRunners);
        }
    }

    /** Returns what this member sees. */
    public ClusterStats stats() {
        List<ClusterStats.Member> members = peers.values().stream()
                .map(RemotePeer::stats)
                .sorted(Comparator.comparing(ClusterStats.Member::name))
                .toList();
        return new ClusterStats(
                Optional.ofNullable(self).map(Peer::name), local.identity.contract(), local.isLeaving(), members);
    }

    private final class ForAll implements LocalMember.Peers {

        @Override
        public void tellSlots() {
            Throwable failure = null;
            for (RemotePeer peer : peers.values()) {
                try {
                    peer.goOn();
                    peer.tellSlots();
                } catch (RuntimeException | Error e) { // the others are told
                    failure = e;
                }
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
        }

        /** Looks again as long as a peer runs a task that has a limit. */
        @Override
        public void endOverdue() {
            long now = local.timing.nanoTime();
            boolean anyLimited = false;
            for (RemotePeer peer : peers.values()) {
                for (SentTask task : peer.sent.overdue(now)) {
                    LOG.warn(
                            "Member {} has not ended a task in its time limit and the time to kill it, so that it times out here: {}",
                            peer.peer,
                            task);
                    task.overdue();
                }
                anyLimited |= peer.sent.anyLimited();
            }
            if (anyLimited) {
                local.watchLimits();
            }
        }
    }

    /** What the transport says. */
    private final class Arriving implements Transport.Events {

        @Override
        public void joined(Peer peer) {
            if (closed) {
                return;
            }
            RemotePeer joined = new RemotePeer(peer, local);
            if (peers.putIfAbsent(peer, joined) == null) {
                joined.greet();
                if (sendsNothing) { // looked at once it is among them: who stops them all has found it, or this does it
                    joined.sent.stop();
                }
            }
        }

        @Override
        public void left(Peer peer, String reason) {
            RemotePeer gone = peers.get(peer);
            String why = gone != null && gone.isLeaving() && reason.equals(Transport.LEFT)
                    ? "it has shut down" // it said that it would
                    : reason;
            LOG.info("Member {} is gone: {}", peer, why);
            close(peer, why, "member " + peer + ", whose task it is, is gone: " + why);
        }

        @Override
        public void received(Peer from, ByteBuffer message) {
            RemotePeer peer = peers.get(from);
            if (peer == null) {
                return; // it is gone, or we are
            }
            try {
                peer.receive(message);
            } catch (ProtocolException e) {
                malformed.add(from, String.valueOf(e.getMessage()));
            }
        }
    }
}
