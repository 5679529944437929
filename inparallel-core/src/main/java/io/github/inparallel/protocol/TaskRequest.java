package io.github.inparallel.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a TASK frame says before the encoded arguments.
 *
 * @param address which method is called
 * @param timeoutMillis running time limit; 0 is none
 * @param attributes what travels beside the arguments
 */
public record TaskRequest(Address address, long timeoutMillis, Map<String, String> attributes) {

    /** A payload above this size is large: it takes its time, and its memory is accounted for. */
    public static final int LARGE = 1 << 20;

    /** Attribute of a task that another process has given: its id there, which the task is to know itself by. */
    public static final String TASK_ID = "inparallel.task-id";

    /** Attribute of a task that another member of a cluster has given: the member, as messages name it. */
    public static final String MEMBER = "inparallel.member";

    /**
     * Names a method. Encoded once for each method, and decoded only when it is another one than before.
     *
     * @param target how the worker finds the object
     * @param method key of the method
     * @param bytes both, encoded
     */
    public record Address(String target, String method, byte[] bytes) {

        public static Address of(String target, String method) {
            return new Address(target, method, Wire.write(out -> {
                Wire.writeString(out, target);
                Wire.writeString(out, method);
            }));
        }

        /**
         * Returns what was encoded.
         *
         * @throws ProtocolException if it is malformed
         */
        public static Address decode(byte[] bytes) throws ProtocolException {
            return Wire.read(bytes, in -> new Address(Wire.readString(in), Wire.readString(in), bytes));
        }
    }

    /** The head of the frame's payload: its length, the address's length, the address, the rest. The arguments follow. */
    public byte[] toBytes() {
        byte[] rest = attributes.isEmpty() ? NO_ATTRIBUTES : Wire.write(out -> Wire.writeMap(out, attributes));
        int length = 4 + 4 + address.bytes.length + 8 + rest.length;
        return ByteBuffer.allocate(length)
                .putInt(length)
                .putInt(address.bytes.length)
                .put(address.bytes)
                .putLong(timeoutMillis)
                .put(rest)
                .array();
    }

    private static final byte[] NO_ATTRIBUTES = Wire.write(out -> Wire.writeMap(out, Map.of()));

    /**
     * @param before a method that is likely to be the same one
     * @throws ProtocolException if the payload is malformed
     */
    public static TaskRequest of(byte[] payload, @Nullable Address before) throws ProtocolException {
        int end = argumentsOffset(payload);
        int length = end < 8 ? -1 : ByteBuffer.wrap(payload).getInt(4);
        if (length < 0 || length > end - 8 - 8) {
            throw new ProtocolException("address of " + length + " bytes in a task head of " + end);
        }
        int from = 8;
        int to = from + length;
        Address address = before != null && Arrays.equals(payload, from, to, before.bytes, 0, before.bytes.length)
                ? before
                : Address.decode(Arrays.copyOfRange(payload, from, to));
        long timeoutMillis = ByteBuffer.wrap(payload).getLong(to);
        int rest = to + 8;
        Map<String, String> attributes = Arrays.equals(payload, rest, end, NO_ATTRIBUTES, 0, NO_ATTRIBUTES.length)
                ? Map.of()
                : Wire.read(Arrays.copyOfRange(payload, rest, end), Wire::readMap);
        return new TaskRequest(address, timeoutMillis, attributes);
    }

    /** Where the arguments begin in the payload. */
    public static int argumentsOffset(byte[] payload) throws ProtocolException {
        int length = payload.length < 4 ? -1 : ByteBuffer.wrap(payload).getInt();
        if (length < 4 || length > payload.length) {
            throw new ProtocolException("task head of " + length + " bytes in " + payload.length);
        }
        return length;
    }
}
