package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.Secret;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody connects to a live pool's socket who is no worker: he is closed and counted, and nobody waits for him. */
@Tag("process")
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileConnectionTests { // B118

    private final List<SocketChannel> open = new ArrayList<>();
    private WorkerPool pool;
    private Probe probe;

    @BeforeEach
    void start() {
        pool = ProcessPool.create(options -> options);
        probe = ProcessPool.probe(pool);
        probe.echo("ready");
    }

    @AfterEach
    void stop() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
        pool.close();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(pool.socket()));
        open.add(channel);
        return channel;
    }

    private static byte[] bytes(Frame frame) {
        ByteBuffer buffer = frame.encode().first();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] hello(int version, int worker, int slot, String secret) {
        return bytes(new Hello(version, worker, slot, 1, secret).toFrame());
    }

    /** Sends what it can, and waits for the other side to close. */
    private static void assertClosed(SocketChannel channel, byte[] bytes) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            assertThat(channel.read(ByteBuffer.allocate(1))).isNegative();
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
    }

    @Test
    void nobodyIsLetInWithoutTheSecret() throws IOException {
        List<byte[]> hellos = List.of(
                hello(Hello.VERSION, 1, Hello.CONTROL, Secret.create()),
                hello(Hello.VERSION, 1, 0, ""),
                hello(Hello.VERSION, 4711, 0, Secret.create()),
                hello(Hello.VERSION, 1, 7, Secret.create()),
                hello(Hello.VERSION, 1, Integer.MIN_VALUE, Secret.create()),
                hello(99, 1, 0, Secret.create()),
                bytes(Frame.of(FrameType.READY, 0)),
                bytes(new Frame(FrameType.HELLO, 0, new byte[3])),
                bytes(new Frame(FrameType.HELLO, 0, new byte[2000])),
                new byte[] {127, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        for (byte[] hello : hellos) {
            assertClosed(connect(), hello);
        }

        assertThat(pool.rejectedConnections()).isEqualTo(hellos.size());
        assertThat(probe.echo("unharmed")).isEqualTo("unharmed");
    }

    @Test
    void halfAHelloIsClosedInTimeAndNobodyWaitsForIt() throws IOException {
        byte[] hello = hello(Hello.VERSION, 1, 0, Secret.create());
        SocketChannel half = connect();
        half.write(ByteBuffer.wrap(hello, 0, hello.length / 2));
        SocketChannel mute = connect();

        assertThat(probe.echo("not delayed")).isEqualTo("not delayed");

        assertClosed(half, new byte[0]);
        assertClosed(mute, new byte[0]);
        assertThat(pool.rejectedConnections()).isEqualTo(2);
    }

    @Test
    void hundredsOfThemHarmNeitherTasksNorNewWorkers() throws Exception {
        long before = Leftovers.descriptors();
        Random random = new Random(7);
        List<CompletableFuture<String>> tasks = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            SocketChannel channel = connect();
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            try {
                channel.write(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                // closed already
            }
            if (i % 3 == 0) {
                channel.close();
            }
            tasks.add(probe.echoLater("task " + i));
            if (i == 250) {
                ProcessHandle.of(probe.pid().get()).orElseThrow().destroyForcibly();
            }
        }

        for (int i = 0; i < tasks.size(); i++) {
            assertThat(tasks.get(i)
                            .handle((value, failure) -> value == null ? "lost" : value)
                            .get())
                    .isIn("task " + i, "lost");
        }
        assertThat(probe.echo("unharmed")).isEqualTo("unharmed");
        for (SocketChannel channel : open) {
            channel.close();
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Leftovers.descriptors()).isLessThanOrEqualTo(before + 5));
        assertThat(pool.rejectedConnections()).isGreaterThan(400);
    }

    @Test
    void socketIsForItsOwnUserOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(pool.socket().getParent())))
                .isEqualTo("rwx------");
    }
}
