package io.github.inparallel.cluster.jgroups;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds the address of this machine that a member is to have. */
public final class BindAddress {

    private BindAddress() {}

    /**
     * Finds it.
     *
     * @param text {@code loopback}, {@code site-local}, {@code global}, an address or host name of this machine, or one of its
     *     interfaces
     * @throws IllegalArgumentException if it is none; the message says why
     */
    public static InetAddress of(String text) {
        return switch (text) {
            case "loopback" -> InetAddress.getLoopbackAddress();
            case "site-local" -> first(text, InetAddress::isSiteLocalAddress);
            case "global" -> first(text, address -> !address.isSiteLocalAddress());
            default -> named(text);
        };
    }

    private static InetAddress first(String text, Predicate<InetAddress> kind) {
        return interfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .filter(kind)
                .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                .orElseThrow(() -> new IllegalArgumentException("This machine has no " + text + " address"));
    }

    private static InetAddress named(String text) {
        try {
            NetworkInterface named = NetworkInterface.getByName(text);
            if (named != null) {
                return named.inetAddresses()
                        .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                        .orElseThrow(() -> new IllegalArgumentException("The interface '" + text + "' has no address"));
            }
            InetAddress address = InetAddress.getByName(text);
            if (address.isAnyLocalAddress()) {
                throw new IllegalArgumentException(
                        "'" + text + "' is no address by which others can reach this member");
            }
            if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null) {
                throw new IllegalArgumentException("This machine does not have the address '" + text + "'");
            }
            return address;
        } catch (UnknownHostException | SocketException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither an address nor an interface of this machine", e);
        }
    }

    private static Stream<NetworkInterface> interfaces() {
        try {
            return NetworkInterface.networkInterfaces().filter(BindAddress::isUp);
        } catch (SocketException e) {
            return Stream.empty();
        }
    }

    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp() && !each.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }
}
