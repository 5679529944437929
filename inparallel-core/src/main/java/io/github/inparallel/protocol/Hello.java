package io.github.inparallel.protocol;

/**
 * First frame of every connection.
 *
 * @param version protocol version of the worker
 * @param worker the worker's number
 * @param slot which slot's data connection it is; {@link #CONTROL} and {@link #LOG} for the others
 * @param pid the worker's process id
 * @param secret this connection's own secret, good once
 */
public record Hello(int version, int worker, int slot, long pid, String secret) {

    public static final int VERSION = 7;
    public static final int CONTROL = -1;
    /** The connection that carries log events, and nothing the other way. */
    public static final int LOG = -2;

    public Frame toFrame() {
        return new Frame(FrameType.HELLO, 0, Wire.write(out -> {
            out.writeInt(version);
            out.writeInt(worker);
            out.writeInt(slot);
            out.writeLong(pid);
            Wire.writeString(out, secret);
        }));
    }

    /** @throws ProtocolException if the frame is no hello */
    public static Hello of(Frame frame) throws ProtocolException {
        if (frame.type() != FrameType.HELLO) {
            throw new ProtocolException("expected a hello, got " + frame.type());
        }
        return Wire.read(
                frame.payload(),
                in -> new Hello(
                        in.readInt(), in.readInt(), in.readInt(), in.readLong(), Wire.readText(in, WireLimit.SECRET)));
    }
}
