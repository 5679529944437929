package io.github.inparallel.protocol;

/** A task's progress on its way to the parent. */
public record ProgressReport(double fraction, String message, long epochMillis) {

    public ProgressReport {
        message = WireLimit.PROGRESS_MESSAGE.cut(message);
    }

    public Frame toFrame(long taskId) {
        return new Frame(FrameType.PROGRESS, taskId, Wire.write(out -> {
            out.writeDouble(fraction);
            Wire.writeString(out, message);
            out.writeLong(epochMillis);
        }));
    }

    /** @throws ProtocolException if the frame is malformed */
    public static ProgressReport of(Frame frame) throws ProtocolException {
        return Wire.read(frame.payload(), in -> {
            double fraction = in.readDouble();
            if (!(fraction >= 0 && fraction <= 1)) {
                throw new ProtocolException("progress of " + fraction);
            }
            return new ProgressReport(fraction, Wire.readText(in, WireLimit.PROGRESS_MESSAGE), Wire.readTime(in));
        });
    }
}
