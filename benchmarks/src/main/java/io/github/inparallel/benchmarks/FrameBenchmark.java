package io.github.inparallel.benchmarks;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.TaskRequest;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to make a task's frame, and to send and receive it on one thread: two system calls and no wake-up. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields up
public class FrameBenchmark {

    private final byte[] arguments = new byte[16];
    private final TaskRequest request =
            new TaskRequest(TaskRequest.Address.of("tasks", "echo(java.lang.String)"), 0, Map.of());

    private FrameChannel sending;
    private FrameChannel receiving;

    /** A connection to oneself. */
    @Setup
    public void connect() throws IOException {
        Path folder = Files.createTempDirectory("frames");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
            server.bind(address);
            sending = new FrameChannel(SocketChannel.open(address), 1 << 20);
            receiving = new FrameChannel(server.accept(), 1 << 20);
        } finally {
            TemporaryFiles.delete(folder);
        }
    }

    @TearDown
    public void close() throws IOException {
        sending.close();
        receiving.close();
    }

    /** Head and arguments, into bytes. */
    @Benchmark
    public Frame.Outgoing encode() {
        return Frame.encode(FrameType.TASK, 1, request.toBytes(), arguments, null);
    }

    /** The same, through a socket and out of bytes. */
    @Benchmark
    public Frame sendAndReceive() throws IOException {
        sending.send(Frame.encode(FrameType.TASK, 1, request.toBytes(), arguments, null));
        return receiving.receive();
    }
}
