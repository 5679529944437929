package io.github.inparallel.cluster.jgroups;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCPPING;
import org.jgroups.util.Responses;

/** Asks at addresses that are looked up each time, since names get other addresses while members come and go. */
final class KnownAddresses extends TCPPING {

    /** Finds all addresses of a name. */
    interface Resolver {

        /** As the machine does. */
        Resolver SYSTEM = InetAddress::getAllByName;

        InetAddress[] all(String host) throws UnknownHostException;
    }

    private final Supplier<Collection<InetSocketAddress>> addresses;

    private KnownAddresses(Supplier<Collection<InetSocketAddress>> addresses) {
        this.addresses = addresses;
        setId(ClassConfigurator.getProtocolId(TCPPING.class));
        setPortRange(0);
        initialHosts(List.of());
        // Who is asked tells of all whom it knows: the one who admits members may be none of those listed.
        returnEntireCache(true);
    }

    static KnownAddresses of(Discovery.Static list, int ownPort, Resolver resolver) {
        return new KnownAddresses(() -> {
            List<InetSocketAddress> all = new ArrayList<>();
            list.members().forEach(member -> {
                HostAndPort address = HostAndPort.of(member, ownPort);
                resolve(resolver, address.host(), address.port(), all);
            });
            return all;
        });
    }

    static KnownAddresses of(Discovery.Dns dns, int ownPort, Resolver resolver) {
        return new KnownAddresses(() -> {
            List<InetSocketAddress> all = new ArrayList<>();
            resolve(resolver, dns.query(), ownPort, all);
            return all;
        });
    }

    /** A name that has no address is of a member that is not there. */
    private static void resolve(Resolver resolver, String host, int port, List<InetSocketAddress> all) {
        try {
            for (InetAddress each : resolver.all(host)) {
                all.add(new InetSocketAddress(each, port));
            }
        } catch (UnknownHostException e) {
            // asked for again soon
        }
    }

    @Override
    public void findMembers(List<Address> members, boolean initial, Responses responses) {
        initialHosts(addresses.get());
        super.findMembers(members, initial, responses);
    }
}
