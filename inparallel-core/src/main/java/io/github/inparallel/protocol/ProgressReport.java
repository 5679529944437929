package io.github.inparallel.protocol;

/** A task's progress on its way to the parent. */
public record ProgressReport(double fraction, String message, long epochMillis) {

    public Frame toFrame(long taskId) {
        return new Frame(FrameType.PROGRESS, taskId, Wire.write(out -> {
            out.writeDouble(fraction);
            Wire.writeString(out, message);
            out.writeLong(epochMillis);
        }));
    }

    public static ProgressReport of(Frame frame) throws ProtocolException {
        return Wire.read(
                frame.payload(), in -> new ProgressReport(in.readDouble(), Wire.readString(in), in.readLong()));
    }
}
