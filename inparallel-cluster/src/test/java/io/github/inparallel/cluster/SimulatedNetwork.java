package io.github.inparallel.cluster;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between members in one JVM, each as late as somebody says: they overtake each other. Two members that
 * lose each other are new to each other when they meet again.
 */
final class SimulatedNetwork {

    /** Why a member is gone that was quiet when it left. */
    static final String LEFT_QUIETLY = "it left, and was quiet";

    private final SimulatedTime time;
    private final LongSupplier delay; // nanoseconds
    private final Consumer<String> trace;
    private final BooleanSupplier fails;
    private final Set<Port> ports = new LinkedHashSet<>(); // that have joined
    private final List<Link> links = new ArrayList<>();
    private int epoch;

    /** @param fails whether there is no memory to send a message */
    SimulatedNetwork(SimulatedTime time, LongSupplier delay, Consumer<String> trace, BooleanSupplier fails) {
        this.time = time;
        this.delay = delay;
        this.trace = trace;
        this.fails = fails;
    }

    Port port(String name) {
        return new Port(name);
    }

    /** They find each other, if they have not. */
    void connect(Port one, Port other) {
        if (ports.contains(one) && ports.contains(other) && links.stream().noneMatch(link -> link.joins(one, other))) {
            links.add(new Link(one, other, ++epoch));
        }
    }

    /** They lose each other, if they have not. */
    void cut(Port one, Port other, String why) {
        for (Link link : List.copyOf(links)) {
            if (link.joins(one, other)) {
                links.remove(link);
                link.one.lose(why);
                link.other.lose(why);
            }
        }
    }

    /** All that have joined find each other. */
    void heal() {
        for (Port one : ports) {
            for (Port other : ports) {
                if (one != other) {
                    connect(one, other);
                }
            }
        }
    }

    /** A member's place in the network. */
    final class Port implements Transport {

        private final String name;
        private final List<End> ends = new ArrayList<>(); // all that ever were
        private @Nullable Events events; // null before it has joined, and when it is not there any more
        private boolean quiet; // it leaves of its own accord, with nothing left to do

        private Port(String name) {
            this.name = name;
        }

        @Override
        public void start(Events listener) {
            events = listener;
            ports.add(this);
            for (Port other : List.copyOf(ports)) {
                if (other != this) {
                    connect(this, other);
                }
            }
        }

        @Override
        public Peer self() {
            return new Peer(name, name);
        }

        @Override
        public void send(Peer to, byte[] message) {
            for (End end : ends) {
                if (end.peer.equals(to)) {
                    if (fails.getAsBoolean()) {
                        end.fail(message);
                    }
                    end.send(message);
                    return;
                }
            }
        }

        @Override
        public void stop() {
            end(quiet ? LEFT_QUIETLY : "it left");
        }

        /** It will leave with nothing left to do. */
        void isQuiet() {
            quiet = true;
        }

        /** It is not there any more, and hears nothing. */
        void end(String why) {
            ports.remove(this);
            events = null;
            for (Link link : List.copyOf(links)) {
                if (link.one.port == this || link.other.port == this) {
                    cut(link.one.port, link.other.port, why);
                }
            }
        }

        boolean isUp() {
            return events != null;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Two members that have found each other. */
    private final class Link {

        private final End one;
        private final End other;

        Link(Port one, Port other, int epoch) {
            this.one = new End(one, new Peer(other.name + "#" + epoch, other.name));
            this.other = new End(other, new Peer(one.name + "#" + epoch, one.name));
            this.one.far = this.other;
            this.other.far = this.one;
            this.one.meet();
            this.other.meet();
        }

        boolean joins(Port a, Port b) {
            return one.port == a && other.port == b || one.port == b && other.port == a;
        }
    }

    /** One member's end of a link. */
    @SuppressWarnings("NullAway.Init") // the link gives it its far end
    private final class End {

        private final Port port;
        private final Peer peer; // the other member
        private final List<byte[]> early = new ArrayList<>(); // messages of one that is not known yet
        private End far;
        private boolean known;
        private boolean cut; // nobody has noticed yet, perhaps
        private boolean lost;

        End(Port port, Peer peer) {
            this.port = port;
            this.peer = peer;
            port.ends.add(this);
        }

        void meet() {
            time.after(delay.getAsLong(), () -> {
                Transport.Events events = port.events;
                if (!lost && events != null) {
                    known = true;
                    trace.accept(port + " hears of " + peer.id());
                    tell(() -> events.joined(peer));
                    early.forEach(this::receive);
                    early.clear();
                }
            });
        }

        void lose(String why) {
            cut = true;
            time.after(delay.getAsLong(), () -> {
                lost = true;
                Transport.Events events = port.events;
                if (known && events != null) {
                    trace.accept(port + " loses " + peer.id());
                    tell(() -> events.left(peer, why));
                }
            });
        }

        /** It may have gone all the same. */
        void fail(byte[] message) {
            boolean gone = delay.getAsLong() % 2 == 0;
            trace.accept(port + " has no memory to send " + peer.id() + " " + describe(message)
                    + (gone ? ", which goes" : ", which does not go"));
            if (gone) {
                send(message);
            }
            throw new OutOfMemoryError("injected");
        }

        void send(byte[] message) {
            time.after(delay.getAsLong(), () -> {
                if (!far.cut || delay.getAsLong() % 2 == 0) { // some of what is on the way is lost with the link
                    far.receive(message);
                }
            });
        }

        private void receive(byte[] message) {
            Transport.Events events = port.events;
            if (lost || events == null) {
                return;
            }
            if (!known) {
                early.add(message);
                return;
            }
            trace.accept(port + " hears from " + peer.id() + " " + describe(message));
            tell(() -> events.received(peer, ByteBuffer.wrap(message)));
        }

        /** A transport goes on, whatever those throw whom it tells. */
        private void tell(Runnable what) {
            try {
                what.run();
            } catch (OutOfMemoryError e) {
                trace.accept(port + " has no memory for what it is told");
            }
        }
    }

    private static String describe(byte[] message) {
        try {
            Message decoded = MessageCodec.decode(message);
            String text = decoded instanceof Message.Call call
                    ? "Call " + call.key()
                    : decoded instanceof Message.CallChunk chunk
                            ? "CallChunk " + chunk.key() + " " + chunk.index()
                            : decoded instanceof Message.EndChunk chunk
                                    ? "EndChunk " + chunk.key() + " " + chunk.index()
                                    : decoded.toString();
            return text.length() > 200 ? text.substring(0, 200) : text;
        } catch (Exception e) {
            return "nonsense";
        }
    }
}
