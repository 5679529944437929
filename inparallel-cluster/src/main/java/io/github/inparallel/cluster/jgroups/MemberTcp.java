package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.cluster.Transport;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.blocks.cs.TcpServer;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * JGroups' TCP, with three things more. Who sends waits for no connection: it is made on a thread of its own, and what was to
 * be sent follows; what is lost when it cannot be made, JGroups sends again, as long as the peer is a member. A message that
 * can be written without waiting is written by its sender, since to wake the thread that writes takes longer. And it knows what
 * was last heard of whom, so that people can be told why a member is gone.
 */
final class MemberTcp extends TCP {

    /** Most messages that wait for a connection: those of the moment in which it is made. */
    private static final int MOST_WAITING = 1_000;

    /** Bytes of the longest frame that is read into an array which its reader keeps: a chunk with what is around it. */
    private static final int MOST_KEPT = 40 * 1024;

    private static final ThreadLocal<byte[]> FRAME = ThreadLocal.withInitial(() -> new byte[MOST_KEPT]);

    private final LongSupplier nanoTime;
    private final long silenceSeconds;
    private final ExecutorService connecting;
    private final Map<Address, Queue<byte[]>> waiting = new HashMap<>(); // guarded by itself
    private final Map<Address, Link> links = new ConcurrentHashMap<>(); // by address of the connection
    private final Map<Address, Heard> heard = new ConcurrentHashMap<>(); // by address of the connection
    private final Map<Address, String> reasons = new ConcurrentHashMap<>(); // from one view to the next
    private volatile boolean stopped;

    /** @param silenceSeconds time after which a member that is not heard of is gone */
    MemberTcp(LongSupplier nanoTime, long silenceSeconds) {
        this.nanoTime = nanoTime;
        this.silenceSeconds = silenceSeconds;
        setId(ClassConfigurator.getProtocolId(TCP.class));
        connecting = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "inparallel-cluster-connect");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void send(Address to, byte[] data, int offset, int length) throws Exception {
        if (write(to, data, offset, length)) {
            return;
        }
        byte[] copy = Arrays.copyOfRange(data, offset, offset + length);
        synchronized (waiting) {
            Queue<byte[]> queue = waiting.get(to);
            if (queue != null) {
                if (queue.size() < MOST_WAITING) {
                    queue.add(copy);
                }
                return;
            }
            queue = new ArrayDeque<>();
            queue.add(copy);
            waiting.put(to, queue);
        }
        try {
            connecting.execute(() -> connect(to));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // it has left, or there is no thread
            drop(to, e);
        }
    }

    /**
     * Writes a message, or queues it for the thread that does: neither waits.
     *
     * @return false if there is no connection
     */
    private boolean write(Address to, byte[] data, int offset, int length) throws Exception {
        Link link = links.get(to);
        if (link == null || !srv.connectionEstablishedTo(to)) {
            return false;
        }
        try {
            if (!link.output.tryWrite(data, offset, length)) {
                link.connection.send(data, offset, length);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            log.debug("connection to %s is broken: %s", to, e);
            return false;
        }
    }

    private void connect(Address to) {
        while (true) {
            byte[] next;
            synchronized (waiting) {
                Queue<byte[]> queue = waiting.get(to);
                next = queue == null ? null : queue.poll();
                if (next == null) {
                    waiting.remove(to);
                    return;
                }
            }
            try {
                if (!write(to, next, 0, next.length)) {
                    super.send(to, next, 0, next.length); // makes the connection first
                }
            } catch (Exception | Error e) {
                abandon(to);
                drop(to, e);
                return;
            } finally {
                MemberSocket.forget();
            }
        }
    }

    /** JGroups may have left a connection half made, as when there was no thread to read it. */
    private void abandon(Address to) {
        Util.close(MemberSocket.handedOut());
        links.computeIfPresent(to, (address, link) -> link.connection.isClosed() ? null : link);
    }

    /** Lets the next message try again: nobody would, as long as some wait. */
    private void drop(Address to, Throwable why) {
        synchronized (waiting) {
            waiting.remove(to);
        }
        log.debug("no connection to %s: %s", to, why);
    }

    @Override
    public void receive(Address from, DataInput in, int length) throws Exception {
        Heard last = heard.get(from);
        if (last != null) {
            last.at = nanoTime.getAsLong();
        }
        byte[] frame = length <= MOST_KEPT ? FRAME.get() : new byte[length];
        in.readFully(frame, 0, length); // all of it, whether or not it can be understood: the next one begins after it
        super.receive(from, new ByteArrayDataInputStream(frame, 0, length), length); // keeps nothing of the array
    }

    @Override
    public void connectionEstablished(Connection connection) {
        if (stopped) {
            Util.close(connection);
            return;
        }
        FrameOutput output = output();
        if (output != null) {
            output.begin();
            Link last = links.put(connection.peerAddress(), new Link(connection, output));
            if (last != null) {
                Util.close(last.connection); // JGroups would wait until all is written that it has to write
            }
        }
        heard.put(connection.peerAddress(), new Heard(nanoTime.getAsLong()));
        super.connectionEstablished(connection);
    }

    /** Returns what the connection writes to that has just been made on this thread. */
    private static @Nullable FrameOutput output() {
        MemberSocket socket = MemberSocket.handedOut();
        try {
            return socket == null ? null : socket.getOutputStream();
        } catch (IOException e) {
            return null; // it is closed already
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        if (connection.peerAddress() != null) {
            links.computeIfPresent(
                    connection.peerAddress(), (address, link) -> link.connection == connection ? null : link);
        }
        if (stopped) {
            Util.close(connection);
            return;
        }
        if (!connection.isClosedGracefully()) {
            Heard last = connection.peerAddress() == null ? null : heard.get(connection.peerAddress());
            if (last != null) {
                last.broken = true;
            }
        }
        super.connectionClosed(connection);
    }

    /** Notes why members are gone, before what there is of them is cleared away. */
    @Override
    public Object down(Event event) {
        if (event.getType() != Event.VIEW_CHANGE && event.getType() != Event.TMP_VIEW) {
            return super.down(event);
        }
        View next = event.getArg();
        for (Address member : members) {
            if (!next.containsMember(member)) {
                reasons.putIfAbsent(member, reason(member));
            }
        }
        for (Address member : next.getMembers()) {
            learn(member);
        }
        Object result = super.down(event);
        Set<Address> here = new HashSet<>();
        members.forEach(member -> here.add(getPhysicalAddressFromCache(member)));
        heard.keySet().removeIf(address -> !here.contains(address) && !links.containsKey(address));
        return result;
    }

    /** Before it is a member: one is told by its connection that is gone. */
    private void learn(Address member) {
        if (super.getPhysicalAddressFromCache(member) == null) {
            PhysicalAddress where = MemberAddress.where(member);
            if (where != null) {
                addPhysicalAddressToCache(member, where);
            }
        }
    }

    /** Also of one that is no member yet, since it has to hear whether it becomes one. */
    @Override
    public @Nullable PhysicalAddress getPhysicalAddressFromCache(@Nullable Address member) {
        PhysicalAddress known = super.getPhysicalAddressFromCache(member);
        return known != null ? known : MemberAddress.where(member);
    }

    private String reason(Address member) {
        PhysicalAddress address = getPhysicalAddressFromCache(member);
        Heard last = address == null ? null : heard.get(address);
        if (last == null) {
            return Transport.LEFT;
        }
        if (last.broken && !srv.connectionEstablishedTo(address)) { // of two that are made at once, one is given up
            return "its connection ended";
        }
        return nanoTime.getAsLong() - last.at > TimeUnit.SECONDS.toNanos(silenceSeconds) / 2
                ? "it did not answer for " + silenceSeconds + " s"
                : Transport.LEFT;
    }

    /** Says why a member is gone, as far as can be seen from here: a clause for people. */
    String why(Address member) {
        String reason = reasons.remove(member);
        return reason == null ? Transport.LEFT : reason;
    }

    /** Connections that are being made meanwhile are closed as soon as they are heard of: JGroups forgets to tell and to close them. */
    @Override
    public void stop() {
        stopped = true;
        TcpServer server = srv;
        super.stop();
        connecting.shutdown();
        if (server != null) {
            server.addConnectionListener(this);
        }
        links.clear();
        heard.clear();
    }

    /** How many messages have been written by whoever sent them, on the connections that there are. */
    long writtenAtOnce() {
        return links.values().stream()
                .mapToLong(link -> link.output.writtenAtOnce())
                .sum();
    }

    /** Connections of which something is known. */
    int known() {
        return links.size() + heard.size();
    }

    /** A connection that is there, and what is written on it. */
    private record Link(Connection connection, FrameOutput output) {}

    /** What was last heard on a connection; the numbers are written by its reader. */
    private static final class Heard {

        private volatile long at; // of nanoTime
        private volatile boolean broken;

        Heard(long at) {
            this.at = at;
        }
    }
}
