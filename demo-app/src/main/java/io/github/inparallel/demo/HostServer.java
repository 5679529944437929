package io.github.inparallel.demo;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;

/**
 * One SSH server: on loopback, on a free port, with a host key that exists in memory only. It lets in one user by one
 * password, and executes commands as processes of this machine; it offers no shell, no files and no forwarding.
 */
final class HostServer implements Closeable {

    private final SshServer daemon;
    private final Server server;

    private HostServer(SshServer daemon, Server server) {
        this.daemon = daemon;
        this.server = server;
    }

    static HostServer start(String name, String user, String password) throws IOException {
        KeyPair hostKey = newHostKey();
        String address = InetAddress.getLoopbackAddress().getHostAddress();
        SshServer daemon = SshServer.setUpDefaultServer();
        daemon.setHost(address);
        daemon.setPort(0);
        daemon.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        daemon.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE));
        daemon.setPasswordAuthenticator(
                (givenUser, givenPassword, session) -> user.equals(givenUser) && password.equals(givenPassword));
        daemon.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
        daemon.start();
        String fingerprint = KeyUtils.getFingerPrint(hostKey.getPublic());
        return new HostServer(daemon, new Server(name, address, daemon.getPort(), user, password, fingerprint));
    }

    // An elliptic curve key: generated in a millisecond, where RSA takes a second.
    private static KeyPair newHostKey() throws IOException {
        try {
            return KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
        } catch (GeneralSecurityException e) {
            throw new IOException("No host key: " + e.getMessage(), e);
        }
    }

    /** How to log in. */
    Server server() {
        return server;
    }

    /** Ends its sessions and what they execute, and does not wait for them. */
    @Override
    public void close() {
        daemon.close(true);
    }
}
