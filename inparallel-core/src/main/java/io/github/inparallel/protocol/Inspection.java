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

    private static final long LONGEST = Long.MAX_VALUE / 2; // so that nothing that is reckoned with it overflows

    public Frame toFrame(long taskId) {
        return new Frame(FrameType.INSPECTED, taskId, Wire.write(out -> {
            out.writeLong(runningNanos);
            int frames = Math.min(stack.size(), WireLimit.STACK_FRAMES.most());
            out.writeInt(frames);
            for (StackTraceElement element : stack.subList(0, frames)) {
                Wire.writeText(out, element.getClassName(), WireLimit.STACK_NAME);
                Wire.writeText(out, element.getMethodName(), WireLimit.STACK_NAME);
                Wire.writeText(out, element.getFileName() == null ? "" : element.getFileName(), WireLimit.STACK_NAME);
                out.writeInt(element.getLineNumber());
            }
        }));
    }

    /** @throws ProtocolException if the frame is malformed */
    public static Inspection of(Frame frame) throws ProtocolException {
        return Wire.read(frame.payload(), in -> {
            long nanos = in.readLong();
            if (nanos > LONGEST) {
                throw new ProtocolException("a task that has run for " + nanos + "ns");
            }
            int frames = WireLimit.STACK_FRAMES.checked(in.readInt());
            List<StackTraceElement> stack = new ArrayList<>();
            for (int i = 0; i < frames; i++) {
                String type = Wire.readText(in, WireLimit.STACK_NAME);
                String method = Wire.readText(in, WireLimit.STACK_NAME);
                String file = Wire.readText(in, WireLimit.STACK_NAME);
                stack.add(new StackTraceElement(type, method, file.isEmpty() ? null : file, in.readInt()));
            }
            return new Inspection(nanos, stack);
        });
    }
}
