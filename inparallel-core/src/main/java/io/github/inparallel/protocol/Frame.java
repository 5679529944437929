package io.github.inparallel.protocol;

import java.nio.ByteBuffer;

/**
 * One message: {@code int length, byte type, long task id, payload}; the length counts what follows it.
 *
 * @param type what it is
 * @param taskId the task it is about; 0 where it is about none
 * @param payload what it says
 */
public record Frame(FrameType type, long taskId, byte[] payload) {

    /** Bytes before the payload. */
    static final int HEADER = 4 + 1 + 8;

    /** Payloads up to this size travel in one piece with the header. */
    static final int SMALL = 32 * 1024;

    private static final byte[] NOTHING = new byte[0];

    public static Frame of(FrameType type, long taskId) {
        return new Frame(type, taskId, NOTHING);
    }

    /** The frame as bytes to send; a large payload is not copied. */
    public Outgoing encode() {
        return encode(type, taskId, NOTHING, payload);
    }

    /** A frame whose payload is a head and a body, as bytes to send; a large body is not copied. */
    public static Outgoing encode(FrameType type, long taskId, byte[] head, byte[] body) {
        int length = head.length + body.length;
        boolean small = length <= SMALL;
        ByteBuffer first = ByteBuffer.allocate(HEADER + head.length + (small ? body.length : 0));
        first.putInt(HEADER - 4 + length);
        first.put((byte) type.ordinal());
        first.putLong(taskId);
        first.put(head);
        if (small) {
            first.put(body);
        }
        return new Outgoing(first.flip(), small ? ByteBuffer.allocate(0) : ByteBuffer.wrap(body));
    }

    /** A frame on its way out; the positions of the buffers say how far it is. Confined to whoever writes it. */
    public record Outgoing(ByteBuffer first, ByteBuffer rest) {

        /** Whether it travels in one piece. */
        public boolean isSmall() {
            return rest.capacity() == 0;
        }

        boolean isSent() {
            return !first.hasRemaining() && !rest.hasRemaining();
        }

        /** Whether nothing of it has been written yet. */
        public boolean isUntouched() {
            return first.position() == 0;
        }
    }
}
