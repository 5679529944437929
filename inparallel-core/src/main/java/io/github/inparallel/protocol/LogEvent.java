package io.github.inparallel.protocol;

import java.util.Map;

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
            Wire.writeString(out, level);
            Wire.writeString(out, logger);
            Wire.writeString(out, thread);
            Wire.writeString(out, message);
            Wire.writeMap(out, mdc);
            Wire.writeBytes(out, throwable);
        }));
    }

    /** @throws ProtocolException if the frame is no log event */
    public static LogEvent of(Frame frame) throws ProtocolException {
        if (frame.type() != FrameType.LOG) {
            throw new ProtocolException("expected a log event, got " + frame.type());
        }
        return Wire.read(
                frame.payload(),
                in -> new LogEvent(
                        in.readLong(),
                        Wire.readString(in),
                        Wire.readString(in),
                        Wire.readString(in),
                        Wire.readString(in),
                        Wire.readMap(in),
                        Wire.readBytes(in)));
    }
}
