package io.github.inparallel.cluster;

import io.github.inparallel.cluster.Message.Free;
import io.github.inparallel.cluster.Message.Greeting;
import io.github.inparallel.cluster.Message.Methods;
import io.github.inparallel.cluster.Message.NoMore;
import io.github.inparallel.cluster.Message.ToCaller;
import io.github.inparallel.cluster.Message.ToRunner;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.units.Counts;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A peer, from its joining to its end: whether it is compatible, and what is under way between it and us. Thread-safe. */
final class RemotePeer {

    private static final Log LOG = Log.of(ClusterNode.class);

    private static final long LONGEST_WORD = 2_000_000_000; // nanoseconds in which a peer says that no more calls come

    private static final int FEW = 4; // tasks that cross: with more of them, messages follow each other soon
    private static final int SMALL = 4 * 1024; // bytes of a message that goes with others, and is kept if it cannot go

    final Peer peer;
    final SentCalls sent;
    final ReceivedCalls received;
    private final LocalMember local;
    private final Instant since = Instant.now();
    private final ToldSlots told = new ToldSlots();
    private final List<PeerPool> pools = new ArrayList<>(); // as we count them; written by the constructor only
    private volatile @Nullable Greeted greeted; // written once, under this
    private volatile boolean leaving; // it said so
    private boolean toldToLeave; // we said so; guarded by this
    private long toldToLeaveAt; // guarded by this
    private volatile boolean sendsNoMore; // it said so, since we leave
    private final Queue<byte[]> unsent = new ConcurrentLinkedQueue<>(); // taken out by the timer once it is sent

    /**
     * What is known of it since it said what it is.
     *
     * @param difference why it is incompatible; null if it is compatible
     * @param theirPools ours by its numbers; null where we have none of that name
     */
    private record Greeted(String version, @Nullable String difference, List<@Nullable LocalPool> theirPools) {

        boolean isCompatible() {
            return difference == null;
        }
    }

    RemotePeer(Peer peer, LocalMember local) {
        this.peer = peer;
        this.local = local;
        sent = new SentCalls(local, peer.name(), this::send, this::sendSurely);
        received = new ReceivedCalls(local, peer.name(), told, this::sendSurely);
        local.numbered.forEach(pool -> pools.add(new PeerPool(pool, peer.name(), sent, this::later)));
    }

    /** Also of a peer that is gone, which {@link #goOn} is not called for any more. */
    private void later(Runnable action) {
        local.timing.after(LocalMember.BREATH, action);
    }

    void greet() {
        sendSurely(MessageCodec.encode(Contract.greeting(local.identity)));
    }

    /**
     * Hears a message. If it makes no sense, or there is no memory for it, the task that it is about ends: who waits for it would
     * wait for ever.
     */
    void receive(ByteBuffer bytes) throws ProtocolException {
        try {
            hear(MessageCodec.decode(bytes));
        } catch (ProtocolException | OutOfMemoryError e) {
            endUnread(bytes);
            throw e;
        }
    }

    private void endUnread(ByteBuffer bytes) throws ProtocolException {
        MessageCodec.About about = MessageCodec.about(bytes).orElse(null);
        if (about == null) {
            return;
        }
        if (about.toCaller()) {
            sent.endUnread(about.key());
        } else {
            received.endUnread(about.key(), theirPool(about.key()));
        }
    }

    private void hear(Message message) throws ProtocolException {
        if (message instanceof ToCaller toCaller) {
            sent.receive(toCaller, ourPool(toCaller.key()));
        } else if (message instanceof ToRunner toRunner) {
            received.receive(toRunner, theirPool(toRunner.key()));
        } else if (message instanceof Free free) {
            hear(free);
        } else if (message instanceof NoMore) {
            sendsNoMore = true;
        } else if (message instanceof Greeting greeting) {
            greeted(greeting);
        }
    }

    private PeerPool ourPool(TaskKey key) throws ProtocolException {
        if (!isCompatible() || key.pool() >= pools.size()) {
            throw new ProtocolException("word about a task of a pool that is not shared");
        }
        return pools.get(key.pool());
    }

    private LocalPool theirPool(TaskKey key) throws ProtocolException {
        Greeted known = greeted;
        LocalPool pool = known == null
                        || !known.isCompatible()
                        || key.pool() >= known.theirPools().size()
                ? null
                : known.theirPools().get(key.pool());
        if (pool == null) {
            throw new ProtocolException("call of a pool that is not shared");
        }
        return pool;
    }

    /** It may come before the greeting, and is used when that is known. */
    private void hear(Free free) {
        if (free.leaving() && !leaving) {
            leaving = true;
            LOG.info("Member {} leaves: it takes no more calls", peer);
            sent.stop();
        }
        for (PeerPool pool : pools) {
            FreeSlots slots = free.pools().get(pool.pool.name);
            if (slots != null) {
                pool.slots.hear(free.number(), slots);
            }
        }
    }

    private void greeted(Greeting greeting) {
        Greeted known;
        synchronized (this) {
            if (greeted != null) {
                return;
            }
            List<@Nullable LocalPool> theirPools = new ArrayList<>();
            for (Methods pool : greeting.pools()) {
                theirPools.add(local.pools.get(pool.pool()));
            }
            known = new Greeted(
                    greeting.version(),
                    Contract.difference(local.identity, greeting).orElse(null),
                    theirPools);
            greeted = known;
        }
        for (PeerPool pool : pools) {
            if (known.isCompatible() && known.theirPools().contains(pool.pool)) {
                pool.slots.use();
            }
        }
        if (!known.isCompatible()) {
            LOG.warn("Member {} and this one do not run each other's calls: {}", peer, known.difference());
            return;
        }
        pools.forEach(pool -> pool.slots.tell());
        try {
            List<LocalPool> shared = sharedPools(known);
            LOG.info("Member {} shares {}", peer, shared.isEmpty() ? "no pool with this one" : names(shared));
            tellSlots();
        } catch (OutOfMemoryError e) {
            local.slotsChanged(); // the timer does it
        }
    }

    private static String names(List<LocalPool> pools) {
        return (pools.size() == 1 ? "pool " : "pools ")
                + pools.stream().map(pool -> "'" + pool.name + "'").collect(Collectors.joining(", "));
    }

    private static List<LocalPool> sharedPools(Greeted known) {
        List<LocalPool> shared = new ArrayList<>();
        for (LocalPool pool : known.theirPools()) {
            if (pool != null) {
                shared.add(pool);
            }
        }
        return shared;
    }

    /** Does on the timer's thread what could not be done at once. */
    void goOn() {
        for (byte[] message = unsent.peek(); message != null; message = unsent.peek()) {
            send(message);
            unsent.remove(); // once it is sent: what fails is tried again
        }
        received.goOn();
        pools.forEach(pool -> pool.slots.tell());
    }

    /** Tells how many tasks of it we take, if it does not know. */
    void tellSlots() {
        Greeted known = greeted;
        if (known == null || !known.isCompatible()) {
            return;
        }
        long number = local.nextWord();
        boolean leave = local.isLeaving();
        Map<String, FreeSlots> free = new LinkedHashMap<>();
        sharedPools(known).forEach(pool -> free.put(pool.name, local.free(pool, received.crossingEnds())));
        boolean isNew = told.isNew(number, free);
        synchronized (this) {
            if (leave && !toldToLeave) {
                isNew = true;
                toldToLeave = true;
                toldToLeaveAt = local.timing.nanoTime();
            }
        }
        if (isNew) {
            sendSurely(MessageCodec.encode(new Free(number, leave, free)));
        }
    }

    /** Says in the log what ends because we leave. */
    void sayWhatIsCut() {
        int here = received.count();
        int there = sent.count();
        if (here > 0) {
            LOG.warn(
                    "This member leaves the cluster while {} here for member {}: they are cancelled, and lost to their caller",
                    Counts.text(here, "task runs", "tasks run"),
                    peer);
        }
        if (there > 0) {
            LOG.warn(
                    "This member leaves the cluster while {} for it at member {}: they are lost here, and cancelled there",
                    Counts.text(there, "task runs", "tasks run"),
                    peer);
        }
    }

    /** It is gone, or we are. */
    void close(String toCallers, String toRunners) {
        try {
            pools.forEach(pool -> pool.slots.gone()); // first: what runs again goes elsewhere
        } finally { // whatever there is no memory for: nobody else ends them
            try {
                sent.close(toCallers);
            } finally {
                received.close(toRunners);
            }
        }
    }

    /** Whether nothing is under way, and, if we leave, nothing will be. */
    boolean isQuiet() {
        return isIdle() && !maySend();
    }

    private boolean isIdle() {
        return sent.count() == 0 && received.count() == 0 && unsent.isEmpty();
    }

    /** Whether a call of it may be on its way, sent before it heard that we leave. One that does not answer is not waited for. */
    private synchronized boolean maySend() {
        return toldToLeave && !sendsNoMore && local.timing.nanoTime() - toldToLeaveAt < LONGEST_WORD;
    }

    /** Says what should not be there when it is quiet; empty if nothing is. */
    List<String> leftovers() {
        List<String> left = new ArrayList<>();
        if (sent.count() + received.count() != 0) {
            left.add(sent.count() + " tasks sent to " + peer + ", " + received.count() + " received from it");
        }
        if (!unsent.isEmpty()) {
            left.add(unsent.size() + " messages have not gone to " + peer);
        }
        if (received.crossingEnds() != 0) {
            left.add(received.crossingEnds() + " ends have not gone to " + peer);
        }
        if (received.awaited() != 0) {
            left.add(received.awaited() + " cancelled tasks of " + peer + " have not come");
        }
        return left;
    }

    /** Whether its application is ours, as far as is known; it may leave, and another one come instead. */
    boolean mayBeCompatible() {
        Greeted known = greeted;
        return known == null || known.isCompatible();
    }

    /** Whether it has said that it leaves. */
    boolean isLeaving() {
        return leaving;
    }

    private boolean isCompatible() {
        Greeted known = greeted;
        return known != null && known.isCompatible();
    }

    ClusterStats.Member stats() {
        Greeted known = greeted;
        ClusterStats.State state = known == null
                ? ClusterStats.State.JOINING
                : !known.isCompatible()
                        ? ClusterStats.State.INCOMPATIBLE
                        : leaving ? ClusterStats.State.LEAVING : ClusterStats.State.COMPATIBLE;
        Map<String, FreeSlots> free = new TreeMap<>();
        if (known != null && known.isCompatible()) {
            pools.stream()
                    .filter(pool -> known.theirPools().contains(pool.pool))
                    .forEach(pool -> free.put(pool.pool.name, pool.slots.free()));
        }
        List<Long> crossing = new ArrayList<>(sent.crossing());
        crossing.addAll(received.crossing());
        return new ClusterStats.Member(
                peer.name(),
                state,
                since,
                Optional.ofNullable(known).map(Greeted::version),
                Optional.ofNullable(known).map(Greeted::difference),
                free,
                sent.count(),
                received.count(),
                sent.counts(),
                received.counts(),
                crossing.size(),
                crossing.stream().mapToLong(Long::longValue).sum());
    }

    /**
     * Sends a message, and if there is no memory for that and it is small, again a moment later: it may come twice then, and
     * after others.
     */
    private void sendSurely(byte[] message) {
        try {
            send(message);
        } catch (OutOfMemoryError e) {
            if (message.length > SMALL) {
                throw e;
            }
            unsent.add(message);
            local.slotsChanged();
        }
    }

    private void send(byte[] message) {
        if (message.length <= SMALL && sent.count() + received.count() > FEW) {
            local.transport.sendSoon(peer, message);
        } else {
            local.transport.send(peer, message);
        }
    }
}
