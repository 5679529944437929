package io.github.inparallel.cluster.jgroups;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;

/** What a member reads on a connection: the pieces of the peer's {@link FrameOutput}, without what they begin with. For one thread. */
final class FrameInput extends InputStream {

    private static final int BUFFER = 64 * 1024;

    private final DataInputStream in;
    private final FrameOutput output;
    private int missing; // bytes of the piece that is being read

    /** @param output that of the same connection: it tells the peer what has been read, and hears what the peer has */
    FrameInput(InputStream in, FrameOutput output) {
        this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
        this.output = output;
    }

    @Override
    public int read() throws IOException {
        if (missing == 0 && !beginPiece()) {
            return -1;
        }
        int single = in.read();
        if (single >= 0) {
            missing--;
            output.hasRead(1);
        }
        return single;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (missing == 0 && !beginPiece()) {
            return -1;
        }
        int part = in.read(bytes, offset, Math.min(count, missing));
        if (part > 0) {
            missing -= part;
            output.hasRead(part);
        }
        return part;
    }

    /** @return false at the end */
    private boolean beginPiece() throws IOException {
        try {
            int length = in.readInt();
            int readByPeer = in.readInt();
            if (length <= 0) {
                throw new StreamCorruptedException("a piece of " + length + " bytes");
            }
            missing = length;
            output.hasRead(FrameOutput.COST + FrameOutput.HEADER);
            output.peerHasRead(readByPeer);
            return true;
        } catch (EOFException e) {
            return false;
        }
    }
}
