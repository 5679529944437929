package io.github.inparallel.cluster.jgroups;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Address as properties have it: {@code host}, {@code host:port}, {@code [::1]:port}. One of IPv6 has many spellings, and the
 * shortest here, so that people see a member by one name.
 */
public record HostAndPort(String host, int port) {

    /**
     * Reads it.
     *
     * @param defaultPort port of one that names none
     * @throws IllegalArgumentException if it is none; the message says what is expected
     */
    public static HostAndPort of(String text, int defaultPort) {
        String trimmed = text.trim();
        int end = trimmed.startsWith("[") ? trimmed.indexOf(']') + 1 : 0;
        int colon = trimmed.indexOf(':', end);
        if (end == 0 && colon >= 0 && trimmed.indexOf(':', colon + 1) >= 0) {
            colon = -1; // IPv6 without brackets has no port
        }
        String host = colon < 0 ? trimmed : trimmed.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = colon < 0 ? defaultPort : Integer.parseInt(trimmed.substring(colon + 1));
            if (!host.isEmpty() && (colon < 0 || port >= 1) && port <= 65_535) {
                return new HostAndPort(spelled(host), port);
            }
        } catch (NumberFormatException | UnknownHostException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no address of a member (expected: host:port, with a port of 1 to 65535)");
    }

    static HostAndPort of(InetAddress address, int port) {
        return new HostAndPort(text(address), port);
    }

    /** Returns an address as people see it. */
    public static String text(InetAddress address) {
        try {
            return spelled(address.getHostAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // the JDK has written it
        }
    }

    /** Names, and addresses of IPv4, stay as they are. What belongs to one machine, its zone, is told where it is needed. */
    private static String spelled(String host) throws UnknownHostException {
        if (host.indexOf(':') < 0) {
            return host;
        }
        int zone = host.indexOf('%');
        InetAddress address = InetAddress.getByName(zone < 0 ? host : host.substring(0, zone)); // asks nobody
        String text = address.getAddress().length == 16 ? shortest(address) : address.getHostAddress();
        return zone >= 0 && address.isLinkLocalAddress() ? text + host.substring(zone) : text;
    }

    /** As RFC 5952 has it: without leading zeros, and the longest row of groups that are zero left out. */
    private static String shortest(InetAddress address) {
        ByteBuffer groups = ByteBuffer.wrap(address.getAddress());
        int from = -1;
        int left = 1; // a single one is written
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups.getShort(2 * end) == 0) {
                end++;
            }
            if (end - i > left) {
                from = i;
                left = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == from) {
                text.append("::");
                i += left - 1;
            } else {
                if (i > 0 && i != from + left) {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups.getShort(2 * i) & 0xffff));
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
