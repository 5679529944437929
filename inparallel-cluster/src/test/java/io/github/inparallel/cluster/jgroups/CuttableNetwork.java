package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.cluster.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network of members in JVMs of their own, each with a loopback address of its own, that see each other at ports of the test:
 * it passes on what they write, for as long as it likes to. What is written while two are cut off from each other waits, as in the
 * buffers of a real network.
 */
public final class CuttableNetwork implements AutoCloseable {

    private final List<Place> places = new ArrayList<>();
    private final Set<Integer> cut = ConcurrentHashMap.newKeySet(); // pairs
    private final Map<Link, Integer> links = new ConcurrentHashMap<>(); // and their pairs
    private final Object changed = new Object();
    private volatile boolean closed;

    public CuttableNetwork(int members) throws IOException {
        for (int i = 0; i < members; i++) {
            places.add(new Place(i));
        }
    }

    private static String host(int member) {
        return "127.0.0." + (11 + member);
    }

    /** Address by which the others see a member. Its own port has the same number, at its own address. */
    public String seenAs(int member) {
        return "127.0.0.1:" + places.get(member).port.getLocalPort();
    }

    /** Nothing crosses between the two any more. */
    public void cut(int one, int other) {
        cut.add(pair(one, other));
    }

    /** It does again, with all that was written meanwhile. */
    public void heal() {
        cut.clear();
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    /** All connections between the two break. */
    public void reset(int one, int other) {
        links.forEach((link, pair) -> {
            if (pair == pair(one, other)) {
                link.close();
            }
        });
    }

    private static int pair(int one, int other) {
        return Math.min(one, other) * 100 + Math.max(one, other);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        heal();
        for (Place place : places) {
            place.port.close();
        }
        links.keySet().forEach(Link::close);
    }

    private static void start(Runnable body) {
        Thread thread = new Thread(body, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    private final class Place {

        private final int member;
        private final ServerSocket port;

        Place(int member) throws IOException {
            this.member = member;
            port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            start(this::accept);
        }

        private void accept() {
            while (!closed) {
                try {
                    Socket from = port.accept();
                    start(() -> connect(from));
                } catch (IOException e) {
                    // closed
                }
            }
        }

        private void connect(Socket from) {
            int other = (from.getInetAddress().getAddress()[3] & 0xff) - 11;
            try {
                awaitHealed(pair(member, other));
                Socket there = new Socket(InetAddress.getByName(host(member)), port.getLocalPort());
                Link link = new Link(from, there);
                links.put(link, pair(member, other));
                start(() -> link.pump(from, there, pair(member, other)));
                start(() -> link.pump(there, from, pair(member, other)));
            } catch (IOException e) {
                try {
                    from.close();
                } catch (IOException ignored) {
                    // it is closed
                }
            }
        }
    }

    private void awaitHealed(int pair) {
        synchronized (changed) {
            while (cut.contains(pair) && !closed) {
                try {
                    changed.wait(1_000);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    /** A connection of two members. */
    private final class Link {

        private final Socket one;
        private final Socket other;

        Link(Socket one, Socket other) throws IOException {
            this.one = one;
            this.other = other;
            one.setTcpNoDelay(true);
            other.setTcpNoDelay(true);
        }

        private void pump(Socket from, Socket to, int pair) {
            byte[] buffer = new byte[64 * 1024];
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    awaitHealed(pair);
                    out.write(buffer, 0, count);
                }
                awaitHealed(pair); // the end of a process is not seen, either
            } catch (IOException e) {
                awaitHealed(pair);
            } finally {
                close();
            }
        }

        private void close() {
            links.remove(this);
            for (Socket each : List.of(one, other)) {
                try {
                    each.close();
                } catch (IOException e) {
                    // it is closed
                }
            }
        }
    }

    /**
     * A member of such a network, in its own JVM.
     *
     * @param seenAs as {@link #seenAs} says
     * @param others how the others are seen
     */
    public static Transport member(int member, String seenAs, List<String> others, int silenceSeconds, String secret)
            throws IOException {
        HostAndPort address = HostAndPort.of(seenAs, 0);
        InetSocketAddress seen = new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        return new JGroupsTransport(
                "chaos",
                InetAddress.getByName(host(member)),
                seen.getPort(),
                new Discovery.Static(others),
                List.of(SecretLayer.of(secret, "chaos")),
                new Reach(silenceSeconds, seen, KnownAddresses.Resolver.SYSTEM));
    }
}
