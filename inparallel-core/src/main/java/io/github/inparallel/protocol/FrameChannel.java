package io.github.inparallel.protocol;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames over a socket. The channel is non-blocking and waited on with a selector of its own, because an interrupt
 * closes a channel that a thread blocks in, and interrupts are how tasks are stopped.
 *
 * <p>One thread receives. Any thread may send: {@link #send} waits until all is written, {@link #offer} never waits and
 * leaves the rest to the receiving thread.
 */
public final class FrameChannel implements Closeable {

    /** How soon a sender that has nothing to wait with looks again. */
    private static final long WITHOUT_SELECTOR_NANOS = 1_000_000;

    private final SocketChannel channel;
    private final WritableByteChannel sink;
    private final Selector selector;
    private final SelectionKey key;

    // The receiving thread's.
    private final FrameReader reader;
    private Spinning spinning = new Spinning(0);
    private final Movement moving = new Movement();

    // Held while bytes are written, so that frames never mix.
    private final ReentrantLock writing = new ReentrantLock();
    // Guarded by writing: what the receiving thread has to write when it can.
    private Frame.@Nullable Outgoing unsent;
    // Written under writing: bytes of large frames that have been sent.
    private final AtomicLong written = new AtomicLong();
    // Written under writing, by the first sender that has to wait.
    private volatile @Nullable Selector writable;
    private volatile boolean hasUnsent;
    // Written by any thread: the receiving one is wanted for something else.
    private volatile boolean woken;
    // Written by any thread: nothing can be sent any more, so the receiving thread does not wait for more either.
    private volatile boolean ended;

    /** @param maxPayload longest payload that is received; a longer one breaks the connection */
    public FrameChannel(SocketChannel channel, int maxPayload) throws IOException {
        this(channel, new FrameReader(channel, maxPayload));
    }

    /** A channel to a side that is believed in what it announces. */
    public static FrameChannel trusting(SocketChannel channel) throws IOException {
        return new FrameChannel(channel, new FrameReader(channel, Integer.MAX_VALUE - 64, true));
    }

    private FrameChannel(SocketChannel channel, FrameReader reader) throws IOException {
        this(channel, reader, channel);
    }

    /** @param sink takes the bytes for the channel */
    FrameChannel(SocketChannel channel, FrameReader reader, WritableByteChannel sink) throws IOException {
        this.channel = channel;
        this.sink = sink;
        this.reader = reader;
        channel.configureBlocking(false);
        this.selector = Selector.open();
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    public SocketChannel channel() {
        return channel;
    }

    /** Sets the longest payload anew: more is allowed to whoever has said who it is. */
    public void maxPayload(int bytes) {
        reader.maxPayload(bytes);
    }

    /**
     * Has this called, on the receiving thread, before memory is taken for a payload above {@link TaskRequest#LARGE}; it
     * gets the length, and may wait.
     */
    public void beforeLarge(IntConsumer action) {
        reader.beforeLarge(action);
    }

    /** Has waits begin by spinning so long, where that is worthwhile. Before the first wait. */
    public void spin(long nanos) {
        spinning = new Spinning(nanos);
    }

    // ---- receiving

    /**
     * Waits for the next frame; meanwhile writes what {@link #offer} left. Interrupts are ignored and kept.
     *
     * @throws EOFException at the end of the stream
     * @throws ProtocolException if the other side broke the rules
     * @throws IOException if the connection is lost or was closed
     */
    public Frame receive() throws IOException {
        while (true) {
            Frame frame = poll(Long.MAX_VALUE);
            if (frame != null) {
                return frame;
            }
        }
    }

    /** The next frame within so many milliseconds, else null; null also when {@link #wake} was called. */
    public @Nullable Frame poll(long millis) throws IOException {
        long deadline = millis == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + millis * 1_000_000;
        boolean interrupted = false;
        try {
            Frame early = spinning.isWorthwhile() ? spin() : null;
            if (early != null) {
                return early;
            }
            while (true) {
                Frame frame = poll();
                if (frame != null) {
                    return frame;
                }
                if (ended) {
                    throw new EOFException("nothing can be sent any more");
                }
                if (woken) {
                    woken = false;
                    return null;
                }
                boolean writeToo = hasUnsent && !writeUnsent();
                if ((writeToo || reader.hasBegun()) && moving.isSeen(reader.taken() + written.get())) {
                    Thread.yield();
                    continue;
                }
                key.interestOps(SelectionKey.OP_READ | (writeToo ? SelectionKey.OP_WRITE : 0));
                long left = deadline == Long.MAX_VALUE ? 0 : (deadline - System.nanoTime()) / 1_000_000;
                if (deadline != Long.MAX_VALUE && left <= 0) {
                    return null;
                }
                selector.select(left);
                interrupted |= Thread.interrupted(); // a set flag would turn select into a busy loop
                selector.selectedKeys().clear();
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new ClosedChannelException();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Has the receiving thread come back from {@link #poll(long)}; if it does not wait, then the next time. */
    public void wake() {
        woken = true;
        selector.wakeup();
    }

    /** The next frame, if it comes while spinning is worthwhile. */
    private @Nullable Frame spin() throws IOException {
        long start = System.nanoTime();
        do {
            Frame frame = poll();
            if (frame != null) {
                spinning.spun(true);
                return frame;
            }
            Thread.yield();
        } while (!hasUnsent && System.nanoTime() - start < spinning.limitNanos());
        spinning.spun(false);
        return null;
    }

    /** Reads what is there, without waiting; null if that is not a whole frame yet. */
    public @Nullable Frame poll() throws IOException {
        return reader.poll();
    }

    /** Whether the next frame has begun to arrive. Receiving thread only. */
    public boolean hasBegun() {
        return reader.hasBegun();
    }

    /** Whether it has not been closed on this side. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    // ---- sending

    /**
     * Writes the frame, waiting for the other side where it must. Interrupts are ignored and kept.
     *
     * @throws IOException if the connection is lost or was closed
     */
    public void send(Frame.Outgoing frame) throws IOException {
        boolean interrupted = false;
        writing.lock();
        try {
            Movement sending = new Movement();
            while (unsent != null && !writeUnsent() || !write(frame)) {
                if (sending.isSeen(written.get())) {
                    Thread.yield();
                    continue;
                }
                Selector room = roomSelector();
                if (room == null) {
                    LockSupport.parkNanos(this, WITHOUT_SELECTOR_NANOS);
                } else {
                    room.select();
                    room.selectedKeys().clear();
                }
                interrupted |= Thread.interrupted();
            }
        } catch (Throwable e) {
            leaveIfBegun(frame);
            throw e;
        } finally {
            writing.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Tells when the connection takes more; null if no descriptor is free for it. */
    private @Nullable Selector roomSelector() throws IOException {
        Selector room = writable;
        if (room == null) {
            try {
                room = Selector.open();
            } catch (IOException e) {
                return null;
            }
            writable = room;
            channel.register(room, SelectionKey.OP_WRITE);
        }
        return room;
    }

    public void send(Frame frame) throws IOException {
        send(frame.encode());
    }

    /**
     * Writes as much of the frame as goes at once. What is left is the receiving thread's work; it is woken for it.
     *
     * @return false if frames are waiting already: nothing was done
     * @throws IOException if the connection is lost or was closed
     */
    public boolean offer(Frame.Outgoing frame) throws IOException {
        writing.lock();
        try {
            if (unsent != null) {
                return false;
            }
            // A large frame is the receiving thread's altogether: its caller has no time for it.
            if (!frame.isSmall() || !write(frame)) {
                leave(frame);
            }
            return true;
        } catch (Throwable e) {
            leaveIfBegun(frame);
            throw e;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Writes as much of the frame as goes at once, if nobody else writes in this moment and the connection takes any of
     * it. What is left is the receiving thread's work.
     *
     * @return false if nothing was done
     * @throws IOException if the connection is lost or was closed
     */
    public boolean tryOffer(Frame.Outgoing frame) throws IOException {
        if (!writing.tryLock()) {
            return false;
        }
        try {
            if (unsent != null || sink.write(frame.first()) == 0) {
                return false;
            }
            if (!write(frame)) {
                leave(frame);
            }
            return true;
        } catch (Throwable e) {
            leaveIfBegun(frame);
            throw e;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Writing failed, for want of memory or of a descriptor perhaps. A frame of which some is written has to be written
     * to its end: what comes after it would else be read as its rest.
     */
    private void leaveIfBegun(Frame.Outgoing frame) {
        if (unsent == null && frame.hasBegun()) {
            leave(frame);
        }
    }

    /** To the receiving thread. */
    private void leave(Frame.Outgoing frame) {
        unsent = frame;
        hasUnsent = true;
        selector.wakeup();
    }

    /** The other side takes nothing any more: what it has sent is still received, then that is the end. */
    public void end() {
        ended = true;
        selector.wakeup();
    }

    /** Whether something that was offered is not wholly written. */
    public boolean hasUnsent() {
        return hasUnsent;
    }

    /** Writes what was left, without waiting; returns whether all is written. */
    public boolean flush() throws IOException {
        return !hasUnsent || writeUnsent();
    }

    private boolean writeUnsent() throws IOException {
        writing.lock();
        try {
            Frame.Outgoing frame = unsent;
            if (frame != null && !write(frame)) {
                return false;
            }
            unsent = null;
            hasUnsent = false;
            return true;
        } finally {
            writing.unlock();
        }
    }

    /** Writes without waiting; returns whether all is written. */
    private boolean write(Frame.Outgoing frame) throws IOException {
        Frame.@Nullable Outgoing present = frame;
        do {
            if (!write(present.first()) || !write(present.body()) || !write(present.attachment())) {
                return false;
            }
            present = present.next();
        } while (present != null);
        return true;
    }

    private boolean write(@Nullable ByteBuffer bytes) throws IOException {
        while (bytes != null && bytes.hasRemaining()) {
            int count;
            if (bytes.remaining() <= FrameReader.CHUNK) {
                count = sink.write(bytes);
            } else {
                // In slices, because the JDK keeps a direct buffer of the largest size for each thread.
                count = sink.write(bytes.slice(bytes.position(), FrameReader.CHUNK));
                bytes.position(bytes.position() + count);
            }
            if (count == 0) {
                return false;
            }
            if (bytes.limit() > Frame.SMALL) {
                written.addAndGet(count);
            }
        }
        return true;
    }

    /** Closes it where nobody can do anything about a failure to. */
    public void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // it is as good as closed
        }
    }

    /** Wakes whoever waits in here; it fails with a {@code ClosedChannelException}. */
    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
        Selector room = writable;
        if (room != null) {
            room.wakeup(); // closing the channel alone does not
        }
        writing.lock();
        try {
            room = writable;
            if (room != null) {
                room.close();
            }
        } finally {
            writing.unlock();
        }
    }

    /**
     * Whether large frames have moved within the time to spin. Then the other side is at it, and a selector would only make
     * it wait for us. Confined to one thread.
     */
    private final class Movement {

        private long bytes = -1; // that had crossed
        private long since; // when that was seen

        boolean isSeen(long crossed) {
            long now = System.nanoTime();
            if (crossed != bytes) {
                bytes = crossed;
                since = now;
            }
            return now - since < spinning.limitNanos();
        }
    }
}
