package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Who gets in, and who does not. Two members talk all the time, and nothing disturbs them. */
@Timeout(60)
class DoorTests {

    private static final Layer SECRET = SecretLayer.of("what members know", "test");
    private static final Layer OTHER = SecretLayer.of("what others know", "test");

    private final Logger logger = (Logger) LoggerFactory.getLogger(Strangers.class);
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

    private JGroupsTransport member(String cluster, List<Layer> layers, String... others) throws IOException {
        JGroupsTransport member = new JGroupsTransport(
                cluster, InetAddress.getLoopbackAddress(), 0, new Discovery.Static(List.of(others)), layers);
        open.add(member);
        return member;
    }

    private JGroupsTransport pair(List<Layer> layers) throws IOException {
        JGroupsTransport one = member("test", layers);
        one.start(first);
        JGroupsTransport two = member("test", layers, one.address());
        two.start(second);
        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        return one;
    }

    private void theyStillTalk(JGroupsTransport one) {
        int before = second.messages.size();
        one.send(first.joined.get(0), "hello".getBytes(StandardCharsets.UTF_8));
        await().until(() -> second.messages.size() == before + 1);
        assertThat(first.joined).hasSize(1);
        assertThat(first.left).isEmpty();
        assertThat(second.left).isEmpty();
    }

    private List<String> warnings() {
        return logged.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void isKeptOut(JGroupsTransport one, String cluster, List<Layer> layers) throws IOException {
        Heard stranger = new Heard();
        member(cluster, layers, one.address()).start(stranger);

        await().until(() -> warnings().stream().anyMatch(text -> text.contains("to this member was refused")));
        theyStillTalk(one);
        assertThat(stranger.joined).isEmpty();
        assertThat(stranger.messages).isEmpty();
        assertThat(warnings())
                .filteredOn(text -> text.contains("to this member was refused"))
                .hasSize(1);
        assertThat(warnings())
                .anyMatch(text -> text.contains("to another member came to nothing") && text.contains(one.address()));
    }

    @Test
    void membersWithTheSameSecretTalk() throws IOException {
        theyStillTalk(pair(List.of(SECRET)));

        assertThat(warnings()).isEmpty();
    }

    @Test
    void membersWithTwoLayersTalk() throws IOException {
        theyStillTalk(pair(List.of(OTHER, SECRET)));
    }

    @Test
    void whoHasNoSecretIsKeptOut() throws IOException {
        isKeptOut(pair(List.of(SECRET)), "test", List.of());
    }

    @Test
    void whoHasAnotherSecretIsKeptOut() throws IOException {
        isKeptOut(pair(List.of(SECRET)), "test", List.of(OTHER));
    }

    @Test
    void whoHasOneLayerOfTwoIsKeptOut() throws IOException {
        isKeptOut(pair(List.of(OTHER, SECRET)), "test", List.of(OTHER));
    }

    @Test
    void whoBelongsToAnotherClusterIsKeptOut() throws IOException {
        isKeptOut(pair(List.of()), "another", List.of());
    }

    @Test
    void whoSpeaksSomethingElseIsKeptOut() throws IOException {
        JGroupsTransport one = pair(List.of(SECRET));
        HostAndPort address = HostAndPort.of(one.address(), 0);

        for (int i = 0; i < 30; i++) {
            try (Socket socket = new Socket(address.host(), address.port())) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                try {
                    while (socket.getInputStream().read() >= 0) {}
                } catch (IOException e) {
                    // reset
                }
            }
        }

        theyStillTalk(one);
        await().until(() -> !warnings().isEmpty());
        assertThat(warnings()).hasSize(1).allMatch(text -> text.contains("127.0.0.1"));
    }

    @Test
    void whoSpeaksSomethingElseIsKeptOutWithoutTlsToo() throws IOException {
        JGroupsTransport one = pair(List.of());
        HostAndPort address = HostAndPort.of(one.address(), 0);
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.getOutputStream().write(new byte[1_000]);
            await().until(() -> !warnings().isEmpty());
        }

        theyStillTalk(one);
        assertThat(warnings()).singleElement().asString().contains("it speaks something else");
    }

    @Test
    void whoSaysNothingHoldsUpNobody() throws IOException {
        JGroupsTransport one = member("test", List.of(SECRET));
        one.start(first);
        HostAndPort address = HostAndPort.of(one.address(), 0);
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            silent.add(new Socket(address.host(), address.port()));
        }

        member("test", List.of(SECRET), one.address()).start(second);

        await().until(() -> first.joined.size() == 1);
        for (Socket each : silent) {
            each.close();
        }
    }

    @Test
    void connectionsEndWithTheDoorAndNoneIsMadeAfterwards() throws IOException {
        Door door = new Door("test", List.of(), new Strangers(System::nanoTime));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket raw = new Socket(server.getInetAddress(), server.getLocalPort())) {
            MemberSocket open = new MemberSocket(door, raw, raw);
            assertThat(open.isClosed()).isFalse();

            door.close();

            assertThat(raw.isClosed()).isTrue();
            assertThatThrownBy(() -> new MemberSocket(door, new Socket(), null))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("this member has left");
        }
    }
}
