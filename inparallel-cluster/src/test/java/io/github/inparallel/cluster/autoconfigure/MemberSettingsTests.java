package io.github.inparallel.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.inparallel.cluster.autoconfigure.InParallelClusterProperties.Ssl;
import io.github.inparallel.cluster.jgroups.Discovery;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

class MemberSettingsTests {

    /** Returns an address of this machine that is not its loopback; empty if it has none. */
    static Optional<String> outerAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst();
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    private static MemberSettings settings(
            @Nullable String name, String address, @Nullable String bundle, @Nullable String secret) {
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
        bundles.registerBundle("empty", SslBundle.of(SslStoreBundle.NONE));
        return MemberSettings.of(
                new InParallelClusterProperties(
                        true,
                        name,
                        address,
                        0,
                        InParallelClusterProperties.Discovery.STATIC,
                        List.of(),
                        null,
                        new Ssl(bundle),
                        secret),
                "shop",
                bundles,
                () -> null);
    }

    @Test
    void theClusterHasTheApplicationsNameUnlessItHasAnother() {
        assertThat(settings(null, "loopback", null, null).name()).isEqualTo("shop");
        assertThat(settings("bank", "loopback", null, null).name()).isEqualTo("bank");
    }

    @Test
    void aMemberWithoutMembersIsAlone() {
        assertThat(settings(null, "loopback", null, null).discovery()).isEqualTo(new Discovery.Static(List.of()));
    }

    @Test
    void aSecretIsEnoughBeyondLoopback() {
        assumeThat(outerAddress()).isPresent();

        assertThat(settings(null, outerAddress().orElseThrow(), null, "a secret")
                        .layers())
                .hasSize(1);
        assertThatThrownBy(() -> settings(null, outerAddress().orElseThrow(), null, null))
                .isInstanceOf(InvalidClusterPropertyException.class);
    }

    @Test
    void aBundleWithoutCertificatesOfItsOwnIsRefused() {
        assertThatThrownBy(() -> settings(null, "loopback", "empty", null))
                .isInstanceOf(InvalidClusterPropertyException.class)
                .hasMessageContaining("no certificate with a key");
    }
}
