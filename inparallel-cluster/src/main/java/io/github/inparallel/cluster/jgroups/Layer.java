package io.github.inparallel.cluster.jgroups;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS around a connection: each side shows a certificate that the other has to trust.
 *
 * @param what what encrypts, for people, as "TLS bundle 'members'"
 * @param context has this member's certificate, and says whom it trusts
 * @param protocols those that are allowed; null is the context's
 * @param ciphers those that are allowed; null is the context's
 */
public record Layer(String what, SSLContext context, String @Nullable [] protocols, String @Nullable [] ciphers) {

    public Layer(String what, SSLContext context) {
        this(what, context, null, null);
    }

    /**
     * Makes one of a secret: whoever knows it can be a member.
     *
     * @param cluster name of the cluster: the same secret is another key in another one
     */
    public static Layer ofSecret(String secret, String cluster) {
        return SecretLayer.of(secret, cluster);
    }

    /** Puts it around a connection, and returns when both sides have shown who they are. */
    Socket around(Socket inner, boolean client) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(inner, inner.getInetAddress().getHostAddress(), inner.getPort(), true);
        socket.setUseClientMode(client);
        if (!client) {
            socket.setNeedClientAuth(true);
        }
        if (protocols != null) {
            socket.setEnabledProtocols(protocols);
        }
        if (ciphers != null) {
            socket.setEnabledCipherSuites(ciphers);
        }
        socket.startHandshake();
        return socket;
    }
}
