package io.github.inparallel.benchmarks;

import io.github.inparallel.cluster.jgroups.Layer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** The other members of a cluster that is measured: each is a JVM of its own with a small heap, on the loopback interface. */
final class Members implements AutoCloseable {

    /** Of every JVM that is a member, and of the peers' too. */
    static final List<String> JVM_OPTIONS = List.of("-Xmx512m");

    static final String SECRET = "what only these members know";

    private final List<Process> others = new ArrayList<>();

    /** Starts one more. */
    void start(Class<?> program, Object... arguments) throws IOException {
        others.add(Program.start(Program.command(JVM_OPTIONS, program, arguments)));
    }

    /** What encrypts between members of all contenders that do: the same TLS, keys and ciphers. */
    static Layer tls() {
        return Layer.ofSecret(SECRET, "benchmark");
    }

    /** A port of the loopback interface that nobody has at this moment. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A member is gone before it has joined: there is nothing to wait for. */
    void check() {
        if (!others.stream().allMatch(Process::isAlive)) {
            throw new IllegalStateException("another member has ended");
        }
    }

    @Override
    public void close() {
        others.forEach(Process::destroyForcibly);
        for (Process other : others) {
            other.onExit().join();
        }
    }
}
