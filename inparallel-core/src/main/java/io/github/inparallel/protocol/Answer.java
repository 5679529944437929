package io.github.inparallel.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a RESULT frame says before the encoded result: how long the task ran. */
public final class Answer {

    /** Where the encoded result begins in the payload. */
    public static final int OFFSET = 4;

    private Answer() {}

    /** @param nanos how long the task ran */
    public static Frame.Outgoing encode(long taskId, long nanos, byte[] result, byte @Nullable [] attachment) {
        byte[] head = new byte[OFFSET];
        ByteBuffer.wrap(head).putInt((int) Math.max(0, Math.min(Integer.MAX_VALUE, nanos)));
        return Frame.encode(FrameType.RESULT, taskId, head, result, attachment);
    }

    /** How long the task ran, in nanoseconds; two seconds and more are as good as two. */
    public static int nanos(Frame result) throws ProtocolException {
        if (result.payload().length < OFFSET) {
            throw new ProtocolException("result of " + result.payload().length + " bytes");
        }
        int nanos = ByteBuffer.wrap(result.payload()).getInt();
        if (nanos < 0) {
            throw new ProtocolException("a task that ran for " + nanos + "ns");
        }
        return nanos;
    }
}
