package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.cluster.Peer;
import io.github.inparallel.cluster.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Real channels on loopback. */
@Timeout(60)
class JGroupsTransportTests {

    private final List<JGroupsTransport> open = new ArrayList<>();

    @AfterEach
    void stop() {
        open.forEach(JGroupsTransport::stop);
    }

    private JGroupsTransport member(String... others) throws IOException {
        JGroupsTransport member = new JGroupsTransport(
                "test", InetAddress.getLoopbackAddress(), 0, new Discovery.Static(List.of(others)), List.of());
        open.add(member);
        return member;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void membersFindEachOtherAndTalk() throws IOException {
        Heard first = new Heard();
        Heard second = new Heard();
        JGroupsTransport one = member();
        one.start(first);
        JGroupsTransport two = member(one.address());
        two.start(second);

        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        assertThat(first.joined).extracting(Peer::name).containsExactly(two.address());
        assertThat(second.joined).extracting(Peer::name).containsExactly(one.address());
        assertThat(one.self().name()).isEqualTo(one.address());

        one.send(first.joined.get(0), bytes("from one"));
        two.send(second.joined.get(0), bytes("from two"));

        await().untilAsserted(() -> {
            assertThat(first.texts()).containsExactly("from two");
            assertThat(second.texts()).containsExactly("from one");
        });
    }

    @Test
    void aMemberSaysOnceThatItHasJoined() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("io.github.inparallel");
        Level rootLevel = root.getLevel();
        Level ourLevel = ours.getLevel();
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        root.addAppender(logged);
        root.setLevel(Level.INFO);
        ours.setLevel(Level.INFO);
        try {
            JGroupsTransport one = member();
            one.start(new Heard());

            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .startsWith("This is member " + one.address() + " of cluster 'test'");
        } finally {
            root.setLevel(rootLevel);
            ours.setLevel(ourLevel);
            root.detachAppender(logged);
        }
    }

    @Test
    void messagesThatOthersFollowArriveOnceWithThem() throws IOException {
        Heard first = new Heard();
        Heard second = new Heard();
        JGroupsTransport one = member();
        one.start(first);
        JGroupsTransport two = member(one.address());
        two.start(second);
        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String text = i + "-" + "x".repeat(i % 7 == 0 ? 3_000 : i % 50);
            all.add(text);
            if (i % 100 == 99) {
                one.send(first.joined.get(0), bytes(text));
            } else {
                one.sendSoon(first.joined.get(0), bytes(text));
            }
        }

        await().untilAsserted(() -> assertThat(second.messages).hasSize(2_000));
        assertThat(second.texts()).containsExactlyInAnyOrderElementsOf(all);
        one.stop();
        one.sendSoon(first.joined.get(0), bytes("into the void")); // neither waits nor throws
    }

    @Test
    void shortMessagesWaitForNoAcknowledgement() throws IOException {
        Heard first = new Heard();
        Heard second = new Heard();
        JGroupsTransport one = member();
        one.start(first);
        JGroupsTransport two = member(one.address());
        two.start(second);

        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);

        for (JGroupsTransport member : List.of(one, two)) { // of a connection, one has made it
            await().ignoreExceptionsMatching(SocketException.class::isInstance) // of one that is closed meanwhile
                    .untilAsserted(() -> {
                        assertThat(member.sockets()).isNotEmpty();
                        for (MemberSocket socket : member.sockets()) {
                            assertThat(socket.getTcpNoDelay()).isTrue();
                        }
                    });
        }
    }

    /** The first is the one who admits members; the third has never heard of it. */
    @Test
    void whoKnowsOneMemberHearsOfTheOthers() throws IOException {
        Heard first = new Heard();
        Heard second = new Heard();
        Heard third = new Heard();
        JGroupsTransport one = member();
        one.start(first);
        JGroupsTransport two = member(one.address());
        two.start(second);
        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        JGroupsTransport three = member(two.address());

        three.start(third);

        await().until(() -> first.joined.size() == 2 && second.joined.size() == 2 && third.joined.size() == 2);
        assertThat(third.joined).extracting(Peer::name).containsExactlyInAnyOrder(one.address(), two.address());
    }

    @Test
    void anAddressOfIpv6IsSpelledAsInAList() throws IOException {
        InetAddress loopback = InetAddress.getAllByName("::1")[0];
        assumeThat(NetworkInterface.getByInetAddress(loopback)).isNotNull();
        Heard first = new Heard();
        Heard second = new Heard();
        JGroupsTransport one = new JGroupsTransport("test", loopback, 0, new Discovery.Static(List.of()), List.of());
        open.add(one);
        one.start(first);
        JGroupsTransport two =
                new JGroupsTransport("test", loopback, 0, new Discovery.Static(List.of(one.address())), List.of());
        open.add(two);
        two.start(second);

        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        assertThat(one.address()).startsWith("[::1]:");
        assertThat(second.joined).extracting(Peer::name).containsExactly(one.address());
        assertThat(first.joined).extracting(Peer::name).containsExactly(two.address());
    }

    /** The first one knows nobody, and each other one only the one before. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void whoIsOnlyHeardOfCanBeAnswered(CapturedOutput output) throws IOException {
        Heard first = new Heard();
        JGroupsTransport last = member();
        last.start(first);
        for (int i = 1; i < 4; i++) {
            last = member(last.address());
            last.start(new Heard());
        }

        await().until(() -> first.joined.size() == 3);
        assertThat(output).doesNotContain("no physical address");
    }

    @Test
    void theLongestMessageArrivesWhole() throws IOException {
        Heard first = new Heard();
        Heard second = new Heard();
        JGroupsTransport one = member();
        one.start(first);
        member(one.address()).start(second);
        await().until(() -> first.joined.size() == 1);
        byte[] longest = new byte[Transport.LONGEST_MESSAGE];
        new Random(18).nextBytes(longest);

        for (int i = 0; i < 20; i++) {
            one.send(first.joined.get(0), longest);
        }

        await().until(() -> second.messages.size() == 20);
        assertThat(second.messages).allSatisfy(message -> assertThat(message).isEqualTo(longest));
    }

    @Test
    void whoLeavesIsSaidToHaveLeftAndWhoComesBackIsAnotherPeer() throws IOException {
        Heard first = new Heard();
        JGroupsTransport one = member();
        one.start(first);
        JGroupsTransport two = member(one.address());
        two.start(new Heard());
        await().until(() -> first.joined.size() == 1);

        two.stop();

        await().until(() -> first.left.size() == 1);
        assertThat(first.reasons).containsExactly("it left, or another member lost it");
        one.send(first.joined.get(0), bytes("into the void")); // neither waits nor throws
        member(one.address()).start(new Heard());
        await().until(() -> first.joined.size() == 2);
        assertThat(first.joined).doesNotHaveDuplicates();
    }

    @Test
    void aPortThatIsTakenIsKnownAtOnce() throws IOException {
        JGroupsTransport one = member();
        int port = HostAndPort.of(one.address(), 0).port();

        assertThatThrownBy(() -> new JGroupsTransport(
                        "test", InetAddress.getLoopbackAddress(), port, new Discovery.Static(List.of()), List.of()))
                .isInstanceOf(BindException.class);
    }

    @Test
    void memberThatIsStoppedBeforeItStartsIsNotThereAndThatIsNoFailure() throws IOException {
        JGroupsTransport member = new JGroupsTransport(
                "test", InetAddress.getLoopbackAddress(), 0, new Discovery.Static(List.of()), List.of());
        member.stop();

        member.start(new Heard());

        assertThat(member.self().name()).isEqualTo(member.address());
    }
}
