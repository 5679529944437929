package io.github.inparallel.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a task is: the worker's answer to INSPECT.
 *
 * @param runningNanos how long it has been running; negative if it is not
 * @param stack the stack of its thread
 */
public record Inspection(long runningNanos, List<StackTraceElement> stack) {

    private static final int MAX_FRAMES = 1024;

    public Frame toFrame(long taskId) {
        return new Frame(FrameType.INSPECTED, taskId, Wire.write(out -> {
            out.writeLong(runningNanos);
            int frames = Math.min(stack.size(), MAX_FRAMES);
            out.writeInt(frames);
            for (StackTraceElement element : stack.subList(0, frames)) {
                Wire.writeString(out, element.getClassName());
                Wire.writeString(out, element.getMethodName());
                Wire.writeString(out, element.getFileName() == null ? "" : element.getFileName());
                out.writeInt(element.getLineNumber());
            }
        }));
    }

    public static Inspection of(Frame frame) throws ProtocolException {
        return Wire.read(frame.payload(), in -> {
            long nanos = in.readLong();
            int frames = in.readInt();
            if (frames < 0 || frames > MAX_FRAMES) {
                throw new ProtocolException("stack of " + frames + " frames");
            }
            List<StackTraceElement> stack = new ArrayList<>();
            for (int i = 0; i < frames; i++) {
                String type = Wire.readString(in);
                String method = Wire.readString(in);
                String file = Wire.readString(in);
                stack.add(new StackTraceElement(type, method, file.isEmpty() ? null : file, in.readInt()));
            }
            return new Inspection(nanos, stack);
        });
    }
}
