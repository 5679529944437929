package io.github.inparallel.cluster;

import io.github.inparallel.pool.member.FreeSlots;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Members on a network on which each message takes 10 us. */
final class TestCluster {

    static final long MAX_PAYLOAD = 4 << 20;
    static final Duration GRACE = Duration.ofSeconds(3);
    static final Identity IDENTITY = identity("1", "Work.do");

    final SimulatedTime time = new SimulatedTime();
    final List<String> traffic = new ArrayList<>();
    final SimulatedNetwork network = new SimulatedNetwork(time, () -> 10_000, traffic::add, () -> false);
    long maxPayload = MAX_PAYLOAD; // of nodes that are made from here on
    final List<String> counted = new ArrayList<>();

    /** A member with one pool. */
    final class Node {
        final SimulatedNetwork.Port port;
        final TestPool pool;
        final ClusterNode node;

        Node(String name, Identity identity, int free) {
            port = network.port(name);
            pool = new TestPool(free);
            String shared = identity.methods().keySet().iterator().next();
            node = new ClusterNode(
                    port,
                    identity,
                    Map.of(shared, new SharedPool(pool, pool, maxPayload, GRACE)),
                    (poolName, direction, outcome) ->
                            counted.add(name + " " + poolName + " " + direction.label() + " " + outcome),
                    time);
            node.start();
        }

        ClusterStats.Member peer() {
            return node.stats().members().get(0);
        }
    }

    /** A member that says what the test says. */
    @SuppressWarnings("NullAway.Init") // it meets its peer as soon as time passes
    final class Stranger implements Transport.Events {
        final SimulatedNetwork.Port port;
        final List<Message> heard = new ArrayList<>();
        Peer peer;

        Stranger(String name) {
            port = network.port(name);
            port.start(this);
        }

        void say(Message message) {
            say(MessageCodec.encode(message));
        }

        void say(byte[] message) {
            port.send(peer, message);
            time.runFor(1);
        }

        <T extends Message> List<T> heard(Class<T> type) {
            return heard.stream().filter(type::isInstance).map(type::cast).toList();
        }

        /** The newest that it was told of the free slots of the pool, in whatever message. */
        FreeSlots free() {
            long newest = -1;
            FreeSlots slots = FreeSlots.NONE;
            for (Message message : heard) {
                Message.FreeWord word = message instanceof Message.Free free
                        ? new Message.FreeWord(free.number(), free.pools().getOrDefault("work", FreeSlots.NONE))
                        : message instanceof Message.Ended ended
                                ? ended.free()
                                : message instanceof Message.EndOffer offer ? offer.free() : null;
                if (word != null && word.number() > newest) {
                    newest = word.number();
                    slots = word.slots();
                }
            }
            return slots;
        }

        @Override
        public void joined(Peer joined) {
            if (peer == null || joined.name().compareTo(peer.name()) <= 0) { // the node, not another stranger
                peer = joined;
            }
        }

        @Override
        public void left(Peer left, String why) {}

        @Override
        public void received(Peer from, ByteBuffer message) {
            try {
                heard.add(MessageCodec.decode(message));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    static Identity identity(String version, String... methods) {
        return new Identity("shop", version, Map.of("work", List.of(methods)));
    }

    Node node(String name, int free) {
        return node(name, IDENTITY, free);
    }

    Node node(String name, Identity identity, int free) {
        Node node = new Node(name, identity, free);
        time.runFor(1);
        return node;
    }

    /** A stranger that has said that it is as the others. */
    Stranger stranger(String name) {
        Stranger stranger = new Stranger(name);
        time.runFor(1);
        stranger.say(Contract.greeting(IDENTITY));
        return stranger;
    }

    /** More than the pause between two words about slots. */
    void breathe() {
        time.runFor(25);
    }
}
