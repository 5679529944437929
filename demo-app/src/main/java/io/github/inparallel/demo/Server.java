package io.github.inparallel.demo;

/**
 * Where a server is, who logs in, and which host key to expect.
 *
 * @param name what people call it
 * @param address host name or IP address to connect to
 * @param port TCP port
 * @param user who logs in
 * @param password with which password
 * @param fingerprint of the only host key to accept, as {@code SHA256:...}
 */
public record Server(String name, String address, int port, String user, String password, String fingerprint) {

    /** The same server with another password. */
    public Server withPassword(String other) {
        return new Server(name, address, port, user, other, fingerprint);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return name + " (" + user + "@" + address + ":" + port + ")";
    }
}
