package io.github.inparallel.marshal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes an exception and all that hang on it: causes, suppressed ones, those in fields. Each is written once, and named
 * by its number wherever else it hangs. What an exception refuses to tell is left out, and so is what is too much.
 */
final class ThrowableWriter {

    static final int MOST = 256;
    static final int MOST_SUPPRESSED = 64;
    static final int MOST_FRAMES = 1024;
    static final int MOST_LEFT_OUT = 64;
    private static final int LONGEST_MESSAGE = 1 << 20;
    private static final int LONGEST_NAME = 1024;
    private static final int ENOUGH = 6 << 20; // bytes, from which on only what must be is written
    private static final int LONGEST_OF_MANY = 1000;

    private final IdentityHashMap<Throwable, Integer> numbers = new IdentityHashMap<>();
    private final List<Throwable> all = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);

    byte[] write(Throwable failure) {
        number(failure);
        bytes.write(ThrowableCodec.MARK);
        for (int i = 0; i < all.size(); i++) {
            bytes.writeBytes(one(all.get(i)));
        }
        return bytes.toByteArray();
    }

    /** Its number; negative if there are too many. */
    private int number(Throwable failure) {
        Integer known = numbers.get(failure);
        if (known != null) {
            return known;
        }
        if (all.size() == MOST || isEnough()) {
            return -1;
        }
        numbers.put(failure, all.size());
        all.add(failure);
        return all.size() - 1;
    }

    private boolean isEnough() {
        return bytes.size() > ENOUGH;
    }

    private byte[] one(Throwable failure) {
        try {
            List<String> leftOut = new ArrayList<>();
            return ThrowableBytes.write(out -> {
                head(out, failure, leftOut);
                stack(out, failure, leftOut);
                state(out, failure, leftOut);
                fields(out, failure, leftOut);
                out.writeInt(Math.min(leftOut.size(), MOST_LEFT_OUT));
                for (String name : leftOut.subList(0, Math.min(leftOut.size(), MOST_LEFT_OUT))) {
                    ThrowableBytes.text(out, cut(name, LONGEST_NAME));
                }
            });
        } catch (Throwable e) { // out of memory, of stack, or whatever it is that the exception's own methods throw
            return nothingBut(failure.getClass().getName());
        }
    }

    /** One of which no more is known than its type. */
    static byte[] nothingBut(String type) {
        return ThrowableBytes.write(out -> {
            ThrowableBytes.text(out, type);
            out.writeBoolean(false);
            ThrowableBytes.text(out, null);
            ThrowableBytes.text(out, null);
            out.writeInt(-1); // cause
            for (int i = 0; i < 5; i++) { // suppressed, frames, state, fields, left out
                out.writeInt(0);
            }
        });
    }

    /** What is asked of an exception may throw anything. */
    private static <T> @Nullable T ask(Supplier<@Nullable T> question, String what, List<String> leftOut) {
        try {
            return question.get();
        } catch (Throwable e) {
            leftOut.add(what + " (" + e.getClass().getName() + ")");
            return null;
        }
    }

    private void head(DataOutputStream out, Throwable failure, List<String> leftOut) throws IOException {
        int failures = leftOut.size();
        String message = ask(failure::getMessage, "its message", leftOut);
        boolean known = leftOut.size() == failures;
        String shorter = cut(message, isEnough() ? LONGEST_OF_MANY : LONGEST_MESSAGE);
        if (message != null && !message.equals(shorter)) {
            leftOut.add("the rest of its message, which has " + message.length() + " characters");
        }
        ThrowableBytes.text(out, failure.getClass().getName());
        out.writeBoolean(known && (message == null || message.equals(shorter)));
        ThrowableBytes.text(out, shorter);
        ThrowableBytes.text(out, Detail.of(failure));
        Throwable cause = ask(failure::getCause, "its cause", leftOut);
        int number = cause == null || cause == failure ? -1 : number(cause);
        if (number < 0 && cause != null && cause != failure) {
            leftOut.add("its cause (" + cause.getClass().getName() + ")");
        }
        out.writeInt(number);
        Throwable[] suppressed = failure.getSuppressed();
        List<Integer> others = new ArrayList<>();
        for (Throwable other : suppressed) {
            int next = others.size() < MOST_SUPPRESSED ? number(other) : -1;
            if (next >= 0) {
                others.add(next);
            }
        }
        if (others.size() < suppressed.length) {
            leftOut.add((suppressed.length - others.size()) + " suppressed exceptions");
        }
        out.writeInt(others.size());
        for (int other : others) {
            out.writeInt(other);
        }
    }

    private void stack(DataOutputStream out, Throwable failure, List<String> leftOut) throws IOException {
        @Nullable StackTraceElement[] stack = ask(failure::getStackTrace, "its stack trace", leftOut);
        List<StackTraceElement> frames = new ArrayList<>();
        if (stack != null && !isEnough()) {
            for (StackTraceElement element : stack) {
                if (element != null && frames.size() < MOST_FRAMES) {
                    frames.add(element);
                }
            }
        }
        if (stack != null && frames.size() < stack.length) {
            leftOut.add((stack.length - frames.size()) + " frames of its stack trace");
        }
        out.writeInt(frames.size());
        for (StackTraceElement frame : frames) {
            String shown = frame.toString(); // without what is the same for all that the JDK has loaded
            String loader = frame.getClassLoaderName();
            String version = frame.getModuleVersion();
            ThrowableBytes.text(
                    out, loader != null && shown.startsWith(loader + "/") ? cut(loader, LONGEST_NAME) : null);
            ThrowableBytes.text(out, cut(frame.getModuleName(), LONGEST_NAME));
            ThrowableBytes.text(
                    out, version != null && shown.contains("@" + version + "/") ? cut(version, LONGEST_NAME) : null);
            ThrowableBytes.text(out, cut(frame.getClassName(), LONGEST_NAME));
            ThrowableBytes.text(out, cut(frame.getMethodName(), LONGEST_NAME));
            ThrowableBytes.text(out, cut(frame.getFileName(), LONGEST_NAME));
            out.writeInt(frame.getLineNumber());
        }
    }

    /** What the JDK's part of it knows. */
    private void state(DataOutputStream out, Throwable failure, List<String> leftOut) throws IOException {
        JdkExceptions jdk = JdkExceptions.of(failure.getClass());
        leftOut.addAll(jdk.lost(failure));
        List<Class<?>> types = jdk.types();
        List<@Nullable Object> values = jdk.values(failure);
        out.writeInt(types.size());
        for (int i = 0; i < types.size(); i++) {
            byte[] value = value(values.get(i), types.get(i), jdk.names().get(i), leftOut);
            out.write(value == null ? FieldValues.NOTHING : value);
        }
    }

    private void fields(DataOutputStream out, Throwable failure, List<String> leftOut) throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(written);
        int count = 0;
        boolean setsNone = !fillsInItself(failure.getClass());
        for (ThrowableFields.Named named : ThrowableFields.of(failure.getClass())) {
            Field field = named.field();
            byte[] value = null;
            if (!field.trySetAccessible()) {
                leftOut.add(field.getName());
            } else if (!(setsNone && isUnset(field, failure))) {
                value = value(get(field, failure), field.getGenericType(), field.getName(), leftOut);
            }
            if (value != null) {
                fields.writeByte(named.level());
                ThrowableBytes.text(fields, field.getName());
                fields.write(value);
                count++;
            }
        }
        out.writeInt(count);
        written.writeTo(out);
    }

    private static @Nullable Object get(Field field, Throwable failure) {
        try {
            return field.get(failure);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // it is accessible
        }
    }

    /** Whether code of its own runs when it is made: the constructor of {@code Throwable} calls this. */
    private static boolean fillsInItself(Class<?> type) {
        try {
            return type.getMethod("fillInStackTrace").getDeclaringClass() != Throwable.class;
        } catch (NoSuchMethodException | LinkageError e) {
            return true;
        }
    }

    /** As it is in an exception that no constructor was run of. */
    private static boolean isUnset(Field field, Throwable failure) {
        Object value = get(field, failure);
        return value == null
                || field.getType().isPrimitive()
                        && (value.equals(false)
                                || value.equals('\0')
                                || value instanceof Number number
                                        && Double.doubleToRawLongBits(number.doubleValue()) == 0);
    }

    /** Null if it does not cross. */
    private byte @Nullable [] value(@Nullable Object value, Type type, String name, List<String> leftOut) {
        try {
            byte[] written = new FieldWriter(this::number, part -> leftOut.add(name + part)).write(value, type);
            if (written.length <= MappedFields.LARGEST && bytes.size() + written.length <= ENOUGH) {
                return written;
            }
        } catch (Throwable e) {
            // whatever the value's own methods throw
        }
        boolean named = value != null
                && !value.getClass().isHidden()
                && !value.getClass().isSynthetic();
        Type shown = value != null && named ? value.getClass() : type;
        leftOut.add(name + " (" + shown.getTypeName() + ")");
        return null;
    }

    /** Not within a surrogate pair. */
    private static @Nullable String cut(@Nullable String text, int most) {
        if (text == null || text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    /** The message as {@code Throwable} itself has it, where {@code getMessage()} makes another of it. */
    private static final class Detail {
        private static final @Nullable Field FIELD = field();

        private static @Nullable Field field() {
            try {
                Field field = Throwable.class.getDeclaredField("detailMessage");
                return field.trySetAccessible() ? field : null; // in workers it is
            } catch (NoSuchFieldException | SecurityException e) {
                return null;
            }
        }

        static @Nullable String of(Throwable failure) {
            try {
                boolean own = failure.getClass().getMethod("getMessage").getDeclaringClass() != Throwable.class;
                String detail = own && FIELD != null ? (String) FIELD.get(failure) : null;
                return detail != null && detail.length() <= LONGEST_MESSAGE ? detail : null;
            } catch (ReflectiveOperationException | LinkageError e) {
                return null;
            }
        }
    }
}
