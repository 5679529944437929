package io.github.inparallel.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message: {@code int length, byte type, long task id, payload}; the length counts what follows it. A frame with an
 * attachment has the highest bit of its type set, and {@code int} length of the payload before the payload; the
 * attachment is the rest. So a large value goes from the array that it is in to the array that it will be in.
 *
 * @param type what it is
 * @param taskId the task it is about; 0 where it is about none
 * @param payload what it says
 * @param attachment a large value beside it
 */
public record Frame(FrameType type, long taskId, byte[] payload, byte @Nullable [] attachment) {

    /** Bytes before the payload. */
    static final int HEADER = 4 + 1 + 8;

    /** In the type's byte: the frame has an attachment. */
    static final int ATTACHED = 0x80;

    /** Payloads up to this size travel in one piece with the header. */
    static final int SMALL = 32 * 1024;

    private static final byte[] NOTHING = new byte[0];

    public Frame(FrameType type, long taskId, byte[] payload) {
        this(type, taskId, payload, null);
    }

    public static Frame of(FrameType type, long taskId) {
        return new Frame(type, taskId, NOTHING);
    }

    /** Bytes of payload and attachment. */
    public int size() {
        return payload.length + (attachment == null ? 0 : attachment.length);
    }

    /** The frame as bytes to send; what is large is not copied. */
    public Outgoing encode() {
        return encode(type, taskId, NOTHING, payload, attachment);
    }

    /**
     * A frame whose payload is a head and a body, as bytes to send; what is large is not copied.
     *
     * @throws IllegalArgumentException if it is too long to be announced
     */
    public static Outgoing encode(FrameType type, long taskId, byte[] head, byte[] body, byte @Nullable [] attachment) {
        long length = (long) head.length + body.length;
        boolean attached = attachment != null;
        long announced = HEADER - 4 + length + (attachment == null ? 0 : 4L + attachment.length);
        if (announced > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "A frame of " + announced + " bytes cannot be sent (expected: at most " + Integer.MAX_VALUE + ")");
        }
        boolean small = length <= SMALL;
        ByteBuffer first = ByteBuffer.allocate(HEADER + (attached ? 4 : 0) + head.length + (small ? body.length : 0));
        first.putInt((int) announced);
        first.put((byte) (type.ordinal() | (attached ? ATTACHED : 0)));
        first.putLong(taskId);
        if (attached) {
            first.putInt((int) length);
        }
        first.put(head);
        if (small) {
            first.put(body);
        }
        return new Outgoing(
                first.flip(),
                small ? null : ByteBuffer.wrap(body),
                attachment == null ? null : ByteBuffer.wrap(attachment),
                null);
    }

    /**
     * A frame on its way out, and those that go with it; the positions of the buffers say how far it is. Confined to
     * whoever writes it.
     *
     * @param first the header, and all that travels in one piece with it
     * @param body the rest of a large payload
     * @param attachment a large value beside it
     * @param next what follows it
     */
    public record Outgoing(
            ByteBuffer first,
            @Nullable ByteBuffer body,
            @Nullable ByteBuffer attachment,
            @Nullable Outgoing next) {

        /** Whether it travels in one piece. */
        public boolean isSmall() {
            return body == null && attachment == null && next == null;
        }

        /** Whether some of it is written. */
        boolean hasBegun() {
            return first.position() > 0;
        }

        /**
         * All of them, in this order, in as few pieces as can be had without copying what is large. They are not to be
         * written apart from it.
         */
        public static Outgoing joined(List<Outgoing> frames) {
            Outgoing joined = null;
            int end = frames.size();
            for (int i = end - 1; i >= 0; i--) {
                if (i == 0 || !frames.get(i - 1).isSmall()) {
                    joined = inOnePiece(frames.subList(i, end), joined);
                    end = i;
                }
            }
            if (joined == null) {
                throw new IllegalArgumentException("no frames");
            }
            return joined;
        }

        /** Frames of which only the last may be large. */
        private static Outgoing inOnePiece(List<Outgoing> frames, @Nullable Outgoing next) {
            Outgoing last = frames.get(frames.size() - 1);
            if (frames.size() == 1) {
                return new Outgoing(last.first, last.body, last.attachment, next);
            }
            int length = 0;
            for (Outgoing frame : frames) {
                length = Math.addExact(length, frame.first.remaining());
            }
            ByteBuffer all = ByteBuffer.allocate(length);
            for (Outgoing frame : frames) {
                all.put(frame.first);
            }
            return new Outgoing(all.flip(), last.body, last.attachment, next);
        }
    }
}
