package io.github.inparallel.marshal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One exception as it came, others named by their numbers. Who wrote it is not trusted: nothing is made for more than
 * there is.
 *
 * @param messageKnown whether the message is what its {@code getMessage()} said
 * @param detail what {@code Throwable} has as the message, where that is known and may be another
 * @param cause negative if there is none
 * @param state what the JDK's part of it knows
 * @param fields of the application's classes and its libraries'
 * @param leftOut what of it did not cross
 */
record RemoteThrowable(
        String type,
        boolean messageKnown,
        @Nullable String message,
        @Nullable String detail,
        int cause,
        int[] suppressed,
        StackTraceElement[] stack,
        List<@Nullable Object> state,
        List<RemoteField> fields,
        List<String> leftOut) {

    private static final int MOST_FIELDS = 10_000;

    /** A field as it came. */
    record RemoteField(int level, String name, @Nullable Object value) {}

    /** @throws RuntimeException if they are malformed */
    static List<RemoteThrowable> readAll(ByteBuffer in) {
        List<RemoteThrowable> all = new ArrayList<>();
        do {
            if (all.size() == ThrowableWriter.MOST) {
                throw new IllegalArgumentException("more than " + ThrowableWriter.MOST + " exceptions");
            }
            all.add(read(in));
        } while (in.hasRemaining());
        return all;
    }

    private static RemoteThrowable read(ByteBuffer in) {
        String type = ThrowableBytes.name(in);
        boolean messageKnown = in.get() != 0;
        String message = ThrowableBytes.text(in);
        String detail = ThrowableBytes.text(in);
        int cause = in.getInt();
        int[] suppressed = new int[ThrowableBytes.count(in, ThrowableWriter.MOST_SUPPRESSED, Integer.BYTES)];
        for (int i = 0; i < suppressed.length; i++) {
            suppressed[i] = in.getInt();
        }
        StackTraceElement[] stack =
                new StackTraceElement[ThrowableBytes.count(in, ThrowableWriter.MOST_FRAMES, 7 * Integer.BYTES)];
        for (int i = 0; i < stack.length; i++) {
            stack[i] = new StackTraceElement(
                    ThrowableBytes.text(in),
                    ThrowableBytes.text(in),
                    ThrowableBytes.text(in),
                    ThrowableBytes.name(in),
                    ThrowableBytes.name(in),
                    ThrowableBytes.text(in),
                    in.getInt());
        }
        List<@Nullable Object> state = new ArrayList<>();
        for (int i = ThrowableBytes.count(in, MOST_FIELDS, 1); i > 0; i--) {
            state.add(FieldReader.read(in));
        }
        List<RemoteField> fields = new ArrayList<>();
        for (int i = ThrowableBytes.count(in, MOST_FIELDS, 1 + Integer.BYTES); i > 0; i--) {
            fields.add(new RemoteField(in.get(), ThrowableBytes.name(in), FieldReader.read(in)));
        }
        List<String> leftOut = new ArrayList<>();
        for (int i = ThrowableBytes.count(in, ThrowableWriter.MOST_LEFT_OUT, Integer.BYTES); i > 0; i--) {
            leftOut.add(ThrowableBytes.name(in));
        }
        return new RemoteThrowable(
                type, messageKnown, message, detail, cause, suppressed, stack, state, fields, leftOut);
    }
}
