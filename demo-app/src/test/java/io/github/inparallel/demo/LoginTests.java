package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import org.apache.sshd.common.SshException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Client and server against each other, in this process. */
@Timeout(60)
class LoginTests {

    private HostServer host;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        host = HostServer.start("alpha", "demo", "the password");
        server = host.server();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void serverListensOnLoopbackOnly() throws IOException {
        assertThat(InetAddress.getByName(server.address()).isLoopbackAddress()).isTrue();
        assertThat(server.port()).isPositive();
    }

    @Test
    void commandIsExecutedAndItsOutputReturned() throws IOException {
        try (Login login = Login.to(server)) {
            assertThat(login.run("echo from the server")).isEqualTo("from the server\n");
            assertThat(login.run("uname -a")).isNotBlank();
        }
    }

    @Test
    void commandThatFailsIsAnError() throws IOException {
        try (Login login = Login.to(server)) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> login.run("false"));
        }
    }

    @Test
    void wrongPasswordIsRefused() {
        assertThatExceptionOfType(SshException.class)
                .isThrownBy(() -> Login.to(server.withPassword("another")))
                .withMessage("No more authentication methods available");
    }

    @Test
    void wrongUserIsRefused() {
        Server asRoot =
                new Server("alpha", server.address(), server.port(), "root", server.password(), server.fingerprint());
        assertThatExceptionOfType(SshException.class).isThrownBy(() -> Login.to(asRoot));
    }

    @Test
    void unexpectedHostKeyIsRefusedBeforeThePasswordIsSent() {
        Server impostor = new Server(
                "alpha", server.address(), server.port(), "demo", server.password(), "SHA256:of-another-key");
        assertThatExceptionOfType(SshException.class)
                .isThrownBy(() -> Login.to(impostor))
                .withMessageContaining("Server key did not validate");
    }

    @Test
    void serverThatIsGoneIsAnError() {
        host.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> Login.to(server));
    }

    @Test
    void passwordIsNotPrinted() {
        assertThat(server).asString().contains("alpha").doesNotContain("the password");
    }
}
