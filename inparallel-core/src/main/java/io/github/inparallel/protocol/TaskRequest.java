package io.github.inparallel.protocol;

import java.util.Arrays;
import java.util.Map;

/**
 * What a TASK frame says before the encoded arguments.
 *
 * @param target how the worker finds the object
 * @param method key of the method
 * @param timeoutMillis running time limit; 0 is none
 * @param attributes what travels beside the arguments
 */
public record TaskRequest(String target, String method, long timeoutMillis, Map<String, String> attributes) {

    /** A payload above this size is large: it takes its time, and its memory is accounted for. */
    public static final int LARGE = 1 << 20;

    /** The head of the frame's payload; the arguments follow it. */
    public byte[] toBytes() {
        byte[] fields = Wire.write(out -> {
            out.writeInt(0);
            Wire.writeString(out, target);
            Wire.writeString(out, method);
            out.writeLong(timeoutMillis);
            Wire.writeMap(out, attributes);
        });
        java.nio.ByteBuffer.wrap(fields).putInt(0, fields.length);
        return fields;
    }

    /** @throws ProtocolException if the payload is malformed */
    public static TaskRequest of(byte[] payload) throws ProtocolException {
        byte[] head = Arrays.copyOf(payload, argumentsOffset(payload));
        return Wire.read(head, in -> {
            in.readInt();
            return new TaskRequest(Wire.readString(in), Wire.readString(in), in.readLong(), Wire.readMap(in));
        });
    }

    /** Where the arguments begin in the payload. */
    public static int argumentsOffset(byte[] payload) throws ProtocolException {
        int length = payload.length < 4 ? -1 : java.nio.ByteBuffer.wrap(payload).getInt();
        if (length < 4 || length > payload.length) {
            throw new ProtocolException("task head of " + length + " bytes in " + payload.length);
        }
        return length;
    }
}
