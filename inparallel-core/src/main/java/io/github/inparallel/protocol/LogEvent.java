package io.github.inparallel.protocol;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log event of a worker, on its way to the parent.
 *
 * @param epochMillis when
 * @param level name of its level: TRACE, DEBUG, INFO, WARN, ERROR
 * @param logger name of its logger
 * @param thread name of the thread that logged
 * @param message formatted
 * @param mdc what the thread's diagnostic context held
 * @param throwable encoded; empty if there is none
 */
public record LogEvent(
        long epochMillis,
        String level,
        String logger,
        String thread,
        String message,
        Map<String, String> mdc,
        byte[] throwable) {

    public Frame toFrame() {
        return new Frame(FrameType.LOG, 0, Wire.write(out -> {
            out.writeLong(epochMillis);
            Wire.writeText(out, level, WireLimit.LOG_LEVEL);
            Wire.writeText(out, logger, WireLimit.LOGGER_NAME);
            Wire.writeText(out, thread, WireLimit.LOG_THREAD);
            Wire.writeText(out, message, WireLimit.LOG_MESSAGE);
            List<Map.Entry<String, String>> context = mdc.entrySet().stream()
                    .filter(LogEvent::says)
                    .limit(WireLimit.LOG_CONTEXT.most())
                    .toList();
            out.writeInt(context.size());
            for (Map.Entry<String, String> entry : context) {
                Wire.writeText(out, entry.getKey(), WireLimit.LOG_CONTEXT_KEY);
                Wire.writeText(out, entry.getValue(), WireLimit.LOG_CONTEXT_VALUE);
            }
            Wire.writeBytes(out, throwable);
        }));
    }

    /** Some diagnostic contexts hold nulls. */
    private static boolean says(Map.Entry<@Nullable String, @Nullable String> entry) {
        return entry.getKey() != null && entry.getValue() != null;
    }

    /** @throws ProtocolException if the frame is no log event */
    public static LogEvent of(Frame frame) throws ProtocolException {
        if (frame.type() != FrameType.LOG) {
            throw new ProtocolException("expected a log event, got " + frame.type());
        }
        return Wire.read(
                frame.payload(),
                in -> new LogEvent(
                        Wire.readTime(in),
                        Wire.readText(in, WireLimit.LOG_LEVEL),
                        Wire.readText(in, WireLimit.LOGGER_NAME),
                        Wire.readText(in, WireLimit.LOG_THREAD),
                        Wire.readText(in, WireLimit.LOG_MESSAGE),
                        context(in),
                        Wire.readBytes(in, WireLimit.EXCEPTION)));
    }

    private static Map<String, String> context(DataInputStream in) throws IOException {
        int size = WireLimit.LOG_CONTEXT.checked(in.readInt());
        Map<String, String> context = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            context.put(Wire.readText(in, WireLimit.LOG_CONTEXT_KEY), Wire.readText(in, WireLimit.LOG_CONTEXT_VALUE));
        }
        return context;
    }
}
