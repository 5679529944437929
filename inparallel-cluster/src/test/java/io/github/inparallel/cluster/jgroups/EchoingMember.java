package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.cluster.Peer;
import io.github.inparallel.cluster.Transport;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** A member in a JVM of its own: sends back what it gets. Ends when its standard input does. */
final class EchoingMember {

    private EchoingMember() {}

    public static void main(String[] arguments) throws Exception {
        JGroupsTransport member = new JGroupsTransport(
                "test",
                InetAddress.getLoopbackAddress(),
                0,
                new Discovery.Static(List.of(arguments[0])),
                arguments.length > 1 ? List.of(SecretLayer.of(arguments[1], "test")) : List.of());
        member.start(new Transport.Events() {
            @Override
            public void joined(Peer peer) {}

            @Override
            public void left(Peer peer, String why) {}

            @Override
            public void received(Peer from, ByteBuffer message) {
                byte[] echo = new byte[message.remaining()];
                message.get(echo);
                member.send(from, echo);
            }
        });
        System.out.println(member.address());
        while (System.in.read() >= 0) {}
        member.stop();
    }
}
