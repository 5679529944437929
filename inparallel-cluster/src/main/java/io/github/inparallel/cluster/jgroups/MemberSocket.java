package io.github.inparallel.cluster.jgroups;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A connection between members, as JGroups sees it: what it reads and writes has gone through the {@link Door}. Closing it
 * ends the connection below at once, whatever waits there: the end of TLS is not said to a peer that may not read.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // what is below synchronizes as it needs to
final class MemberSocket extends Socket {

    /** The last one that a thread got. JGroups makes a connection of it there, and shows no way back from that to this. */
    private static final ThreadLocal<MemberSocket> HANDED_OUT = new ThreadLocal<>();

    private final Door door;
    private final Socket raw;
    private volatile Socket inner; // raw, or what is around it; by whoever connects
    private volatile @Nullable FrameOutput output; // by whoever connects
    private volatile @Nullable FrameInput input; // by whoever connects
    private volatile @Nullable Future<?> goodbye; // by whoever closes

    /** A connection to a member, before it is made. */
    MemberSocket(Door door) throws IOException {
        this(door, new Socket(), null);
    }

    /** A connection that a member has made. */
    MemberSocket(Door door, Socket raw, @Nullable Socket inner) throws IOException {
        super((SocketImpl) null);
        this.door = door;
        this.raw = raw;
        this.inner = inner == null ? raw : inner;
        door.opened(this);
    }

    /** JGroups gets it now, on this thread. */
    MemberSocket handOut() {
        HANDED_OUT.set(this);
        return this;
    }

    /** Returns the one of the connection that JGroups makes, or has just made, on this thread. */
    static @Nullable MemberSocket handedOut() {
        return HANDED_OUT.get();
    }

    /** The connection is made, or it is not. */
    static void forget() {
        HANDED_OUT.remove();
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        raw.connect(address, timeout);
        raw.setTcpNoDelay(true);
        try {
            inner = door.enter(raw);
        } catch (IOException e) {
            close();
            if (!(e instanceof SocketException) && !door.isClosed()) { // else one of both went away meanwhile
                door.strangers().refusedBy(text(address), e);
            }
            throw e;
        }
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        connect(address, 0);
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress ip && ip.getAddress() != null
                ? HostAndPort.of(ip.getAddress(), ip.getPort()).toString()
                : address.toString();
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        raw.bind(address);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        FrameInput made = input;
        if (made == null) {
            made = new FrameInput(inner.getInputStream(), getOutputStream());
            input = made;
        }
        return made;
    }

    /** JGroups asks for it when both sides have gone through the door. */
    @Override
    public FrameOutput getOutputStream() throws IOException {
        FrameOutput made = output;
        if (made == null) {
            made = new FrameOutput(inner.getOutputStream(), raw);
            output = made;
        }
        return made;
    }

    /**
     * JGroups begins with this to say goodbye before it closes. To a peer that has stopped reading nothing can be said, and
     * trying to would hold up whoever closes.
     */
    @Override
    public void shutdownInput() throws IOException {
        FrameOutput writer = output;
        if (writer == null) {
            return;
        }
        writer.beginClosing();
        if (writer.isWriting()) {
            raw.close();
        } else {
            goodbye = door.closeSoon(raw); // somebody may just have begun to write, or there is no room even for a word
        }
    }

    @Override
    public void shutdownOutput() {
        // closing does it
    }

    @Override
    public void close() throws IOException {
        door.closed(this);
        raw.close();
        Future<?> saying = goodbye;
        if (saying != null) {
            saying.cancel(false);
        }
    }

    @Override
    public boolean isConnected() {
        return raw.isConnected();
    }

    @Override
    public boolean isBound() {
        return raw.isBound();
    }

    @Override
    public boolean isClosed() {
        return raw.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return raw.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return raw.isOutputShutdown();
    }

    @Override
    public InetAddress getInetAddress() {
        return raw.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return raw.getLocalAddress();
    }

    @Override
    public int getPort() {
        return raw.getPort();
    }

    @Override
    public int getLocalPort() {
        return raw.getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return raw.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return raw.getLocalSocketAddress();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        raw.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return raw.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        raw.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return raw.getSoLinger();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        raw.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return raw.getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        raw.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return raw.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        raw.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return raw.getReceiveBufferSize();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        raw.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return raw.getKeepAlive();
    }

    @Override
    public String toString() {
        return "MemberSocket[" + raw + "]";
    }
}
