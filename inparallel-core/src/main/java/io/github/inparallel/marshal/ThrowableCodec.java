package io.github.inparallel.marshal;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskFailedException;
import java.nio.ByteBuffer;

/**
 * Carries exceptions across as they are: class, message, stack trace, causes, suppressed ones, and those of their fields
 * that can cross. What cannot is left out, and named in a suppressed {@link MarshallingException}. Where a class is not
 * known here, or would say something else, {@link TaskFailedException} stands in. All is bounded.
 */
public final class ThrowableCodec {

    static final int MARK = 0xFD;
    private static final int LARGEST = 16 << 20;

    private ThrowableCodec() {}

    /** Never fails: what an exception refuses to tell is left out. */
    public static byte[] encode(Throwable failure) {
        try {
            return new ThrowableWriter().write(failure);
        } catch (Throwable e) { // no memory, or no stack
            byte[] type = ThrowableWriter.nothingBut(failure.getClass().getName());
            byte[] bytes = new byte[type.length + 1];
            bytes[0] = (byte) MARK;
            System.arraycopy(type, 0, bytes, 1, type.length);
            return bytes;
        }
    }

    /**
     * Rebuilds what was encoded.
     *
     * @param loader finds the classes of exceptions
     * @throws MarshallingException if the bytes are malformed
     */
    public static Throwable decode(byte[] bytes, ClassLoader loader) {
        if (bytes.length > LARGEST || bytes.length == 0 || (bytes[0] & 0xFF) != MARK) {
            throw new MarshallingException("An exception came as " + bytes.length + " malformed bytes", null);
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
            return new ThrowableRebuilder(RemoteThrowable.readAll(in), loader).rebuild();
        } catch (RuntimeException | StackOverflowError e) {
            throw new MarshallingException("An exception came as " + bytes.length + " malformed bytes", e);
        }
    }
}
