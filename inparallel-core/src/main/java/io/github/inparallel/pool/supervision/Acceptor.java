package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.WireLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Guards the pool's socket: a connection is let in that says, within its time, which worker and slot it is, with the
 * secret that was made for exactly that, once. Everybody else is closed and counted, and nobody waits for them. Confined
 * to the supervisor's thread but for {@link #wakeup()} and {@link #rejected()}.
 */
@ConfinedToSupervisor
final class Acceptor {

    private static final Log log = Log.of(Acceptor.class);

    private static final long TIME_FOR_HELLO = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_PENDING = 64;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    /** Takes over a connection that was let in. */
    interface Listener {
        void connected(Worker worker, int slot, FrameChannel channel);
    }

    private final String pool;
    private final Machine machine;
    private final Selector selector;
    private final ServerSocketChannel server;
    private final SelectionKey listening;
    private final UserPrincipal owner;
    private final Map<FrameChannel, Long> pending = new LinkedHashMap<>(); // oldest first, with the end of their time
    private long acceptFrom; // 0: at once
    private long warned;
    private volatile boolean woken; // for a simulation: somebody has called wakeup since it served
    private final AtomicLong rejected = new AtomicLong();

    Acceptor(String pool, Path socket, int slots, Machine machine) throws IOException {
        this.pool = pool;
        this.machine = machine;
        selector = Selector.open();
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 128 + slots);
        server.configureBlocking(false);
        listening = server.register(selector, SelectionKey.OP_ACCEPT);
        owner = Files.getOwner(socket);
    }

    @AnyThread
    void wakeup() {
        woken = true;
        selector.wakeup();
    }

    @AnyThread
    long rejected() {
        return rejected.get();
    }

    /** Waits for anything on any control connection or the acceptor, or so many milliseconds; 0 is for ever. */
    void await(long millis) {
        try {
            selector.select(millis);
            Thread.interrupted(); // nobody may interrupt the supervisor
            selector.selectedKeys().clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells whether {@link #await} would return at once; for a simulation. */
    boolean hasNews() {
        try {
            boolean news = selector.selectNow() > 0;
            selector.selectedKeys().clear();
            return news || woken;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Accepts connections, and lets in those that may come in. */
    void serve(IntFunction<@Nullable Worker> workers, Listener listener) {
        woken = false;
        accept(workers, listener);
        for (FrameChannel channel : List.copyOf(pending.keySet())) {
            listen(channel, workers, listener);
        }
    }

    private void accept(IntFunction<@Nullable Worker> workers, Listener listener) {
        if (acceptFrom != 0 && acceptFrom - machine.nanoTime() > 0) {
            return;
        }
        try {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                greet(channel);
                if (pending.size() > MOST_PENDING) {
                    FrameChannel oldest = pending.keySet().iterator().next();
                    listen(oldest, workers, listener);
                    if (pending.containsKey(oldest)) {
                        reject(oldest, "too many connections without a hello");
                    }
                }
            }
            acceptFrom = 0;
            listening.interestOps(SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            // Most likely there are no descriptors left: trying again at once would only burn a processor.
            log.warn("Pool '{}': a connection to the workers' socket could not be accepted", pool, e);
            acceptFrom = machine.nanoTime() + PAUSE;
            listening.interestOps(0);
        }
    }

    /** Tells whose a connection is. True where the JDK cannot say: then the folder's mode and the secrets are the guard. */
    private static boolean isOf(UserPrincipal owner, SocketChannel channel) throws IOException {
        try {
            return Peer.user(channel).equals(owner);
        } catch (LinkageError | UnsupportedOperationException e) {
            return true; // no module jdk.net, or another platform
        }
    }

    /** Asks the JDK whose a connection is. A class of its own, so that only its use can fail. */
    private static final class Peer {
        static UserPrincipal user(SocketChannel channel) throws IOException {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        }
    }

    private void greet(SocketChannel channel) throws IOException {
        FrameChannel frames;
        try {
            if (!isOf(owner, channel)) {
                throw new ProtocolException("it belongs to another user");
            }
            frames = new FrameChannel(channel, WireLimit.HELLO.most());
            channel.register(selector, SelectionKey.OP_READ);
        } catch (ProtocolException e) {
            channel.close();
            refused(e.getMessage());
            return;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        pending.put(frames, machine.nanoTime() + TIME_FOR_HELLO);
    }

    private void listen(FrameChannel channel, IntFunction<@Nullable Worker> workers, Listener listener) {
        try {
            Frame frame = channel.poll();
            if (frame != null) {
                admit(channel, Hello.of(frame), workers, listener);
            }
        } catch (IOException e) {
            reject(channel, e.getMessage());
        }
    }

    private void admit(FrameChannel channel, Hello hello, IntFunction<@Nullable Worker> workers, Listener listener)
            throws IOException {
        Worker worker = workers.apply(hello.worker());
        if (hello.version() != Hello.VERSION || worker == null) {
            throw new ProtocolException("no such worker or slot");
        }
        worker.credentials().use(hello);
        pending.remove(channel);
        if (hello.slot() != Hello.CONTROL) {
            SelectionKey key = channel.channel().keyFor(selector);
            if (key != null) {
                key.cancel(); // its slot's own thread waits on it from here on
            }
        }
        listener.connected(worker, hello.slot(), channel);
    }

    private void reject(FrameChannel channel, @Nullable String why) {
        refused(why);
        pending.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("Closing a refused connection", e);
        }
    }

    /** Counts it, and warns now and then: whoever connects again and again is not to fill the log. */
    private void refused(@Nullable String why) {
        long count = rejected.incrementAndGet();
        long now = machine.nanoTime();
        if (count == 1 || now - warned > BETWEEN_WARNINGS) {
            warned = now;
            log.warn("Pool '{}': a connection to the workers' socket was refused: {} ({} so far)", pool, why, count);
        } else {
            log.debug("A connection to the workers' socket was refused: {}", why);
        }
    }

    /** Closes whoever took too long. Returns when the next one's time ends. */
    long expire(long now) {
        long next = acceptFrom == 0 ? Deadline.NEVER : acceptFrom;
        for (Map.Entry<FrameChannel, Long> each : Map.copyOf(pending).entrySet()) {
            if (each.getValue() - now <= 0) {
                reject(each.getKey(), "no hello in time");
            } else {
                next = Deadline.earlier(next, each.getValue());
            }
        }
        return next;
    }

    void close() {
        try {
            for (FrameChannel channel : List.copyOf(pending.keySet())) {
                channel.close();
            }
            server.close();
            selector.close();
        } catch (IOException e) {
            log.debug("Closing the workers' socket", e);
        }
    }
}
