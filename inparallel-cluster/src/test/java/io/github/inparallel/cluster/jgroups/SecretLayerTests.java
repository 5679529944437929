package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SecretLayerTests {

    private static Certificate shown(Layer layer) throws Exception {
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(port.getInetAddress(), port.getLocalPort());
                Socket server = port.accept()) {
            CompletableFuture<Socket> other = CompletableFuture.supplyAsync(() -> {
                try {
                    return layer.around(server, false);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            SSLSocket socket = (SSLSocket) layer.around(client, true);
            other.join();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    /** Members of different JDKs have to make the same of it. */
    @Test
    void theCertificateIsTheSameInEveryJvm() throws Exception {
        byte[] certificate = shown(SecretLayer.of("a secret", "shop")).getEncoded();

        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate)))
                .isEqualTo("df5d0a002833e696a6332084a287886c9f3e99bb512a33469077c04b9cf241b1");
    }

    @Test
    void anotherSecretAndAnotherClusterHaveAnotherCertificate() throws Exception {
        Certificate one = shown(SecretLayer.of("a secret", "shop"));

        assertThat(shown(SecretLayer.of("another secret", "shop"))).isNotEqualTo(one);
        assertThat(shown(SecretLayer.of("a secret", "bank"))).isNotEqualTo(one);
    }
}
