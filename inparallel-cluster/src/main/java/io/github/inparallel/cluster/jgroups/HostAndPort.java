package io.github.inparallel.cluster.jgroups;

/** Address as properties have it: {@code host}, {@code host:port}, {@code [::1]:port}. */
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
            return new HostAndPort(trimmed, defaultPort); // IPv6 without brackets has no port
        }
        String host = colon < 0 ? trimmed : trimmed.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = colon < 0 ? defaultPort : Integer.parseInt(trimmed.substring(colon + 1));
            if (!host.isEmpty() && port >= 0 && port <= 65_535) {
                return new HostAndPort(host, port);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text + "' is no address of a member (expected: host:port)");
    }
}
