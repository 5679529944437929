package io.github.inparallel.cluster;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Members in one JVM, with real time and threads: messages are carried by several threads at once, and overtake each other. */
final class MemoryNetwork implements AutoCloseable {

    private final ExecutorService carriers = Executors.newFixedThreadPool(4, body -> {
        Thread thread = new Thread(body, "carrier");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Node> nodes = new ArrayList<>(); // that are up; guarded by this
    private int epoch; // guarded by this

    Node node(String name) {
        return new Node(name);
    }

    @Override
    public void close() {
        carriers.shutdownNow();
    }

    /** They lose each other. */
    synchronized void cut(Node one, Node other, String why) {
        one.lose(other, why);
        other.lose(one, why);
    }

    /** They find each other. */
    private synchronized void connect(Node one, Node other) {
        End oneEnd = new End(one, other, ++epoch);
        End otherEnd = new End(other, one, epoch);
        oneEnd.far = otherEnd;
        otherEnd.far = oneEnd;
        one.ends.put(oneEnd.peer, oneEnd);
        other.ends.put(otherEnd.peer, otherEnd);
        carriers.execute(oneEnd::meet);
        carriers.execute(otherEnd::meet);
    }

    /** A member's place. */
    @SuppressWarnings("NullAway.Init") // it has a listener from its start
    final class Node implements Transport {

        private final String name;
        private final Map<Peer, End> ends = new ConcurrentHashMap<>();
        private volatile Events events;

        private Node(String name) {
            this.name = name;
        }

        @Override
        public void start(Events listener) {
            events = listener;
            synchronized (MemoryNetwork.this) {
                nodes.forEach(other -> connect(this, other));
                nodes.add(this);
            }
        }

        @Override
        public Peer self() {
            return new Peer(name, name);
        }

        @Override
        public void send(Peer to, byte[] message) {
            End end = ends.get(to);
            if (end != null) {
                carriers.execute(() -> end.far.receive(message));
            }
        }

        @Override
        public void stop() {
            end("it left");
        }

        /** It is gone, and hears nothing more. */
        void end(String why) {
            synchronized (MemoryNetwork.this) {
                nodes.remove(this);
                ends.values().forEach(End::close);
                nodes.forEach(other -> other.lose(this, why));
            }
        }

        private void lose(Node other, String why) {
            for (End end : List.copyOf(ends.values())) {
                if (end.other == other) {
                    ends.remove(end.peer);
                    carriers.execute(() -> end.lose(why));
                }
            }
        }
    }

    /** One member's end of a link. Messages before it is known wait; none comes after it is lost. */
    @SuppressWarnings("NullAway.Init") // it has a far end as soon as it is a member's
    private static final class End {

        private final Node node;
        private final Node other;
        private final Peer peer;
        private final ReadWriteLock lock = new ReentrantReadWriteLock();
        private final List<byte[]> early = new ArrayList<>(); // guarded by lock for writing
        private volatile End far;
        private boolean known; // guarded by lock
        private boolean lost; // guarded by lock

        End(Node node, Node other, int epoch) {
            this.node = node;
            this.other = other;
            peer = new Peer(other.name + "#" + epoch, other.name);
        }

        void meet() {
            lock.writeLock().lock();
            try {
                if (!lost) {
                    node.events.joined(peer);
                    known = true;
                    early.forEach(message -> node.events.received(peer, ByteBuffer.wrap(message)));
                    early.clear();
                }
            } finally {
                lock.writeLock().unlock();
            }
        }

        void receive(byte[] message) {
            lock.readLock().lock();
            try {
                if (known || lost) {
                    if (!lost) {
                        node.events.received(peer, ByteBuffer.wrap(message));
                    }
                    return;
                }
            } finally {
                lock.readLock().unlock();
            }
            lock.writeLock().lock();
            try {
                if (!known && !lost) {
                    early.add(message);
                    return;
                }
            } finally {
                lock.writeLock().unlock();
            }
            receive(message);
        }

        void close() {
            lock.writeLock().lock();
            try {
                lost = true;
            } finally {
                lock.writeLock().unlock();
            }
        }

        void lose(String why) {
            boolean tell;
            lock.writeLock().lock();
            try {
                tell = known && !lost;
                lost = true;
            } finally {
                lock.writeLock().unlock();
            }
            if (tell) {
                node.events.left(peer, why);
            }
        }
    }
}
