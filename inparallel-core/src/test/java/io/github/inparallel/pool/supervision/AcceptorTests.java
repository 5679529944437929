package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.process.LaunchDescriptions;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in at a real socket; in a time of the test's own. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // made before each test
class AcceptorTests {

    private static final long TIME_FOR_HELLO = TimeUnit.SECONDS.toNanos(5);

    @TempDir
    private Path folder;

    private final Worker worker = TestWorkers.launched();
    private final List<Integer> admitted = new ArrayList<>();
    private final List<FrameChannel> open = new ArrayList<>();
    private final List<SocketChannel> clients = new ArrayList<>();
    private long now = Long.MAX_VALUE - TIME_FOR_HELLO / 2; // the clock passes its end
    private Acceptor acceptor;
    private LaunchDescription launch;

    @BeforeEach
    void listen() throws IOException {
        Path socket = folder.resolve("s");
        acceptor = new Acceptor("ocr", socket, 1, new OtherTime(() -> now));
        launch = new LaunchDescriptions(PoolOptions.builder().build(), socket)
                .of(1, worker.credentials(), false, List.of());
    }

    @AfterEach
    void close() throws IOException {
        acceptor.close();
        for (SocketChannel client : clients) {
            client.close();
        }
        open.forEach(FrameChannel::closeQuietly);
    }

    private SocketChannel connect() throws IOException {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        client.connect(UnixDomainSocketAddress.of(launch.socket()));
        clients.add(client);
        return client;
    }

    private SocketChannel say(Frame frame) throws IOException {
        SocketChannel client = connect();
        client.write(frame.encode().first());
        return client;
    }

    private static Frame hello(int version, int number, int slot, String secret) {
        return new Hello(version, number, slot, 4711, secret).toFrame();
    }

    private Frame control() {
        return hello(Hello.VERSION, 1, Hello.CONTROL, launch.controlSecret());
    }

    private void serve() {
        acceptor.serve(number -> number == 1 ? worker : null, (who, slot, channel) -> {
            assertThat(who).isSameAs(worker);
            admitted.add(slot);
            open.add(channel);
        });
    }

    private static boolean isClosed(SocketChannel client) throws IOException {
        return client.read(ByteBuffer.allocate(1)) < 0;
    }

    @Test
    void whoHasTheSecretOfTheConnectionIsLetIn() throws IOException {
        say(control());
        say(hello(Hello.VERSION, 1, 0, launch.slotSecrets().get(0)));

        serve();

        assertThat(admitted).containsExactlyInAnyOrder(Hello.CONTROL, 0);
        assertThat(acceptor.rejected()).isZero();
        assertThat(acceptor.expire(now + TIME_FOR_HELLO)).isEqualTo(Deadline.NEVER);
        assertThat(open).allMatch(FrameChannel::isOpen);
    }

    @Test
    void secretLetsInOnce() throws IOException {
        say(control());
        serve();
        SocketChannel second = say(control());

        serve();

        assertThat(admitted).hasSize(1);
        assertThat(acceptor.rejected()).isEqualTo(1);
        assertThat(isClosed(second)).isTrue();
    }

    @Test
    void whoIsNoWorkersConnectionIsRefused() throws IOException {
        List<SocketChannel> refused = List.of(
                say(hello(Hello.VERSION, 1, Hello.CONTROL, launch.slotSecrets().get(0))),
                say(hello(Hello.VERSION, 1, Hello.CONTROL, "")),
                say(hello(Hello.VERSION + 1, 1, Hello.CONTROL, launch.controlSecret())),
                say(hello(Hello.VERSION - 1, 1, Hello.CONTROL, launch.controlSecret())),
                say(hello(Hello.VERSION, 2, Hello.CONTROL, launch.controlSecret())),
                say(hello(Hello.VERSION, 1, 1, launch.controlSecret())),
                say(hello(Hello.VERSION, 1, Integer.MIN_VALUE, launch.controlSecret())),
                say(Frame.of(FrameType.READY, 0)));

        serve();

        assertThat(admitted).isEmpty();
        assertThat(acceptor.rejected()).isEqualTo(refused.size());
        for (SocketChannel client : refused) {
            assertThat(isClosed(client)).isTrue();
        }
        say(control());
        serve();
        assertThat(admitted).as("whoever has the secret is still let in").containsExactly(Hello.CONTROL);
    }

    @Test
    void garbageIsRefusedOrWaitedForAndNeverLetIn() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            connect().write(ByteBuffer.wrap(garbage));
            serve();
        }

        acceptor.expire(now + TIME_FOR_HELLO);

        assertThat(admitted).as("seed %d", seed).isEmpty();
        assertThat(acceptor.rejected()).as("seed %d", seed).isEqualTo(40);
    }

    @Test
    void helloMayComeInPieces() throws IOException {
        ByteBuffer bytes = control().encode().first();
        SocketChannel client = connect();
        while (bytes.hasRemaining()) {
            assertThat(admitted).isEmpty();
            client.write(bytes.slice(bytes.position(), 1));
            bytes.position(bytes.position() + 1);
            serve();
        }

        assertThat(admitted).containsExactly(Hello.CONTROL);
    }

    @Test
    void whoSaysNothingInTimeIsClosed() throws IOException {
        SocketChannel client = connect();
        serve();
        long until = now + TIME_FOR_HELLO;

        assertThat(acceptor.expire(until - 1)).isEqualTo(until);
        assertThat(acceptor.rejected()).isZero();
        assertThat(acceptor.expire(until)).isEqualTo(Deadline.NEVER);

        assertThat(acceptor.rejected()).isEqualTo(1);
        assertThat(isClosed(client)).isTrue();
    }

    @Test
    void whoLeavesWithoutAHelloIsForgotten() throws IOException {
        connect().close();

        serve();

        assertThat(acceptor.rejected()).isEqualTo(1);
        assertThat(acceptor.expire(now)).isEqualTo(Deadline.NEVER);
    }

    @Test
    void oldestOfTooManyMakesRoomUnlessItHasSaidItsHello() throws IOException {
        SocketChannel oldest = connect();
        SocketChannel second = connect();
        serve();
        oldest.write(control().encode().first());
        for (int i = 0; i < 64; i++) {
            connect();
        }

        serve();

        assertThat(admitted).containsExactly(Hello.CONTROL);
        assertThat(acceptor.rejected()).isEqualTo(1);
        assertThat(isClosed(second)).isTrue();
    }

    @Test
    void newsIsWhatWasWokenForOrHasConnected() throws IOException {
        assertThat(acceptor.hasNews()).isFalse();
        acceptor.wakeup();
        assertThat(acceptor.hasNews()).isTrue();
        serve();
        assertThat(acceptor.hasNews()).isFalse();

        connect();

        acceptor.await(0);
        assertThat(acceptor.hasNews()).isTrue();
    }

    @Test
    void waitingLeavesNoInterruptionBehind() {
        Thread.currentThread().interrupt();

        acceptor.await(0);

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void closingClosesWhoWasNotLetIn() throws IOException {
        SocketChannel client = connect();
        serve();

        acceptor.close();

        assertThat(isClosed(client)).isTrue();
    }
}
