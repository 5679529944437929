package io.github.inparallel.cluster.jgroups;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides who is a member. Before a byte of a connection reaches JGroups, both sides have gone through all layers of TLS, and
 * have greeted each other by the cluster's name. Who speaks anything else, or nothing for a while, is a stranger.
 * Thread-safe.
 */
final class Door {

    /** Longest time until both sides have greeted each other. */
    private static final long DEADLINE_MILLIS = 5_000;

    /** Longest time that a goodbye may take. */
    private static final long GOODBYE_MILLIS = 1_000;

    private static final byte[] WORD = "inparallel cluster 1 ".getBytes(StandardCharsets.US_ASCII);
    private static final int WELCOME = 'W';

    private final List<Layer> layers;
    private final byte[] greeting;
    private final Strangers strangers;
    private final ScheduledThreadPoolExecutor deadlines;
    private final Set<MemberSocket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param cluster name of the cluster
     * @param layers from the outermost one
     */
    Door(String cluster, List<Layer> layers, Strangers strangers) {
        this.layers = List.copyOf(layers);
        this.greeting = greeting(cluster);
        this.strangers = strangers;
        this.deadlines = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "inparallel-cluster-door");
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /** The word, and 32 bytes that stand for the name, so that a stranger learns nothing by the length. */
    private static byte[] greeting(String cluster) {
        byte[] greeting = new byte[WORD.length + 32];
        System.arraycopy(WORD, 0, greeting, 0, WORD.length);
        try {
            byte[] name = MessageDigest.getInstance("SHA-256").digest(cluster.getBytes(StandardCharsets.UTF_8));
            System.arraycopy(name, 0, greeting, WORD.length, name.length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return greeting;
    }

    Strangers strangers() {
        return strangers;
    }

    /** What encrypts, for people. */
    String describe() {
        return layers.isEmpty()
                ? "not encrypted, since only this machine can reach it"
                : "encrypted by "
                        + String.join(" and ", layers.stream().map(Layer::what).toList());
    }

    /**
     * Goes through the door of another member.
     *
     * @return the connection that both sides go on with
     */
    Socket enter(Socket raw) throws IOException {
        Future<?> deadline = closeLater(raw, DEADLINE_MILLIS);
        try {
            Socket socket = layered(raw, true);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(greeting);
            out.flush();
            int answer = socket.getInputStream().read(); // a certificate that is refused is heard of here
            if (answer != WELCOME) {
                throw new IOException("it is no member of this cluster");
            }
            return socket;
        } finally {
            deadline.cancel(false);
        }
    }

    /** Lets in whoever has come, if it is a member. */
    Socket admit(Socket raw) throws IOException {
        Future<?> deadline = closeLater(raw, DEADLINE_MILLIS);
        try {
            raw.setTcpNoDelay(true);
            Socket socket = layered(raw, false);
            byte[] word = new byte[WORD.length];
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readFully(word);
            if (!MessageDigest.isEqual(word, java.util.Arrays.copyOf(greeting, WORD.length))) {
                throw new IOException("it speaks something else");
            }
            byte[] name = new byte[greeting.length - WORD.length];
            in.readFully(name);
            if (!MessageDigest.isEqual(name, java.util.Arrays.copyOfRange(greeting, WORD.length, greeting.length))) {
                throw new IOException("it belongs to a cluster of another name");
            }
            socket.getOutputStream().write(WELCOME);
            socket.getOutputStream().flush();
            return socket;
        } finally {
            deadline.cancel(false);
        }
    }

    private Socket layered(Socket raw, boolean client) throws IOException {
        Socket socket = raw;
        for (Layer layer : layers) {
            socket = layer.around(socket, client);
        }
        return socket;
    }

    /** Closes a connection unless its goodbye has been said by then. Returns null if the door is closed, and so are all. */
    @Nullable
    Future<?> closeSoon(Socket raw) {
        try {
            return closeLater(raw, GOODBYE_MILLIS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    private Future<?> closeLater(Socket raw, long millis) {
        return deadlines.schedule(
                () -> {
                    try {
                        raw.close();
                    } catch (IOException e) {
                        // it is closed
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** The open connections, also those that are still being made. */
    Set<MemberSocket> sockets() {
        return Set.copyOf(open);
    }

    /** Counts on a connection, until it is closed. */
    void opened(MemberSocket socket) throws IOException {
        open.add(socket); // first, so that whoever closes the door sees it, or it sees that
        if (closed) {
            socket.close();
            throw new SocketException("this member has left");
        }
    }

    void closed(MemberSocket socket) {
        open.remove(socket);
    }

    boolean isClosed() {
        return closed;
    }

    /** Closes all connections: JGroups leaves alone those that were being made while it stopped. */
    void close() {
        closed = true;
        deadlines.shutdownNow();
        for (MemberSocket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                // it is closed
            }
        }
    }
}
