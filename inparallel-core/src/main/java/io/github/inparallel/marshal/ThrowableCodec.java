package io.github.inparallel.marshal;

import io.github.inparallel.TaskFailedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * Carries exceptions across: type, message, stack trace, causes and suppressed ones. They are rebuilt as the same type
 * where that type is known here and would say the same; else {@link TaskFailedException} stands in. Fields of their own
 * do not cross. Chains are bounded.
 */
public final class ThrowableCodec {

    private static final int MAX_DEPTH = 32;
    private static final int MAX_FRAMES = 1024;
    private static final int MAX_MESSAGE = 1 << 20;
    private static final ObjectMapper MAPPER = mapper();

    private ThrowableCodec() {}

    private static ObjectMapper mapper() {
        MapperBuilder<?, ?> builder = CBORMapper.builder();
        return builder.build();
    }

    /** One throwable as it crosses. */
    record Remote(
            String type,
            @Nullable String message,
            List<Frame> stack,
            @Nullable Remote cause,
            List<Remote> suppressed) {}

    /** One stack frame as it crosses. */
    record Frame(String type, String method, @Nullable String file, int line) {
        static Frame of(StackTraceElement element) {
            return new Frame(
                    element.getClassName(), element.getMethodName(), element.getFileName(), element.getLineNumber());
        }

        StackTraceElement toElement() {
            return new StackTraceElement(type, method, file, line);
        }
    }

    /** Never fails: what an exception refuses to tell is left out. */
    public static byte[] encode(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return MAPPER.writeValueAsBytes(describe(failure, seen, 0));
    }

    private static Remote describe(Throwable failure, Set<Throwable> seen, int depth) {
        seen.add(failure);
        List<Frame> stack = new ArrayList<>();
        for (StackTraceElement element : failure.getStackTrace()) {
            if (stack.size() == MAX_FRAMES) {
                break;
            }
            stack.add(Frame.of(element));
        }
        List<Remote> suppressed = new ArrayList<>();
        Remote cause = null;
        if (depth < MAX_DEPTH) {
            Throwable next = causeOf(failure);
            if (next != null && !seen.contains(next)) {
                cause = describe(next, seen, depth + 1);
            }
            for (Throwable other : failure.getSuppressed()) {
                if (suppressed.size() < MAX_DEPTH && !seen.contains(other)) {
                    suppressed.add(describe(other, seen, depth + 1));
                }
            }
        }
        return new Remote(failure.getClass().getName(), messageOf(failure), stack, cause, suppressed);
    }

    private static @Nullable Throwable causeOf(Throwable failure) {
        try {
            return failure.getCause();
        } catch (RuntimeException | Error e) {
            return null;
        }
    }

    private static @Nullable String messageOf(Throwable failure) {
        try {
            String message = failure.getMessage();
            return message == null || message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
        } catch (RuntimeException | Error e) {
            return "(getMessage() failed: " + e.getClass().getName() + ")";
        }
    }

    /** @throws RuntimeException if the bytes are malformed */
    public static Throwable decode(byte[] bytes, ClassLoader loader) {
        return rebuild(MAPPER.readValue(bytes, Remote.class), loader, 0);
    }

    private static Throwable rebuild(Remote remote, ClassLoader loader, int depth) {
        Throwable cause = remote.cause == null || depth > MAX_DEPTH ? null : rebuild(remote.cause, loader, depth + 1);
        Throwable failure = ThrowableFactory.create(remote.type, remote.message, cause, loader);
        if (failure == null) {
            failure = new TaskFailedException(remote.type, remote.message == null ? remote.type : remote.message);
            if (cause != null) {
                failure.initCause(cause);
            }
        }
        failure.setStackTrace(remote.stack.stream().map(Frame::toElement).toArray(StackTraceElement[]::new));
        for (Remote other : remote.suppressed) {
            if (depth <= MAX_DEPTH) {
                failure.addSuppressed(rebuild(other, loader, depth + 1));
            }
        }
        return failure;
    }
}
