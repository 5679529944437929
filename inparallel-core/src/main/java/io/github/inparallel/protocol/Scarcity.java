package io.github.inparallel.protocol;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a JVM has run out of, as its {@link OutOfMemoryError} tells. */
public enum Scarcity {
    /** Room for objects. */
    HEAP,
    /** Room for classes. */
    CLASSES,
    /** Memory outside the heap, of direct buffers. */
    DIRECT_MEMORY,
    /** Threads, or memory for their stacks. */
    THREADS,
    /** Something else, such as an array longer than there can be. */
    OTHER;

    /** Exceptions that are looked at, at most: they may go in circles, or on for ever. */
    private static final int MOST = 100;

    private static final Scarcity[] ALL = values();

    /** As the message of an error says it. */
    static Scarcity of(@Nullable String message) {
        if (message == null) {
            return OTHER;
        }
        if (message.contains("Metaspace") || message.contains("Compressed class space")) {
            return CLASSES;
        }
        if (message.contains("direct buffer memory")) {
            return DIRECT_MEMORY;
        }
        if (message.contains("native thread")) {
            return THREADS;
        }
        return message.contains("Java heap space") || message.contains("GC overhead limit") ? HEAP : OTHER;
    }

    /** What an exception is due to, itself or by a cause; null if that is nothing of this kind. Never throws. */
    public static @Nullable Scarcity behind(Throwable failure) {
        try {
            return search(failure);
        } catch (Throwable e) { // an exception's own methods may throw whatever they like
            return null;
        }
    }

    private static @Nullable Scarcity search(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> left = new ArrayDeque<>();
        left.add(failure);
        for (Throwable each = left.poll(); each != null && seen.size() < MOST; each = left.poll()) {
            if (each instanceof OutOfMemoryError) {
                return of(each.getMessage());
            }
            if (seen.add(each)) {
                Throwable cause = each.getCause();
                if (cause != null) {
                    left.add(cause);
                }
                Collections.addAll(left, each.getSuppressed());
            }
        }
        return null;
    }

    /** Says, before the answer to a task, that the worker begins nothing more. */
    public Frame toFrame(long taskId) {
        return new Frame(FrameType.EXHAUSTED, taskId, new byte[] {(byte) ordinal()});
    }

    public static Scarcity of(Frame frame) throws ProtocolException {
        byte[] payload = frame.payload();
        if (payload.length != 1 || payload[0] < 0 || payload[0] >= ALL.length) {
            throw new ProtocolException("malformed " + frame.type());
        }
        return ALL[payload[0]];
    }
}
