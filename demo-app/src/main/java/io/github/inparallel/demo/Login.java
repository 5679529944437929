package io.github.inparallel.demo;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;

/**
 * One login to one server, what {@code SSHClient} is in the Python original. It trusts only the host key that it was
 * told to expect, logs in by password only, and reads no SSH settings or keys of the user it runs as.
 */
final class Login implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SshClient client;
    private final ClientSession session;

    private Login(SshClient client, ClientSession session) {
        this.client = client;
        this.session = session;
    }

    /**
     * Connects and logs in.
     *
     * @throws IOException when the server cannot be reached, shows another host key, or refuses the login
     */
    static Login to(Server server) throws IOException {
        SshClient client = clientFor(server);
        client.start();
        try {
            ClientSession session = client.connect(server.user(), server.address(), server.port())
                    .verify(PATIENCE)
                    .getSession();
            session.addPasswordIdentity(server.password());
            session.auth().verify(PATIENCE);
            return new Login(client, session);
        } catch (IOException | RuntimeException e) {
            client.stop();
            throw e;
        }
    }

    private static SshClient clientFor(Server server) {
        SshClient client = SshClient.setUpDefaultClient();
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE));
        client.setServerKeyVerifier(
                (session, address, key) -> server.fingerprint().equals(KeyUtils.getFingerPrint(key)));
        return client;
    }

    /**
     * Runs a command on the server and returns what it printed.
     *
     * @throws IOException when it ended with another exit code than 0 or wrote to its standard error
     */
    String run(String command) throws IOException {
        return session.executeRemoteCommand(command);
    }

    @Override
    public void close() throws IOException {
        session.close();
        client.stop();
    }
}
