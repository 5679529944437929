package io.github.inparallel.cluster.jgroups;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Port of a member. It is bound before JGroups starts, so that a port that is taken is known at once, and the number of a free
 * one. Each connection goes through the {@link Door} on a thread of its own: one that says nothing holds up nobody.
 */
final class MemberServerSocket extends ServerSocket {

    /** Most connections that may be on their way through the door. Further ones are closed: members try again. */
    private static final int MOST_AT_THE_DOOR = 64;

    private static final long PAUSE = 10_000_000; // nanoseconds, after an accept that failed: the next may fail at once

    private final Door door;
    private final Semaphore places = new Semaphore(MOST_AT_THE_DOOR);
    private final BlockingQueue<Optional<MemberSocket>> admitted = new LinkedBlockingQueue<>(); // empty is the end

    MemberServerSocket(Door door, InetSocketAddress address) throws IOException {
        this.door = door;
        setReuseAddress(true);
        super.bind(address, 50);
    }

    /** Begins to let members in. */
    void open() {
        start(this::receive, "inparallel-cluster-accept");
    }

    private static void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void receive() {
        while (!isClosed()) {
            try {
                receive(super.accept());
            } catch (IOException | RuntimeException | Error e) { // else nobody could join any more
                // this one is closed, or that connection was, or there is no descriptor, thread or memory for it
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private void receive(Socket raw) throws IOException {
        if (!places.tryAcquire()) {
            raw.close();
            door.strangers().refused(text(raw), new IOException("too many come at once"));
            return;
        }
        try {
            start(() -> admit(raw), "inparallel-cluster-admit");
        } catch (Throwable e) { // nobody would admit it
            places.release();
            raw.close();
            throw e;
        }
    }

    private void admit(Socket raw) {
        try {
            admitted.add(Optional.of(new MemberSocket(door, raw, door.admit(raw))));
        } catch (IOException | RuntimeException e) {
            if (!isClosed()) {
                door.strangers().refused(text(raw), e);
            }
            try {
                raw.close();
            } catch (IOException closed) {
                e.addSuppressed(closed);
            }
        } finally {
            places.release();
        }
    }

    private static String text(Socket raw) {
        return HostAndPort.text(raw.getInetAddress());
    }

    /** Called by JGroups, which finds it bound. */
    @Override
    public void bind(SocketAddress address) {}

    @Override
    public void bind(SocketAddress address, int backlog) {}

    /** Waits for a member. */
    @Override
    public Socket accept() throws IOException {
        try {
            Optional<MemberSocket> next = admitted.take();
            if (next.isPresent()) {
                return next.get().handOut();
            }
            admitted.add(next);
            throw new SocketException("Socket closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("Interrupted");
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        admitted.add(Optional.empty());
        for (Optional<MemberSocket> each : admitted) {
            if (each.isPresent()) {
                each.get().close();
            }
        }
    }
}
