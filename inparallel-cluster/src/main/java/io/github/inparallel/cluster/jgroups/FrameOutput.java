package io.github.inparallel.cluster.jgroups;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a member writes on a connection: JGroups' frames, each of four bytes for its length and that many more. JGroups has a
 * thread for it, which has to be woken for each frame that comes alone. A small one is therefore written at once by whoever
 * sends it, as long as that cannot wait: so little is under way that every system has room for it, whether or not the peer
 * reads. To know that, all is written in pieces, and each begins with what has been read of the same connection; the peer has
 * a {@link FrameInput} for them. After a failure the connection is closed: a part of a piece may have been written.
 * Thread-safe.
 */
final class FrameOutput extends OutputStream {

    /** Most bytes under way, with what each piece costs, when a frame is written at once. */
    static final int MOST_UNREAD = 8 * 1024;

    /** Bytes before a piece: its length, and how much its writer has read. */
    static final int HEADER = 2 * Integer.BYTES;

    /** What a piece counts beyond its bytes: systems keep as much for each, and small ones would use up their room. */
    static final int COST = 256;

    /** Most bytes of a piece without its header: more are written in several. */
    static final int LONGEST_PIECE = 64 * 1024;

    private static final int FRAME_HEADER = HEADER + Integer.BYTES;

    private final OutputStream out;
    private final Closeable connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicInteger read =
            new AtomicInteger(); // by this member; it may overflow, as all that is counted here
    private volatile int readByPeer; // as it says; by whoever reads
    private volatile boolean writing; // by the owner of the lock
    private volatile boolean closing; // by whoever closes

    // All guarded by the lock.
    private final byte[] piece = new byte[HEADER + LONGEST_PIECE]; // that is being written
    private boolean framed; // what is written now are frames
    private int written;
    private int lengthBytes; // how many bytes of the next frame's length have been written
    private int length; // of that frame, as far as it has been written
    private int missing; // bytes of the frame that is being written
    private long atOnce; // frames

    /** @param connection what {@code out} belongs to */
    FrameOutput(OutputStream out, Closeable connection) {
        this.out = out;
        this.connection = connection;
    }

    /** The members know each other: from here on frames are written. */
    void begin() {
        lock.lock();
        try {
            framed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody is writing, and perhaps waits until the peer reads. It stays so after a failure: nothing more can be written. */
    boolean isWriting() {
        return writing;
    }

    /** From here on it does not matter what can still be said. */
    void beginClosing() {
        closing = true;
    }

    /** This member has read so much more, as pieces count. */
    void hasRead(int more) {
        read.addAndGet(more);
    }

    /** The peer says how much it has read. */
    void peerHasRead(int sum) {
        readByPeer = sum;
    }

    /**
     * Writes a whole frame, if that waits for nobody.
     *
     * @return false if it is to be written by the thread that may wait
     */
    boolean tryWrite(byte[] content, int offset, int count) throws IOException {
        if (count > MOST_UNREAD - COST - FRAME_HEADER || closing || !lock.tryLock()) {
            return false;
        }
        try {
            boolean betweenFrames = framed && lengthBytes == 0 && missing == 0;
            int unread = written - readByPeer;
            if (writing || !betweenFrames || unread < 0 || unread + COST + FRAME_HEADER + count > MOST_UNREAD) {
                return false;
            }
            writePiece(true, content, offset, count);
            atOnce++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** How many frames have been written by whoever sent them. */
    long writtenAtOnce() {
        lock.lock();
        try {
            return atOnce;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (count == 0) {
            return;
        }
        lock.lock();
        try {
            if (writing) {
                throw new SocketException("Socket closed"); // by the failure of before
            }
            for (int done = 0; done < count; done += LONGEST_PIECE) {
                writePiece(false, bytes, offset + done, Math.min(LONGEST_PIECE, count - done));
            }
            if (framed) {
                follow(bytes, offset, offset + count);
            }
        } catch (IOException e) {
            if (!closing) {
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void writePiece(boolean asFrame, byte[] bytes, int offset, int count) throws IOException {
        writing = true;
        try {
            int size = asFrame ? Integer.BYTES + count : count;
            ByteBuffer filled = ByteBuffer.wrap(piece).putInt(size).putInt(read.get());
            if (asFrame) {
                filled.putInt(count);
            }
            // In one write: the peer would be woken for what is before the bytes, and TLS would wrap it by itself.
            out.write(piece, 0, filled.put(bytes, offset, count).position());
            written += COST + HEADER + size;
            writing = false; // not after a failure: nothing may follow what was written of the piece
        } finally {
            if (writing) {
                connection.close();
            }
        }
    }

    /** Finds out where in a frame these bytes end. */
    private void follow(byte[] bytes, int from, int end) {
        int next = from;
        while (next < end) {
            if (missing > 0) {
                int part = Math.min(missing, end - next);
                missing -= part;
                next += part;
            } else {
                length = length << 8 | bytes[next++] & 0xff;
                if (++lengthBytes == Integer.BYTES) {
                    missing = Math.max(0, length); // a negative one is JGroups' word that it closes
                    lengthBytes = 0;
                    length = 0;
                }
            }
        }
    }
}
