package io.github.inparallel.cluster.jgroups;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a member writes on a connection: JGroups' frames, each of four bytes for its length and that many more. JGroups has a
 * thread for it, which has to be woken for each frame that comes alone. A small one is therefore written at once by whoever
 * sends it, as long as that cannot wait: so little is under way that every system has room for it, whether or not the peer
 * reads. Thread-safe.
 */
final class FrameOutput extends OutputStream {

    /** Most bytes under way, in frames that are written at once. */
    static final int MOST_UNREAD = 8 * 1024;

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean writing; // by the owner of the lock
    private volatile int read; // bytes that the peer has read, as it says; by whoever hears it

    // All guarded by the lock.
    private boolean framed; // what is written now are frames
    private int written; // bytes of frames; it may overflow, and so may read
    private int lengthBytes; // how many bytes of the next frame's length have been written
    private int length; // of that frame, as far as it has been written
    private int missing; // bytes of the frame that is being written

    FrameOutput(OutputStream out) {
        this.out = out;
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

    /** Whether somebody is writing, and perhaps waits until the peer reads. */
    boolean isWriting() {
        return writing;
    }

    /** The peer says how many bytes of frames it has read. */
    void peerHasRead(int bytes) {
        read = bytes;
    }

    /**
     * Writes a whole frame, if that waits for nobody.
     *
     * @return false if it is to be written by the thread that may wait
     */
    boolean tryWrite(byte[] frame) throws IOException {
        if (frame.length > MOST_UNREAD || !lock.tryLock()) {
            return false;
        }
        try {
            boolean betweenFrames = framed && lengthBytes == 0 && missing == 0;
            int unread = written - read;
            if (!betweenFrames || unread < 0 || unread + frame.length > MOST_UNREAD) {
                return false;
            }
            writeThrough(frame, 0, frame.length);
            written += frame.length;
            return true;
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
        lock.lock();
        try {
            writeThrough(bytes, offset, count);
            if (framed) {
                written += count;
                follow(bytes, offset, offset + count);
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeThrough(byte[] bytes, int offset, int count) throws IOException {
        writing = true;
        out.write(bytes, offset, count);
        writing = false; // not after a failure: then the connection is to be closed without a word
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

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
