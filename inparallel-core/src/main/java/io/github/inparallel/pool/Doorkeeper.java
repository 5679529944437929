package io.github.inparallel.pool;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.Secret;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the pool's socket: a connection is let in that says, within its time, which worker and slot it is, with the
 * secret that was made for exactly that, once. Everybody else is closed and counted, and nobody waits for them. Confined
 * to the supervisor's thread but for {@link #wakeup()} and {@link #rejected()}.
 */
final class Doorkeeper {

    private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);

    private static final long TIME_FOR_HELLO = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_STRANGERS = 64;

    /** Takes over a connection that was let in. */
    interface Guest {
        void connected(Worker worker, int slot, FrameChannel channel);
    }

    private final Selector selector;
    private final ServerSocketChannel server;
    private final Map<FrameChannel, Long> strangers = new HashMap<>(); // with the end of their time
    private final Set<String> used = new HashSet<>(); // secrets; small, as workers are few
    private final AtomicLong rejected = new AtomicLong();

    Doorkeeper(Path socket, int slots) throws IOException {
        selector = Selector.open();
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 128 + slots);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    void wakeup() {
        selector.wakeup();
    }

    long rejected() {
        return rejected.get();
    }

    /** Waits for anything on any control connection or the door, or so many milliseconds; 0 is for ever. */
    void await(long millis) {
        try {
            selector.select(millis);
            Thread.interrupted(); // nobody may interrupt the supervisor
            selector.selectedKeys().clear();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Lets in who may come in. */
    void serve(IntFunction<@Nullable Worker> workers, Guest guest) {
        accept();
        for (FrameChannel channel : Set.copyOf(strangers.keySet())) {
            try {
                Frame frame = channel.poll();
                if (frame != null) {
                    admit(channel, Hello.of(frame), workers, guest);
                }
            } catch (IOException e) {
                reject(channel, e.getMessage());
            }
        }
    }

    private void accept() {
        try {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                FrameChannel frames = new FrameChannel(channel, Hello.MAX_PAYLOAD);
                if (strangers.size() >= MOST_STRANGERS) {
                    Iterator<FrameChannel> oldest = strangers.keySet().iterator();
                    reject(oldest.next(), "too many connections without a hello");
                }
                strangers.put(frames, System.nanoTime() + TIME_FOR_HELLO);
                channel.register(selector, SelectionKey.OP_READ);
            }
        } catch (IOException e) {
            log.warn("A connection could not be accepted", e);
        }
    }

    private void admit(FrameChannel channel, Hello hello, IntFunction<@Nullable Worker> workers, Guest guest)
            throws IOException {
        Worker worker = workers.apply(hello.worker());
        String expected = worker == null ? null : secret(worker, hello.slot());
        if (hello.version() != Hello.VERSION || worker == null || expected == null) {
            throw new ProtocolException("no such worker or slot");
        }
        if (!Secret.matches(expected, hello.secret()) || !used.add(expected)) {
            throw new ProtocolException("wrong secret");
        }
        strangers.remove(channel);
        if (hello.slot() != Hello.CONTROL) {
            SelectionKey key = channel.channel().keyFor(selector);
            if (key != null) {
                key.cancel(); // its slot's own thread waits on it from here on
            }
        }
        guest.connected(worker, hello.slot(), channel);
    }

    private static @Nullable String secret(Worker worker, int slot) {
        if (slot == Hello.CONTROL) {
            return worker.controlSecret;
        }
        return slot >= 0 && slot < worker.slotSecrets.size() ? worker.slotSecrets.get(slot) : null;
    }

    private void reject(FrameChannel channel, @Nullable String why) {
        log.warn("A connection to the workers' socket was refused: {}", why);
        rejected.incrementAndGet();
        strangers.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("Closing a refused connection", e);
        }
    }

    /** Closes whoever took too long; returns when the next one's time ends. */
    long expire(long now) {
        long next = Long.MAX_VALUE;
        for (Map.Entry<FrameChannel, Long> stranger : Map.copyOf(strangers).entrySet()) {
            if (stranger.getValue() - now <= 0) {
                reject(stranger.getKey(), "no hello in time");
            } else {
                next = Math.min(next, stranger.getValue());
            }
        }
        return next;
    }

    void close() {
        try {
            for (FrameChannel channel : Set.copyOf(strangers.keySet())) {
                channel.close();
            }
            server.close();
            selector.close();
        } catch (IOException e) {
            log.debug("Closing the workers' socket", e);
        }
    }
}
