package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.cluster.jgroups.BindAddress;
import io.github.inparallel.cluster.jgroups.Discovery;
import io.github.inparallel.cluster.jgroups.HostAndPort;
import io.github.inparallel.cluster.jgroups.JGroupsTransport;
import io.github.inparallel.cluster.jgroups.Layer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.core.NestedExceptionUtils;

/** What properties say of a member, checked. */
record MemberSettings(
        String name, String bindAddress, InetAddress address, int port, Discovery discovery, List<Layer> layers) {

    private static final String PREFIX = "inparallel.cluster.";

    /**
     * Checks them.
     *
     * @param application name of the application
     * @param bundles those of the application; null if it has none
     * @param dataSource that of the application; null if it has none, or more than one
     * @throws InvalidClusterPropertyException if one of them is not allowed
     */
    static MemberSettings of(
            InParallelClusterProperties properties,
            @Nullable String application,
            @Nullable SslBundles bundles,
            Supplier<@Nullable DataSource> dataSource) {
        String given = text(properties.name());
        String ofApplication = text(application);
        String name = given != null ? given : ofApplication != null ? ofApplication : "inparallel";
        InetAddress address = address(properties);
        List<Layer> layers = new ArrayList<>();
        String bundle = text(properties.ssl().bundle());
        if (bundle != null) {
            layers.add(layer(bundle, bundles));
        }
        String secret = text(properties.secret());
        if (secret != null) {
            layers.add(Layer.ofSecret(secret, name));
        }
        if (layers.isEmpty() && !address.isLoopbackAddress()) {
            throw InvalidClusterPropertyException.of(
                    "bind-address",
                    properties.bindAddress(),
                    "so other machines can reach this member (" + HostAndPort.text(address)
                            + "), and nothing says who may be a member: whoever reaches its port could run methods",
                    "Set '" + PREFIX + "ssl.bundle' to an SSL bundle, or '" + PREFIX
                            + "secret' to a secret that all members share. On one machine only, set '" + PREFIX
                            + "bind-address' to 'loopback'.",
                    null);
        }
        return new MemberSettings(
                name,
                properties.bindAddress(),
                address,
                properties.port(),
                discovery(properties, dataSource),
                List.copyOf(layers));
    }

    private static @Nullable String text(@Nullable String value) {
        return value == null || value.isBlank() ? null : value;
    }

    private static InetAddress address(InParallelClusterProperties properties) {
        try {
            return BindAddress.of(properties.bindAddress());
        } catch (IllegalArgumentException e) {
            throw InvalidClusterPropertyException.of(
                    "bind-address",
                    properties.bindAddress(),
                    "which cannot be used: " + e.getMessage(),
                    "Set it to 'loopback', 'site-local', 'global', or an address or an interface of this machine.",
                    e);
        }
    }

    private static Layer layer(String name, @Nullable SslBundles bundles) {
        SslBundle bundle;
        try {
            bundle = bundles == null ? null : bundles.getBundle(name);
        } catch (NoSuchSslBundleException e) {
            bundle = null;
        } catch (RuntimeException e) {
            throw unusable(name, e);
        }
        if (bundle == null) {
            throw InvalidClusterPropertyException.of(
                    "ssl.bundle",
                    name,
                    "but there is no such SSL bundle",
                    "Define it below 'spring.ssl.bundle', as in spring.ssl.bundle.pem." + name
                            + ".*, or name one that there is.",
                    null);
        }
        try {
            return layer(name, bundle);
        } catch (InvalidClusterPropertyException e) {
            throw e;
        } catch (RuntimeException e) { // its files are read only now
            throw unusable(name, e);
        }
    }

    private static Layer layer(String name, SslBundle bundle) {
        if (bundle.getStores().getKeyStore() == null || bundle.getStores().getTrustStore() == null) {
            throw InvalidClusterPropertyException.of(
                    "ssl.bundle",
                    name,
                    "and this SSL bundle has no "
                            + (bundle.getStores().getKeyStore() == null
                                    ? "certificate with a key, by which others know this member"
                                    : "certificate that it trusts, so any that a public authority has issued would do"),
                    "Give the bundle both a keystore and a truststore: members know each other by their certificates.",
                    null);
        }
        SslOptions options = bundle.getOptions();
        return new Layer(
                "TLS (bundle '" + name + "')",
                bundle.createSslContext(),
                options.getEnabledProtocols(),
                options.getCiphers());
    }

    private static InvalidClusterPropertyException unusable(String bundle, RuntimeException why) {
        String what = String.valueOf(why.getMessage());
        String cause =
                String.valueOf(NestedExceptionUtils.getMostSpecificCause(why).getMessage());
        return InvalidClusterPropertyException.of(
                "ssl.bundle",
                bundle,
                "and this SSL bundle cannot be used: " + (what.contains(cause) ? what : what + ": " + cause),
                "Correct what is below 'spring.ssl.bundle', or the files that it names.",
                why);
    }

    private static Discovery discovery(
            InParallelClusterProperties properties, Supplier<@Nullable DataSource> dataSource) {
        return switch (properties.discovery()) {
            case STATIC -> new Discovery.Static(properties.members());
            case DNS -> {
                String query = text(properties.dnsQuery());
                if (query == null) {
                    throw InvalidClusterPropertyException.of(
                            "discovery",
                            "dns",
                            "but no name is there to ask for",
                            "Set '" + PREFIX
                                    + "dns-query' to a name whose addresses are those of all members, such as a"
                                    + " headless service of Kubernetes.",
                            null);
                }
                yield new Discovery.Dns(query);
            }
            case JDBC -> {
                DataSource source = dataSource.get();
                if (source == null) {
                    throw InvalidClusterPropertyException.of(
                            "discovery",
                            "jdbc",
                            "but the application has no DataSource bean, or several and none is primary",
                            "Configure a database (spring.datasource.*), mark one DataSource as primary, or set '"
                                    + PREFIX + "discovery' to 'static' or 'dns'.",
                            null);
                }
                yield new Discovery.Jdbc(source);
            }
        };
    }

    /** Takes the port. */
    JGroupsTransport open() {
        try {
            return new JGroupsTransport(name, address, port, discovery, layers);
        } catch (IOException e) {
            throw InvalidClusterPropertyException.of(
                    "port",
                    port,
                    "but this member cannot have it at " + HostAndPort.text(address) + " (" + bindAddress + "): "
                            + e.getMessage(),
                    "Stop what uses this port, or set '" + PREFIX + "port' to another one; 0 is any free port.",
                    e);
        }
    }
}
