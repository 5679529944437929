package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.cluster.jgroups.HostAndPort;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of a member of a cluster.
 *
 * @param enabled Whether this application is a member of a cluster.
 * @param name Name of the cluster; members of one name find each other. By default the application's name.
 * @param bindAddress Address of this member: loopback, site-local, global, an address, or a network interface.
 * @param port Port of this member; 0 is any free one.
 * @param discovery How members find each other: by a list, by a table in the application's database, or by a name in DNS.
 * @param members Addresses of members, as host:port. Of discovery "static".
 * @param dnsQuery Name whose addresses are those of all members. Of discovery "dns".
 * @param ssl Mutual TLS between members.
 * @param secret Secret that all members share. Who does not know it gets nothing, and all is encrypted with a key made from it.
 */
@ConfigurationProperties(prefix = "inparallel.cluster", ignoreUnknownFields = false)
public record InParallelClusterProperties(
        @DefaultValue("false") boolean enabled,
        @Nullable String name,
        @DefaultValue("loopback") String bindAddress,
        @DefaultValue("7800") int port,
        @DefaultValue("static") Discovery discovery,
        @DefaultValue List<String> members,
        @Nullable String dnsQuery,
        @DefaultValue Ssl ssl,
        @Nullable String secret) {

    /** What is wrong on every machine, also if the application is no member; the rest is looked at when it becomes one. */
    public InParallelClusterProperties {
        if (port < 0 || port > 65_535) {
            throw InvalidClusterPropertyException.of(
                    "port", port, "which is no port", "Set it to 0 to 65535; 0 is any free port.", null);
        }
        if (discovery == Discovery.STATIC) {
            members.forEach(member -> check(member, members, port));
        }
    }

    private static void check(String member, List<String> members, int ownPort) {
        try {
            if (HostAndPort.of(member, ownPort).port() == 0) {
                throw wrong(members, "'" + member + "' names no port, and this member's own is any free one", null);
            }
        } catch (IllegalArgumentException e) {
            throw wrong(members, "'" + member + "' is no address that a member can have", e);
        }
    }

    private static InvalidClusterPropertyException wrong(List<String> members, String what, @Nullable Exception cause) {
        return InvalidClusterPropertyException.of(
                "members",
                String.join(", ", members),
                "of which " + what,
                "Name each member as host:port, with its port, of 1 to 65535; an address of IPv6 as [address]:port.",
                cause);
    }

    /** How members find each other. */
    public enum Discovery {
        STATIC,
        JDBC,
        DNS
    }

    /**
     * Mutual TLS.
     *
     * @param bundle Name of a bundle of spring.ssl.bundle: this member's certificate, and which others it trusts.
     */
    public record Ssl(@Nullable String bundle) {}

    /** Nothing that is secret. */
    @Override
    public String toString() {
        return "inparallel.cluster, " + bindAddress + ":" + port;
    }
}
