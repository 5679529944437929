package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.cluster.Peer;
import io.github.inparallel.cluster.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A member in a JVM of its own: sends back what it gets. Ends when its standard input does. */
final class EchoingMember {

    private EchoingMember() {}

    /** Starts one; it ends with this JVM. */
    static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EchoingMember.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Returns the address of one that has been started, once it has joined. */
    static String address(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("127.0.0.1:")) {
                return line;
            }
        }
        throw new IOException("The member has ended");
    }

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
