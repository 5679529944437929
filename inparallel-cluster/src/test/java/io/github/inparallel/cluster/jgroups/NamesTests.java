package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.cluster.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Members that find each other by a name with several addresses, as a headless service of Kubernetes has. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere the loopback has one address")
class NamesTests {

    private static final String NAME = "shop-members";

    private final List<JGroupsTransport> open = new ArrayList<>();
    private volatile List<String> known = List.of(); // addresses that the name has; by the test

    @AfterEach
    void stop() {
        open.forEach(JGroupsTransport::stop);
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        List<String> now = known;
        if (!host.equals(NAME) || now.isEmpty()) {
            throw new UnknownHostException(host);
        }
        InetAddress[] all = new InetAddress[now.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = InetAddress.getByName(now.get(i));
        }
        return all;
    }

    private JGroupsTransport member(String address, int port) throws IOException {
        JGroupsTransport member = new JGroupsTransport(
                "test",
                InetAddress.getByName(address),
                port,
                new Discovery.Dns(NAME),
                List.of(),
                new Reach(10, null, this::resolve));
        open.add(member);
        return member;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.3"))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void allAddressesOfTheNameAreAskedAtTheSamePort() throws IOException {
        int port = freePort();
        known = List.of("127.0.0.2", "127.0.0.3", "127.0.0.4"); // nobody is at the last one
        Heard first = new Heard();
        Heard second = new Heard();
        member("127.0.0.2", port).start(first);
        member("127.0.0.3", port).start(second);

        await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        assertThat(first.joined).extracting(Peer::name).containsExactly("127.0.0.3:" + port);
        assertThat(second.joined).extracting(Peer::name).containsExactly("127.0.0.2:" + port);
    }

    @Test
    void aNameThatHasNoAddressYetIsAskedForAgain() throws IOException {
        int port = freePort();
        Heard first = new Heard();
        Heard second = new Heard();
        member("127.0.0.2", port).start(first);
        member("127.0.0.3", port).start(second);
        assertThat(first.joined).isEmpty();

        known = List.of("127.0.0.2", "127.0.0.3");

        await().atMost(Duration.ofSeconds(30)).until(() -> first.joined.size() == 1 && second.joined.size() == 1);
    }
}
