package io.github.inparallel.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A worker's heap in bytes: what PONG says beside that the worker is there.
 *
 * @param used by objects, those that nobody refers to any more included
 * @param committed got from the operating system
 * @param max as large as it may become
 */
public record HeapUse(long used, long committed, long max) {

    /** Returns the heap of this process at this moment. Costs next to nothing, and loads no management of the JVM. */
    public static HeapUse now() {
        Runtime jvm = Runtime.getRuntime();
        long free = jvm.freeMemory(); // before the total: a heap that grows meanwhile has not more in use than it has
        long total = jvm.totalMemory();
        return new HeapUse(Math.max(0, total - free), total, jvm.maxMemory());
    }

    public Frame toFrame() {
        return new Frame(FrameType.PONG, 0, Wire.write(out -> {
            out.writeLong(used);
            out.writeLong(committed);
            out.writeLong(max);
        }));
    }

    /**
     * @return null if the answer says nothing of a heap, as of a worker that has none of its own
     * @throws ProtocolException if the frame is malformed
     */
    public static @Nullable HeapUse of(Frame frame) throws ProtocolException {
        if (frame.payload().length == 0) {
            return null;
        }
        return Wire.read(
                frame.payload(), in -> new HeapUse(size(in.readLong()), size(in.readLong()), size(in.readLong())));
    }

    private static long size(long bytes) throws ProtocolException {
        if (bytes < 0) {
            throw new ProtocolException("heap of " + bytes + " bytes");
        }
        return bytes;
    }
}
