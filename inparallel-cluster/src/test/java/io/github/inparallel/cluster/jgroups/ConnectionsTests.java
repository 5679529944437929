package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.cluster.Peer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.Util;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Connections that come and go: small messages are written by their senders on each of them, and nothing is left of one that is gone. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionsTests {

    private static final int ROUNDS = 50;

    private final Logger logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final List<JGroupsTransport> open = new ArrayList<>();
    private final Heard first = new Heard();
    private final Heard second = new Heard();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() {
        open.forEach(JGroupsTransport::stop);
        logger.detachAppender(logged);
    }

    private JGroupsTransport member(String secret, String... others) throws IOException {
        JGroupsTransport member = new JGroupsTransport(
                "test",
                InetAddress.getLoopbackAddress(),
                0,
                new Discovery.Static(List.of(others)),
                secret.isEmpty() ? List.of() : List.of(SecretLayer.of(secret, "test")));
        open.add(member);
        return member;
    }

    private static Peer last(Heard heard) {
        return heard.joined.get(heard.joined.size() - 1);
    }

    /** The two talk, one word after another, and most are written at once by both, unless they lose each other meanwhile. */
    private void theyTalkAtOnce(JGroupsTransport one, JGroupsTransport two) {
        int met;
        do {
            met = timesMet();
            theyTalk(one, two);
            long ofOne = one.tcp().writtenAtOnce();
            long ofTwo = two.tcp().writtenAtOnce();

            theyTalk(one, two);

            if (met == timesMet()) {
                assertThat(one.tcp().writtenAtOnce() - ofOne).isGreaterThan(ROUNDS / 2);
                assertThat(two.tcp().writtenAtOnce() - ofTwo).isGreaterThan(ROUNDS / 2);
            }
        } while (met != timesMet());
    }

    private int timesMet() {
        return first.joined.size() + second.joined.size();
    }

    private void theyTalk(JGroupsTransport one, JGroupsTransport two) {
        for (int i = 0; i < ROUNDS; i++) {
            send(one, first, second);
            send(two, second, first);
        }
    }

    /** Sends a word, and once more if the other one was lost and is back: it may be lost with it. */
    private static void send(JGroupsTransport from, Heard sender, Heard receiver) {
        int before = receiver.messages.size();
        AtomicInteger met = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    int now = sender.joined.size();
                    if (met.getAndSet(now) < now) {
                        from.send(last(sender), new byte[200]);
                    }
                    return receiver.messages.size() > before;
                });
    }

    private List<String> warnings() {
        return logged.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a secret"})
    void bothWriteAtOnceAndGoOnToAfterTheirConnectionIsReplaced(String secret) throws Exception {
        JGroupsTransport one = member(secret);
        one.start(first);
        JGroupsTransport two = member(secret, one.address());
        two.start(second);
        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        theyTalkAtOnce(one, two);

        for (int i = 0; i < 5; i++) {
            both(() -> one.tcp().clearConnections(true), () -> two.tcp().clearConnections(true));
            theyTalkAgain(one, two); // it may be that they lose each other
            theyTalkAtOnce(one, two);
        }

        await().until(() ->
                one.tcp().known() == 2 && two.tcp().known() == 2); // one connection, and what was heard on it
        assertThat(warnings()).isEmpty();
    }

    /** Both send until both have heard something: so both may make a connection at the same time. */
    private void theyTalkAgain(JGroupsTransport one, JGroupsTransport two) throws InterruptedException {
        first.messages.clear();
        second.messages.clear();
        both(() -> one.send(last(first), new byte[1]), () -> two.send(last(second), new byte[1]));
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            one.send(last(first), new byte[1]);
            two.send(last(second), new byte[1]);
            return !first.messages.isEmpty() && !second.messages.isEmpty();
        });
    }

    private static void both(Runnable one, Runnable other) throws InterruptedException {
        CyclicBarrier barrier = new CyclicBarrier(2);
        List<Thread> threads = new ArrayList<>();
        for (Runnable each : List.of(one, other)) {
            threads.add(new Thread(() -> {
                try {
                    barrier.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                each.run();
            }));
        }
        threads.forEach(Thread::start);
        for (Thread each : threads) {
            each.join();
        }
    }

    @Test
    void nothingIsLeftOfWhoLeavesAndWhoComesBackIsWrittenToAtOnce() throws Exception {
        Set<Thread> before = connectionThreads(); // of connections that another test has closed in a way of its own
        JGroupsTransport one = member("a secret");
        one.start(first);
        for (int i = 1; i <= 3; i++) {
            int times = i;
            JGroupsTransport two = member("a secret", one.address());
            two.start(second);
            await().until(() -> first.joined.size() == times && second.joined.size() == times);
            theyTalkAtOnce(one, two);

            two.stop();

            await().until(() ->
                    first.left.size() == times && one.tcp().known() <= 1); // what was heard, until the next view
            assertThat(two.tcp().known()).isZero();
        }
        one.stop();

        await().untilAsserted(() -> assertThat(connectionThreads()).isSubsetOf(before));
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aFrameThatCannotBeUnderstoodDisturbsNoOther() throws Exception {
        JGroupsTransport one = member("");
        one.start(first);
        JGroupsTransport two = member("", one.address());
        two.start(second);
        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        byte[] other = new byte[200];
        Arrays.fill(other, (byte) 0x7f); // of another version of JGroups, and nothing that could be a length

        two.tcp().send(new IpAddress(one.address()), other, 0, other.length);

        theyTalkAtOnce(one, two);
        assertThat(warnings()).noneMatch(text -> text.contains("failed handling message"));
        assertThat(first.left).isEmpty();
    }

    private static Set<Thread> connectionThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("Connection.Receiver")
                        || thread.getName().startsWith("sender to")
                        || thread.getName().startsWith("inparallel-cluster-connect"))
                .collect(Collectors.toSet());
    }

    @Test
    void whoSendsMakesNoConnectionAndAfterAPartitionBothWriteAtOnceAgain() throws Exception {
        try (CuttableNetwork network = new CuttableNetwork(2)) {
            List<String> all = List.of(network.seenAs(0), network.seenAs(1));
            JGroupsTransport one = (JGroupsTransport) CuttableNetwork.member(0, all.get(0), all, 3, "a secret");
            JGroupsTransport two = (JGroupsTransport) CuttableNetwork.member(1, all.get(1), all, 3, "a secret");
            open.addAll(List.of(one, two));
            one.start(first);
            two.start(second);
            await().atMost(Duration.ofSeconds(30)).until(() -> !first.joined.isEmpty() && !second.joined.isEmpty());
            theyTalkAtOnce(one, two);

            network.cut(0, 1);
            network.reset(0, 1); // a new one is made, and says nothing
            Peer lost = last(first);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                one.send(lost, new byte[200]);
                assertThat(MemberSocket.handedOut()).isNull(); // of what is made on this thread
                return first.left.contains(lost);
            });
            network.heal();

            theyTalkAgain(one, two);
            theyTalkAtOnce(one, two);
        }
    }

    /** As a peer that has read nothing for so long that there is no room for a word, though nobody is writing. */
    @Test
    void goodbyeToWhoDoesNotReadEnds() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Door door = new Door("test", List.of(), new Strangers(System::nanoTime));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket raw = new Socket(server.getInetAddress(), server.getLocalPort()) {
                    @Override
                    public synchronized void close() throws IOException {
                        super.close();
                        closed.countDown();
                    }

                    @Override
                    public OutputStream getOutputStream() {
                        return new OutputStream() {
                            @Override
                            public void write(int single) throws IOException {
                                try {
                                    closed.await();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                                throw new IOException("closed");
                            }
                        };
                    }
                };
                MemberSocket socket = new MemberSocket(door, raw, raw)) {
            OutputStream out = socket.getOutputStream();

            socket.shutdownInput();
            out.write(new byte[] {-1, -1, -1, -5});
            Util.close(socket);

            assertThat(raw.isClosed()).isTrue();
        }
        door.close();
    }
}
