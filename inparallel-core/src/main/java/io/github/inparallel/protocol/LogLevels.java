package io.github.inparallel.protocol;

import java.util.Map;

/**
 * Levels of the parent's loggers, on their way to a worker.
 *
 * @param levels name of a level by name of its logger; those that have none of their own are not there
 */
public record LogLevels(Map<String, String> levels) {

    public Frame toFrame() {
        return new Frame(FrameType.LEVELS, 0, Wire.write(out -> Wire.writeMap(out, levels)));
    }

    public static LogLevels of(Frame frame) throws ProtocolException {
        return Wire.read(frame.payload(), in -> new LogLevels(Wire.readMap(in)));
    }
}
