package io.github.inparallel.cluster.jgroups;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import org.jgroups.util.DefaultSocketFactory;

/** Gives JGroups sockets that go through the {@link Door}. */
final class MemberSockets extends DefaultSocketFactory {

    private final Door door;
    private final MemberServerSocket port;

    MemberSockets(Door door, MemberServerSocket port) {
        this.door = door;
        this.port = port;
    }

    @Override
    public Socket createSocket(String service) throws IOException {
        return new MemberSocket(door).handOut();
    }

    @Override
    public ServerSocket createServerSocket(String service) {
        port.open();
        return port;
    }
}
